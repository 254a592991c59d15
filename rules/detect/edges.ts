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

  /** The level signal of an observation, or null where nothing has changed. */
  observe(
    rule: string,
    { site, device, key }: Observed,
    level: boolean | "unknown",
    at: number,
  ): Level | null {
    const last = this.#of(rule);
    if (last.get(key) === level) return null;
    last.set(key, level);
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
