/**
 * The course of one point in one shape, whatever it was read from: rows by time with least, most, mean,
 * last and count, and beside them the gaps in which it was not known, each with its reason. Pure.
 *
 * A gap may begin or end later by the step that was read, and never vanishes; a silence that is shorter
 * than the step shows in `count` alone.
 */
import type { Quality, Value } from "#rules/sample.ts";
import type { StoredSample } from "./day-file.ts";

/** `none`: nothing was stored, so nobody listened. */
export type GapReason = Exclude<Quality, "good"> | "none";
export type Gap = { readonly from: number; readonly to: number; readonly why: GapReason };

/** Rows in order of time; `at` is when a sample was known, or when its bucket begins, ms UTC. */
export type Columns = {
  readonly at: number[];
  readonly min: (number | null)[];
  readonly max: (number | null)[];
  /** Of the samples that were stored, not of time. */
  readonly mean: (number | null)[];
  readonly last: (Value | null)[];
  /** Samples, those that are not good among them. */
  readonly count: number[];
};

/** A minute or an hour of a day that is over, with the samples that stand for it. */
export type LongBucket = {
  readonly at: number;
  readonly count: number;
  /** Of them those that have a value: the mean is theirs. */
  readonly known: number;
  readonly mean: number | null;
  readonly samples: readonly StoredSample[];
};

export type BucketOptions = {
  readonly from: number;
  readonly to: number;
  /** Width of a bucket, ms; 0: each sample is a row. */
  readonly widthMs: number;
  /** Silence of more than this is a gap, ms; null: its source tells changes only. */
  readonly silentAfterMs: number | null;
  /** The last one before `from`; null where none is known. */
  readonly before: StoredSample | null;
};

type Row = {
  readonly at: number;
  min: number | null;
  max: number | null;
  sum: number;
  known: number;
  last: Value | null;
  count: number;
};

/** Widths that a person reads at a glance, ms. */
const widths = [
  ...[1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800].map((s) => s * 1000),
  ...[1, 2, 3, 6, 12, 24].map((h) => h * 3_600_000),
];

/** The smallest of them by which a range has at most so many buckets. */
export function widthFor(rangeMs: number, most: number): number {
  const day = 86_400_000;
  return widths.find((width) => rangeMs / width <= most) ?? Math.ceil(rangeMs / most / day) * day;
}

/** Takes samples and buckets in order of time, from `from` (included) to `to` (excluded). */
export class Buckets {
  readonly #o: BucketOptions;
  readonly #rows: Row[] = [];
  readonly #gaps: Gap[] = [];
  #open: { readonly from: number; readonly why: GapReason } | null = null;
  /** When anything was last stored; null while nothing was. */
  #heardAt: number | null = null;

  constructor(options: BucketOptions) {
    this.#o = options;
    const { before, from } = options;
    if (before) this.#see({ ...before, at: Math.min(before.at, from) });
  }

  add(sample: StoredSample): void {
    this.#see(sample);
    const row = this.#rowAt(sample.at);
    row.count += 1;
    this.#take(row, sample);
    const value = numberOf(sample);
    if (value === null) return;
    row.sum += value;
    row.known += 1;
  }

  addBucket({ at, count, known, mean, samples }: LongBucket): void {
    const row = this.#rowAt(Math.max(at, this.#o.from));
    row.count += count;
    for (const sample of samples) {
      this.#see(sample);
      this.#take(row, sample);
    }
    if (mean === null) return;
    row.sum += mean * known;
    row.known += known;
  }

  end(): { readonly columns: Columns; readonly gaps: readonly Gap[] } {
    const { from, to, silentAfterMs } = this.#o;
    if (this.#open) this.#close(to);
    else if (this.#heardAt === null) this.#gap(from, to, "none");
    else if (silentAfterMs !== null && to - this.#heardAt > silentAfterMs) {
      this.#gap(this.#heardAt, to, "none");
    }
    const columns: Columns = { at: [], min: [], max: [], mean: [], last: [], count: [] };
    for (const { at, min, max, sum, known, last, count } of this.#rows) {
      columns.at.push(at);
      columns.min.push(min);
      columns.max.push(max);
      columns.mean.push(known === 0 ? null : rounded(sum / known));
      columns.last.push(last);
      columns.count.push(count);
    }
    return { columns, gaps: this.#gaps };
  }

  #rowAt(at: number): Row {
    const { widthMs } = this.#o;
    const begins = widthMs === 0 ? at : Math.floor(at / widthMs) * widthMs;
    const last = this.#rows.at(-1);
    if (widthMs > 0 && last?.at === begins) return last;
    const row: Row = { at: begins, min: null, max: null, sum: 0, known: 0, last: null, count: 0 };
    this.#rows.push(row);
    return row;
  }

  /** What is not good has no value here: nobody draws it by mistake. */
  #take(row: Row, sample: StoredSample): void {
    row.last = sample.quality === "good" ? sample.value : null;
    const value = numberOf(sample);
    if (value === null) return;
    row.min = Math.min(row.min ?? value, value);
    row.max = Math.max(row.max ?? value, value);
  }

  #see({ at, quality }: StoredSample): void {
    const { from, silentAfterMs } = this.#o;
    const heardAt = this.#heardAt ?? (this.#o.before ? null : from);
    const isSilent = heardAt !== null && at > heardAt;
    // Before the first one of all nothing was known, however short that is.
    const isGap =
      this.#heardAt === null || (silentAfterMs !== null && at - this.#heardAt > silentAfterMs);
    if (!this.#open && isSilent && isGap) this.#gap(heardAt, at, "none");
    this.#heardAt = at;
    if (this.#open?.why === quality) return;
    if (this.#open) this.#close(at);
    if (quality !== "good") this.#open = { from: at, why: quality };
  }

  #close(to: number): void {
    if (this.#open) this.#gap(this.#open.from, to, this.#open.why);
    this.#open = null;
  }

  #gap(from: number, to: number, why: GapReason): void {
    const begins = Math.max(from, this.#o.from);
    if (to > begins) this.#gaps.push({ from: begins, to, why });
  }
}

function numberOf({ value, quality }: StoredSample): number | null {
  return quality === "good" && typeof value === "number" ? value : null;
}

/** A mean has no more digits than a screen or a table needs. */
function rounded(value: number): number {
  return Number(value.toPrecision(9));
}
