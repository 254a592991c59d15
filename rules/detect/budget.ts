/**
 * What each rule has cost lately. One that takes more than its share of the thread is parked: every
 * other rule, and every alarm behind it, would wait (DESIGN §3, Detection). What it costs is measured
 * by a meter that the shell gives; without one nothing is ever parked.
 */
import type { RuleSource } from "./pack.ts";

/** Reads a clock that never goes back, ms. */
export type Meter = () => number;

/** Of one rule over all devices of its kind: one twentieth of the thread, over ten seconds. */
export const mostOfWindowMs = 500;
export const budgetWindowMs = 10_000;

type Spent = { since: number; ms: number };

export class Budget {
  readonly #meter: Meter | null;
  readonly #spent = new Map<string, Spent>();
  readonly #parked = new Map<string, RuleSource>();

  constructor(meter: Meter | null) {
    this.#meter = meter;
  }

  isParked(kind: string, rule: string): boolean {
    return this.#parked.size > 0 && this.#parked.has(keyOf(kind, rule));
  }

  /** Runs what the rule costs; true where that was too much, and it is parked from now on. */
  spend(kind: string, source: RuleSource, run: () => void): boolean {
    if (!this.#meter) {
      run();
      return false;
    }
    const began = this.#meter();
    run();
    const now = this.#meter();
    const key = keyOf(kind, source.id);
    const known = this.#spent.get(key);
    const spent = known && began - known.since < budgetWindowMs ? known : { since: began, ms: 0 };
    spent.ms += now - began;
    if (spent !== known) this.#spent.set(key, spent);
    if (spent.ms <= mostOfWindowMs) return false;
    this.#spent.delete(key);
    this.#parked.set(key, source);
    return true;
  }

  /** This version of the rule comes into force: true where another one was parked, and it is not. */
  replace(kind: string, source: RuleSource): boolean {
    if (this.#parked.size === 0) return false;
    const key = keyOf(kind, source.id);
    const parked = this.#parked.get(key);
    if (!parked || JSON.stringify(parked) === JSON.stringify(source)) return false;
    return this.#parked.delete(key);
  }
}

function keyOf(kind: string, rule: string): string {
  return `${kind}/${rule}`;
}
