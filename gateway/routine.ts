/**
 * The routine lane in front of detection: `state` messages, handled in slices of 2 ms with the event
 * loop between two slices, so that what is urgent is read and decided first (DESIGN §3, Lanes).
 *
 * Nothing is shed here: a full lane says no, and the sender's own back-pressure takes over.
 */
import { performance } from "node:perf_hooks";

const sliceMs = 2;
/** The clock is read once for so many items. */
const itemsPerLook = 16;
/** Items that may wait (invariant I8): half a second of 20,000 messages a second. */
const mostWaiting = 10_000;

export class Routine<T> {
  readonly #handle: (item: T) => void;
  readonly #failed: (item: T, error: unknown) => void;
  #items: T[] = [];
  #next = 0;
  #scheduled = false;

  /** An item on which `handle` throws goes to `failed`; the others are handled all the same. */
  constructor(handle: (item: T) => void, failed: (item: T, error: unknown) => void) {
    this.#handle = handle;
    this.#failed = failed;
  }

  get waiting(): number {
    return this.#items.length - this.#next;
  }

  /** False where the lane is full: nothing was taken. */
  push(item: T): boolean {
    if (this.waiting >= mostWaiting) return false;
    this.queue(item);
    return true;
  }

  /** Behind all that waits, full or not: for whoever sends nothing more until it was handled. */
  queue(item: T): void {
    this.#items.push(item);
    this.#schedule();
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(() => this.#slice());
  }

  #slice(): void {
    this.#scheduled = false;
    const end = performance.now() + sliceMs;
    for (let n = 1; this.#next < this.#items.length; n += 1) {
      this.#one(this.#items[this.#next] as T);
      this.#next += 1;
      if (n % itemsPerLook === 0 && performance.now() >= end) return this.#schedule();
    }
    this.#items = [];
    this.#next = 0;
  }

  #one(item: T): void {
    try {
      this.#handle(item);
    } catch (error) {
      this.#failed(item, error);
    }
  }
}
