/** Whoever has failed is left alone for a while: a second, then twice as long each time, a minute at most. */
import { EngineDown } from "./travel-time.ts";

const leastMs = 1000;
const mostMs = 60_000;

export class BackOff {
  readonly #now: () => number;
  #failures = 0;
  #retryAt = 0;
  #why: string | null = null;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** Throws `EngineDown` while it is left alone. */
  insist(): void {
    if (this.#now() < this.#retryAt) throw new EngineDown(this.#why ?? "down");
  }

  failed(why: string): void {
    const waitMs = Math.min(mostMs, leastMs * 2 ** this.#failures);
    this.#failures += 1;
    this.#retryAt = this.#now() + waitMs;
    this.#why = why;
  }

  answered(): void {
    this.#failures = 0;
    this.#retryAt = 0;
    this.#why = null;
  }

  health() {
    const isDown = this.#why !== null;
    return { up: !isDown, why: this.#why, retryAt: isDown ? this.#retryAt : null };
  }
}
