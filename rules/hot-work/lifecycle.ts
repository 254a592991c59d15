/**
 * The life of a permit as a table. What is not in it cannot happen: the core moves a permit by
 * `stepPermit` alone, and the API refuses with the reason it gives.
 */
export const permitStates = [
  "draft",
  "submitted",
  "matched",
  "checked",
  "gas-tested",
  "active",
  "suspended",
  "work-ended",
  "fire-watch",
  "closed",
  "refused",
  "expired",
  "cancelled",
] as const;
export type PermitState = (typeof permitStates)[number];

export type PermitTrigger =
  | "submit"
  | "match"
  | "pass"
  | "fail"
  | "gas"
  | "start"
  | "suspend"
  | "resume"
  | "end-work"
  | "watch"
  | "close"
  | "refuse"
  | "expire"
  | "cancel";

type Row = Readonly<Partial<Record<PermitTrigger, PermitState>>>;

const beforeWork = { refuse: "refused", expire: "expired", cancel: "cancelled" } as const;

/**
 * A permit of the second class that was not drawn goes from matched on; what else it needs before it
 * may start stands in start.ts.
 */
export const permitTable: Readonly<Record<PermitState, Row>> = {
  draft: { submit: "submitted", expire: "expired", cancel: "cancelled" },
  submitted: { match: "matched", ...beforeWork },
  matched: { pass: "checked", fail: "refused", gas: "gas-tested", start: "active", ...beforeWork },
  checked: { gas: "gas-tested", start: "active", ...beforeWork },
  "gas-tested": { start: "active", ...beforeWork },
  active: { suspend: "suspended", "end-work": "work-ended" },
  suspended: { resume: "active", "end-work": "work-ended" },
  "work-ended": { watch: "fire-watch" },
  "fire-watch": { close: "closed" },
  closed: {},
  refused: {},
  expired: {},
  cancelled: {},
};

/** Where a trigger leads; null where it leads nowhere. */
export function stepPermit(state: PermitState, trigger: PermitTrigger): PermitState | null {
  return permitTable[state][trigger] ?? null;
}

/** Nothing of it is to come. */
export function isOver(state: PermitState): boolean {
  return Object.keys(permitTable[state]).length === 0;
}
