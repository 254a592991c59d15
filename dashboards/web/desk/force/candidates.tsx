/** 候选站: who was considered for this incident and why each was taken or left, best first. */
import { memo, type ReactElement } from "react";
import type { CandidateRow, IncidentCard } from "#gateway/api/contract.ts";
import { formatClock } from "../../shared/format.ts";
import { useWords } from "../../shared/i18n.ts";
import { useLiveValue } from "../../shared/live.ts";
import "./force.css";
import type { ForceWord } from "./words/zh.ts";

export const Candidates = memo(All, (a, b) => a.card.firstAlarm === b.card.firstAlarm);

function All({ card }: { readonly card: IncidentCard }): ReactElement | null {
  const { t, text } = useWords<ForceWord>();
  const { firstAlarm } = card;
  if (!firstAlarm || firstAlarm.candidates.length === 0) return null;
  const { plan, short, candidates } = firstAlarm;
  return (
    <section className="candidates" aria-label={t("force.candidates")}>
      <h3>
        {t("force.candidates")}
        {plan && <span className="muted"> {t("force.plan", { plan: text(plan) })}</span>}
      </h3>
      {short.length > 0 && (
        <ul className="short">
          {short.map((one) => (
            <li key={one.zh}>{text(one)}</li>
          ))}
        </ul>
      )}
      <ol>
        {candidates.map((one) => (
          <Candidate key={`${one.station} ${one.verdict}`} one={one} />
        ))}
      </ol>
    </section>
  );
}

function Candidate({ one }: { readonly one: CandidateRow }): ReactElement {
  const { t, text } = useWords<ForceWord>();
  const utcOffsetMin = useLiveValue((live) => live.utcOffsetMin);
  const heard = one.heardAt === null ? "" : ` ${formatClock(one.heardAt, utcOffsetMin)}`;
  return (
    <li className="candidate" data-verdict={one.verdict} data-station={one.station}>
      <p className="candidate-head">
        <span>
          <strong>{text(one.reason)}</strong> {text(one.name)}{" "}
          <span className="muted">{one.station}</span>
          {one.firstDue && <span className="fact">{t("force.first-due")}</span>}
        </span>
        <span className="candidate-time">{text(one.way)}</span>
      </p>
      {one.kind === "rescue" && (
        <p className="muted">
          {[text(one.terms), `${text(one.status)}${heard}`].filter(Boolean).join(" · ")}
        </p>
      )}
    </li>
  );
}
