/** The devices that have values, as the list and whatever stands beside an alarm know them. */
import { useQuery } from "@tanstack/react-query";
import type { DeviceList } from "#gateway/api/contract.ts";
import { getJson } from "../../shared/api.ts";

/** Read again so often while a part that uses it is on the screen. */
export function useDevices(everyMs: number) {
  return useQuery({
    queryKey: ["devices"],
    queryFn: ({ signal }) => getJson<DeviceList>("/api/v1/devices", signal),
    refetchInterval: everyMs,
    staleTime: everyMs,
  });
}

export function deviceOf({
  site,
  device,
}: {
  readonly site: string;
  readonly device: string;
}): string {
  return `${site}/${device}`;
}
