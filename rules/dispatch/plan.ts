/**
 * Whom the system orders by itself: the plan of the first alarm, and how it grows.
 *
 * F01 and every P0 order at receipt, before anyone acknowledges: the micro station of the site and
 * the nearest rescue stations at once (domain D). Never more than `maxStations` rescue stations.
 */
import type { Priority } from "../alarm/alarm.ts";
import type { Draft } from "../draft.ts";
import { kindOf, townOf } from "../incident/about.ts";
import { type Incident, isCalledOff, responseAtEnd } from "../incident/incident.ts";
import { type Authority, canBeOrdered, type Responder, zoneKey } from "../inventory.ts";
import type { Place } from "../place.ts";
import { startArrivalClock } from "./arrival.ts";
import { goesAtOnce } from "./at-once.ts";
import { candidatesOf, type FirstAlarm } from "./candidates.ts";
import { choose, isFree, type Judged, judge } from "./choice.ts";
import { type FirstAlarmPlan, planFor } from "./first-alarm.ts";
import {
  issue,
  isUnder119,
  latestOf,
  type OrderFor,
  ordersOf,
  placeOfAlarm,
  prompt,
  revise,
  roadsNow,
  turnOut,
  wayTo,
} from "./issue.ts";
import { isStandingBy, type Order, type OrderReason, orderAtEnd } from "./order.ts";
import { type Ranked, rank } from "./rank.ts";
import { availabilityOf } from "./status.ts";

/** Rescue stations that are ranked for an incident: its plan and its reserve. */
export const rankedAtMost = 20;

/**
 * What has to be looked at first: the micro station of the site goes and sees, and the first-due
 * station stands by (domain D, rule F02). At night, in a crowd and under a red code both go at once.
 * Without a result it is treated as real (verification.ts).
 */
export function orderVerification(draft: Draft, first: OrderFor): void {
  const { incident } = first;
  const micro = microOf(draft, first.place, "order")[0];
  if (!micro) prompt(draft, incident, "no-verifier", null);
  if (!micro || goesAtOnce(draft, first.place.site)) orderFirstAlarm(draft, first);
  else {
    startArrivalClock(draft, incident, draft.state.incidents.get(incident));
    issue(draft, first, micro, "micro-of-site", null);
    standBy(draft, first, []);
    draft.add({ type: "response-moved", incident, to: "ordered" });
  }
  const { verifierSilentAfterMs, unverifiedAfterMs } = draft.world.settings.dispatch;
  draft.add({
    type: "verification-ordered",
    incident,
    verifierSilentAt: draft.at + verifierSilentAfterMs,
    unverifiedAt: draft.at + unverifiedAfterMs,
  });
}

/** The nearest station that may be ordered is told, and does not go yet; `not`: who has been asked. */
export function standBy(draft: Draft, first: OrderFor, not: readonly string[]): void {
  const { responders } = draft.world.inventory;
  const way = planFirstAlarm(draft, first, [], null)?.ranked.find(
    (one) =>
      isFree(one) &&
      !not.includes(one.station) &&
      responders.get(one.station)?.authority === "order",
  );
  if (way) issue(draft, first, way, "nearest", null, "stand-by");
}

/** Who has an order of the incident gets no second one; `open`: as it is before; null asks anew. */
export function orderFirstAlarm(
  draft: Draft,
  first: OrderFor,
  open = draft.state.incidents.get(first.incident) ?? null,
): void {
  const known = draft.state.incidents.get(first.incident);
  // What is opened again has only the orders that somebody has given since it was over.
  const given = open
    ? ordersOf(draft, open)
    : known
      ? ordersOf(draft, known).filter(({ state }) => !orderAtEnd(state))
      : [];
  startArrivalClock(draft, first.incident, known);
  const rules = planOf(draft, first);
  const plan = planFirstAlarm(draft, first, given, rules);
  if (plan === null) return prompt(draft, first.incident, "no-position", null);
  const { maxStations, secondStationAfterMs, thirdStationAfterMs } = draft.world.settings.dispatch;
  draft.add({
    type: "dispatch-ranked",
    incident: first.incident,
    candidates: candidatesOf(draft.world.inventory, plan),
    ranking: plan.ranked.map((r) => r.station),
    ...(rules ? { plan: rules.id } : {}),
    planned: plan.chosen.taken.length,
    short: plan.chosen.short,
    secondStationAt: draft.at + secondStationAfterMs,
    thirdStationAt: draft.at + thirdStationAfterMs,
    verificationGoesOn: true,
  });
  const room = Math.max(0, maxStations - (open?.stationsOrdered ?? 0));
  const isSent = sendFirstAlarm(draft, first, plan, { given, room });
  promptFirstAlarm(draft, first.incident, plan, rules);
  // Who only looked may have left: the response begins anew.
  const begins = !open || open.response === "none" || responseAtEnd(open.response);
  if (begins && (isSent || isAnybodyOrdered(draft, first.incident))) {
    draft.add({ type: "response-moved", incident: first.incident, to: "ordered" });
  }
}

