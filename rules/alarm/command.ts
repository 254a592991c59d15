/**
 * What people do to an alarm: acknowledge (接警), silence (消音), reset, close an outage.
 *
 * Acknowledging never stops verification or an order, and silence is not acknowledge.
 */

import type { Command } from "../command.ts";
import type { Draft } from "../draft.ts";
import { resetReasons } from "../reasons.ts";
import type { Actor } from "../signal.ts";
import type { Alarm } from "./alarm.ts";
import { letGo } from "./chatter.ts";
import { type AlarmTrigger, stepAlarm } from "./lifecycle.ts";
import { isWatched } from "./watched.ts";

export function acknowledge(draft: Draft, id: string, actor: Actor): void {
  const alarm = draft.state.alarms.get(id);
  if (!alarm) return draft.refuse("acknowledge", "unknown-alarm", actor.person);
  if (!move(draft, alarm, "acknowledge", actor)) return;
  const incident = alarm.incident === null ? null : draft.state.incidents.get(alarm.incident);
  if (incident?.verification !== "received") return;
  draft.add({
    type: "verification-moved",
    incident: incident.id,
    to: "acknowledged",
    by: actor.person,
    second: null,
    cause: null,
    reason: null,
  });
}

/** Acknowledges where that is still open; used where another act of the person implies it. */
export function acknowledgeAlarm(draft: Draft, id: string, actor: Actor): void {
  const alarm = draft.state.alarms.get(id);
  if (alarm && "to" in stepAlarm(alarm.state, "acknowledge", alarm.latched)) {
    move(draft, alarm, "acknowledge", actor);
  }
}

export function silence(draft: Draft, id: string, actor: Actor): void {
  const alarm = draft.state.alarms.get(id);
  if (!alarm) return draft.refuse("silence", "unknown-alarm", actor.person);
  if (alarm.sounding) draft.add({ type: "alarm-silenced", alarm: id, by: actor.person });
}

/**
 * 复位: a held alarm ends by a person, never while its point is active or unknown (law 2). With a
 * reason it is another act: nobody watches the alarm any more, and so it is over.
 */
export function reset(draft: Draft, command: Command & { command: "reset" }, actor: Actor): void {
  const { alarm: id, reason } = command;
  const alarm = draft.state.alarms.get(id);
  if (!alarm) return draft.refuse("reset", "unknown-alarm", actor.person);
  if (alarm.outage !== null) return draft.refuse("reset", "check-the-panel-first", actor.person);
  if (reason !== undefined) return giveUp(draft, alarm, reason, actor);
  if (alarm.condition !== "inactive") {
    return draft.refuse("reset", "condition-not-ended", actor.person);
  }
  move(draft, alarm, "reset", actor);
}

function giveUp(draft: Draft, alarm: Alarm, reason: string, { person, seat }: Actor): void {
  if (!(resetReasons as readonly string[]).includes(reason)) {
    return draft.refuse("reset", "unknown-reason", person);
  }
  if (alarm.state === "normal") return draft.refuse("reset", "not-open", person);
  if (isWatched(draft.world, alarm)) return draft.refuse("reset", "still-watched", person);
  if (alarm.state === "unacknowledged") acknowledgeAlarm(draft, alarm.id, { person, seat });
  const { id } = alarm;
  draft.add({
    type: "alarm-moved",
    alarm: id,
    to: "normal",
    why: "reset",
    by: person,
    seat,
    reason,
  });
  letGo(draft, alarm);
}

/** The outage row ends only by a person who has looked at the panel. */
export function closeOutage(draft: Draft, id: string, checked: boolean, actor: Actor): void {
  const alarm = draft.state.alarms.get(id);
  if (alarm?.outage === null || alarm === undefined) {
    return draft.refuse("close-outage", "unknown-alarm", actor.person);
  }
  if (!checked) return draft.refuse("close-outage", "check-the-panel-first", actor.person);
  acknowledgeAlarm(draft, id, actor);
  const { person: by, seat } = actor;
  draft.add({
    type: "alarm-moved",
    alarm: id,
    to: "normal",
    why: "reset",
    by,
    seat,
  });
}

function move(draft: Draft, alarm: Alarm, trigger: AlarmTrigger, actor: Actor): boolean {
  const step = stepAlarm(alarm.state, trigger, alarm.latched);
  if ("refused" in step) {
    draft.refuse(trigger, step.refused, actor.person);
    return false;
  }
  if ("same" in step || trigger === "raise") return false;
  draft.add({
    type: "alarm-moved",
    alarm: alarm.id,
    to: step.to,
    why: trigger,
    by: actor.person,
    seat: actor.seat,
  });
  return true;
}
