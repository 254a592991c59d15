/** How far an incident is, as steps: what is done, where it stands, what is still to come. */
import type { ReactElement } from "react";
import type { IncidentCard } from "#gateway/api/contract.ts";
import { useWords } from "../shared/i18n.ts";
import { incidentSteps, type Step } from "./progress.ts";
import type { DeskWord } from "./words/zh.ts";

type Props = { readonly card: IncidentCard; readonly closed: boolean };

export function IncidentSteps({ card, closed }: Props): ReactElement {
  const { t, rule } = useWords<DeskWord>();
  const label = (step: Step): string => {
    // Once there is a result, it is said instead of the step that led there.
    if (step.name !== "verifying" || step.result === undefined) {
      return t(`step.${step.name}` as DeskWord);
    }
    return rule(`verification.${step.result}`);
  };
  return (
    <ol className="steps" aria-label={t("verify.title")}>
      {incidentSteps(card, closed).map((step) => (
        <li key={step.name} data-state={step.state}>
          {label(step)}
        </li>
      ))}
    </ol>
  );
}
