/**
 * 暂缓提醒 (ISA-18.2, shelving): a person puts an alarm aside, with a reason and an end within 8 h. A
 * fire never is. The end is a deadline: what still stands then sounds again.
 */
import type { Draft } from "../draft.ts";
import { numberOf } from "../numbers.ts";
import { shelveReasons } from "../reasons.ts";
import type { Actor, Command } from "../signal.ts";
import type { Alarm } from "./alarm.ts";
import { armAgain } from "./escalation.ts";

export function shelve(
  draft: Draft,
  { alarm: id, reason, until }: Command & { command: "shelve" },
  { person: by }: Actor,
): void {
  const refuse = (why: string): void => draft.refuse("shelve", why, by);
  const alarm = draft.state.alarms.get(id);
  if (!alarm || alarm.state === "normal") return refuse("unknown-alarm");
  if (alarm.class === "fire" || alarm.priority === "P0") return refuse("never-a-fire");
  if (!(shelveReasons as readonly string[]).includes(reason)) return refuse("unknown-reason");
  if (until <= draft.at) return refuse("ends-in-the-past");
  const longestMs = numberOf(draft.world.packs, "shelving", "longestMs");
  if (until - draft.at > longestMs) return refuse("longer-than-8-h");
  draft.add({ type: "alarm-shelved", alarm: id, reason, until, by });
}

/** Its time is over: what still stands unacknowledged sounds, and calls others, again. */
export function endShelf(draft: Draft, alarm: Alarm): void {
  draft.add({ type: "alarm-unshelved", alarm: alarm.id, by: null });
  armAgain(draft, alarm, alarm.priority);
}

export function unshelve(
  draft: Draft,
  { alarm: id }: Command & { command: "unshelve" },
  { person: by }: Actor,
): void {
  const alarm = draft.state.alarms.get(id);
  if (!alarm?.shelved) return draft.refuse("unshelve", "not-shelved", by);
  draft.add({ type: "alarm-unshelved", alarm: id, by });
}
