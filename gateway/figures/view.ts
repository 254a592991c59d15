/**
 * The figures as a page reads them: each beside its target of ISA-18.2 / IEC 62682 (the numbers of an
 * operator position: about 150 alarms a day, 6 an hour, 1 in 10 min; 10 in 10 min is a flood).
 */
import type { Alarm, Priority } from "#rules/alarm/alarm.ts";
import { alarmText, placeText, ruleText } from "#rules/text/render.ts";
import type { FigureId, FiguresView } from "../api/figures-contract.ts";
import { both, type Sight } from "../views/sight.ts";
import {
  dayMs,
  dayOf,
  type Figures,
  keptDays,
  noFigures,
  type PointFigures,
  tenOf,
} from "./fold.ts";

const hourMs = 3_600_000;
const tenMinMs = 600_000;
const tensOfDay = dayMs / tenMinMs;
const mostShown = 10;
const mostOrders = 50;
/** Standing for longer than this is stale (ISA-18.2: 24 h). */
const staleMs = dayMs;

type Target = readonly [
  unit: FiguresView["figures"][number]["unit"],
  sense: FiguresView["figures"][number]["sense"],
  target: number,
];

/** ISA-18.2-2016, table of metrics; IEC 62682:2014, clause 16. */
export const targets: Readonly<Record<FigureId, Target>> = {
  "per-day": ["alarms", "at-most", 150],
  "per-hour": ["alarms", "at-most", 6],
  "per-ten-minutes": ["alarms", "at-most", 1],
  "peak-ten-minutes": ["alarms", "at-most", 10],
  "hours-over-30": ["percent", "at-most", 1],
  "tens-over-10": ["percent", "at-most", 1],
  "time-in-flood": ["percent", "at-most", 1],
  "top-ten-share": ["percent", "at-most", 5],
  chattering: ["alarms", "at-most", 0],
  fleeting: ["alarms", "at-most", 0],
  stale: ["alarms", "at-most", 5],
  "priority-high": ["percent", "at-most", 5],
  "priority-medium": ["percent", "at-most", 15],
  "priority-low": ["percent", "at-least", 80],
};

export function figuresView(
  known: Figures | null,
  sight: Sight,
  now: number,
  complete: boolean,
): FiguresView {
  const figures = known ?? noFigures(sight.world.settings.utcOffsetMin);
  const points = [...figures.points.values()];
  const stale = staleOf(sight, now);
  const values = valuesOf(figures, points, stale.length, now);
  const isEmpty = figures.tens.size === 0;
  const first = tenOf(now) - tensOfDay + 1;
  const hour = Math.floor(now / hourMs);
  const today = dayOf(figures, now);
  return {
    at: now,
    complete,
    since: figures.since,
    utcOffsetMin: figures.utcOffsetMs / 60_000,
    figures: Object.entries(targets).map(([key, [unit, sense, target]]) => {
      const id = key as FigureId;
      const value = Math.round(values[id] * 10) / 10;
      const isMet = sense === "at-most" ? values[id] <= target : values[id] >= target;
      return { id, value, unit, sense, target, met: isEmpty && id !== "stale" ? null : isMet };
    }),
    days: Array.from({ length: keptDays }, (_, n) => {
      const day = today - keptDays + 1 + n;
      const from = day * dayMs - figures.utcOffsetMs;
      return { from, count: within(figures, from, from + dayMs) };
    }),
    hours: Array.from({ length: 24 }, (_, n) => {
      const from = (hour - 23 + n) * hourMs;
      return { from, count: within(figures, from, from + hourMs) };
    }),
    tens: Array.from({ length: tensOfDay }, (_, n) => {
      return { from: (first + n) * tenMinMs, count: figures.tens.get(first + n) ?? 0 };
    }),
    priorities: [...prioritiesOf(figures)].map(([priority, count]) => ({ priority, count })),
    topTen: topOf(points).map((point) => ({ ...named(sight, point), ...sumOf(point) })),
    falseTen: falseTenOf(points).map((point) => ({
      ...named(sight, point),
      count: point.falses.length,
      causes: causesOf(point),
    })),
    orders: ordersOf(sight, figures),
    stale: stale.slice(0, 2 * mostShown).map((alarm) => ({
      alarm: alarm.id,
      what: both((language) => alarmText(language, alarm, sight.world)),
      raisedAt: alarm.raisedAt,
    })),
    floods: figures.floods.slice(-mostShown).map((flood) => ({ ...flood })),
  };
}

/** Of ten minutes that lie in it: both ends are full ten minutes. */
function within({ tens }: Figures, from: number, to: number): number {
  let sum = 0;
  for (let ten = tenOf(from); ten < tenOf(to); ten += 1) sum += tens.get(ten) ?? 0;
  return sum;
}

