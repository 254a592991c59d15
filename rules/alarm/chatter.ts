/**
 * 抖动抑制 (rule C02; ISA-18.2, chattering alarms): what sets and clears too often stands as one alarm,
 * with a fault for whoever repairs the contact, until it has been quiet for a while.
 *
 * A fire is never held: each press and each fire signal is said and journalled as ever (law 3). What is
 * held neither returns nor sounds anew; it can be acknowledged, become worse or more urgent.
 */
import type { Draft } from "../draft.ts";
import { deviceKey } from "../inventory.ts";
import { numberOf, numbersOf } from "../numbers.ts";
import type { Rule } from "../rulebook.ts";
import { pointKey } from "../state.ts";
import type { Alarm, Condition } from "./alarm.ts";
import { endOwn, move, raiseOwn, rulesOfRates } from "./own.ts";

const usual: Rule = {
  id: "C02",
  class: "fault",
  priority: "P3",
  point: "chatter",
  latched: false,
  opensIncident: false,
};

/** No pack asks for fewer: below it nobody has to look at the numbers. */
const leastEdges = numbersOf("C02").edgesLeast?.least ?? 0;

type Contact = Pick<
  Alarm,
  "id" | "class" | "rule" | "site" | "device" | "point" | "each" | "words"
>;

/** What a condition is now is an edge, or none; true where its alarm is held, from now on or already. */
export function judgeChatter(
  draft: Draft,
  alarm: Contact & Pick<Alarm, "chatters" | "byDesign">,
  condition: Condition,
): boolean {
  if (alarm.chatters) return true;
  if (alarm.class === "fire" || condition === "unknown") return false;
  // What is kept from the desk, and what says how alarms come, disturbs nobody.
  if (alarm.byDesign !== null || rulesOfRates.includes(alarm.rule)) return false;
  const { site, device, point } = alarm;
  const known = draft.state.rates.edges.get(pointKey(deviceKey(site, device), point));
  if (!known || known.at.length + 1 < leastEdges) return false;
  if (known.level === (condition === "active")) return false;
  const { packs } = draft.world;
  const withinMs = numberOf(packs, "C02", "withinMs", site);
  const edges = known.at.filter((at) => draft.at - at < withinMs).length + 1;
  if (edges < numberOf(packs, "C02", "edgesLeast", site)) return false;
  const quietAt = draft.at + numberOf(packs, "C02", "quietMs", site);
  draft.add({ type: "chatter-held", alarm: alarm.id, edges, quietAt });
  raiseOwn(draft, usual, faultOf(alarm));
  return true;
}

/** Looked at again: still, or quiet at last. Then it is what its condition says. */
export function judgeQuiet(draft: Draft, alarm: Alarm): void {
  const { site, device, point, id } = alarm;
  const edges = draft.state.rates.edges.get(pointKey(deviceKey(site, device), point));
  const last = edges?.at.at(-1) ?? 0;
  const quietAt = last + numberOf(draft.world.packs, "C02", "quietMs", site);
  if (quietAt > draft.at) return draft.add({ type: "chatter-goes-on", alarm: id, quietAt });
  draft.add({ type: "chatter-ended", alarm: id });
  endOwn(draft, faultOf(alarm));
  if (alarm.condition === "inactive") move(draft, alarm, "return");
}

/** A person has ended an alarm that nobody watches: nobody waits for its contact to be quiet. */
export function letGo(draft: Draft, alarm: Alarm): void {
  if (alarm.chatters) endOwn(draft, faultOf(alarm));
}

/** The fault of one contact of a device: others may chatter beside it. */
function faultOf({ site, device, point, rule, each, words }: Contact) {
  return { site, device, point: `${usual.point}.${point}`, each, words: { ...words, of: rule } };
}
