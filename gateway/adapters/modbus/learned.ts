/**
 * What a device has taught: addresses it does not have, and how much it gives at once.
 *
 * Believed for a while only, twice as long each time it is said again: a controller that restarts
 * says for a moment that it has nothing, and must not be blind for an hour. Pure: time comes in.
 */
import type { Block, Illegal, Limits } from "./planner.ts";
import { isBitTable, type Table } from "./register.ts";

export type LessonLimits = { readonly leastMs: number; readonly mostMs: number };

export const defaultLessons: LessonLimits = { leastMs: 10_000, mostMs: 3_600_000 };

/** `until`: monotonic ms; null once that is over, and the device has not said it again yet. */
type Lesson = { readonly pauseMs: number; readonly until: number | null };
type Reach = Lesson & { readonly most: number };
type Unit = "registers" | "bits";

const unitOf = (table: Table): Unit => (isBitTable(table) ? "bits" : "registers");

export class Learned {
  readonly #plain: Limits;
  readonly #pauses: LessonLimits;
  readonly #missing = new Map<Table, Map<number, Lesson>>();
  readonly #reach = new Map<Unit, Reach>();

  constructor(plain: Limits, pauses: LessonLimits) {
    this.#plain = plain;
    this.#pauses = pauses;
  }

  /** The device says that it does not have these. */
  lacks(table: Table, addresses: readonly number[], now: number): void {
    const known = this.#missing.get(table) ?? new Map<number, Lesson>();
    for (const address of addresses) known.set(address, this.#again(known.get(address), now));
    this.#missing.set(table, known);
  }

  /** The device gives no more than these at once. */
  givesAtMost(table: Table, most: number, now: number): void {
    const unit = unitOf(table);
    this.#reach.set(unit, { ...this.#again(this.#reach.get(unit), now), most });
  }

  /** A whole block was read: whatever was said against it is over. */
  gave({ table, address, length }: Block): void {
    const known = this.#missing.get(table);
    if (known && known.size > 0) {
      for (let at = address; at < address + length; at += 1) known.delete(at);
    }
    const unit = unitOf(table);
    if (length > (this.#reach.get(unit)?.most ?? Number.POSITIVE_INFINITY)) {
      this.#reach.delete(unit);
    }
  }

  /** Not to be asked for now. */
  illegal(): Illegal {
    return this.#addresses(({ until }) => until !== null);
  }

  /** What the device has said that it lacks, and has not given since. */
  lacking(): Illegal {
    return this.#addresses(() => true);
  }

  limits(): Limits {
    const limits: Record<keyof Limits, number> = { ...this.#plain };
    for (const [unit, { most, until }] of this.#reach) if (until !== null) limits[unit] = most;
    return limits;
  }

  /** The next instant at which something is to be asked for again. */
  next(): number {
    let next = Number.POSITIVE_INFINITY;
    for (const { until } of this.#all()) if (until !== null && until < next) next = until;
    return next;
  }

  /** What is not believed any more from `now` on; null where all of it still is. */
  expire(now: number): Illegal | null {
    if (this.next() > now) return null;
    const over = this.#addresses(({ until }) => until !== null && until <= now);
    for (const known of [...this.#missing.values(), this.#reach] as Map<unknown, Lesson>[]) {
      for (const [key, lesson] of known) {
        if (lesson.until !== null && lesson.until <= now)
          known.set(key, { ...lesson, until: null });
      }
    }
    return over;
  }

  forget(): void {
    this.#missing.clear();
    this.#reach.clear();
  }

  #again(known: Lesson | undefined, now: number): Lesson {
    const { leastMs, mostMs } = this.#pauses;
    // Said twice while it is believed, it is one lesson: halves of a block say it each.
    if (known && known.until !== null) return known;
    const pauseMs = known ? Math.min(mostMs, known.pauseMs * 2) : leastMs;
    return { pauseMs, until: now + pauseMs };
  }

  #addresses(which: (lesson: Lesson) => boolean): Illegal {
    return new Map(
      [...this.#missing].map(([table, known]) => {
        const found = [...known].filter(([, lesson]) => which(lesson));
        return [table, new Set(found.map(([address]) => address))] as const;
      }),
    );
  }

  *#all(): Iterable<Lesson> {
    yield* this.#reach.values();
    for (const known of this.#missing.values()) yield* known.values();
  }
}
