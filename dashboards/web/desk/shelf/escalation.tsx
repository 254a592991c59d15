/** Who was called because no desk acknowledges (rule E01), each with the telephone on demand. */
import type { ReactElement } from "react";
import type { AlarmRow } from "#gateway/api/contract.ts";
import { formatClock } from "../../shared/format.ts";
import { useWords } from "../../shared/i18n.ts";
import { useLiveValue } from "../../shared/live.ts";
import { PhoneOf } from "../phone-of.tsx";
import { furthestCalled, isUnacknowledged } from "../rows.ts";
import type { ShelfWord } from "./words/zh.ts";

type Step = NonNullable<AlarmRow["escalation"]>["steps"][number];

export function Called({ alarm }: { readonly alarm: AlarmRow }): ReactElement | null {
  const { escalation } = alarm;
  if (!escalation || escalation.steps.length === 0 || !isUnacknowledged(alarm)) return null;
  return (
    <ul className="called">
      {escalation.steps.map((step) => (
        <OneCall key={step.to} step={step} />
      ))}
    </ul>
  );
}

function OneCall({ step }: { readonly step: Step }): ReactElement {
  const { t, rule } = useWords<ShelfWord>();
  const utcOffsetMin = useLiveValue((live) => live.utcOffsetMin);
  const { to, at, person, name } = step;
  return (
    <li>
      <strong>
        {rule(`escalation.${to}`)} {formatClock(at, utcOffsetMin)}
      </strong>
      {person !== null && (
        <>
          {" "}
          {name ?? person} <PhoneOf person={person} />
        </>
      )}
      {person === null && to !== "second-desk" && (
        <span className="problem"> {t("escalation.nobody")}</span>
      )}
    </li>
  );
}

/** In the list: the last one who was called for the alarm that has gone furthest. */
export function LastCall({ alarms }: { readonly alarms: readonly AlarmRow[] }) {
  const { rule } = useWords();
  const utcOffsetMin = useLiveValue((live) => live.utcOffsetMin);
  const step = furthestCalled(alarms)?.escalation?.steps.at(-1);
  if (!step) return null;
  return (
    <span className="row-called">
      {rule(`escalation.${step.to}`)} {formatClock(step.at, utcOffsetMin)}
    </span>
  );
}
