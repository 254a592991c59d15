/** To put an alarm aside (暂缓提醒), with a reason and an end. */
import { type ReactElement, useState } from "react";
import type { ActBody, AlarmRow } from "#gateway/api/contract.ts";
import { shelveReasons } from "#rules/reasons.ts";
import { useWords } from "../../shared/i18n.ts";
import { useLiveValue } from "../../shared/live.ts";
import { Choices } from "../choices.tsx";
import { Frame, useActHere } from "../frame.tsx";
import type { DeskWord } from "../words/zh.ts";

type Reason = Extract<ActBody["command"], { command: "shelve" }>["reason"];

const hours = [1, 2, 4, 8] as const;
const hourMs = 3_600_000;

type ShelveProps = { readonly alarm: AlarmRow; readonly onClose: () => void };

export function ShelveDialog({ alarm, onClose }: ShelveProps): ReactElement {
  const { t, text } = useWords<DeskWord>();
  const act = useActHere();
  const clockOffsetMs = useLiveValue((live) => live.clockOffsetMs);
  const [reason, setReason] = useState<Reason | null>(null);
  const [lasts, setLasts] = useState<number>(1);
  const run = async () => {
    if (reason === null) return null;
    // A second less: the gateway's clock may be a moment behind.
    const until = Math.round(Date.now() + clockOffsetMs + lasts * hourMs - 1000);
    return act({ command: "shelve", alarm: alarm.id, reason, until });
  };
  return (
    <Frame
      title={`${t("shelf.act")} · ${text(alarm.what)}`}
      onClose={onClose}
      does={{ label: t("shelf.act"), ready: reason !== null, run }}
    >
      <p className="muted">{t("shelf.law")}</p>
      <Choices
        first
        label={t("shelf.reason")}
        choices={shelveReasons.map((value) => ({ value, label: t(`shelf.reason.${value}`) }))}
        value={reason}
        onChoose={(value) => setReason(value as Reason)}
      />
      <Choices
        label={t("shelf.for")}
        columns={4}
        choices={hours.map((count) => ({
          value: String(count),
          label: t("shelf.hours", { count }),
        }))}
        value={String(lasts)}
        onChoose={(value) => setLasts(Number(value))}
      />
    </Frame>
  );
}
