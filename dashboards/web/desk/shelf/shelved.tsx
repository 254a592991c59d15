/** 暂缓提醒 beside an alarm: until when, by whom, and the button that opens its dialog. */
import type { ReactElement } from "react";
import type { AlarmRow } from "#gateway/api/contract.ts";
import { formatWhen } from "../../shared/format.ts";
import { useWords } from "../../shared/i18n.ts";
import { useLiveValue } from "../../shared/live.ts";
import { useDesk } from "../acts.ts";
import { ActButton } from "../parts.tsx";
import type { DeskWord } from "../words/zh.ts";

export function Shelved({ alarm }: { readonly alarm: AlarmRow }): ReactElement | null {
  const { t, has } = useWords<DeskWord>();
  const utcOffsetMin = useLiveValue((live) => live.utcOffsetMin);
  const clockOffsetMs = useLiveValue((live) => live.clockOffsetMs);
  const { shelved } = alarm;
  if (!shelved) return null;
  const time = formatWhen(shelved.until, Date.now() + clockOffsetMs, utcOffsetMin);
  const reason = `shelf.reason.${shelved.reason}`;
  return (
    <p className="shelved">
      <strong>{t("shelf.until", { time })}</strong> ·{" "}
      {has(reason) ? t(reason as DeskWord) : shelved.reason} · {shelved.byName ?? shelved.by}
    </p>
  );
}

/** A fire is never put aside. */
export function ShelveAct({ alarm }: { readonly alarm: AlarmRow }): ReactElement | null {
  const { t } = useWords<DeskWord>();
  const { open } = useDesk();
  if (alarm.shelved) {
    return (
      <ActButton command={{ command: "unshelve", alarm: alarm.id }}>{t("shelf.end")}</ActButton>
    );
  }
  if (alarm.class === "fire" || alarm.priority === "P0" || alarm.state === "normal") return null;
  return (
    <button type="button" className="button plain" onClick={() => open({ kind: "shelve", alarm })}>
      {t("shelf.act")}
    </button>
  );
}
