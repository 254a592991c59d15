/**
 * The one clock. Wall time at start plus monotonic time: never backwards, never before the last
 * journalled instant. A wall jump of more than 2 s is reported and slewed, so that no deadline
 * fires or waits because of it. Nothing else in the gateway may read the wall clock.
 */
export interface Clock {
  /** Integer ms UTC. */
  now(): number;
  /** Monotonic ms, for measuring; not comparable between processes. */
  monotonic(): number;
  /** Calls `run` once when `now()` reaches `at`; gives a function that cancels. */
  wakeAt(at: number, run: () => void): () => void;
  every(periodMs: number, run: () => void): () => void;
}

export type WallClock = { readonly wall: () => number; readonly monotonic: () => number };

export const systemWall: WallClock = {
  wall: () => Date.now(),
  monotonic: () => performance.now(),
};

/** A difference beyond this is a jump (a person or NTP set the clock), below it is drift. */
const jumpMs = 2000;
/** 2 %: a 20 s deadline is off by at most 0.4 s while the clock is being slewed. */
const slewRatio = 0.02;
const checkEveryMs = 1000;
/** Node's timers take 32-bit delays. */
const longestTimerMs = 2_000_000_000;

export class SystemClock implements Clock {
  readonly #source: WallClock;
  readonly #startWall: number;
  readonly #startMonotonic: number;
  /** Added to start + monotonic; moves by slewing only. */
  #correctionMs = 0;
  #slewedAt: number;
  #targetMs = 0;
  #last: number;
  #stopChecks: (() => void) | null = null;

  constructor(notBefore: number, source: WallClock = systemWall) {
    this.#source = source;
    this.#startWall = Math.max(source.wall(), notBefore);
    this.#startMonotonic = source.monotonic();
    this.#slewedAt = this.#startMonotonic;
    this.#last = this.#startWall;
  }

  now(): number {
    const monotonic = this.#source.monotonic();
    this.#slew(monotonic);
    const value = this.#startWall + monotonic - this.#startMonotonic + this.#correctionMs;
    this.#last = Math.max(this.#last, Math.floor(value));
    return this.#last;
  }

  monotonic(): number {
    return this.#source.monotonic();
  }

  wakeAt(at: number, run: () => void): () => void {
    let timer: NodeJS.Timeout;
    const arm = (): void => {
      const waitMs = at - this.now();
      if (waitMs <= 0) timer = setTimeout(run, 0);
      else if (waitMs > longestTimerMs) timer = setTimeout(arm, longestTimerMs);
      else timer = setTimeout(arm, waitMs);
    };
    arm();
    return () => clearTimeout(timer);
  }

  every(periodMs: number, run: () => void): () => void {
    const timer = setInterval(run, periodMs);
    return () => clearInterval(timer);
  }

  /** Watches the wall clock; `jumped` is told of each jump once. */
  watch(jumped: (byMs: number) => void): void {
    this.#stopChecks = this.every(checkEveryMs, () => {
      const byMs = this.check();
      if (byMs !== 0) jumped(byMs);
    });
  }

  /** Compares with the wall clock and sets the slew; gives the jump in ms, 0 where there is none. */
  check(): number {
    const off = this.#source.wall() - this.now();
    const jump = off - (this.#targetMs - this.#correctionMs);
    this.#targetMs = this.#correctionMs + off;
    return Math.abs(jump) > jumpMs ? Math.round(jump) : 0;
  }

  stop(): void {
    this.#stopChecks?.();
    this.#stopChecks = null;
  }

  #slew(monotonic: number): void {
    const mostMs = (monotonic - this.#slewedAt) * slewRatio;
    const missing = this.#targetMs - this.#correctionMs;
    this.#correctionMs += Math.sign(missing) * Math.min(Math.abs(missing), mostMs);
    this.#slewedAt = monotonic;
  }
}
