/**
 * Series of the API as uPlot draws them: one list of instants for all, of each series its line and, where
 * rows are buckets, least and most. What was not known is null, and never bridged. Pure.
 */
import type { TrendSeries } from "#gateway/api/contract.ts";

export type Plot = {
  /** Seconds, ascending. */
  readonly times: number[];
  /** Per series: line, least, most. `undefined`: no row of it there; null: not known. */
  readonly lines: readonly (readonly [Column, Column, Column])[];
  readonly shades: readonly Shade[];
};
/** A time in which a part of the series was not known. */
export type Shade = {
  readonly from: number;
  readonly to: number;
  /** Of the series: 1 where none was known. */
  readonly share: number;
  /** Why, each reason once. */
  readonly why: readonly Why[];
};
type Why = TrendSeries["gaps"][number]["why"];
export type Column = (number | null | undefined)[];

type Row = readonly [at: number, line: number | null, least: number | null, most: number | null];

export function plotOf(series: readonly TrendSeries[], from: number, to: number): Plot {
  const rows = series.map((one) => rowsOf(one, from, to));
  const instants = new Set(rows.flatMap((of) => of.map(([at]) => at)));
  const ordered = [...instants].sort((a, b) => a - b);
  const index = new Map(ordered.map((at, i) => [at, i] as const));
  const lines = rows.map((of): readonly [Column, Column, Column] => {
    const columns = [0, 1, 2].map((): Column => new Array(ordered.length).fill(undefined));
    for (const [at, ...values] of of) {
      const i = index.get(at) ?? 0;
      for (const [n, value] of values.entries()) (columns[n] as Column)[i] = value;
    }
    return columns as [Column, Column, Column];
  });
  return { times: ordered.map((at) => at / 1000), lines, shades: shadesOf(series) };
}

/** Gaps of all series as times that do not overlap: what several do not know is one shade with one word. */
function shadesOf(series: readonly TrendSeries[]): Shade[] {
  const edges = series
    .flatMap(({ gaps }, of) =>
      gaps.flatMap(({ from, to, why }) => [
        { at: from, of, why },
        { at: to, of, why: null },
      ]),
    )
    // Where one gap ends as the next one of its series begins, the end comes first.
    .sort((a, b) => a.at - b.at || Number(a.why !== null) - Number(b.why !== null));
  const open = new Map<number, Why>();
  const shades: Shade[] = [];
  let from = 0;
  for (const { at, of, why } of edges) {
    if (open.size > 0 && at > from) extend(shades, open, series.length, from, at);
    from = at;
    if (why) open.set(of, why);
    else open.delete(of);
  }
  return shades;
}

function extend(
  shades: Shade[],
  open: ReadonlyMap<number, Why>,
  all: number,
  from: number,
  to: number,
): void {
  const shade = { from, to, share: open.size / all, why: [...new Set(open.values())].sort() };
  const last = shades.at(-1);
  const isSame =
    last?.to === from && last.share === shade.share && `${last.why}` === `${shade.why}`;
  if (isSame) shades[shades.length - 1] = { ...shade, from: last.from };
  else shades.push(shade);
}

function rowsOf(of: TrendSeries, from: number, to: number): Row[] {
  const { columns, bucketMs, before, gaps } = of;
  const isBanded = bucketMs > 0 && of.type === "number" && of.values === null;
  const rows: Row[] = [];
  const first = before?.quality === "good" ? numberOf(before.value) : null;
  if (first !== null && !isIn(gaps, from)) rows.push([from, first, null, null]);
  for (const [i, at] of columns.at.entries()) {
    const last = numberOf(columns.last[i] ?? null);
    const [least, most] = [columns.min[i] ?? null, columns.max[i] ?? null];
    const line = isBanded ? (columns.mean[i] ?? null) : (last ?? most);
    rows.push([Math.max(at, from), line, isBanded ? least : null, isBanded ? most : null]);
  }
  return cut(rows, of, to);
}

/** A value holds until the gap begins, and the last of them until now. */
function cut(rows: readonly Row[], { gaps, bucketMs }: TrendSeries, to: number): Row[] {
  const all: Row[] = [];
  let g = 0;
  const held = (at: number): number | null => {
    const last = all.at(-1);
    return bucketMs === 0 && last && last[0] < at ? last[1] : null;
  };
  for (const row of rows) {
    for (; (gaps[g]?.from ?? Number.POSITIVE_INFINITY) <= row[0]; g += 1) {
      begin(all, gaps[g]?.from ?? 0, held);
    }
    if (all.at(-1)?.[0] === row[0]) all.pop();
    all.push(row);
  }
  for (; g < gaps.length; g += 1) begin(all, gaps[g]?.from ?? 0, held);
  if (held(to) !== null && !isIn(gaps, to - 1)) all.push([to, held(to), null, null]);
  return all;
}

function begin(all: Row[], at: number, held: (at: number) => number | null): void {
  const value = held(at - 1);
  if (value !== null) all.push([at - 1, value, null, null]);
  if ((all.at(-1)?.[0] ?? 0) < at) all.push([at, null, null, null]);
}

function isIn(gaps: TrendSeries["gaps"], at: number): boolean {
  return gaps.some(({ from, to }) => from <= at && at < to);
}

export function numberOf(value: TrendSeries["columns"]["last"][number]): number | null {
  if (typeof value === "boolean") return Number(value);
  return typeof value === "number" ? value : null;
}

export type Reading = {
  readonly value: number | null;
  readonly least: number | null;
  readonly most: number | null;
  /** Why it was not known; null where it was. */
  readonly gap: TrendSeries["gaps"][number] | null;
};

/** What a series said at an instant. */
export function readingAt(of: TrendSeries, at: number): Reading {
  const gap = of.gaps.find(({ from, to }) => from <= at && at < to) ?? null;
  const none = { value: null, least: null, most: null, gap };
  if (gap) return none;
  const { at: times, mean, last, min, max } = of.columns;
  let [low, high] = [0, times.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((times[middle] ?? 0) <= at) low = middle + 1;
    else high = middle;
  }
  const i = low - 1;
  if (i < 0) {
    const value = of.before?.quality === "good" ? numberOf(of.before.value) : null;
    return { ...none, value };
  }
  const isBucket = of.bucketMs > 0;
  const value =
    isBucket && of.type === "number" && of.values === null ? mean[i] : numberOf(last[i] ?? null);
  const [least, most] = isBucket ? [min[i] ?? null, max[i] ?? null] : [null, null];
  return { value: value ?? null, least, most, gap };
}
