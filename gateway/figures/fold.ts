/**
 * The figures of alarm management (IEC 62682, ISA-18.2) as a fold of journalled events over the last 30
 * days: how many new alarms, when, of which points and how urgent. Made once from the journal at start
 * and then event by event; no request reads the journal. Plain data, so that it can change threads.
 *
 * Every desk shows every alarm of the district: what comes in is what each seat gets.
 */
import type { Priority } from "#rules/alarm/alarm.ts";
import { rulesOfRates } from "#rules/alarm/own.ts";
import type { Recorded } from "#rules/event.ts";
import type { CauseCode } from "#rules/incident/incident.ts";

export const dayMs = 86_400_000;
const tenMinMs = 600_000;
export const keptDays = 30;
/** Contacts that are counted at once; the one not heard for longest makes way (invariant I8). */
const mostPoints = 5000;
const mostFloods = 1000;
const mostFalseOfPoint = 100;
/** Gone by itself within this: nobody could have acted on it (IEC 62682, fleeting alarm). */
const fleetingMs = 60_000;

export type PointFigures = {
  readonly site: string;
  readonly device: string;
  readonly point: string;
  rule: string;
  lastAt: number;
  /** Local day → what came on it. */
  readonly days: Map<number, Counts>;
  /** When it was verified to be false, and why. */
  falses: { readonly at: number; readonly cause: CauseCode | null }[];
};

type Counts = { alarms: number; chatters: number; fleeting: number };

type Open = { readonly key: string; at: number; isHeld: boolean; readonly isFire: boolean };

/** What the fold knows; every map in it is bounded. */
export type Figures = {
  /** Of the journal: events up to here are in it. */
  position: number;
  /** Since when it has been watched, at most 30 days ago. */
  since: number;
  utcOffsetMs: number;
  /** Begin of ten minutes, as a count of them since 1970 → new alarms. */
  readonly tens: Map<number, number>;
  readonly priorities: Map<number, Map<Priority, number>>;
  readonly points: Map<string, PointFigures>;
  readonly floods: { from: number; to: number | null; count: number }[];
  readonly open: Map<string, Open>;
  /** Open incident → keys of its fires. */
  readonly incidents: Map<string, Set<string>>;
  prunedDay: number;
};

export function noFigures(utcOffsetMin: number): Figures {
  return {
    position: 0,
    since: 0,
    utcOffsetMs: utcOffsetMin * 60_000,
    tens: new Map(),
    priorities: new Map(),
    points: new Map(),
    floods: [],
    open: new Map(),
    incidents: new Map(),
    prunedDay: 0,
  };
}

export function dayOf({ utcOffsetMs }: Pick<Figures, "utcOffsetMs">, at: number): number {
  return Math.floor((at + utcOffsetMs) / dayMs);
}

export function tenOf(at: number): number {
  return Math.floor(at / tenMinMs);
}

/** Folds one event; one that is in it already changes nothing. */
export function note(figures: Figures, event: Recorded): void {
  if (event.position <= figures.position) return;
  figures.position = event.position;
  if (figures.since === 0) figures.since = event.at;
  prune(figures, event.at);
  switch (event.type) {
    case "alarm-raised":
      return raised(figures, event);
    case "alarm-moved":
      return moved(figures, event);
    case "alarm-shelved":
    case "alarm-unshelved":
      return hold(figures, event.alarm, event.type === "alarm-shelved");
    case "alarm-suppressed":
      return hold(figures, event.alarm, true);
    case "alarm-worse":
    case "alarm-priority":
    case "alarm-real":
    case "alarm-unsuppressed":
      return hold(figures, event.alarm, false);
    case "taken-out-of-service":
    case "returned-to-service":
      for (const alarm of event.alarms) hold(figures, alarm, event.type === "taken-out-of-service");
      return;
    case "chatter-held": {
      const open = figures.open.get(event.alarm);
      const counts = open && countsOf(figures, open.key, event.at);
      if (counts) counts.chatters += 1;
      return;
    }
    case "flood-began":
      figures.floods.push({ from: event.at, to: null, count: event.count });
      if (figures.floods.length > mostFloods) figures.floods.shift();
      return;
    case "flood-ended": {
      const flood = figures.floods.at(-1);
      if (flood) Object.assign(flood, { to: event.at, count: event.count });
      return;
    }
    default:
      return noteIncident(figures, event);
  }
}

