/** On the page of a device: what of it is out of service (停用), and the button that takes it out. */
import type { ReactElement } from "react";
import { formatWhen } from "../../shared/format.ts";
import { useWords } from "../../shared/i18n.ts";
import { useLiveValue } from "../../shared/live.ts";
import { useDesk } from "../acts.ts";
import type { ShelfWord } from "./words/zh.ts";

export function DeviceOut({ device }: { readonly device: string }): ReactElement {
  const { t, text } = useWords<ShelfWord>();
  const { open } = useDesk();
  const all = useLiveValue((live) => live.outOfService);
  const utcOffsetMin = useLiveValue((live) => live.utcOffsetMin);
  const clockOffsetMs = useLiveValue((live) => live.clockOffsetMs);
  const own = all.filter((one) => `${one.site}/${one.device}` === device);
  const now = Date.now() + clockOffsetMs;
  const isWhole = own.some(({ points, rule }) => points === null && rule === null);
  return (
    <div className="device-out">
      {own.map(({ id, points, ruleName, until }) => (
        <button key={id} type="button" className="notice" onClick={() => open({ kind: "shelved" })}>
          {t("out.until", { time: formatWhen(until, now, utcOffsetMin) })} ·{" "}
          {points?.map(({ name }) => text(name)).join(" · ") ??
            (ruleName ? text(ruleName) : t("out.whole"))}
        </button>
      ))}
      {!isWhole && (
        <button
          type="button"
          className="button plain"
          onClick={() => open({ kind: "take-out", alarm: null, device })}
        >
          {t("out.act")}
        </button>
      )}
    </div>
  );
}
