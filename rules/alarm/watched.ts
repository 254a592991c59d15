/**
 * Whether an alarm can still end by itself. One whose device has left the inventory or is no longer
 * asked, or whose rule is in no pack any more, stays as it is for ever: only a person ends it.
 */
import { isReported, type RuleSource } from "../detect/pack.ts";
import type { World } from "../draft.ts";
import { deviceKey } from "../inventory.ts";
import { ruleAt } from "../rulebook.ts";
import { systemSite, wholeSite } from "../system.ts";
import type { Alarm } from "./alarm.ts";

export function isWatched({ inventory, packs }: World, alarm: Alarm): boolean {
  if (alarm.site === systemSite || alarm.device === wholeSite) return true;
  const device = inventory.devices.get(deviceKey(alarm.site, alarm.device));
  if (!device) return false;
  // What detection did not raise comes from the device itself, by a rule that is always in force.
  if (alarm.since === null) return true;
  const of = (id: string) => ruleAt(packs, { id, kind: device.kind, site: alarm.site });
  const rule = of(alarm.rule);
  const isAsked = (device.modbus ?? device.opcua) !== undefined;
  const isHeard = isAsked || sendsByItself(of(linkRule));
  return isHeard && rule !== null && isAbout(rule, alarm.each);
}

/** 通信中断. */
const linkRule = "S02";

/** Whose link the broker tells of, nobody has to ask. */
function sendsByItself(link: RuleSource | null): boolean {
  return link !== null && isReported(link);
}

/** Which parts a device has is known to its profile alone: a rule about parts is believed. */
function isAbout({ each }: RuleSource, thing: string | null): boolean {
  if (each === undefined || thing === null) return each === undefined && thing === null;
  return "part" in each || each.some(({ as }) => as === thing);
}
