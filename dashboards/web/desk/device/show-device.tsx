/** Beside an alarm of a device that has values: the way to them. */
import type { ReactElement } from "react";
import type { AlarmRow } from "#gateway/api/contract.ts";
import { useWords } from "../../shared/i18n.ts";
import { useDesk } from "../acts.ts";
import { deviceOf, useDevices } from "./use-devices.ts";
import type { DeviceWord } from "./words/zh.ts";

export function ShowDevice({ of }: { readonly of: AlarmRow }): ReactElement | null {
  const { t } = useWords<DeviceWord>();
  const { showDevice } = useDesk();
  const { data } = useDevices(60_000);
  const device = deviceOf(of);
  if (!data?.devices.some((one) => deviceOf(one) === device)) return null;
  return (
    <button type="button" className="button" onClick={() => showDevice(device)}>
      {t("devices.open")}
    </button>
  );
}
