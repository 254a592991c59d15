/** State of a permit, its one running time, and its place: the same in list, calendar, page and wall. */
import type { ReactElement } from "react";
import type { PermitView } from "#gateway/api/hot-work-contract.ts";
import { formatLasting } from "../../shared/format.ts";
import { useNow } from "../use-now.ts";
import { type Clock, clockOf, groupOf } from "./permits.ts";
import { usePermitWords } from "./words.ts";

/** A shape for each group: told apart without its colour. */
const shapes = {
  stopped: "M8 1 15 8 8 15 1 8ZM5 7.2v1.6h6V7.2Z",
  "at-work": "M8 1c1 3 5 5 5 9a5 5 0 0 1-10 0c0-2 1-3 2-4 0 2 1 3 2 3 1-2 0-5 1-8Z",
  watched: "M8 3c4 0 7 5 7 5s-3 5-7 5-7-5-7-5 3-5 7-5Zm0 2.5a2.5 2.5 0 1 0 0 5 2.5 2.5 0 0 0 0-5Z",
  "to-come":
    "M8 1a7 7 0 1 1 0 14A7 7 0 0 1 8 1Zm0 1.6a5.4 5.4 0 1 0 0 10.8A5.4 5.4 0 0 0 8 2.6ZM7.2 4h1.6v3.7l2.6 1.5-.8 1.4-3.4-2Z",
  over: "M2 7h12v2H2Z",
} as const;

export function StateMark({ permit }: { readonly permit: PermitView }): ReactElement {
  const { of } = usePermitWords();
  const group = groupOf(permit);
  return (
    <span className="permit-state" data-group={group}>
      <svg viewBox="0 0 16 16" aria-hidden="true">
        <path d={shapes[group]} fill="currentColor" fillRule="evenodd" />
      </svg>
      {of("state", permit.state)}
    </span>
  );
}

/** A countdown, or how long it is overdue; nothing where nothing is waited for. */
export function PermitClock({ permit }: { readonly permit: PermitView }): ReactElement | null {
  const { t } = usePermitWords();
  const now = useNow();
  const clock = clockOf(permit, now);
  if (!clock) return null;
  const left = clock.at - now;
  const time = formatLasting(Math.abs(left));
  return (
    <span className="permit-clock" data-urgent={clock.isUrgent}>
      {t(`permit.clock.${clock.name}`)}{" "}
      <strong>{t(wordOf(clock.name, left), { for: time })}</strong>
      {permit.watch.missed > 0 && clock.name === "check-in" && (
        <em> {t("permit.missed", { count: permit.watch.missed })}</em>
      )}
    </span>
  );
}

/** What is not confirmed has no end to count down to: how long it has been so. */
function wordOf(name: Clock["name"], left: number): "permit.in" | "permit.over" | "permit.for" {
  if (name === "confirm-stop") return "permit.for";
  return left >= 0 ? "permit.in" : "permit.over";
}

export function usePlace(): (permit: PermitView) => string {
  const { text } = usePermitWords();
  return ({ report: { siteName, zoneName, floor } }) =>
    [text(siteName), zoneName && text(zoneName), floor].filter(Boolean).join(" ");
}

/** Why it stands still, in words; null where it does not. */
export function CauseLine({ permit }: { readonly permit: PermitView }): ReactElement | null {
  const { t, of } = usePermitWords();
  if (!permit.stop) return null;
  return (
    <p className="permit-cause">{t("permit.cause", { cause: of("cause", permit.stop.cause) })}</p>
  );
}