type Given = {
  /** Orders of the incident so far. */
  readonly given: readonly Order[];
  /** Stations that the system may still order by itself. */
  readonly room: number;
};

/** Who goes now; true where somebody who stood by does. */
function sendFirstAlarm(
  draft: Draft,
  first: OrderFor,
  plan: FirstAlarm,
  { given, room }: Given,
): boolean {
  const asked = new Set(given.map((order) => order.station));
  const isNew = ({ station }: Ranked) => !asked.has(station);
  // Where somebody was only sent to look, the micro station is under way already.
  const [micro] = given.some(isSentToLook) ? [] : plan.micro;
  if (micro && isNew(micro)) issue(draft, first, micro, "micro-of-site", null);
  const { taken, broughtIn, allBusy } = plan.chosen;
  // Who stands by goes before who has not been told yet.
  // Unless it has gone elsewhere meanwhile, and somebody else is free.
  const gone = plan.ranked.filter((way) => !allBusy && !isFree(way)).map((way) => way.station);
  const ready = standingBy(given).filter(({ station }) => !gone.includes(station));
  const waiting = isUnder119(draft, first.incident) ? [] : ready.slice(0, room);
  for (const order of waiting) turnOut(draft, order, first, null);
  const isPlanned = ({ station }: Order) => taken.some((way) => way.station === station);
  const instead = waiting.filter((order) => !isPlanned(order)).length;
  const fresh = taken.filter(isNew);
  const left = Math.max(0, Math.min(room - waiting.length, fresh.length - instead));
  for (const way of fresh.slice(0, left)) {
    const isFirst = way === taken[0];
    const why = allBusy ? "nobody-else" : isFirst ? "nearest" : "plan";
    issue(draft, first, way, !isFirst && broughtIn.has(way.station) ? "brings" : why, null);
  }
  for (const way of plan.told.filter(isNew)) issue(draft, first, way, "nearest", null);
  return waiting.length > 0;
}

/** What the operator has to do beside it, or must know. */
function promptFirstAlarm(
  draft: Draft,
  incident: string,
  { chosen: { taken, allBusy, short }, told, via119 }: FirstAlarm,
  rules: FirstAlarmPlan | null,
): void {
  if (via119.length > 0) prompt(draft, incident, "call-119", null);
  if (rules?.call119) prompt(draft, incident, "plan-119", null);
  if (allBusy) prompt(draft, incident, "all-busy", null);
  else if (taken[0]?.noWay) prompt(draft, incident, "none-reachable", null);
  // Of vehicles that nobody has listed the screen says that it does not know.
  if (short.some(({ unknown }) => !unknown)) prompt(draft, incident, "plan-short", null);
  const isNobody = taken.length + told.length + via119.length === 0;
  if (isNobody) prompt(draft, incident, "no-station", null);
}

/** Who stands by, but for whom another order has sent already; once, also of a merged incident. */
function standingBy(given: readonly Order[]): Order[] {
  const isSent = ({ station }: Order) =>
    given.some((o) => o.station === station && o.kind === "turn-out" && !orderAtEnd(o.state));
  const all = given.filter((o) => o.kind === "stand-by" && !orderAtEnd(o.state) && !isSent(o));
  return all.filter((o, i) => all.findIndex(({ station }) => station === o.station) === i);
}

/** By this decision; who is only told is nobody who comes. */
function isAnybodyOrdered({ events }: Draft, incident: string): boolean {
  return events.some(
    (e) => e.type === "order-issued" && e.incident === incident && e.kind !== "notify",
  );
}

