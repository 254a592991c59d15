/** Permits in the order in which somebody needs them, and what each of them waits for. Pure. */
import type { PermitView } from "#gateway/api/hot-work-contract.ts";
import { formatDateTime } from "../../shared/format.ts";

/** What stands still is on top, then what burns, what is watched, what is to come, and what is over. */
export const groups = ["stopped", "at-work", "watched", "to-come", "over"] as const;
export type Group = (typeof groups)[number];

const groupOfState: Readonly<Record<PermitView["state"], Group>> = {
  suspended: "stopped",
  active: "at-work",
  "work-ended": "watched",
  "fire-watch": "watched",
  draft: "to-come",
  submitted: "to-come",
  matched: "to-come",
  checked: "to-come",
  "gas-tested": "to-come",
  closed: "over",
  refused: "over",
  expired: "over",
  cancelled: "over",
};

export function groupOf({ state }: Pick<PermitView, "state">): Group {
  return groupOfState[state];
}

const dayMs = 86_400_000;

/** Midnight of the local day. */
export function dayOf(at: number, utcOffsetMin: number): number {
  const offset = utcOffsetMin * 60_000;
  return Math.floor((at + offset) / dayMs) * dayMs - offset;
}

type Days = { readonly utcOffsetMin: number; readonly days: number };

/** Of the day of `from` and so many after it: planned there, or still going on. A draft is nobody's yet. */
export function permitsOf(
  permits: readonly PermitView[],
  from: number,
  { utcOffsetMin, days }: Days,
): PermitView[] {
  const start = dayOf(from, utcOffsetMin);
  const end = start + days * dayMs;
  return permits
    .filter(({ state }) => state !== "draft")
    .filter(({ report: { startsAt, endsAt }, watch }) => {
      return startsAt < end && Math.max(endsAt, watch.until ?? 0) > start;
    })
    .sort(byNeed);
}

export function byNeed(a: PermitView, b: PermitView): number {
  const order = groups.indexOf(groupOf(a)) - groups.indexOf(groupOf(b));
  return order || a.report.startsAt - b.report.startsAt || (a.id < b.id ? -1 : 1);
}

export type Clock = {
  /** A word: permit.clock.NAME. */
  readonly name: "check-in" | "fire-watch" | "confirm-stop" | "starts" | "inspector" | "photo";
  readonly at: number;
  /** It runs out, or has: somebody should look. */
  readonly isUrgent: boolean;
};

const soonMs = 120_000;

/** The one time that matters now; null where nothing is waited for. */
export function clockOf(permit: PermitView, now: number): Clock | null {
  const { state, watch, stop, report, check } = permit;
  const soon = (at: number): boolean => at - now < soonMs;
  switch (state) {
    case "suspended":
      if (stop && !stop.confirmed) return { name: "confirm-stop", at: stop.at, isUrgent: true };
      return checkIn(permit, now);
    case "active":
      return checkIn(permit, now);
    case "work-ended":
    case "fire-watch": {
      const { until } = watch;
      if (until === null) return null;
      if (until <= now) return { name: "photo", at: until, isUrgent: true };
      return { name: "fire-watch", at: until, isUrgent: false };
    }
    case "matched":
      if (check?.need !== "not-drawn" && check?.expectedAt) {
        return { name: "inspector", at: check.expectedAt, isUrgent: soon(check.expectedAt) };
      }
      return { name: "starts", at: report.startsAt, isUrgent: false };
    case "submitted":
    case "checked":
    case "gas-tested":
      return { name: "starts", at: report.startsAt, isUrgent: false };
    default:
      return null;
  }
}

function checkIn({ watch }: PermitView, now: number): Clock | null {
  if (watch.nextAt === null) return null;
  const isUrgent = watch.missed > 0 || watch.nextAt - now < soonMs;
  return { name: "check-in", at: watch.nextAt, isUrgent };
}

/** "08:00–12:00", with its dates where it is not of this day. */
export function formatSpan(from: number, until: number, day: number, utcOffsetMin: number): string {
  const one = (at: number): string => {
    const [date = "", time = ""] = formatDateTime(at, utcOffsetMin).split(" ");
    const isOfDay = dayOf(at, utcOffsetMin) === dayOf(day, utcOffsetMin);
    return isOfDay ? time.slice(0, 5) : `${date.slice(5)} ${time.slice(0, 5)}`;
  };
  return `${one(from)}–${one(until)}`;
}
