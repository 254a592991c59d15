/** The 1-3-5 clock of a card: what is still to come counts down, what is late says so. */
import type { ReactElement } from "react";
import type { IncidentCard } from "#gateway/api/contract.ts";
import { formatLasting } from "../../shared/format.ts";
import { useWords } from "../../shared/i18n.ts";
import { useNow } from "../use-now.ts";
import "./force.css";
import type { ForceWord } from "./words/zh.ts";

type Arrival = NonNullable<IncidentCard["arrival"]>;
type Step = Arrival["steps"][number];

export function ArrivalClock({ card }: { readonly card: IncidentCard }): ReactElement | null {
  const { t, text } = useWords<ForceWord>();
  const { arrival } = card;
  if (!arrival) return null;
  return (
    <ol className="arrival" aria-label={t("force.arrival")}>
      <li className="muted">{text(arrival.area)}</li>
      {arrival.steps.map((step) => (
        <li key={step.step} data-step={step.step} data-state={stateOf(step)}>
          <span>{text(step.label)}</span> <When step={step} from={arrival.from} />
        </li>
      ))}
    </ol>
  );
}

type State = "reached" | "reached-late" | "late" | "over" | "running" | "no-limit";

function stateOf({ reachedAt, limitAt, verdict }: Step): State {
  if (reachedAt !== null) {
    return limitAt !== null && reachedAt > limitAt ? "reached-late" : "reached";
  }
  if (verdict === "late") return "late";
  if (verdict !== null) return "over";
  return limitAt === null ? "no-limit" : "running";
}

function When({ step, from }: { readonly step: Step; readonly from: number }): ReactElement {
  const { t } = useWords<ForceWord>();
  const now = useNow();
  const { reachedAt, limitAt } = step;
  switch (stateOf(step)) {
    case "reached":
      return <strong>{t("force.reached", { for: formatLasting((reachedAt ?? 0) - from) })}</strong>;
    case "reached-late":
      return (
        <strong>{t("force.reached-late", { for: formatLasting((reachedAt ?? 0) - from) })}</strong>
      );
    case "late":
      return (
        <strong className="lasting">
          {t("force.late", { for: formatLasting(Math.max(0, now - (limitAt ?? now))) })}
        </strong>
      );
    case "over":
      return <span>{t(step.verdict === "nobody-sent" ? "force.nobody" : "force.called-off")}</span>;
    case "no-limit":
      return <span>{t("force.no-limit")}</span>;
    case "running":
      return (
        <span className="lasting">
          {t("force.left", { for: formatLasting(Math.max(0, (limitAt ?? now) - now)) })}
        </span>
      );
  }
}
