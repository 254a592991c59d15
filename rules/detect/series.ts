/**
 * Conditions over the course of a point: its slope, its increase, its edges, its standing still; and
 * two that look at a moment: two points that contradict each other, a value at the end of its range.
 * Each is true, false, or unknown where too little of its window is known.
 */
import type { Known } from "./cel.ts";
import type { Condition, Memory } from "./condition.ts";
import { CountWindow, placesOfWindow, Window } from "./window.ts";

/** The slope by least squares over the window, in the unit of the point per minute. */
export type Rate = {
  readonly point: string;
  readonly above?: number;
  readonly below?: number;
  readonly overMs: number;
  /** Only while this is true, for the whole window; what was before is forgotten when it is not. */
  readonly while?: string;
};
/** How much a counter has grown within the window. One that restarts or wraps is not taken for less. */
export type Rise = { readonly point: string; readonly above: number; readonly withinMs: number };
/** Changes of an expression within the window, both ways (ISA-18.2, chattering). */
export type Edges = { readonly of: string; readonly least: number; readonly withinMs: number };
/** No change beyond the dead band for so long. */
export type Stuck = {
  readonly point: string;
  readonly forMs: number;
  readonly deadBand?: number;
  readonly while?: string;
};
/** Two points that should show the same. */
export type Differ = {
  readonly points: readonly [string, string];
  readonly by: number;
  readonly deadBand?: number;
};
/** At the end of what the sensor can show, within half a percent of its span. */
export type Rail = { readonly point: string; readonly end?: "low" | "high" };

export type Reading = (values: Parameters<Condition["run"]>[0]["values"]) => Known<number>;
type Guard = Condition | null;

const railShare = 0.005;

/** The window, and when the guard was last known to be false (0: never). */
export const placesOfRate = placesOfWindow + 1;

export function rateOver(of: Rate, read: Reading, guard: Guard, place: number): Condition["run"] {
  const window = new Window(place, of.overMs);
  return (sight, memory) => {
    const { values, now } = sight;
    const may = guard ? guard.run(sight, memory) : true;
    if (may === false) {
      window.clear(memory);
      memory[place + placesOfWindow] = now;
      return false;
    }
    window.advance(memory, now);
    window.set(memory, may === true ? read(values) : undefined);
    if (!window.isKnown(memory)) {
      // Not for a whole window: that is known, however little of the value is.
      const falseAt = memory[place + placesOfWindow] ?? 0;
      return falseAt > 0 && now - falseAt < of.overMs ? false : undefined;
    }
    const slope = slopePerMinute(window, memory);
    return of.above === undefined ? slope < (of.below ?? 0) : slope > of.above;
  };
}

/** Least squares over the means of its buckets, each by how long it was known. */
function slopePerMinute(window: Window, memory: Memory): number {
  let [weight, x, y] = [0, 0, 0];
  for (const [middle, ms, sum] of window.known(memory)) {
    weight += ms;
    x += middle * ms;
    y += sum;
  }
  const [meanX, meanY] = [x / weight, y / weight];
  let [xy, xx] = [0, 0];
  for (const [middle, ms, sum] of window.known(memory)) {
    xy += ms * (middle - meanX) * (sum / ms - meanY);
    xx += ms * (middle - meanX) ** 2;
  }
  return xx === 0 ? 0 : (xy / xx) * 60_000;
}

export function riseWithin(of: Rise, read: Reading, place: number): Condition["run"] {
  const window = new CountWindow(place, of.withinMs);
  return ({ values, now }, memory) => {
    window.advance(memory, now);
    const [before, value] = [window.last(memory), read(values)];
    const grown = before === undefined || value === undefined ? 0 : growth(before, value);
    window.set(memory, value, grown);
    if (window.sum(memory) > of.above) return true;
    return window.isKnown(memory) ? false : undefined;
  };
}

const wraps = [2 ** 16, 2 ** 32] as const;

/** Near the top of its register it has wrapped; anywhere else it has begun anew, from nothing. */
function growth(before: number, value: number): number {
  if (value >= before) return value - before;
  const wrap = wraps.find((most) => before < most && before > most * 0.9 && value < most * 0.1);
  return wrap === undefined ? 0 : wrap - before + value;
}

export function edgesWithin(of: Edges, part: Condition, place: number): Condition["run"] {
  const window = new CountWindow(place, of.withinMs);
  return (sight, memory) => {
    window.advance(memory, sight.now);
    const is = part.run(sight, memory);
    const [before, value] = [window.last(memory), is === undefined ? undefined : Number(is)];
    const isEdge = before !== undefined && value !== undefined && before !== value;
    window.set(memory, value, isEdge ? 1 : 0);
    if (window.sum(memory) >= of.least) return true;
    return window.isKnown(memory) ? false : undefined;
  };
}

/** Since when it has stood still (0: not at all), and at what. */
export const placesOfStuck = 2;

export function stuckFor(of: Stuck, read: Reading, guard: Guard, place: number): Condition["run"] {
  return (sight, memory) => {
    const value = read(sight.values);
    const may = guard ? guard.run(sight, memory) : true;
    if (value === undefined || may === undefined) {
      memory[place] = 0;
      return undefined;
    }
    const since = memory[place] ?? 0;
    const moved = Math.abs(value - (memory[place + 1] ?? 0)) > (of.deadBand ?? 0);
    if (since === 0 || moved || !may) {
      memory[place] = sight.now;
      memory[place + 1] = value;
      return false;
    }
    return sight.now - since >= of.forMs;
  };
}

export function stuckDueAt({ forMs }: Stuck, place: number): NonNullable<Condition["dueAt"]> {
  return (memory, now) => {
    const since = memory[place] ?? 0;
    return since > 0 && since + forMs > now ? since + forMs : null;
  };
}

export function differsBy(of: Differ, a: Reading, b: Reading, place: number): Condition["run"] {
  return ({ values }, memory) => {
    const [one, other] = [a(values), b(values)];
    if (one === undefined || other === undefined) return undefined;
    const apart = Math.abs(one - other);
    const isApart = apart > of.by - (memory[place] === 1 ? (of.deadBand ?? 0) : 0);
    memory[place] = isApart ? 1 : 0;
    return isApart;
  };
}

export function atRail(
  { end }: Rail,
  read: Reading,
  [least, most]: readonly [number, number],
): Condition["run"] {
  const near = (most - least) * railShare;
  return ({ values }) => {
    const value = read(values);
    if (value === undefined) return undefined;
    return (end !== "high" && value <= least + near) || (end !== "low" && value >= most - near);
  };
}

/** A window moves by itself: what leaves it may change the answer. */
export function windowDueAt(place: number, lengthMs: number): NonNullable<Condition["dueAt"]> {
  const window = new Window(place, lengthMs);
  return (memory, now) => {
    const at = window.dueAt(memory);
    return at !== null && at > now ? at : null;
  };
}

/** One in which nothing is counted, and which is known, stays so until something comes. */
export function countDueAt(place: number, lengthMs: number): NonNullable<Condition["dueAt"]> {
  const window = new Window(place, lengthMs);
  const moves = windowDueAt(place, lengthMs);
  return (memory, now) =>
    window.sum(memory) === 0 && window.isKnown(memory) ? null : moves(memory, now);
}
