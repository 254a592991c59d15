/**
 * Reads of one device that are not answered although others are: each has a quarantine of its own,
 * so that it slows nothing else, and is asked after those that answer. Pure: time comes in.
 */
import { BackOff, type BackOffLimits, defaultBackOff } from "./back-off.ts";

type Silence = { at: number; readonly backOff: BackOff };

export class Silences {
  readonly #limits: BackOffLimits;
  readonly #of = new Map<string, Silence>();

  constructor(limits: BackOffLimits = defaultBackOff) {
    this.#limits = limits;
  }

  get isEmpty(): boolean {
    return this.#of.size === 0;
  }

  /** Failures in a row of the read that has most of them. */
  get failures(): number {
    return Math.max(0, ...[...this.#of.values()].map(({ backOff }) => backOff.failures));
  }

  has(key: string): boolean {
    return this.#of.has(key);
  }

  /** When it was last silent, monotonic ms; 0 where it is not. */
  lastAt(key: string): number {
    return this.#of.get(key)?.at ?? 0;
  }

  isPaused(key: string, now: number): boolean {
    return (this.#of.get(key)?.backOff.until ?? 0) > now;
  }

  /** Silent, and nothing else is known to answer: it has no pause of its own, but goes last. */
  note(key: string, now: number): Silence {
    const known = this.#of.get(key) ?? { at: now, backOff: new BackOff(this.#limits) };
    known.at = now;
    this.#of.set(key, known);
    return known;
  }

  /** Silent while others answer. */
  fail(key: string, now: number): void {
    this.note(key, now).backOff.fail(now);
  }

  answered(key: string): void {
    this.#of.delete(key);
  }

  /** The whole device is silent: which of its reads were so before says nothing any more. */
  endPauses(): void {
    for (const { backOff } of this.#of.values()) backOff.retry();
  }

  /** Reads that are not asked any more cannot answer either. */
  keep(keys: ReadonlySet<string>): void {
    for (const key of this.#of.keys()) if (!keys.has(key)) this.#of.delete(key);
  }

  clear(): void {
    this.#of.clear();
  }
}
