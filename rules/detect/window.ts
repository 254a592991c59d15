/**
 * A window over time as a ring of buckets: what a value was, for how long it was known. A value holds
 * until the next one; what is unknown counts for nothing, and under four fifths of a window known,
 * nothing is said of it (DESIGN §3, Detection).
 */
import type { Memory } from "./condition.ts";

/** Of every window; the oldest one leaves whole. */
const buckets = 30;
const leastKnown = 0.8;
/** Last look; whether the value was known then; the value; number of the newest bucket. */
const head = 4;
/** Of a bucket: how long it was known, ms; a sum. */
const perBucket = 2;
export const placesOfWindow = head + buckets * perBucket;

export class Window {
  readonly #place: number;
  readonly #bucketMs: number;
  readonly lengthMs: number;

  constructor(place: number, lengthMs: number) {
    this.#place = place;
    this.lengthMs = lengthMs;
    this.#bucketMs = lengthMs / buckets;
  }

  /** Time has come to `now`; until now the value was the one of the last look. */
  advance(memory: Memory, now: number): void {
    const { first, last } = this.#range(memory, now);
    const before = memory[this.#place] ?? 0;
    const isKnown = memory[this.#place + 1] === 1;
    const value = memory[this.#place + 2] ?? 0;
    for (let n = first; n <= last; n += 1) {
      const at = this.#at(n);
      if (n > (memory[this.#place + 3] ?? 0)) this.#begin(memory, at);
      const from = Math.max(before, n * this.#bucketMs);
      const ms = Math.min(now, (n + 1) * this.#bucketMs) - from;
      if (!isKnown || ms <= 0) continue;
      memory[at] = (memory[at] ?? 0) + ms;
      memory[at + 1] = (memory[at + 1] ?? 0) + this.weigh(value, ms);
    }
    memory[this.#place] = now;
    memory[this.#place + 3] = last;
  }

  /** What a known value adds to the sum of a bucket for each stretch: here its integral. */
  weigh(value: number, ms: number): number {
    return value * ms;
  }

  /** From now on it is this; undefined: unknown. `adds`: to the sum of this bucket, at once. */
  set(memory: Memory, value: number | undefined, adds = 0): void {
    memory[this.#place + 1] = value === undefined ? 0 : 1;
    if (value !== undefined) memory[this.#place + 2] = value;
    const at = this.#at(memory[this.#place + 3] ?? 0);
    memory[at + 1] = (memory[at + 1] ?? 0) + adds;
  }

  /** The value of the last look; undefined where it was unknown, or none has been. */
  last(memory: Memory): number | undefined {
    return memory[this.#place + 1] === 1 ? memory[this.#place + 2] : undefined;
  }

  /** Nothing is remembered. */
  clear(memory: Memory): void {
    memory.fill(0, this.#place, this.#place + placesOfWindow);
  }

  /** Buckets with what they know, oldest first: middle (ms), known (ms), sum. */
  *known(memory: Memory): Generator<readonly [middle: number, ms: number, sum: number]> {
    const newest = memory[this.#place + 3] ?? 0;
    for (let n = newest - buckets + 1; n <= newest; n += 1) {
      const at = this.#at(n);
      const ms = memory[at] ?? 0;
      if (ms > 0) yield [(n + 0.5) * this.#bucketMs, ms, memory[at + 1] ?? 0];
    }
  }

  sum(memory: Memory): number {
    let sum = 0;
    for (let i = 0; i < buckets; i += 1) sum += memory[this.#place + head + i * perBucket + 1] ?? 0;
    return sum;
  }

  isKnown(memory: Memory): boolean {
    let ms = 0;
    for (const [, known] of this.known(memory)) ms += known;
    return ms >= leastKnown * this.lengthMs;
  }

  /** When its oldest bucket leaves; null where nothing is in it. */
  dueAt(memory: Memory): number | null {
    const newest = memory[this.#place + 3] ?? 0;
    return newest === 0 ? null : Math.ceil((newest + 1) * this.#bucketMs);
  }

  /** Buckets that this stretch touches; after a long absence only those that still count. */
  #range(memory: Memory, now: number): { readonly first: number; readonly last: number } {
    const last = Math.floor(now / this.#bucketMs);
    const newest = memory[this.#place + 3] ?? 0;
    return { first: Math.max(newest === 0 ? last : newest, last - buckets + 1), last };
  }

  #begin(memory: Memory, at: number): void {
    memory[at] = 0;
    memory[at + 1] = 0;
  }

  #at(bucket: number): number {
    return this.#place + head + (bucket % buckets) * perBucket;
  }
}

/** Only what is added at once counts: increments, edges. */
export class CountWindow extends Window {
  override weigh(): number {
    return 0;
  }
}
