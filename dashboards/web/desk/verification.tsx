/**
 * What is done first (接警, 消音), and what the fire turns out to be. One never stops the other, and
 * no button leaves its place: what cannot be done now is disabled.
 */
import type { ReactElement } from "react";
import type { AlarmRow, IncidentCard } from "#gateway/api/contract.ts";
import { formatClock } from "../shared/format.ts";
import { useWords } from "../shared/i18n.ts";
import { useLiveValue } from "../shared/live.ts";
import { type Command, useDesk } from "./acts.ts";
import { useArmed } from "./armed.ts";
import { type DeskAction, shownKey } from "./keys.ts";
import { ActButton, FirstAlarmIn, KeyCap, OpenButton } from "./parts.tsx";
import { mayVerify, type VerifyResult } from "./progress.ts";
import { isUnacknowledged } from "./rows.ts";
import type { DeskWord } from "./words/zh.ts";

/** 接警 and 消音 for all alarms of the card at once; each alone stands in its line. */
export function FirstActs({ alarms }: { readonly alarms: readonly AlarmRow[] }): ReactElement {
  const { t } = useWords<DeskWord>();
  const waiting = alarms.filter(isUnacknowledged);
  const sounding = alarms.filter((alarm) => alarm.sounding);
  return (
    <div className="first-acts">
      <EveryAlarm
        alarms={waiting}
        does="acknowledge"
        label={
          waiting.length > 1
            ? t("act.acknowledge-all", { count: waiting.length })
            : t("act.acknowledge")
        }
      />
      <EveryAlarm
        alarms={sounding}
        does="silence"
        label={
          sounding.length > 1 ? t("act.silence-all", { count: sounding.length }) : t("act.silence")
        }
      />
      {waiting.length === 0 && <Acknowledged alarms={alarms} />}
    </div>
  );
}

type EveryAlarmProps = {
  readonly alarms: readonly AlarmRow[];
  readonly does: "acknowledge" | "silence";
  readonly label: string;
};

function EveryAlarm({ alarms, does, label }: EveryAlarmProps): ReactElement {
  const { act, isPending } = useDesk();
  const command = ({ id }: AlarmRow): Command => ({ command: does, alarm: id });
  const pending = alarms.some((alarm) => isPending(command(alarm)));
  return (
    <button
      type="button"
      className={`button big ${does === "acknowledge" ? "primary" : "plain"}`}
      data-does={does}
      disabled={pending || alarms.length === 0}
      aria-busy={pending}
      onClick={() => {
        for (const alarm of alarms) void act(command(alarm));
      }}
    >
      {label}
      {pending ? <span className="spinner" aria-hidden="true" /> : <KeyCap does={does} />}
    </button>
  );
}

/** Who took it: the last of them, where there were several. */
function Acknowledged({ alarms }: { readonly alarms: readonly AlarmRow[] }): ReactElement | null {
  const { t } = useWords<DeskWord>();
  const utcOffsetMin = useLiveValue((live) => live.utcOffsetMin);
  const last = [...alarms].sort((a, b) => (a.acknowledgedAt ?? 0) - (b.acknowledgedAt ?? 0)).at(-1);
  if (!last || last.acknowledgedAt === null) return null;
  const name = last.acknowledgedByName ?? last.acknowledgedBy ?? "";
  const at = formatClock(last.acknowledgedAt, utcOffsetMin);
  return <span className="muted">{t("card.acknowledged-by", { name, at })}</span>;
}

export function Verification({ card }: { readonly card: IncidentCard }): ReactElement {
  const { t, rule } = useWords<DeskWord>();
  const { open } = useDesk();
  const armed = useArmed();
  const may = (result: VerifyResult): boolean => mayVerify(card, result);
  const verify = (result: "verifying" | "confirmed" | "undetermined") =>
    ({ command: "verify", incident: card.id, result }) as const;
  const label = (does: DeskAction, word: DeskWord): string =>
    armed === does ? t("act.press-again", { key: shownKey(does) }) : t(word);
  const { verification, cause } = card;
  const isFire = card.kind === "fire";
  const result = verification === "undetermined" || !may("confirmed");
  return (
    <section className="verification">
      <header className="part-head">
        <h2>{t("verify.title")}</h2>
        {result && (
          <strong>
            {rule(`verification.${verification}`)}
            {cause && ` · ${rule(`cause.${cause}`)}`}
          </strong>
        )}
        {card.firstAlarmAt !== null && <FirstAlarmIn at={card.firstAlarmAt} />}
      </header>
      <div className="verify-acts">
        <ActButton does="verifying" command={verify("verifying")} disabled={!may("verifying")}>
          {t("act.verifying")}
        </ActButton>
        <OpenButton
          does="false"
          disabled={!may("false")}
          onClick={() => open({ kind: "false", card })}
        >
          {t("act.false")}
        </OpenButton>
        <OpenButton
          does="test"
          disabled={!may("test")}
          onClick={() => open({ kind: "test", card })}
        >
          {t("act.test")}
        </OpenButton>
        <ActButton
          does="confirmed"
          look={armed === "confirmed" ? "armed" : "danger"}
          command={verify("confirmed")}
          disabled={!may("confirmed")}
        >
          {label("confirmed", isFire ? "act.confirmed" : "act.confirmed-emergency")}
        </ActButton>
        <ActButton
          does="undetermined"
          look={armed === "undetermined" ? "armed" : "plain"}
          command={verify("undetermined")}
          disabled={!may("undetermined")}
        >
          {label("undetermined", isFire ? "act.undetermined" : "act.undetermined-emergency")}
        </ActButton>
      </div>
    </section>
  );
}
