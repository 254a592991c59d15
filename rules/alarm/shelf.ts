/**
 * 暂缓提醒 (ISA-18.2, shelving): a person puts an alarm aside, with a reason and an end within 8 h; never
 * a fire, never a press. The end is a deadline: what still stands then sounds again.
 */

import type { Command } from "../command.ts";
import type { Draft } from "../draft.ts";
import { numberOf } from "../numbers.ts";
import { shelveReasons } from "../reasons.ts";
import type { Actor } from "../signal.ts";
import type { Alarm } from "./alarm.ts";
import { armAgain } from "./escalation.ts";
import { holdOf, holdRefusal } from "./lifecycle.ts";

export function shelve(
  draft: Draft,
  { alarm: id, reason, until }: Command & { command: "shelve" },
  { person: by }: Actor,
): void {
  const refuse = (why: string): void => draft.refuse("shelve", why, by);
  const alarm = draft.state.alarms.get(id);
  if (!alarm || alarm.state === "normal") return refuse("unknown-alarm");
  const never = holdRefusal("shelved", alarm);
  if (never !== null) return refuse(never);
  const hold = holdOf(alarm);
  if (hold === "out-of-service" || hold === "by-design") return refuse(hold);
  if (!(shelveReasons as readonly string[]).includes(reason)) return refuse("unknown-reason");
  if (until <= draft.at) return refuse("ends-in-the-past");
  const longestMs = numberOf(draft.world.packs, "shelving", "longestMs");
  if (until - draft.at > longestMs) return refuse("longer-than-8-h");
  draft.add({ type: "alarm-shelved", alarm: id, reason, until, by });
}

/** Its time is over: what still stands unacknowledged sounds, and calls others, again. */
export function endShelf(draft: Draft, alarm: Alarm): void {
  takeFromShelf(draft, alarm, null);
}

export function unshelve(
  draft: Draft,
  { alarm: id }: Command & { command: "unshelve" },
  { person: by }: Actor,
): void {
  const alarm = draft.state.alarms.get(id);
  if (!alarm?.shelved) return draft.refuse("unshelve", "not-shelved", by);
  takeFromShelf(draft, alarm, by);
}

function takeFromShelf(draft: Draft, alarm: Alarm, by: string | null): void {
  draft.add({ type: "alarm-unshelved", alarm: alarm.id, by });
  if (holdOf({ ...alarm, shelved: null }) === null) armAgain(draft, alarm, alarm.priority);
}
