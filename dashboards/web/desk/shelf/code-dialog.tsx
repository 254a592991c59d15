/** To set the colour of a site's code (赋码, rule E03), with a reason. Undo is to set it again. */
import { type ReactElement, useState } from "react";
import type { ActBody, AlarmRow } from "#gateway/api/contract.ts";
import { codeReasons } from "#rules/reasons.ts";
import { useWords } from "../../shared/i18n.ts";
import { Choices } from "../choices.tsx";
import { Frame, useActHere } from "../frame.tsx";
import type { ShelfWord } from "./words/zh.ts";

type Wanted = Extract<ActBody["command"], { command: "set-site-code" }>;

const colours = ["red", "yellow", "green"] as const satisfies readonly Wanted["colour"][];

type CodeProps = { readonly alarm: AlarmRow; readonly onClose: () => void };

export function CodeDialog({ alarm, onClose }: CodeProps): ReactElement {
  const { t, text } = useWords<ShelfWord>();
  const act = useActHere();
  const [colour, setColour] = useState<Wanted["colour"] | null>(null);
  const [reason, setReason] = useState<Wanted["reason"] | null>(null);
  const run = async () => {
    if (colour === null || reason === null) return null;
    return act({ command: "set-site-code", site: alarm.site, colour, reason });
  };
  // What it has is no choice: it would be refused.
  const others = colours.filter((one) => !alarm.code.known || one !== alarm.code.colour);
  return (
    <Frame
      title={`${t("code.set")} · ${text(alarm.siteName)}`}
      onClose={onClose}
      does={{ label: t("code.set"), ready: colour !== null && reason !== null, run }}
    >
      <p className="muted">{t("code.law")}</p>
      <Choices
        first
        label={t("code.colour")}
        columns={3}
        choices={others.map((value) => ({ value, label: t(`code.${value}`) }))}
        value={colour}
        onChoose={(value) => setColour(value as Wanted["colour"])}
      />
      <Choices
        label={t("code.reason")}
        columns={3}
        choices={codeReasons.map((value) => ({ value, label: t(`code.reason.${value}`) }))}
        value={reason}
        onChoose={(value) => setReason(value as Wanted["reason"])}
      />
    </Frame>
  );
}
