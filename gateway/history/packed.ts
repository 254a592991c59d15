/**
 * Samples on their way to the history worker, by columns: arrays of numbers change threads without
 * being copied, and none of them keeps the garbage collector busy while it waits.
 */
import { type Quality, qualities, type Value } from "#rules/sample.ts";
import { lateBit } from "./columns.ts";
import type { Row } from "./day-file.ts";

export type SeriesName = {
  /** SITE/DEVICE. */
  readonly device: string;
  readonly point: string;
  readonly kind: string;
};

export type Packed = {
  readonly count: number;
  /** Of each row: number of its series, ms UTC, value (NaN where it is none, or a text), `flagsOf`. */
  readonly series: Uint32Array<ArrayBuffer>;
  readonly at: Float64Array<ArrayBuffer>;
  readonly value: Float64Array<ArrayBuffer>;
  readonly flags: Uint8Array<ArrayBuffer>;
  /** Of rows that have one, in their order. */
  readonly texts: readonly string[];
};

const none = 16;
const text = 32;

export const qualityOf = (flags: number): Quality => qualities[flags % lateBit] as Quality;
export const codeOf = (flags: number): number => flags % none;
export const isText = (flags: number): boolean => flags >= text;
export const isNone = (flags: number): boolean => (flags & none) !== 0;

export type NewSample = {
  readonly point: string;
  readonly value: Value | null;
  readonly quality: Quality;
};

type NumberedDevice = {
  readonly device: string;
  readonly kind: string;
  /** Number of the series, by the place that the name of its point has in `#points`. */
  readonly series: (number | undefined)[];
};

/** The smallest that is made: a quiet gateway has few. */
const leastRows = 256;

/** One batch that grows. */
class Columns {
  count = 0;
  texts: string[] = [];
  series: Uint32Array<ArrayBuffer>;
  at: Float64Array<ArrayBuffer>;
  value: Float64Array<ArrayBuffer>;
  flags: Uint8Array<ArrayBuffer>;

  constructor(rows: number) {
    this.series = new Uint32Array(rows);
    this.at = new Float64Array(rows);
    this.value = new Float64Array(rows);
    this.flags = new Uint8Array(rows);
  }

  get isFull(): boolean {
    return this.count === this.flags.length;
  }

  grown(rows: number): Columns {
    const larger = new Columns(rows);
    larger.series.set(this.series);
    larger.at.set(this.at);
    larger.value.set(this.value);
    larger.flags.set(this.flags);
    return Object.assign(larger, { count: this.count, texts: this.texts });
  }
}

/** Gathers samples; series are numbered as they come, and each is named once. */
export class Packer {
  readonly #most: number;
  readonly #devices = new Map<string, NumberedDevice>();
  /** Names of points in their places: one small table for all devices. */
  readonly #points = new Map<string, number>();
  #names: SeriesName[] = [];
  #count = 0;
  #full: Columns[] = [];
  #open = new Columns(leastRows);
  #rows = 0;

  /** Rows of a batch at most. */
  constructor(most: number) {
    this.#most = most;
  }

  /** Rows that wait. */
  get rows(): number {
    return this.#rows;
  }

  /** Numbers of a device's points; for `put`. */
  device(device: string, kind: string): NumberedDevice {
    const known = this.#devices.get(device);
    if (known) return known;
    const of: NumberedDevice = { device, kind, series: [] };
    this.#devices.set(device, of);
    return of;
  }

  put(of: NumberedDevice, { point, value, quality }: NewSample, at: number, isLate: boolean): void {
    const number = of.series[this.#points.get(point) ?? -1] ?? this.#number(of, point);
    this.#put(number, at, value, qualities.indexOf(quality) + (isLate ? lateBit : 0));
  }

  #put(series: number, at: number, value: Value | null, flags: number): void {
    if (this.#open.isFull) this.#makeRoom();
    const batch = this.#open;
    const i = batch.count;
    batch.series[i] = series;
    batch.at[i] = at;
    batch.flags[i] = flags;
    if (value === null || Number.isNaN(value)) batch.flags[i] = flags + none;
    else if (typeof value === "number") batch.value[i] = value;
    else if (typeof value === "boolean") batch.value[i] = Number(value);
    else {
      batch.flags[i] = flags + text;
      batch.texts.push(value);
    }
    batch.count = i + 1;
    this.#rows += 1;
  }

  /** The oldest batch, and names of series that have none yet; null where nothing waits. */
  take(): { readonly batch: Packed; readonly names: readonly SeriesName[] } | null {
    const batch = this.#next();
    if (!batch) return null;
    const names = this.#names;
    this.#names = [];
    const { count, series, at, value, flags, texts } = batch;
    return { batch: { count, series, at, value, flags, texts }, names };
  }

  /** Drops the oldest batch; gives its rows. */
  shed(): number {
    return this.#next()?.count ?? 0;
  }

  /** Whoever takes them from now on knows no series yet. */
  nameAll(): void {
    const names: SeriesName[] = [];
    const points = [...this.#points.keys()];
    for (const { device, kind, series } of this.#devices.values()) {
      for (const [place, number] of series.entries()) {
        if (number !== undefined) names[number] = { device, point: points[place] ?? "", kind };
      }
    }
    this.#names = names;
  }

  #next(): Columns | null {
    let batch = this.#full.shift();
    if (!batch && this.#open.count > 0) {
      batch = this.#open;
      // The next second brings about as many.
      this.#open = new Columns(Math.min(this.#most, Math.max(leastRows, batch.count)));
    }
    this.#rows -= batch?.count ?? 0;
    return batch ?? null;
  }

  #makeRoom(): void {
    const { length } = this.#open.flags;
    if (length < this.#most) this.#open = this.#open.grown(Math.min(this.#most, 2 * length));
    else {
      this.#full.push(this.#open);
      this.#open = new Columns(this.#most);
    }
  }

  #number({ device, kind, series }: NumberedDevice, point: string): number {
    const number = this.#count;
    const place = this.#points.get(point) ?? this.#points.size;
    this.#points.set(point, place);
    while (series.length < place) series.push(undefined);
    series[place] = number;
    this.#names.push({ device, point, kind });
    this.#count += 1;
    return number;
  }
}

/** Rows as one batch and its names, for whoever has them as rows. */
export function pack(rows: readonly Row[]): [batch: Packed, names: readonly SeriesName[]] {
  const packer = new Packer(Math.max(leastRows, rows.length));
  for (const [device, sample, kind = ""] of rows) {
    packer.put(packer.device(device, kind), sample, sample.at, sample.late === true);
  }
  const { batch, names } = packer.take() ?? { batch: new Columns(0), names: [] };
  return [batch, names];
}
