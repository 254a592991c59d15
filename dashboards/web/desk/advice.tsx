/** What a person does about the conditions that stand, where their rules say so; the same once. */
import type { ReactElement } from "react";
import type { AlarmRow } from "#gateway/api/contract.ts";
import { useWords } from "../shared/i18n.ts";

export function Advice({ alarms }: { readonly alarms: readonly AlarmRow[] }): ReactElement {
  const { text } = useWords();
  const titles = new Map<string, Set<string>>();
  for (const { advice, condition, title } of alarms) {
    if (text(advice) === "" || condition === "inactive") continue;
    const known = titles.get(text(advice)) ?? new Set();
    titles.set(text(advice), known.add(text(title)));
  }
  return (
    <>
      {[...titles].map(([advice, of]) => (
        <p className="card-advice" key={advice}>
          <strong>{[...of].join(" / ")}</strong> {advice}
        </p>
      ))}
    </>
  );
}
