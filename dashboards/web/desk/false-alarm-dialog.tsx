/**
 * 核实为误报: a cause, and for a confirmed fire a second person with a PIN of their own. 试验: asked
 * once more, because both call the crews back.
 */
import { Select } from "antd";
import { type ReactElement, useId, useState } from "react";
import type { ActBody, IncidentCard } from "#gateway/api/contract.ts";
import { useWords } from "../shared/i18n.ts";
import { type ByPin, useDesk } from "./acts.ts";
import { Frame, useActHere } from "./frame.tsx";
import { Signature } from "./person-dialog.tsx";
import type { DeskWord } from "./words/zh.ts";

type Verify = Extract<ActBody["command"], { command: "verify" }>;
type Cause = NonNullable<Verify["cause"]>;

/** The taxonomy of the rules (`causeCodes`), most frequent families first. */
const causes: readonly Cause[] = [
  "A1",
  "A2",
  "A3",
  "A4",
  "A5",
  "A6",
  "B1",
  "B2",
  "B3",
  "B4",
  "C1",
  "C2",
  "C3",
  "C4",
  "C5",
  "C6",
  "D1",
  "D2",
  "D3",
  "D4",
  "E1",
  "E2",
  "E3",
  "F",
  "G",
];

type Props = { readonly card: IncidentCard; readonly onClose: () => void };

export function FalseAlarmDialog({ card, onClose }: Props): ReactElement {
  const { t, rule } = useWords<DeskWord>();
  const { session } = useDesk();
  const act = useActHere();
  const [cause, setCause] = useState<Cause | null>(null);
  const [second, setSecond] = useState<ByPin | null>(null);
  const causeId = useId();
  const two = card.priority === "P0";
  const command = {
    command: "verify",
    incident: card.id,
    result: "false",
    ...(cause === null ? {} : { cause }),
  } as const;
  return (
    <Frame
      title={`${t("act.false")} · ${card.number}`}
      onClose={onClose}
      does={{
        label: t("act.false"),
        danger: true,
        ready: cause !== null && (!two || second !== null),
        run: () => act(command, second ? { second } : {}),
      }}
    >
      <p>{t("verify.false-recalls")}</p>
      <div className="field">
        <label htmlFor={causeId}>{t("verify.cause")}</label>
        <Select<Cause>
          id={causeId}
          autoFocus
          defaultOpen
          showSearch={{ optionFilterProp: "label" }}
          size="large"
          placeholder={t("verify.cause-choose")}
          value={cause}
          onChange={setCause}
          options={causes.map((code) => ({
            value: code,
            label: `${code} ${rule(`cause.${code}`)}`,
          }))}
          listHeight={320}
          notFoundContent={null}
        />
      </div>
      {two && (
        <>
          <p className="muted">{t("verify.second-hint")}</p>
          <Signature label={t("verify.second")} onChange={setSecond} except={session.acting.id} />
        </>
      )}
    </Frame>
  );
}

export function TestDialog({ card, onClose }: Props): ReactElement {
  const { t } = useWords<DeskWord>();
  const act = useActHere();
  return (
    <Frame
      title={`${t("act.test")} · ${card.number}`}
      onClose={onClose}
      does={{
        label: t("verify.test-yes"),
        danger: true,
        ready: true,
        run: () => act({ command: "verify", incident: card.id, result: "test" }),
      }}
    >
      <p className="ask">{t("verify.test-ask")}</p>
      <p>{t("verify.false-recalls")}</p>
    </Frame>
  );
}
