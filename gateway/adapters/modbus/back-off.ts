/**
 * Quarantine of one device: after each failure it is left alone for a while, twice as long each
 * time, so that an absent device costs its line one time-out for each of these pauses and not one
 * for each poll. Pure: time comes in.
 */
export type BackOffLimits = {
  readonly leastMs: number;
  readonly mostMs: number;
  /** Failures in a row after which the device counts as lost. */
  readonly lostAfter: number;
};

export const defaultBackOff: BackOffLimits = { leastMs: 1000, mostMs: 60_000, lostAfter: 3 };

export class BackOff {
  readonly #limits: BackOffLimits;
  readonly #random: () => number;
  #failures = 0;
  #until = 0;

  constructor(limits: BackOffLimits = defaultBackOff, random: () => number = Math.random) {
    this.#limits = limits;
    this.#random = random;
  }

  /** In a row. */
  get failures(): number {
    return this.#failures;
  }

  get isLost(): boolean {
    return this.#failures >= this.#limits.lostAfter;
  }

  /** Monotonic ms before which the device is not asked; 0 where it may be asked at any time. */
  get until(): number {
    return this.#until;
  }

  /** Jitter of a quarter keeps devices that fell out together from coming back together. */
  fail(now: number): void {
    const { leastMs, mostMs } = this.#limits;
    const pause = Math.min(mostMs, leastMs * 2 ** this.#failures);
    this.#failures += 1;
    this.#until = now + pause * (0.75 + this.#random() / 2);
  }

  succeed(): void {
    this.#failures = 0;
    this.#until = 0;
  }

  /** A person wants it tried now; the next failure is counted on. */
  retry(): void {
    this.#until = 0;
  }
}
