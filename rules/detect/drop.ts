/**
 * A value that has fallen below what it usually is: under the median of its window by a share of it. The
 * median is that of the window's buckets, each by how long it was known, so that an hour of flow or of
 * leaking moves it little. Unknown until the window is known (DESIGN §3).
 */
import type { Condition, Memory } from "./condition.ts";
import type { Reading } from "./series.ts";
import { placesOfWindow, Window } from "./window.ts";

export type Drop = {
  readonly point: string;
  /** Share of the median, 0.2 = a fifth. */
  readonly by: number;
  readonly overMs: number;
  /** In the unit of the point: how far it must come back. */
  readonly deadBand?: number;
  /** Only while this is true; what was read otherwise is no part of the median. */
  readonly while?: string;
};

/** The window, and whether it was below at the last look. */
export const placesOfDrop = placesOfWindow + 1;

export function dropBelow(
  of: Drop,
  read: Reading,
  guard: Condition | null,
  place: number,
): Condition["run"] {
  const window = new Window(place, of.overMs);
  const latch = place + placesOfWindow;
  return (sight, memory) => {
    const may = guard ? guard.run(sight, memory) : true;
    const value = may === true ? read(sight.values) : undefined;
    window.advance(memory, sight.now);
    window.set(memory, value);
    if (may === false) return false;
    if (value === undefined || !window.isKnown(memory)) return undefined;
    const band = memory[latch] === 1 ? (of.deadBand ?? 0) : 0;
    const isBelow = value < medianOf(window, memory) * (1 - of.by) + band;
    memory[latch] = isBelow ? 1 : 0;
    return isBelow;
  };
}

function medianOf(window: Window, memory: Memory): number {
  const means = [...window.known(memory)].map(([, ms, sum]) => ({ ms, mean: sum / ms }));
  means.sort((a, b) => a.mean - b.mean);
  const half = means.reduce((all, { ms }) => all + ms, 0) / 2;
  let ms = 0;
  for (const one of means) {
    ms += one.ms;
    if (ms >= half) return one.mean;
  }
  return Number.NaN;
}