/** Of a micro station; one that is only told is nobody who looks. */
export function isSentToLook({ stationKind, kind }: Order): boolean {
  return stationKind === "micro" && kind !== "notify";
}

/** Who is considered for the first alarm, and what becomes of each; null without a position. */
function planFirstAlarm(
  draft: Draft,
  first: OrderFor,
  given: readonly Order[],
  rules: FirstAlarmPlan | null,
): FirstAlarm | null {
  const { inventory, settings } = draft.world;
  const { position, site } = first.place;
  if (position === null) return null;
  const roads = roadsNow(draft);
  const all = rank(inventory.rescue, position, rankedAtMost, settings.travel, roads);
  // Who could not turn out, or was called back, is not asked again.
  const ended = given.filter(({ state }) => orderAtEnd(state)).map(({ station }) => station);
  const ways = all.filter(({ station }) => !ended.includes(station));
  const ranked = judge(draft, ways, { site, position, incident: first.incident });
  const town = townOf(draft, first.incident, site);
  const { maxStations } = settings.dispatch;
  return {
    ranked,
    ...share(draft, ranked, plannedStations(draft, first.priority, rules), rules),
    reserve: maxStations,
    idle: rank(inventory.idle, position, 3, settings.travel, roads),
    micro: [...microOf(draft, first.place, "order"), ...microOf(draft, first.place, "notify")],
    brigades: nearestFirst(draft, inventory.brigadesOf(town), first.place),
  };
}

/** Those that can look now, nearest first; who is out for another place behind. */
function microOf(draft: Draft, place: Place, authority: Authority): Ranked[] {
  const { inventory } = draft.world;
  const isOf = (micro: Responder) => canBeOrdered(micro) && micro.authority === authority;
  const standingOf = (micro: Responder) => availabilityOf(draft, micro, null).standing;
  const able = inventory.microOf(place.site).filter((m) => isOf(m) && standingOf(m) !== "unable");
  const near = (list: Responder[]) => nearestFirst(draft, list, place);
  const isBusy = (micro: Responder) => standingOf(micro) === "busy";
  return [...near(able.filter((m) => !isBusy(m))), ...near(able.filter(isBusy))];
}

/** The plan that fits the place and the priority; null where none does. */
function planOf(draft: Draft, { incident, place, priority }: OrderFor): FirstAlarmPlan | null {
  const { inventory, settings } = draft.world;
  const { site, building } = place;
  const known = building === null ? undefined : inventory.buildings.get(zoneKey(site, building));
  const isChemical = inventory.sites.get(site)?.sector === "hazardous-chemicals";
  const use = known?.use ?? (isChemical ? "chemicals" : null);
  const heightM = known?.heightM ?? null;
  return planFor(settings.plans, { kind: kindOf(draft, incident), priority, use, heightM });
}

/**
 * Stations that may be ordered are taken, best first. Whoever is better but may only be told is told;
 * 119 is for a person to call. Where nobody may be ordered, the best are told.
 */
function share(
  draft: Draft,
  ranked: readonly Judged[],
  planned: number,
  rules: FirstAlarmPlan | null,
): Pick<FirstAlarm, "chosen" | "told" | "via119"> {
  const { responders } = draft.world.inventory;
  const authorityOf = (way: Ranked) => responders.get(way.station)?.authority ?? "order";
  const orderable = ranked.filter((way) => authorityOf(way) === "order");
  const chosen = choose(draft, orderable, planned, rules);
  const last = chosen.taken.at(-1);
  const better = last ? ranked.slice(0, ranked.indexOf(last)) : ranked.slice(0, planned);
  return {
    chosen,
    told: better.filter((way) => authorityOf(way) === "notify"),
    via119: better.filter((way) => authorityOf(way) === "via-119"),
  };
}

function nearestFirst(draft: Draft, list: readonly Responder[], place: Place): Ranked[] {
  return list
    .map((responder) => wayTo(draft, responder.id, place))
    .sort((a, b) => (a.estimateMs ?? 0) - (b.estimateMs ?? 0) || (a.station < b.station ? -1 : 1))
    .filter((way) => way.estimateMs !== null) as Ranked[];
}

