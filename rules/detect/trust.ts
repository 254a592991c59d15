/**
 * Values that nobody may rely on: while a rule says that a sensor is stuck or contradicts another (S03),
 * what it shows is unknown to the other rules of its device. Fire rules read it all the same: no fault
 * of a sensor mutes a fire (law 3); and whoever distrusts must see what it distrusts.
 */

import type { Value } from "../sample.ts";
import type { Known } from "./cel.ts";
import type { DeviceState, Instance } from "./instance.ts";

/** What stands has changed: works out what is distrusted now, and gives the slots that were or are not. */
export function judgeTrust(state: DeviceState): number[] {
  const before = state.distrusted;
  const now = new Set(
    state.instances.flatMap(({ active, rule }) => (active ? rule.distrusts : [])),
  );
  const changed = [...now].filter((slot) => !before.has(slot));
  for (const slot of before) if (!now.has(slot)) changed.push(slot);
  if (changed.length === 0) return changed;
  state.distrusted = now;
  state.trusted = now.size === 0 ? state.values : state.values.slice();
  for (const slot of now) state.trusted[slot] = undefined;
  return changed;
}

/** A value has come. */
export function keepTrust(state: DeviceState, slot: number): void {
  if (state.trusted === state.values) return;
  state.trusted[slot] = state.distrusted.has(slot) ? undefined : state.values[slot];
}

/** As this rule sees them. */
export function valuesFor(state: DeviceState, { rule }: Instance): readonly Known<Value>[] {
  return rule.distrusts.length > 0 || rule.source.class === "fire" ? state.values : state.trusted;
}
