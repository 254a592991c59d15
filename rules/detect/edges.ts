/**
 * Edges of boolean conditions: link and tamper of each device, in memory, never journalled.
 *
 * Detection reports levels. This tracker lets a level through when it differs from the last one it
 * let through, so that a device that repeats its state each minute costs the loop nothing; `decide`
 * still compares with the alarm table. At start every condition is unknown (DESIGN §3, Detection).
 */
import type { Level } from "../signal.ts";

/** Whose condition: `key` is SITE/DEVICE. */
export type Observed = { readonly site: string; readonly device: string; readonly key: string };

export class Edges {
  /** Rule → SITE/DEVICE → the last level. Two lookups and no string to build for each message. */
  readonly #last = new Map<string, Map<string, boolean | "unknown">>();

  /** Whether this level was let through last: then an observation of it is nothing new. */
  stands(rule: string, { key }: Observed, level: boolean | "unknown"): boolean {
    return this.#of(rule).get(key) === level;
  }

  /** The level signal of an observation, or null where nothing has changed. */
  observe(rule: string, observed: Observed, level: boolean | "unknown", at: number): Level | null {
    if (this.stands(rule, observed, level)) return null;
    const { site, device, key } = observed;
    this.#of(rule).set(key, level);
    return { kind: "level", rule, site, device, level, since: at };
  }

  /** The level did not get through: the next observation is an edge again. */
  forget(rule: string, { key }: Observed): void {
    this.#of(rule).delete(key);
  }

  #of(rule: string): Map<string, boolean | "unknown"> {
    let last = this.#last.get(rule);
    if (!last) {
      last = new Map();
      this.#last.set(rule, last);
    }
    return last;
  }
}