/** The priority has risen: the orders that are out say so, and the larger plan is filled up. */
export function raisePlan(draft: Draft, incident: Incident, to: Priority, alarm: string): void {
  // Until now somebody was only sent to look.
  const place = placeOfAlarm(draft, alarm);
  if (incident.ranking.length === 0 && place.position !== null) {
    orderFirstAlarm(draft, { incident: incident.id, alarm, place, priority: to }, incident);
  }
  const isRevised = ({ id }: Order) =>
    draft.events.some((e) => e.type === "order-revised" && e.order === id);
  for (const order of ordersOf(draft, incident)) {
    if (!orderAtEnd(order.state) && !isRevised(order)) revise(draft, order, alarm, to);
  }
  const missing = plannedStations(draft, to) - incident.stationsOrdered;
  orderNext(draft, incident, missing, "priority-raised", {
    alarm,
    priority: to,
  });
}

/**
 * Orders up to `count` further rescue stations in the order of the ranking. Gives how many; fewer
 * where the limit or the list ends.
 */
export function orderNext(
  draft: Draft,
  incident: Incident,
  count: number,
  why: OrderReason,
  now: { readonly alarm: string; readonly priority: Priority } = latestOf(draft, incident),
): number {
  if (isUnder119(draft, incident.id) || isCalledOff(incident)) return 0;
  const room = draft.world.settings.dispatch.maxStations - incident.stationsOrdered;
  const place = placeOfAlarm(draft, now.alarm);
  const next = nextStations(draft, incident, incident.ranking, Math.min(count, room));
  for (const responder of next) {
    const order = {
      incident: incident.id,
      alarm: now.alarm,
      place,
      priority: now.priority,
    };
    const measured = incident.measured.find(({ station }) => station === responder.id);
    issue(draft, order, measured ?? wayTo(draft, responder.id, place), why, null);
  }
  return next.length;
}

/** The next of a ranking that have no order of the incident yet. */
function nextStations(
  draft: Draft,
  incident: Incident,
  ranking: readonly string[],
  count: number,
  isAsked: (order: Order) => boolean = () => true,
): Responder[] {
  const { inventory } = draft.world;
  const asked = new Set(
    ordersOf(draft, incident)
      .filter(isAsked)
      .map((o) => o.station),
  );
  const able = ranking
    .filter((id) => !asked.has(id))
    .flatMap((id) => inventory.responders.get(id) ?? [])
    .filter((r) => canBeOrdered(r) && r.authority === "order");
  return byStanding(draft, able).slice(0, Math.max(0, count));
}

/** Whom a person's request brings: by the ranking of the incident, or one that is made now. */
export function reinforcements(draft: Draft, incident: Incident, count: number): Responder[] {
  const { inventory, settings } = draft.world;
  const { position, site } = placeOfAlarm(draft, latestOf(draft, incident).alarm);
  if (incident.ranking.length > 0 || position === null) {
    return nextStations(draft, incident, incident.ranking, count, isMoreThanReady);
  }
  const ways = rank(inventory.rescue, position, rankedAtMost, settings.travel, roadsNow(draft));
  const ranked = judge(draft, ways, { site, position, incident: incident.id });
  const ids = ranked.map(({ station }) => station);
  return nextStations(draft, incident, ids, count, isMoreThanReady);
}

/** Who stands by can still be sent: a person's order turns it out. */
function isMoreThanReady(order: Order): boolean {
  return !isStandingBy(order);
}

/** Who is out by now comes behind the others; who cannot turn out is left. */
function byStanding(draft: Draft, list: readonly Responder[]): Responder[] {
  const all = list.map((one) => ({ one, is: availabilityOf(draft, one, null).standing }));
  const able = all.filter(({ is }) => is !== "unable");
  const free = able.filter(({ is }) => is !== "busy");
  const busy = able.filter(({ is }) => is === "busy");
  return [...free, ...busy].map(({ one }) => one);
}

function plannedStations(
  draft: Draft,
  priority: Priority,
  rules: FirstAlarmPlan | null = null,
): number {
  const { stationsP0, stationsP1, maxStations } = draft.world.settings.dispatch;
  const planned = rules?.stations ?? (priority === "P0" ? stationsP0 : stationsP1);
  return Math.min(planned, maxStations);
}
