/**
 * Levels of detection against the alarm table: a repeat decides nothing, a missed end is found.
 *
 * Unknown is not the end of an alarm: it stays, marked so (law 2).
 */
import type { Draft } from "../draft.ts";
import { openOrJoin } from "../incident/opening.ts";
import { deviceKey } from "../inventory.ts";
import { placeOf } from "../place.ts";
import { type Rule, ruleOf } from "../rulebook.ts";
import type { Signal } from "../signal.ts";
import { pointKey } from "../state.ts";
import { systemSite } from "../system.ts";
import type { Alarm, Condition } from "./alarm.ts";
import { stepAlarm } from "./lifecycle.ts";

export function decideLevel(draft: Draft, signal: Signal & { kind: "level" }): void {
  const rule = ruleOf(signal.rule);
  if (!rule) throw new Error(`no rule ${signal.rule}`);
  const point = pointKey(deviceKey(signal.site, signal.device), rule.point);
  const openId = draft.state.openByPoint.get(point);
  const open = openId === undefined ? undefined : draft.state.alarms.get(openId);
  if (!open) {
    if (signal.level === true) raise(draft, rule, signal);
    return;
  }
  const condition = conditionOf(signal.level);
  if (open.condition !== condition) {
    draft.add({ type: "alarm-condition", alarm: open.id, condition });
  }
  if (condition === "active") move(draft, open, "raise");
  if (condition === "inactive") move(draft, open, "return");
}

function raise(draft: Draft, rule: Rule, signal: Signal & { kind: "level" }): void {
  const place = placeOf(draft.world.inventory, signal.site, signal.device);
  const alarm = draft.newId("A");
  draft.add({
    type: "alarm-raised",
    alarm,
    rule: rule.id,
    class: rule.class,
    priority: rule.priority,
    site: signal.site,
    device: signal.device,
    point: rule.point,
    zone: place.zone,
    building: place.building,
    condition: "active",
    latched: rule.latched,
    // The gateway itself stands in no inventory, and is no stranger.
    marks: place.knownDevice || signal.site === systemSite ? [] : ["unknown-device"],
    deviceTs: null,
    seq: null,
    key: null,
    outage: null,
  });
  if (rule.opensIncident) openOrJoin(draft, { id: alarm, priority: rule.priority, place });
}

function move(draft: Draft, alarm: Alarm, why: "raise" | "return"): void {
  const step = stepAlarm(alarm.state, why, alarm.latched);
  if (!("to" in step)) return;
  draft.add({
    type: "alarm-moved",
    alarm: alarm.id,
    to: step.to,
    why,
    by: null,
    seat: null,
  });
}

function conditionOf(level: boolean | "unknown"): Condition {
  if (level === "unknown") return "unknown";
  return level ? "active" : "inactive";
}
