/**
 * What may be done with a permit as it stands, and what is offered first. The gateway decides; a button
 * that it would refuse for the state alone is not shown. Pure.
 */
import type { PermitAct, PermitView } from "#gateway/api/hot-work-contract.ts";
import { isAtWork, isBeforeWork, isWatched } from "#rules/hot-work/permit.ts";

/** What a station's crew may (gateway/identity/may.ts); whoever reads a site's form is told. */
export const stationActs: readonly string[] = [
  ...(["accept-inspection", "decline-inspection", "sign-inspection", "waive-party"] as const),
  ...(["note-gas-test", "stop-work"] as const),
];

type Now = (permit: PermitView) => boolean;

const inMatched: Now = ({ state, check }) => state === "matched" && check?.need !== "not-drawn";
const isPainting: Now = ({ report }) => report.kind === "painting";
const notPainting =
  (now: Now): Now =>
  (permit) =>
    !isPainting(permit) && now(permit);

const when: Readonly<Record<PermitAct, Now>> = {
  "cancel-permit": (permit) => permit.state === "draft" || isBeforeWork(permit),
  "refuse-permit": notPainting(isBeforeWork),
  "approve-permit": notPainting(
    (permit) =>
      (isBeforeWork(permit) && permit.approval === null) ||
      (isAtWork(permit) && permit.extension !== null),
  ),
  "accept-inspection": (permit) => inMatched(permit) && permit.check?.accepted === false,
  "decline-inspection": inMatched,
  "sign-inspection": inMatched,
  "waive-party": inMatched,
  "check-by-video": (permit) => inMatched(permit) && permit.check?.remoteAsked === true,
  "reschedule-permit": (permit) => permit.state === "matched",
  "note-gas-test": notPainting(
    (permit) => isAtWork(permit) || (isBeforeWork(permit) && permit.state !== "submitted"),
  ),
  "waive-gas-test": notPainting((permit) => permit.missing.includes("gas-test-not-waived")),
  "declare-place": (permit) => isAtWork(permit) || isBeforeWork(permit),
  "note-wind": (permit) => permit.report.outdoors && (isAtWork(permit) || isBeforeWork(permit)),
  "check-in": (permit) =>
    isWatched(permit) || (isBeforeWork(permit) && permit.state !== "submitted"),
  "hand-over-watch": (permit) => isWatched(permit) || isBeforeWork(permit),
  "start-work": notPainting(isBeforeWork),
  "stop-work": ({ state }) => state === "active",
  "confirm-stop": ({ state, stop }) => state === "suspended" && stop?.confirmed === false,
  "look-at-place": ({ state, stop }) => state === "suspended" && stop?.looked === false,
  "resume-work": ({ state }) => state === "suspended",
  "extend-permit": isAtWork,
  "end-work": isAtWork,
  "take-final-photo": ({ state, watch }) => state === "fire-watch" && watch.finalPhoto === null,
};

export function actsNow(permit: PermitView, may: readonly string[], person: string): PermitAct[] {
  return (Object.keys(when) as PermitAct[]).filter((act) => {
    if (!may.includes(act) || !when[act](permit)) return false;
    // Some are the watcher's alone, whoever else has the right.
    if (act === "check-in" || act === "confirm-stop") return permit.report.watcher.id === person;
    return true;
  });
}

/** What a fault that work lacks is put right by; null where only time or somebody else does. */
const remedies: Readonly<Record<string, PermitAct>> = {
  "not-approved": "approve-permit",
  "wrong-approver": "approve-permit",
  "gas-test-missing": "note-gas-test",
  "gas-test-stale": "note-gas-test",
  "gas-test-not-waived": "waive-gas-test",
  "dust-not-cleared": "declare-place",
  "goods-inside": "declare-place",
  "wind-unknown": "note-wind",
  wind: "note-wind",
  "watcher-not-here": "check-in",
  "watcher-holds-another": "hand-over-watch",
  "not-looked-at": "look-at-place",
  "too-late": "extend-permit",
};

export function remedyOf(missing: string): PermitAct | null {
  return remedies[missing] ?? null;
}

/** The last photo may be taken this much before the end of the fire watch (rules/hot-work/work.ts). */
export const photoEarlyMs = 300_000;

/** The one that stands large: what comes next. */
export function mainAct(
  permit: PermitView,
  acts: readonly PermitAct[],
  now: number,
): PermitAct | null {
  const { until } = permit.watch;
  const isEarly = until !== null && now < until - photoEarlyMs;
  const order: readonly PermitAct[] = [
    ...(["confirm-stop", "accept-inspection", "take-final-photo", "resume-work"] as const),
    ...(["start-work", "end-work"] as const),
  ];
  const next =
    order.find((act) => acts.includes(act) && !(isEarly && act === "take-final-photo")) ?? null;
  const begins = next === "start-work" || next === "resume-work";
  // What lacks something is put right first.
  return begins && permit.missing.length > 0 ? null : next;
}

/** Waits for this person's eyes: it stands on top, and sounds where it must. */
export type Urgency = "stop" | "check-in" | "photo" | null;

/** So long before a check-in is due the phone says so. */
export const remindMs = 120_000;

export function urgencyOf(permit: PermitView, now: number): Urgency {
  if (permit.state === "suspended" && permit.stop?.confirmed === false) return "stop";
  const { nextAt, until, finalPhoto } = permit.watch;
  if (isWatched(permit) && nextAt !== null && now > nextAt - remindMs) return "check-in";
  if (permit.state === "fire-watch" && until !== null && now >= until && finalPhoto === null) {
    return "photo";
  }
  return null;
}

const rank: Readonly<Record<string, number>> = { suspended: 0, active: 1, "fire-watch": 2 };

/** What burns first, then what comes next. */
export function arrangePermits(permits: readonly PermitView[]): PermitView[] {
  const of = ({ state }: PermitView): number => rank[state] ?? 3;
  return [...permits].sort((a, b) => of(a) - of(b) || a.report.startsAt - b.report.startsAt);
}
