/** What is done first (接警, 消音), and what the fire turns out to be. One never stops the other. */
import type { ReactElement } from "react";
import type { AlarmRow, IncidentCard } from "#gateway/api/contract.ts";
import { useWords } from "../shared/i18n.ts";
import { useDesk } from "./acts.ts";
import { useArmed } from "./armed.ts";
import { ActButton, KeyCap, OpenButton } from "./parts.tsx";
import { isUnacknowledged } from "./rows.ts";
import type { DeskWord } from "./words/zh.ts";

/** 接警 and 消音 for all alarms of the card at once; each alone stands in its line. */
export function FirstActs({
  alarms,
}: {
  readonly alarms: readonly AlarmRow[];
}): ReactElement | null {
  const { t } = useWords<DeskWord>();
  const { act, isPending } = useDesk();
  const waiting = alarms.filter(isUnacknowledged);
  const sounding = alarms.filter((alarm) => alarm.sounding);
  if (waiting.length === 0 && sounding.length === 0) return null;
  const all = (command: "acknowledge" | "silence", of: readonly AlarmRow[]) => ({
    pending: of.some((alarm) => isPending({ command, alarm: alarm.id })),
    run: () => {
      for (const alarm of of) void act({ command, alarm: alarm.id });
    },
  });
  const acknowledge = all("acknowledge", waiting);
  const silence = all("silence", sounding);
  return (
    <div className="first-acts">
      {waiting.length > 0 && (
        <button
          type="button"
          className="button primary big"
          data-does="acknowledge"
          disabled={acknowledge.pending}
          aria-busy={acknowledge.pending}
          onClick={acknowledge.run}
        >
          {waiting.length > 1
            ? t("act.acknowledge-all", { count: waiting.length })
            : t("act.acknowledge")}
          {acknowledge.pending ? (
            <span className="spinner" aria-hidden="true" />
          ) : (
            <KeyCap does="acknowledge" />
          )}
        </button>
      )}
      {sounding.length > 0 && (
        <button
          type="button"
          className="button plain big"
          data-does="silence"
          disabled={silence.pending}
          aria-busy={silence.pending}
          onClick={silence.run}
        >
          {sounding.length > 1
            ? t("act.silence-all", { count: sounding.length })
            : t("act.silence")}
          {silence.pending ? (
            <span className="spinner" aria-hidden="true" />
          ) : (
            <KeyCap does="silence" />
          )}
        </button>
      )}
    </div>
  );
}

const atEnd: readonly IncidentCard["verification"][] = ["confirmed", "false", "test"];

export function Verification({ card }: { readonly card: IncidentCard }): ReactElement {
  const { t, rule } = useWords<DeskWord>();
  const { open } = useDesk();
  const armed = useArmed();
  const { verification } = card;
  const started = verification !== "received" && verification !== "acknowledged";
  const over = atEnd.includes(verification);
  const verify = (result: "verifying" | "confirmed" | "undetermined") =>
    ({ command: "verify", incident: card.id, result }) as const;
  const again = (does: "confirmed" | "undetermined"): string =>
    armed === does ? ` · ${t("act.press-again", { key: does === "confirmed" ? "T" : "U" })}` : "";
  return (
    <section className="verification">
      <h2>{t("verify.title")}</h2>
      {over || verification === "undetermined" ? (
        <p className="verified">
          {t("verify.done")}: <strong>{rule(`verification.${verification}`)}</strong>
          {card.cause && ` · ${rule(`cause.${card.cause}`)}`}
        </p>
      ) : null}
      {!over && (
        <div className="verify-acts">
          {!started && (
            <ActButton does="verifying" command={verify("verifying")}>
              {t("act.verifying")}
            </ActButton>
          )}
          <ActButton does="confirmed" look="danger" command={verify("confirmed")}>
            {t("act.confirmed")}
            {again("confirmed")}
          </ActButton>
          {verification !== "undetermined" && (
            <ActButton does="undetermined" command={verify("undetermined")}>
              {t("act.undetermined")}
              {again("undetermined")}
            </ActButton>
          )}
          <OpenButton does="false" onClick={() => open({ kind: "false", card })}>
            {t("act.false")}
          </OpenButton>
        </div>
      )}
    </section>
  );
}
