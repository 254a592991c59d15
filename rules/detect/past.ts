/**
 * The past of a device, given back to the windows of its rules after a restart: a slope over half an
 * hour would otherwise be unknown for as long. Windows only; holds and alarms begin by what is read.
 */
import type { Quality, Value } from "../sample.ts";
import type { Known } from "./cel.ts";
import type { DeviceState, Instance } from "./instance.ts";
import type { CompiledPack } from "./pack.ts";

/** One point at one instant, as the local history has it. */
export type Moment = {
  readonly point: string;
  readonly value: Value | null;
  readonly quality: Quality;
  /** ms UTC */
  readonly at: number;
};

/** History keeps a value that does not change once a minute: after that nobody knows. */
export const heldForMs = 60_000;

/** How far back this pack looks, and at which points; 0 and none where it looks at now. */
export function lookBackOf({ rules }: Pick<CompiledPack, "rules">): {
  readonly ms: number;
  readonly slots: readonly number[];
} {
  const back = rules.filter((rule) => backOf(rule) > 0);
  return {
    ms: Math.max(0, ...back.map(backOf)),
    slots: [...new Set(back.flatMap(({ reads }) => reads))],
  };
}

/** In any order. After the last one nothing is known until it is read. */
export function remember(state: DeviceState, past: readonly Moment[]): void {
  const looking = state.instances.filter(({ rule }) => backOf(rule) > 0);
  replay(state, looking, [{ moments: past, heldMs: heldForMs }]);
}

/** Moments of some points, and how long a value holds where no other comes. */
export type Stored = { readonly moments: readonly Moment[]; readonly heldMs: number };

/** Rules of a pack that look back further than that, by their place in it. */
export function longLooking({ rules }: Pick<CompiledPack, "rules">, longerMs: number): number[] {
  return rules.flatMap((rule, n) => (backOf(rule) > longerMs ? [n] : []));
}

/** How far back a rule looks, ms. */
export function backOf({ when, until }: CompiledPack["rules"][number]): number {
  return Math.max(when.lookBackMs ?? 0, until?.lookBackMs ?? 0);
}

/** What one rule remembers, made anew of what was stored. */
export function recall(state: DeviceState, one: Instance, past: readonly Stored[]): void {
  one.memory.fill(0);
  replay(state, [one], past);
}

function replay(state: DeviceState, looking: readonly Instance[], past: readonly Stored[]): void {
  const values: Known<Value>[] = state.values.map(() => undefined);
  let touched = new Set<number>();
  const look = (now: number): void => {
    const sight = { values, good: 1, now };
    for (const { rule, memory } of looking) {
      if (!rule.reads.some((slot) => touched.has(slot))) continue;
      rule.when.run(sight, memory);
      rule.until?.run(sight, memory);
    }
    touched = new Set();
  };
  let now = 0;
  const end = endOf(past);
  const moments = past.flatMap((one) => withGaps(one, end)).sort((a, b) => a.at - b.at);
  for (const { point, value, quality, at } of moments) {
    if (at !== now) look(now);
    now = at;
    const slot = state.slots.get(point);
    if (slot === undefined) continue;
    values[slot] = quality === "good" && value !== null ? value : undefined;
    touched.add(slot);
  }
  look(now);
  values.fill(undefined);
  for (const { rule } of looking) for (const slot of rule.reads) touched.add(slot);
  if (moments.length > 0) look(now);
}

function endOf(past: readonly Stored[]): number {
  let end = 0;
  for (const { moments } of past) for (const { at } of moments) end = Math.max(end, at);
  return end;
}

/** A value after which none comes in time is unknown from then on. */
function withGaps({ moments, heldMs }: Stored, end: number): Moment[] {
  const byPoint = Map.groupBy(moments, ({ point }) => point);
  return [...byPoint.values()].flatMap((ofPoint) => {
    const inOrder = ofPoint.toSorted((a, b) => a.at - b.at);
    return inOrder.flatMap((moment, i) => {
      const until = inOrder[i + 1]?.at ?? end;
      // A minute is kept after a minute and a sweep.
      if (until - moment.at <= 2 * heldMs) return [moment];
      const at = moment.at + heldMs;
      return [moment, { ...moment, value: null, quality: "stale" as const, at }];
    });
  });
}
