/**
 * What each rule has cost lately. One that takes more than its share of the thread is parked for a
 * while: every other rule, and every alarm behind it, would wait (DESIGN §3, Detection). What it costs
 * is measured by a meter that the shell gives; without one nothing is ever parked. A rule of fire never
 * is: late is better than not at all (law 3).
 */
import type { RuleSource } from "./pack.ts";

/** Reads a clock that never goes back, ms. */
export type Meter = () => number;

/** Of one rule over all devices of its kind: one twentieth of the thread, over ten seconds. */
export const mostOfWindowMs = 500;
export const budgetWindowMs = 10_000;
/** One look costs no more than this: the rest is the machine, which stood still meanwhile. */
export const mostOfLookMs = 50;
/** Then it is tried again. */
export const parkedForMs = 600_000;

type Spent = { since: number; ms: number };
type Parked = { readonly source: RuleSource; readonly at: number };

export class Budget {
  readonly #meter: Meter | null;
  readonly #spent = new Map<string, Spent>();
  readonly #parked = new Map<string, Parked>();

  constructor(meter: Meter | null) {
    this.#meter = meter;
  }

  /** Freed: it was parked for long enough, and is tried again from now on. */
  stateOf(kind: string, rule: string): "runs" | "parked" | "freed" {
    if (this.#parked.size === 0) return "runs";
    const key = keyOf(kind, rule);
    const parked = this.#parked.get(key);
    if (!parked) return "runs";
    if ((this.#meter?.() ?? 0) - parked.at < parkedForMs) return "parked";
    this.#parked.delete(key);
    return "freed";
  }

  /** Runs what the rule costs; true where that was too much, and it is parked from now on. */
  spend(kind: string, source: RuleSource, run: () => void): boolean {
    if (!this.#meter || source.class === "fire") {
      run();
      return false;
    }
    const began = this.#meter();
    run();
    const now = this.#meter();
    const key = keyOf(kind, source.id);
    const known = this.#spent.get(key);
    const spent = known && began - known.since < budgetWindowMs ? known : { since: began, ms: 0 };
    spent.ms += Math.min(now - began, mostOfLookMs);
    if (spent !== known) this.#spent.set(key, spent);
    if (spent.ms <= mostOfWindowMs) return false;
    this.#spent.delete(key);
    this.#parked.set(key, { source, at: now });
    return true;
  }

  /** This version of the rule comes into force: true where another one was parked, and it is not. */
  replace(kind: string, source: RuleSource): boolean {
    if (this.#parked.size === 0) return false;
    const key = keyOf(kind, source.id);
    const parked = this.#parked.get(key);
    if (!parked || JSON.stringify(parked.source) === JSON.stringify(source)) return false;
    return this.#parked.delete(key);
  }
}

function keyOf(kind: string, rule: string): string {
  return `${kind}/${rule}`;
}
