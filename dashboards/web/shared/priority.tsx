/**
 * A priority as a person sees it: a word, a shape and a colour, never a colour alone (DESIGN §5).
 * Unconfirmed fire and suppression out of service are both P1 and have a shape and word of their own.
 */
import type { ReactElement } from "react";
import type { AlarmRow } from "#gateway/api/contract.ts";
import { type Language, priorityText } from "#rules/text/render.ts";
import { useWords } from "./i18n.ts";

export type PriorityMark = "P0" | "P1-fire" | "P1-suppression" | "P2" | "P3" | "P4";

/** The mark of a priority in its class; most urgent first in `marks`. */
export function markOf(priority: AlarmRow["priority"], of: AlarmRow["class"]): PriorityMark {
  if (priority !== "P1") return priority;
  return of === "fire" || of === "emergency" ? "P1-fire" : "P1-suppression";
}

export function wordOf(
  language: Language,
  priority: AlarmRow["priority"],
  of: AlarmRow["class"],
): string {
  return priorityText(language, priority, of);
}

/** Told apart in one colour and at 12 px: square, triangle, hexagon, diamond, circle, ring. */
const shapes: Readonly<Record<PriorityMark, ReactElement>> = {
  P0: <path d="M1 1h14v14H1z" />,
  "P1-fire": <path d="M8 1 15.5 15H.5z" />,
  "P1-suppression": <path d="M4.5 1.5h7L15.5 8l-4 6.5h-7L.5 8z" />,
  P2: <path d="M8 .5 15.5 8 8 15.5.5 8z" />,
  P3: <circle cx="8" cy="8" r="7" />,
  P4: <circle cx="8" cy="8" r="5.5" fill="none" stroke="currentColor" strokeWidth="2.5" />,
};

export function PriorityShape({ mark }: { readonly mark: PriorityMark }): ReactElement {
  return (
    <svg viewBox="0 0 16 16" fill="currentColor" aria-hidden="true" data-shape={mark}>
      {shapes[mark]}
    </svg>
  );
}

type Props = { readonly priority: AlarmRow["priority"]; readonly class: AlarmRow["class"] };

export function PriorityTag({ priority, class: of }: Props): ReactElement {
  const { language } = useWords();
  const mark = markOf(priority, of);
  return (
    <span className="priority" data-priority={mark}>
      <PriorityShape mark={mark} />
      {wordOf(language, priority, of)}
    </span>
  );
}