function valuesOf(
  figures: Figures,
  points: readonly PointFigures[],
  stale: number,
  now: number,
): Record<FigureId, number> {
  const watchedMs = Math.max(tenMinMs, now - figures.since);
  const counts = [...figures.tens.values()];
  const total = counts.reduce((a, b) => a + b, 0);
  const hours = new Map<number, number>();
  for (const [ten, n] of figures.tens) {
    const hour = Math.floor(ten / 6);
    hours.set(hour, (hours.get(hour) ?? 0) + n);
  }
  const percent = (part: number, of: number): number => (of === 0 ? 0 : (100 * part) / of);
  const over = (list: Iterable<number>, most: number) => [...list].filter((n) => n > most).length;
  const top = topOf(points).reduce((sum, point) => sum + sumOf(point).count, 0);
  const all = points.map(sumOf);
  const spread = prioritiesOf(figures);
  const of = (...list: Priority[]) => list.reduce((sum, one) => sum + (spread.get(one) ?? 0), 0);
  const judged = of("P0", "P1", "P2", "P3");
  return {
    // Of less than a day a rate is what has come: it is not multiplied.
    "per-day": total / Math.max(1, watchedMs / dayMs),
    "per-hour": total / Math.max(1, watchedMs / hourMs),
    "per-ten-minutes": total / (watchedMs / tenMinMs),
    "peak-ten-minutes": Math.max(0, ...counts),
    "hours-over-30": percent(over(hours.values(), 30), Math.max(1, watchedMs / hourMs)),
    "tens-over-10": percent(over(counts, 10), watchedMs / tenMinMs),
    "time-in-flood": percent(floodMs(figures, now), watchedMs),
    "top-ten-share": percent(top, total),
    chattering: all.filter(({ chatters }) => chatters > 0).length,
    fleeting: all.reduce((sum, { fleeting }) => sum + fleeting, 0),
    stale,
    "priority-high": percent(of("P0", "P1"), judged),
    "priority-medium": percent(of("P2"), judged),
    "priority-low": percent(of("P3"), judged),
  };
}

function floodMs({ floods, since }: Figures, now: number): number {
  return floods.reduce((sum, { from, to }) => sum + (to ?? now) - Math.max(from, since), 0);
}

function prioritiesOf({ priorities }: Figures): Map<Priority, number> {
  const sum = new Map<Priority, number>(
    ["P0", "P1", "P2", "P3", "P4"].map((p) => [p as Priority, 0]),
  );
  for (const day of priorities.values()) {
    for (const [priority, count] of day) sum.set(priority, (sum.get(priority) ?? 0) + count);
  }
  return sum;
}

function sumOf({ days }: PointFigures): { count: number; chatters: number; fleeting: number } {
  const sum = { count: 0, chatters: 0, fleeting: 0 };
  for (const { alarms, chatters, fleeting } of days.values()) {
    sum.count += alarms;
    sum.chatters += chatters;
    sum.fleeting += fleeting;
  }
  return sum;
}

function topOf(points: readonly PointFigures[]): PointFigures[] {
  return points
    .filter((point) => sumOf(point).count > 0)
    .sort((a, b) => sumOf(b).count - sumOf(a).count || compareKeys(a, b))
    .slice(0, mostShown);
}

function falseTenOf(points: readonly PointFigures[]): PointFigures[] {
  return points
    .filter(({ falses }) => falses.length > 0)
    .sort((a, b) => b.falses.length - a.falses.length || compareKeys(a, b))
    .slice(0, mostShown);
}

function compareKeys(a: PointFigures, b: PointFigures): number {
  return `${a.site}/${a.device}#${a.point}` < `${b.site}/${b.device}#${b.point}` ? -1 : 1;
}

function causesOf({ falses }: PointFigures): { cause: string; count: number }[] {
  const counts = new Map<string, number>();
  for (const { cause } of falses) counts.set(cause ?? "G", (counts.get(cause ?? "G") ?? 0) + 1);
  return [...counts]
    .map(([cause, count]) => ({ cause, count }))
    .sort((a, b) => b.count - a.count || (a.cause < b.cause ? -1 : 1));
}

function named({ world }: Sight, { site, device, point, rule }: PointFigures) {
  const alarm = { site, device, point, rule, zone: null, each: null, words: null } as Alarm;
  return {
    ...{ site, device, point, rule },
    place: both((language) => placeText(language, alarm, world)),
    what: both((language) => ruleText(language, alarm, world)),
  };
}

function ordersOf(sight: Sight, figures: Figures): FiguresView["orders"] {
  const { state, world, nameOf } = sight;
  return [...state.maintenance.values()]
    .sort(
      (a, b) => Number(a.closed !== null) - Number(b.closed !== null) || b.openedAt - a.openedAt,
    )
    .slice(0, mostOrders)
    .map(({ id, site, device, point, reason, by, openedAt, before, after, reviewAt, closed }) => ({
      ...{ id, site, device, point, reason, openedAt, before, after, reviewAt },
      place: both((language) => placeText(language, { site, device, zone: null }, world)),
      what: whatOf(sight, figures, { site, device, point }),
      byName: nameOf(by),
      closed: closed && { at: closed.at, byName: nameOf(closed.by), result: closed.result },
    }));
}

/** By the rule that the point raised last; its id where nothing of it has come for 30 days. */
function whatOf(
  sight: Sight,
  { points }: Figures,
  { site, device, point }: Pick<PointFigures, "site" | "device" | "point">,
): FiguresView["orders"][number]["what"] {
  const known = points.get(`${site}/${device}#${point}`);
  return known ? named(sight, known).what : both(() => point);
}

/** What stands since a day: nobody looks at it any more. */
function staleOf({ state }: Sight, now: number): Alarm[] {
  return [...state.alarms.values()]
    .filter(({ state: of, condition }) => of !== "normal" && condition !== "inactive")
    .filter(({ raisedAt }) => now - raisedAt > staleMs)
    .sort((a, b) => a.raisedAt - b.raisedAt);
}
