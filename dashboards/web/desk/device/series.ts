import type { TrendSeries } from "#gateway/api/contract.ts";

/** Samples as a curve: only what is known is drawn, and the last of it reaches to now. Pure. */
export type TrendSample = {
  readonly at: number;
  readonly value: number | boolean | string | null;
  readonly quality: string;
};

/** What is stored of a point, as its samples: what was not known begins with a gap, and ends with the next. */
export function storedSamples(series: TrendSeries | undefined): TrendSample[] {
  if (!series) return [];
  const { columns, gaps, before } = series;
  const rows = columns.at.map((at, i): TrendSample => {
    const value = columns.last[i] ?? null;
    return { at, value, quality: value === null ? "bad" : "good" };
  });
  const silent = gaps.map(
    ({ from, why }): TrendSample => ({ at: from, value: null, quality: why }),
  );
  return [...(before ? [before] : []), ...rows, ...silent].sort((a, b) => a.at - b.at);
}

export type Series = {
  /** Seconds, ascending. */
  readonly times: number[];
  /** Null where the value was not known. */
  readonly values: (number | null)[];
  /** Least and most of what was known; null where nothing was. */
  readonly range: readonly [number, number] | null;
  /** What the axis shows: the range and a little around it. */
  readonly bounds: readonly [number, number];
};

/** An axis that shows less than this share of its value makes a storm of a breath. */
const leastSpan = 0.1;

export function seriesOf(samples: readonly TrendSample[], from: number, to: number): Series {
  const ordered = [...samples].sort((a, b) => a.at - b.at);
  const before = ordered.filter(({ at }) => at < from).at(-1);
  const within = ordered.filter(({ at }) => at >= from && at <= to);
  const drawn = before ? [{ ...before, at: from }, ...within] : within;
  const last = drawn.at(-1);
  if (last) drawn.push({ ...last, at: to });
  const times = drawn.map(({ at }) => at / 1000);
  const values = drawn.map(({ value, quality }) =>
    quality === "good" && typeof value === "number" ? value : null,
  );
  const known = values.filter((value) => value !== null);
  if (known.length === 0) return { times, values, range: null, bounds: [0, 1] };
  const [least, most] = [Math.min(...known), Math.max(...known)];
  const span = Math.max(most - least, Math.abs(most) * leastSpan, 0.05);
  const middle = (least + most) / 2;
  return {
    times,
    values,
    range: [least, most],
    bounds: [middle - span * 0.6, middle + span * 0.6],
  };
}
