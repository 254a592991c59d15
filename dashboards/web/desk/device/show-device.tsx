/** Beside an alarm of a device that has values: the way to them. */
import { useQuery } from "@tanstack/react-query";
import type { ReactElement } from "react";
import type { AlarmRow, DeviceList } from "#gateway/api/contract.ts";
import { getJson } from "../../shared/api.ts";
import { useWords } from "../../shared/i18n.ts";
import { useDesk } from "../acts.ts";
import type { DeviceWord } from "./words/zh.ts";

export function ShowDevice({ of }: { readonly of: AlarmRow }): ReactElement | null {
  const { t } = useWords<DeviceWord>();
  const { showDevice } = useDesk();
  const { data } = useQuery({
    queryKey: ["devices"],
    queryFn: ({ signal }) => getJson<DeviceList>("/api/v1/devices", signal),
    staleTime: 60_000,
  });
  const { site, device } = of;
  const hasValues = data?.devices.some((one) => one.site === site && one.device === device);
  if (!hasValues) return null;
  return (
    <button type="button" className="button" onClick={() => showDevice(`${site}/${device}`)}>
      {t("devices.open")}
    </button>
  );
}
