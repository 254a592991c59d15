/**
 * Series of the API as uPlot draws them: one list of instants for all, of each series its line and, where
 * rows are buckets, least and most. What was not known is null, and never bridged. Pure.
 */
import type { TrendSeries } from "#gateway/api/contract.ts";
import { isInstant } from "../device/instant.ts";

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
    carryGaps(columns);
    return columns as [Column, Column, Column];
  });
  return { times: ordered.map((at) => at / 1000), lines, shades: shadesOf(series) };
}

/** At instants of others within a gap it is not known either: the drawing joins only nulls that are neighbours. */
function carryGaps(columns: readonly Column[]): void {
  const [line = []] = columns;
  let isUnknown = false;
  for (const [i, value] of line.entries()) {
    if (value !== undefined) isUnknown = value === null;
    else if (isUnknown) for (const column of columns) column[i] = null;
  }
}

/** One axis for each unit; what is on or off has one of its own, and so have an enumeration and instants. */
export function scaleOf({ id, type, unit, values }: TrendSeries): string {
  if (type === "boolean") return "0/1";
  if (isInstant(id)) return instants;
  return values ? `#${id}` : (unit ?? "–");
}
/** Scale of points whose value is an instant. */
export const instants = "@";

/** By how many steps each is drawn higher: what stands still on the same value would hide what is below. */
export function shiftsOf(series: readonly TrendSeries[], { lines }: Pick<Plot, "lines">): number[] {
  const levels = new Map<string, number>();
  return series.map((of, i) => {
    const values = new Set((lines[i]?.[0] ?? []).filter((value) => typeof value === "number"));
    if (of.type !== "boolean" && values.size !== 1) return 0;
    const level = of.type === "boolean" ? "0/1" : `${scaleOf(of)} ${[...values][0]}`;
    const shift = levels.get(level) ?? 0;
    levels.set(level, shift + 1);
    return shift;
  });
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
  // An instant of 0 stands for never: the axis would begin in 1970.
  const drawn = (value: number | null): number | null =>
    value === 0 && isInstant(of.id) ? null : value;
  const first = before?.quality === "good" ? drawn(numberOf(before.value)) : null;
  if (first !== null && !isIn(gaps, from)) rows.push([from, first, null, null]);
  for (const [i, at] of columns.at.entries()) {
    const last = numberOf(columns.last[i] ?? null);
    const [least, most] = [columns.min[i] ?? null, columns.max[i] ?? null];
    const line = isBanded ? (columns.mean[i] ?? null) : (last ?? most);
    rows.push([Math.max(at, from), drawn(line), isBanded ? least : null, isBanded ? most : null]);
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

type Span = { readonly from: number; readonly to: number };

/** Seconds between what a screen asks for and what is there: beyond it a gap has ended. */
const slackMs = 12_000;
/** A live range is read anew within that. */
const liveMs = 90_000;

/** What is known of both ends of a gap: at an edge of what was read it goes on beyond it. */
export function edgesOfGap(
  { columns, bucketMs }: TrendSeries,
  gap: Span,
  read: Span,
  now: number,
): { readonly begin: "known" | "before"; readonly end: "known" | "after" | "now" } {
  const begin = gap.from <= read.from ? "before" : "known";
  const isFollowed = bucketMs === 0 && (columns.at.at(-1) ?? 0) >= gap.to;
  if (isFollowed || gap.to < Math.min(read.to, now) - slackMs) return { begin, end: "known" };
  return { begin, end: read.to >= now - liveMs ? "now" : "after" };
}

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
