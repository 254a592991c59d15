/**
 * 核实为误报: a cause, who looked and what was found; for a confirmed fire a second person, with a PIN of
 * their own or from elsewhere. 试验: asked once more, because both call the crews back.
 */
import { Select } from "antd";
import { type ReactElement, useId, useState } from "react";
import type { IncidentCard } from "#gateway/api/contract.ts";
import { type CauseCode, causeCodes } from "#rules/incident/incident.ts";
import { useWords } from "../shared/i18n.ts";
import { useLiveValue } from "../shared/live.ts";
import { type ByPin, useDesk } from "./acts.ts";
import { Frame, useActHere } from "./frame.tsx";
import { FalseLook, isWhole, lookOf, noLook, SecondWay } from "./incident/false-look.tsx";
import type { IncidentWord } from "./incident/words/zh.ts";
import { Signature } from "./person-dialog.tsx";
import { toRefusal } from "./refusal.ts";
import type { DeskWord } from "./words/zh.ts";

type Props = { readonly card: IncidentCard; readonly onClose: () => void };

export function FalseAlarmDialog({ card, onClose }: Props): ReactElement {
  const { t } = useWords<DeskWord | IncidentWord>();
  const { session } = useDesk();
  const act = useActHere();
  const clockOffsetMs = useLiveValue((live) => live.clockOffsetMs);
  const [cause, setCause] = useState<CauseCode | null>(null);
  const [look, setLook] = useState(noLook);
  const [way, setWay] = useState<"here" | "remote">("here");
  const [second, setSecond] = useState<ByPin | null>(null);
  const two = card.priority === "P0";
  const asks = two && way === "remote";
  const run = async () => {
    if (cause === null) return null;
    const verify = { command: "verify", incident: card.id, result: "false", cause } as const;
    try {
      const seen = await lookOf(look, Date.now() + clockOffsetMs - 1000);
      const command = { ...verify, look: seen, ...(asks ? ({ ask: true } as const) : {}) };
      return await act(command, second && !asks ? { second } : {});
    } catch (error) {
      return toRefusal(error);
    }
  };
  const isSigned = !two || asks || second !== null;
  return (
    <Frame
      title={`${t("act.false")} · ${card.number}`}
      onClose={onClose}
      width={760}
      does={{
        label: t("act.false"),
        danger: true,
        ready: cause !== null && isWhole(look) && isSigned,
        run,
      }}
    >
      <p>{t("verify.false-recalls")}</p>
      <CauseChoice cause={cause} onChange={setCause} />
      <FalseLook card={card} look={look} onChange={setLook} />
      {two && (
        <>
          <p className="muted">{t("verify.second-hint")}</p>
          <SecondWay how={way} onChange={setWay} />
        </>
      )}
      {asks && <p>{t("false.ask-hint", { seconds: 120 })}</p>}
      {two && !asks && (
        <Signature label={t("verify.second")} onChange={setSecond} except={session.acting.id} />
      )}
    </Frame>
  );
}

type CauseProps = {
  readonly cause: CauseCode | null;
  readonly onChange: (cause: CauseCode) => void;
};

/** The taxonomy of the rules, level 2. */
function CauseChoice({ cause, onChange }: CauseProps): ReactElement {
  const { t, rule } = useWords<DeskWord>();
  const id = useId();
  return (
    <div className="field">
      <label htmlFor={id}>{t("verify.cause")}</label>
      <Select<CauseCode>
        id={id}
        autoFocus
        defaultOpen
        showSearch={{ optionFilterProp: "label" }}
        size="large"
        placeholder={t("verify.cause-choose")}
        value={cause}
        onChange={onChange}
        options={causeCodes.map((code) => ({
          value: code,
          label: `${code} ${rule(`cause.${code}`)}`,
        }))}
        listHeight={320}
        notFoundContent={null}
      />
    </div>
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
