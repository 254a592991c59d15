/**
 * Edges of boolean conditions: link and tamper of each device, in memory, never journalled.
 *
 * Detection reports levels. This tracker lets a level through when it differs from the last one it
 * let through, so that a device that repeats its state each minute costs the loop nothing; `decide`
 * still compares with the alarm table. At start every condition is unknown (DESIGN §3, Detection).
 */
import type { SignalBody } from "../signal.ts";

export type Level = SignalBody & { readonly kind: "level" };

export class Edges {
  readonly #last = new Map<string, boolean | "unknown">();

  /** The level signal of an observation, or null where nothing has changed. */
  observe(
    rule: string,
    site: string,
    device: string,
    level: boolean | "unknown",
    at: number,
  ): Level | null {
    const key = `${rule}:${site}/${device}`;
    if (this.#last.get(key) === level) return null;
    this.#last.set(key, level);
    return { kind: "level", rule, site, device, level, since: at };
  }

  /** The level did not get through: the next observation is an edge again. */
  forget(rule: string, site: string, device: string): void {
    this.#last.delete(`${rule}:${site}/${device}`);
  }
}
