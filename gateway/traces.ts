/**
 * How long alarms took from their signal to the disk. Known only after the commit, so it is journalled
 * a little later, of many alarms at once: an alarm must not wait for the disk twice. What a death
 * takes are the last times, never an alarm.
 */
import type { Recorded } from "#rules/event.ts";
import type { SignalBody, Trace } from "#rules/signal.ts";
import type { Clock } from "./clock.ts";

const afterMs = 1000;
/** Of one signal; in a flood the others follow. */
const mostTraces = 500;

export class Traces {
  readonly #clock: Clock;
  readonly #push: (body: SignalBody) => boolean;
  #decidedAt = 0;
  #waiting: Trace[] = [];
  #cancel: (() => void) | null = null;

  constructor(clock: Clock, push: (body: SignalBody) => boolean) {
    this.#clock = clock;
    this.#push = push;
  }

  /** A turn has been decided and goes to the disk; one is under way at a time. */
  decided(): void {
    this.#decidedAt = this.#clock.now();
  }

  committed(events: readonly Recorded[]): void {
    const committedAt = this.#clock.now();
    for (const event of events) {
      if (event.type !== "alarm-raised") continue;
      this.#waiting.push({ alarm: event.alarm, decidedAt: this.#decidedAt, committedAt });
    }
    if (this.#waiting.length === 0 || this.#cancel) return;
    this.#cancel = this.#clock.wakeAt(committedAt + afterMs, () => this.flush());
  }

  /** What waits goes to the journal now. */
  flush(): void {
    this.#cancel?.();
    this.#cancel = null;
    while (this.#waiting.length > 0) {
      const traces = this.#waiting.slice(0, mostTraces);
      // Where the inbox is full alarms are more urgent than their times.
      if (!this.#push({ kind: "traced", traces })) break;
      this.#waiting.splice(0, traces.length);
    }
    if (this.#waiting.length > 10 * mostTraces) this.#waiting = [];
  }
}
