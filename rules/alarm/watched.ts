/**
 * Whether an alarm can still end by itself. One whose device has left the inventory or is no longer
 * asked, or whose rule is in no pack any more, stays as it is for ever: only a person ends it.
 */
import type { RuleSource } from "../detect/pack.ts";
import type { World } from "../draft.ts";
import { deviceKey } from "../inventory.ts";
import { ruleAt } from "../rulebook.ts";
import { systemSite } from "../system.ts";
import type { Alarm } from "./alarm.ts";

export function isWatched({ inventory, packs }: World, alarm: Alarm): boolean {
  if (alarm.site === systemSite) return true;
  const device = inventory.devices.get(deviceKey(alarm.site, alarm.device));
  if (!device) return false;
  // What detection did not raise comes from the device itself, by a rule that is always in force.
  if (alarm.since === null) return true;
  const rule = ruleAt(packs, { id: alarm.rule, kind: device.kind, site: alarm.site });
  const isAsked = (device.modbus ?? device.opcua) !== undefined;
  return isAsked && rule !== null && isAbout(rule, alarm.each);
}

/** Which parts a device has is known to its profile alone: a rule about parts is believed. */
function isAbout({ each }: RuleSource, thing: string | null): boolean {
  if (each === undefined || thing === null) return each === undefined && thing === null;
  return "part" in each || each.some(({ as }) => as === thing);
}