function raised(figures: Figures, event: Recorded & { type: "alarm-raised" }): void {
  if (event.test !== undefined || rulesOfRates.includes(event.rule)) return;
  const { site, device, point, rule, at } = event;
  const key = `${site}/${device}#${point}`;
  const isFire = event.class === "fire";
  // What is kept from the desk is no new alarm of a seat, as for a flood.
  const isHeld = (event.suppressedBy ?? event.outOfService) !== undefined;
  figures.open.set(event.alarm, { key, at, isHeld, isFire });
  if (isHeld) return;
  const known = figures.points.get(key);
  if (known) Object.assign(known, { rule, lastAt: at });
  else makePoint(figures, key, { site, device, point, rule, lastAt: at });
  count(figures, key, at);
  const day = dayOf(figures, at);
  const of = figures.priorities.get(day) ?? new Map<Priority, number>();
  figures.priorities.set(day, of.set(event.priority, (of.get(event.priority) ?? 0) + 1));
}

function makePoint(
  { points }: Figures,
  key: string,
  of: Omit<PointFigures, "days" | "falses">,
): void {
  if (points.size >= mostPoints) {
    let oldest: [string, number] = ["", Number.POSITIVE_INFINITY];
    for (const [one, { lastAt }] of points) if (lastAt < oldest[1]) oldest = [one, lastAt];
    points.delete(oldest[0]);
  }
  points.set(key, { ...of, days: new Map(), falses: [] });
}

/** One more that somebody at a desk sees and hears as new. */
function count(figures: Figures, key: string, at: number): void {
  const ten = tenOf(at);
  figures.tens.set(ten, (figures.tens.get(ten) ?? 0) + 1);
  const counts = countsOf(figures, key, at);
  if (counts) counts.alarms += 1;
}

function countsOf(figures: Figures, key: string, at: number): Counts | undefined {
  const point = figures.points.get(key);
  if (!point) return undefined;
  const day = dayOf(figures, at);
  const known = point.days.get(day);
  if (known) return known;
  const counts = { alarms: 0, chatters: 0, fleeting: 0 };
  point.days.set(day, counts);
  return counts;
}

function moved(figures: Figures, event: Recorded & { type: "alarm-moved" }): void {
  const open = figures.open.get(event.alarm);
  if (!open) return;
  const { at, why } = event;
  if (why === "raise" && !open.isHeld) {
    open.at = at;
    count(figures, open.key, at);
  }
  if (why === "return" && at - open.at <= fleetingMs && !open.isFire) {
    const counts = countsOf(figures, open.key, at);
    if (counts) counts.fleeting += 1;
  }
  if (event.to === "normal") figures.open.delete(event.alarm);
}

function hold({ open }: Figures, alarm: string, isHeld: boolean): void {
  const known = open.get(alarm);
  if (known) known.isHeld = isHeld;
}

/** Which points a result of verification is about: the fires of its incident. */
function noteIncident(figures: Figures, event: Recorded): void {
  const { incidents } = figures;
  const add = (incident: string, alarm: string): void => {
    const open = figures.open.get(alarm);
    if (!open?.isFire) return;
    incidents.set(incident, (incidents.get(incident) ?? new Set()).add(open.key));
  };
  switch (event.type) {
    case "incident-opened":
    case "incident-joined":
      return add(event.incident, event.alarm);
    case "incident-split":
      for (const alarm of event.alarms) add(event.into, alarm);
      return;
    case "incident-merged":
      for (const key of incidents.get(event.incident) ?? []) {
        incidents.set(event.into, (incidents.get(event.into) ?? new Set()).add(key));
      }
      incidents.delete(event.incident);
      return;
    case "incident-archived":
      incidents.delete(event.incident);
      return;
    case "verification-moved": {
      if (event.to !== "false") return;
      for (const key of incidents.get(event.incident) ?? []) {
        const point = figures.points.get(key);
        const falses = [...(point?.falses ?? []), { at: event.at, cause: event.cause }];
        if (point) point.falses = falses.slice(-mostFalseOfPoint);
      }
      return;
    }
    default:
      return;
  }
}

/** Once a day: what is older than 30 days is no figure any more. */
function prune(figures: Figures, at: number): void {
  const day = dayOf(figures, at);
  if (day === figures.prunedDay) return;
  figures.prunedDay = day;
  const first = day - keptDays + 1;
  const begin = first * dayMs - figures.utcOffsetMs;
  figures.since = Math.max(figures.since, begin);
  for (const ten of figures.tens.keys()) if (ten < tenOf(begin)) figures.tens.delete(ten);
  for (const old of figures.priorities.keys()) if (old < first) figures.priorities.delete(old);
  for (const [key, point] of figures.points) {
    for (const old of point.days.keys()) if (old < first) point.days.delete(old);
    point.falses = point.falses.filter((one) => one.at >= begin);
    if (point.days.size === 0 && point.falses.length === 0) figures.points.delete(key);
  }
  while (figures.floods[0] && (figures.floods[0].to ?? at) < begin) figures.floods.shift();
}
