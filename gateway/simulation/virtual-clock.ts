/** A clock that a simulation turns by hand: time passes only where the test says so. */
import type { Clock } from "../clock.ts";

type Timer = { at: number; readonly run: () => void; readonly everyMs: number | null };

export class VirtualClock implements Clock {
  #now: number;
  readonly #timers = new Set<Timer>();

  constructor(now: number) {
    this.#now = now;
  }

  now(): number {
    return this.#now;
  }

  monotonic(): number {
    return this.#now;
  }

  wakeAt(at: number, run: () => void): () => void {
    return this.#add({ at, run, everyMs: null });
  }

  every(periodMs: number, run: () => void): () => void {
    return this.#add({ at: this.#now + periodMs, run, everyMs: periodMs });
  }

  nextAt(): number | null {
    let next: number | null = null;
    for (const timer of this.#timers) if (next === null || timer.at < next) next = timer.at;
    return next;
  }

  /** Lets time pass; timers run at their own instants, in order. */
  advance(byMs: number): void {
    const end = this.#now + byMs;
    for (let due = this.#due(end); due; due = this.#due(end)) {
      this.#now = Math.max(this.#now, due.at);
      if (due.everyMs === null) this.#timers.delete(due);
      else due.at += due.everyMs;
      due.run();
    }
    this.#now = end;
  }

  /** A process that dies takes its timers with it. */
  forget(): void {
    this.#timers.clear();
  }

  #add(timer: Timer): () => void {
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  }

  #due(end: number): Timer | null {
    let best: Timer | null = null;
    for (const timer of this.#timers) {
      if (timer.at <= end && (best === null || timer.at < best.at)) best = timer;
    }
    return best;
  }
}
