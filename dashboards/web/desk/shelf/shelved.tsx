/** What keeps an alarm from the desk, beside it: until when, by whom; and the buttons that begin or end it. */
import type { ReactElement } from "react";
import type { AlarmRow } from "#gateway/api/contract.ts";
import { formatWhen } from "../../shared/format.ts";
import { useWords } from "../../shared/i18n.ts";
import { useLiveValue } from "../../shared/live.ts";
import { useDesk } from "../acts.ts";
import { ActButton, OpenButton } from "../parts.tsx";
import { mayShelve, mayTakeOut } from "../rows.ts";
import type { DeskWord } from "../words/zh.ts";
import type { ShelfWord } from "./words/zh.ts";

type Of = { readonly alarm: AlarmRow };

export function Held({ alarm }: Of): ReactElement | null {
  const { t, text } = useWords<ShelfWord>();
  const { shelved, byDesign, hold } = alarm;
  if (hold === "shelved" && shelved) return <Shelved shelved={shelved} />;
  if (hold === "out-of-service") return <p className="held">{t("out.act")}</p>;
  if (hold !== "by-design") return null;
  return (
    <p className="held">
      <strong>{t("suppressed-by-design")}</strong>
      {byDesign && ` · ${t("design.by", { title: text(byDesign.title) })}`}
    </p>
  );
}

function Shelved({ shelved }: { readonly shelved: NonNullable<AlarmRow["shelved"]> }) {
  const { t, has } = useWords<DeskWord>();
  const utcOffsetMin = useLiveValue((live) => live.utcOffsetMin);
  const clockOffsetMs = useLiveValue((live) => live.clockOffsetMs);
  const time = formatWhen(shelved.until, Date.now() + clockOffsetMs, utcOffsetMin);
  const reason = `shelf.reason.${shelved.reason}`;
  return (
    <p className="held">
      <strong>{t("shelf.until", { time })}</strong> ·{" "}
      {has(reason) ? t(reason as DeskWord) : shelved.reason} · {shelved.byName ?? shelved.by}
    </p>
  );
}

/** A fire is never put aside, a press never out of service. `keyed`: the desk's keys mean this one. */
export function HoldActs({ alarm, keyed = false }: Of & { readonly keyed?: boolean }) {
  const { t } = useWords<DeskWord | ShelfWord>();
  const { open } = useDesk();
  const device = `${alarm.site}/${alarm.device}`;
  return (
    <>
      {alarm.shelved && (
        <ActButton command={{ command: "unshelve", alarm: alarm.id }}>{t("shelf.end")}</ActButton>
      )}
      {mayShelve(alarm) && (
        <OpenButton
          {...(keyed ? { does: "shelve" } : {})}
          onClick={() => open({ kind: "shelve", alarm })}
        >
          {t("shelf.act")}
        </OpenButton>
      )}
      {mayTakeOut(alarm) && (
        <OpenButton
          {...(keyed ? { does: "out-of-service" } : {})}
          onClick={() => open({ kind: "take-out", alarm, device })}
        >
          {t("out.act")}
        </OpenButton>
      )}
    </>
  );
}
