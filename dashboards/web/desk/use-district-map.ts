/** Stations, sites and towns: read when first needed, and again when the inventory has changed. */
import { type UseQueryResult, useQuery } from "@tanstack/react-query";
import type { DistrictMap } from "#gateway/api/contract.ts";
import { getJson } from "../shared/api.ts";
import { useLive } from "../shared/live.ts";

export function useDistrictMap(): UseQueryResult<DistrictMap> {
  const { inventoryRevision } = useLive();
  return useQuery({
    queryKey: ["map", inventoryRevision],
    queryFn: ({ signal }) => getJson<DistrictMap>("/api/v1/map", signal),
    placeholderData: (before) => before,
    staleTime: Number.POSITIVE_INFINITY,
    retry: 5,
    retryDelay: 2000,
  });
}
