/**
 * Alarms the core raises by itself, about other alarms: one of each thing, which returns when its
 * cause is over and waits for its acknowledgement as any other does.
 */

import type { Draft } from "../draft.ts";
import { deviceKey } from "../inventory.ts";
import { placeOf } from "../place.ts";
import { type Rule, rulebook, ruleOf } from "../rulebook.ts";
import { pointKey } from "../state.ts";
import type { Alarm, Condition } from "./alarm.ts";
import { armEscalation } from "./escalation.ts";
import { stepAlarm } from "./lifecycle.ts";
import { raisedBy } from "./raised.ts";

/** These say how alarms come. They are no new alarms themselves, and no contacts that could chatter. */
export const rulesOfRates: readonly string[] = ["C01", "C02", "C03"];

/** The core itself decides these, by other alarms: a restart leaves them as they are. */
export const ownRules: readonly string[] = [
  ...rulesOfRates,
  ...["E02", "P13", rulebook.G07.id],
  ...["H01", "H02", "H03", "H04", "H05", "H06", "H07"],
];

type About = {
  readonly site: string;
  readonly device: string;
  readonly point: string;
  readonly each?: string | null;
  readonly words?: Readonly<Record<string, string>>;
};

/** Gives the alarm's id: the one that stands already, or a new one. */
export function raiseOwn(draft: Draft, usual: Rule, about: About): string {
  const { site, device, point } = about;
  const open = openOwn(draft, about);
  if (open) {
    know(draft, open, "active");
    if (move(draft, open, "raise")) armEscalation(draft, open.id, open);
    return open.id;
  }
  const { world } = draft;
  const kind = world.inventory.devices.get(deviceKey(site, device))?.kind;
  const rule = ruleOf(usual.id, world.packs, kind, site) ?? usual;
  const place = placeOf(world.inventory, site, device);
  const alarm = draft.newId("A");
  draft.add({
    ...raisedBy(rule),
    alarm,
    site,
    device,
    point,
    zone: place.zone,
    building: place.building,
    condition: "active",
    ...(about.each ? { each: about.each } : {}),
    ...(about.words ? { words: about.words } : {}),
  });
  armEscalation(draft, alarm, { class: rule.class, priority: rule.priority, site });
  return alarm;
}

/** It has happened and does not last: it waits for whoever acknowledges it. */
export function raiseOnce(draft: Draft, usual: Rule, about: About): void {
  const alarm = raiseOwn(draft, usual, about);
  draft.add({ type: "alarm-condition", alarm, condition: "inactive" });
  const to = "returned-unacknowledged";
  draft.add({ type: "alarm-moved", alarm, to, why: "return", by: null, seat: null });
}

/** Its cause is over. */
export function endOwn(draft: Draft, about: About): void {
  const open = openOwn(draft, about);
  if (!open) return;
  know(draft, open, "inactive");
  move(draft, open, "return");
}

export function move(draft: Draft, alarm: Alarm, why: "raise" | "return"): boolean {
  const step = stepAlarm(alarm.state, why, alarm.latched);
  if (!("to" in step)) return false;
  const { id } = alarm;
  draft.add({ type: "alarm-moved", alarm: id, to: step.to, why, by: null, seat: null });
  return true;
}

function know(draft: Draft, alarm: Alarm, condition: Condition): void {
  if (alarm.condition === condition) return;
  draft.add({ type: "alarm-condition", alarm: alarm.id, condition });
}

export function openOwn({ state }: Draft, { site, device, point }: About): Alarm | null {
  const id = state.openByPoint.get(pointKey(deviceKey(site, device), point));
  return (id !== undefined && state.alarms.get(id)) || null;
}
