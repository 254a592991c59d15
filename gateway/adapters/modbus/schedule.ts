/**
 * When each poll class is due: on a grid that begins at the device's own phase, so that neither a
 * slow answer nor a late timer moves the next poll, and devices do not ask all at once. Pure.
 */
import { type PollClass, pollClasses } from "#rules/profile.ts";

export type Periods = Readonly<Record<PollClass, number>>;

/** Domain C2, Poll: status 1 s, analog 1 to 2 s, settings hourly, 0.5 s in alarm. */
export const usualPeriods: Periods = { status: 1000, analog: 2000, settings: 3_600_000 };
export const incidentPeriods: Periods = { status: 500, analog: 500, settings: 3_600_000 };

export class Schedule {
  readonly #phase: number;
  #periods: Periods;
  readonly #due: Record<PollClass, number>;

  /** `start`: monotonic ms; `phase`: 0 to 1, where in a period this device has its turn. */
  constructor(periods: Periods, start: number, phase: number) {
    this.#periods = periods;
    this.#phase = start + phase * Math.min(...pollClasses.map((name) => periods[name]));
    this.#due = { status: this.#phase, analog: this.#phase, settings: this.#phase };
  }

  get periods(): Periods {
    return this.#periods;
  }

  /** The next instant at which anything is due. */
  next(): number {
    return Math.min(...pollClasses.map((name) => this.#due[name]));
  }

  /** What is due, taken: each of these is due again at its next place on the grid after `now`. */
  take(now: number): PollClass[] {
    const due = pollClasses.filter((name) => this.#due[name] <= now);
    for (const name of due) this.#due[name] = this.#after(name, now);
    return due;
  }

  /** Everything, at once: after a pause, or because a person wants it. */
  all(now: number): void {
    for (const name of pollClasses) this.#due[name] = now;
  }

  /** This class not later than `at`, once; its grid stays. */
  by(name: PollClass, at: number): void {
    this.#due[name] = Math.min(this.#due[name], at);
  }

  change(periods: Periods, now: number): void {
    if (periods === this.#periods) return;
    this.#periods = periods;
    for (const name of pollClasses) {
      this.#due[name] = Math.min(this.#due[name], this.#after(name, now));
    }
  }

  #after(name: PollClass, now: number): number {
    const period = this.#periods[name];
    const at = this.#phase + (Math.floor((now - this.#phase) / period) + 1) * period;
    // The division may round down over an exact hit.
    return at > now ? at : at + period;
  }
}
