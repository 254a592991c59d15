/** Every device that has values: its link, and how much of it is known. One press shows its page. */
import type { ReactElement } from "react";
import type { DeviceList } from "#gateway/api/contract.ts";
import { useWords } from "../../shared/i18n.ts";
import { useDesk } from "../acts.ts";
import { Frame } from "../frame.tsx";
import { useNow } from "../use-now.ts";
import "./device.css";
import { LinkState } from "./link-state.tsx";
import { deviceOf, useDevices } from "./use-devices.ts";
import type { DeviceWord } from "./words/zh.ts";

export function DevicesDialog({ onClose }: { readonly onClose: () => void }): ReactElement {
  const { t } = useWords<DeviceWord>();
  const now = useNow();
  const list = useDevices(2000);
  return (
    <Frame title={t("devices.title")} onClose={onClose} width={760}>
      {(!list.data || list.isError) && (
        <p className="empty">{t(list.isError ? "devices.failed" : "device.loading")}</p>
      )}
      {list.data?.devices.length === 0 && <p className="empty">{t("devices.none")}</p>}
      <ul className="devices">
        {(list.isError ? [] : (list.data?.devices ?? [])).map((device) => (
          <DeviceLine
            key={deviceOf(device)}
            device={device}
            sinceMs={now - (list.data?.at ?? now)}
            onClose={onClose}
          />
        ))}
      </ul>
    </Frame>
  );
}

type LineProps = {
  readonly device: DeviceList["devices"][number];
  readonly sinceMs: number;
  readonly onClose: () => void;
};

function DeviceLine({ device, sinceMs, onClose }: LineProps): ReactElement {
  const { t, text } = useWords<DeviceWord>();
  const { showDevice } = useDesk();
  const { points, unknown } = device;
  return (
    <li>
      <button
        type="button"
        className="device-line"
        onClick={() => {
          onClose();
          showDevice(deviceOf(device));
        }}
      >
        <span>
          <strong>
            {text(device.siteName)} · {text(device.name)}
          </strong>{" "}
          <span className="muted">{device.device}</span>
        </span>
        <LinkState link={device.link} sinceMs={sinceMs} />
        <span className={unknown > 0 ? "" : "muted"}>
          {unknown > 0
            ? t("devices.unknown", { count: points, unknown })
            : t("devices.all-known", { count: points })}
        </span>
      </button>
    </li>
  );
}
