/**
 * A trend of at most so many samples out of any number. Where there are more, its time is cut into
 * buckets, and of each remain the least, the most, the last and the first that is not good: peaks
 * stay, and so do gaps; a gap may begin or end later by a bucket, never vanish. Pure.
 */
import type { StoredSample } from "./day-file.ts";

export type Trend = {
  /** In order of time. */
  readonly samples: readonly StoredSample[];
  /** There are more than these. */
  readonly thinned: boolean;
};

const keptOfBucket = 4;

type Bucket = {
  readonly index: number;
  least: StoredSample | null;
  most: StoredSample | null;
  unknown: StoredSample | null;
  last: StoredSample;
};

/** Takes samples in order of time, from `from` (included) to `to` (excluded). */
export class Thinner {
  readonly #from: number;
  readonly widthMs: number;
  readonly #most: number;
  /** All of them, while they are few enough. */
  #all: StoredSample[] | null = [];
  readonly #kept: StoredSample[] = [];
  #bucket: Bucket | null = null;

  constructor(from: number, to: number, most: number) {
    this.#from = from;
    this.#most = most;
    this.widthMs = (to - from) / Math.floor(most / keptOfBucket);
  }

  add(sample: StoredSample): void {
    if (!this.#all) return this.#sort(sample);
    this.#all.push(sample);
    if (this.#all.length <= this.#most) return;
    for (const one of this.#all) this.#sort(one);
    this.#all = null;
  }

  end(): Trend {
    if (this.#all) return { samples: this.#all, thinned: false };
    this.#empty();
    return { samples: this.#kept, thinned: true };
  }

  #sort(sample: StoredSample): void {
    const index = Math.floor((sample.at - this.#from) / this.widthMs);
    if (this.#bucket?.index !== index) this.#empty();
    this.#bucket ??= { index, least: null, most: null, unknown: null, last: sample };
    const bucket = this.#bucket;
    bucket.last = sample;
    if (sample.quality !== "good") bucket.unknown ??= sample;
    else if (typeof sample.value === "number") {
      if (sample.value < numberOf(bucket.least, Number.POSITIVE_INFINITY)) bucket.least = sample;
      if (sample.value > numberOf(bucket.most, Number.NEGATIVE_INFINITY)) bucket.most = sample;
    }
  }

  #empty(): void {
    if (!this.#bucket) return;
    const { least, most, unknown, last } = this.#bucket;
    const kept = new Set([least, most, unknown, last].filter((one) => one !== null));
    this.#kept.push(...[...kept].sort((a, b) => a.at - b.at));
    this.#bucket = null;
  }
}

function numberOf(sample: StoredSample | null, otherwise: number): number {
  return typeof sample?.value === "number" ? sample.value : otherwise;
}
