/** From the source of a condition over the course of a point to one that runs (series.ts). */
import type { Condition } from "./condition.ts";
import { type Drop, dropBelow, placesOfDrop } from "./drop.ts";
import { countReadings, placesOfReadings, type Readings } from "./readings.ts";
import * as series from "./series.ts";
import { placesOfWindow } from "./window.ts";

export type SeriesSource =
  | { readonly rate: series.Rate }
  | { readonly rise: series.Rise }
  | { readonly edges: series.Edges }
  | { readonly stuck: series.Stuck }
  | { readonly differ: series.Differ }
  | { readonly drop: Drop }
  | { readonly rail: series.Rail }
  | { readonly readings: Readings };

type Path = readonly (string | number)[];

/** What the compiler of conditions lends. */
export type Tools = {
  /** Slot of a number; null, and a fault, where it is none. */
  readonly number: (id: string, path: Path) => number | null;
  readonly cel: (text: string, path: Path) => Condition | null;
  readonly range: (slot: number) => readonly [number, number] | undefined;
  /** Whether readings of the device come one by one. */
  readonly isCounted: () => boolean;
  /** Gives away places of the memory. */
  readonly places: (count: number) => number;
  readonly fault: (path: Path, message: string) => void;
};

/** Null where it is wrong; undefined where it is none of these. */
export function compileSeries(
  source: object,
  path: Path,
  tools: Tools,
): Condition | null | undefined {
  const of = source as Partial<SeriesSource> & Record<string, unknown>;
  if ("rate" in of) return rate(of.rate as series.Rate, [...path, "rate"], tools);
  if ("rise" in of) return rise(of.rise as series.Rise, [...path, "rise"], tools);
  if ("edges" in of) return edges(of.edges as series.Edges, [...path, "edges"], tools);
  if ("stuck" in of) return stuck(of.stuck as series.Stuck, [...path, "stuck"], tools);
  if ("drop" in of) return drop(of.drop as Drop, [...path, "drop"], tools);
  if ("differ" in of) return differ(of.differ as series.Differ, [...path, "differ"], tools);
  if ("rail" in of) return rail(of.rail as series.Rail, [...path, "rail"], tools);
  if ("readings" in of) return readings(of.readings as Readings, [...path, "readings"], tools);
  return undefined;
}

const readingOf =
  (slot: number): series.Reading =>
  (values) => {
    const value = values[slot];
    return typeof value === "number" ? value : undefined;
  };

/** Undefined where there is none; null where it is wrong. */
function guardOf(text: string | undefined, path: Path, tools: Tools): Condition | null | undefined {
  return text === undefined ? undefined : tools.cel(text, [...path, "while"]);
}

function withGuard(slots: readonly number[], guard: Condition | undefined, cost: number) {
  return {
    reads: [...new Set([...slots, ...(guard?.reads ?? [])])],
    causes: () => slots,
    cost: cost + (guard?.cost ?? 0),
  };
}

function rate(of: series.Rate, path: Path, tools: Tools): Condition | null {
  const slot = tools.number(of.point, [...path, "point"]);
  const guard = guardOf(of.while, path, tools);
  if ((of.above === undefined) === (of.below === undefined)) {
    tools.fault(path, "needs one of below and above");
    return null;
  }
  if (slot === null || guard === null) return null;
  const place = tools.places(series.placesOfRate);
  return {
    ...withGuard([slot], guard, 70),
    run: series.rateOver(of, readingOf(slot), guard ?? null, place),
    dueAt: series.windowDueAt(place, of.overMs),
    lookBackMs: of.overMs,
  };
}

function readings(of: Readings, path: Path, tools: Tools): Condition | null {
  const slot = tools.number(of.point, [...path, "point"]);
  if ((of.above === undefined) === (of.below === undefined)) {
    tools.fault(path, "needs one of below and above");
    return null;
  }
  if (!tools.isCounted()) {
    tools.fault(path, "only changes of this kind are judged; allowed: a kind that sends by itself");
    return null;
  }
  return slot === null ? null : countReadings(of, slot, tools.places(placesOfReadings));
}

function rise(of: series.Rise, path: Path, tools: Tools): Condition | null {
  const slot = tools.number(of.point, [...path, "point"]);
  if (slot === null) return null;
  const place = tools.places(placesOfWindow);
  return {
    ...withGuard([slot], undefined, 40),
    run: series.riseWithin(of, readingOf(slot), place),
    dueAt: series.countDueAt(place, of.withinMs),
    lookBackMs: of.withinMs,
  };
}

function edges(of: series.Edges, path: Path, tools: Tools): Condition | null {
  const part = tools.cel(of.of, [...path, "of"]);
  if (!part) return null;
  const place = tools.places(placesOfWindow);
  return {
    reads: part.reads,
    cost: part.cost + 40,
    run: series.edgesWithin(of, part, place),
    dueAt: series.countDueAt(place, of.withinMs),
    lookBackMs: of.withinMs,
  };
}

function stuck(of: series.Stuck, path: Path, tools: Tools): Condition | null {
  const slot = tools.number(of.point, [...path, "point"]);
  const guard = guardOf(of.while, path, tools);
  if (slot === null || guard === null) return null;
  const place = tools.places(series.placesOfStuck);
  return {
    ...withGuard([slot], guard, 4),
    run: series.stuckFor(of, readingOf(slot), guard ?? null, place),
    dueAt: series.stuckDueAt(of, place),
    lookBackMs: of.forMs,
  };
}

function drop(of: Drop, path: Path, tools: Tools): Condition | null {
  const slot = tools.number(of.point, [...path, "point"]);
  const guard = guardOf(of.while, path, tools);
  if (slot === null || guard === null) return null;
  const place = tools.places(placesOfDrop);
  return {
    ...withGuard([slot], guard, 100),
    run: dropBelow(of, readingOf(slot), guard ?? null, place),
    dueAt: series.windowDueAt(place, of.overMs),
    lookBackMs: of.overMs,
  };
}

function differ(of: series.Differ, path: Path, tools: Tools): Condition | null {
  const [a, b] = of.points.map((id, i) => tools.number(id, [...path, "points", i]));
  if (a === null || b === null || a === undefined || b === undefined) return null;
  const place = tools.places(1);
  return {
    ...withGuard([a, b], undefined, 4),
    run: series.differsBy(of, readingOf(a), readingOf(b), place),
  };
}

function rail(of: series.Rail, path: Path, tools: Tools): Condition | null {
  const slot = tools.number(of.point, [...path, "point"]);
  if (slot === null) return null;
  const range = tools.range(slot);
  if (!range) {
    tools.fault([...path, "point"], `${of.point} has no range; allowed: a point with a range`);
    return null;
  }
  return { ...withGuard([slot], undefined, 3), run: series.atRail(of, readingOf(slot), range) };
}
