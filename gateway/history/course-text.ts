/** Courses as text, made in the reader's thread: the main thread only hands it on. */
import { stringify } from "csv-stringify/sync";
import type { Course } from "./course.ts";

export type Asked =
  | { readonly as: "json" }
  | {
      readonly as: "csv";
      /** What stands before the numbers in each line of a point, in the order of the points. */
      readonly heads: readonly (readonly string[])[];
      readonly utcOffsetMin: number;
    };

/** After what stands before them. */
export const csvColumns = [
  "at",
  "until",
  "min",
  "max",
  "mean",
  "last",
  "count",
  "quality",
] as const;

export function courseTexts(courses: readonly Course[], asked: Asked): string[] {
  if (asked.as === "json") return courses.map((course) => JSON.stringify(course));
  return courses.map((course, i) => {
    const head = asked.heads[i] ?? [];
    const rows = rowsOf(course, (at) => localTime(at, asked.utcOffsetMin));
    // A text of a device is what somebody else wrote: no spreadsheet shall run it.
    return stringify(
      rows.map((row) => [...head, ...row]),
      { escape_formulas: true },
    );
  });
}

type Cell = string | number | null;

/** Rows and gaps in order of time: a gap is a row without values, and without a count. */
function rowsOf(course: Course, time: (at: number) => string): Cell[][] {
  const { columns, gaps, bucketMs } = course;
  const { at, min, max, mean, last, count } = columns;
  const quality = qualitiesOf(course);
  const rows = at.map((from, i): readonly [number, Cell[]] => {
    const cells = [min[i], max[i], mean[i], cell(last[i]), count[i]].map((one) => one ?? null);
    const until = bucketMs === 0 ? "" : time(from + bucketMs);
    return [from, [time(from), until, ...cells, quality[i] ?? null]];
  });
  const none = [null, null, null, null, null];
  const silent = gaps.map(({ from, to, why }): readonly [number, Cell[]] => {
    return [from, [time(from), time(to), ...none, why]];
  });
  return [...rows, ...silent].sort(([a], [b]) => a - b).map(([, row]) => row);
}

/**
 * `good` where a row has a value. Where it has none, the reason of the last gap that reaches into it: each
 * sample that is not good lies in one. More than the quality is not stored, so no table can say it.
 */
function qualitiesOf({ columns, gaps, bucketMs }: Course): Cell[] {
  const told = gaps.filter(({ why }) => why !== "none");
  let next = 0;
  return columns.at.map((at, i) => {
    const end = at + Math.max(bucketMs, 1);
    while ((told[next]?.from ?? end) < end) next += 1;
    const isKnown = columns.last[i] !== null || columns.min[i] !== null;
    return isKnown ? "good" : (told[next - 1]?.why ?? null);
  });
}

function cell(value: Course["columns"]["last"][number] | undefined): Cell {
  if (typeof value === "boolean") return Number(value);
  return value ?? null;
}

/** `2026-03-01T08:00:00.000+08:00`: the time of the place, and which that is. */
function localTime(at: number, utcOffsetMin: number): string {
  const local = new Date(at + utcOffsetMin * 60_000).toISOString().slice(0, -1);
  const [sign, minutes] = [utcOffsetMin < 0 ? "-" : "+", Math.abs(utcOffsetMin)];
  const two = (n: number): string => String(n).padStart(2, "0");
  return `${local}${sign}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
}
