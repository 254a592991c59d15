/**
 * Whom the system orders by itself: the plan of the first alarm, and how it grows.
 *
 * F01 and every P0 order at receipt, before anyone acknowledges: the micro station of the site and
 * the nearest rescue stations at once (domain D). Never more than `maxStations` rescue stations.
 */
import type { Priority } from "../alarm/alarm.ts";
import type { Draft } from "../draft.ts";
import { type Incident, type PromptCode, responseAtEnd } from "../incident/incident.ts";
import { type Authority, canBeOrdered, deviceKey, type Responder } from "../inventory.ts";
import { type Place, placeOf } from "../place.ts";
import type { OrderByReason } from "../reasons.ts";
import { candidatesOf, type FirstAlarm } from "./candidates.ts";
import { type Order, type OrderKind, type OrderReason, orderAtEnd } from "./order.ts";
import { type Ranked, rank, wayOf } from "./rank.ts";

/** Rescue stations that are ranked for an incident: its plan and its reserve. */
export const rankedAtMost = 20;

export type OrderFor = {
  readonly incident: string;
  readonly alarm: string;
  readonly place: Place;
  readonly priority: Priority;
};

/**
 * What has to be looked at first: the micro station of the site goes and sees (domain D, rule F02).
 * Its silence, or a result that does not come, orders the first alarm after all (verification.ts).
 */
export function orderVerification(draft: Draft, first: OrderFor): void {
  const { incident } = first;
  const micro = microOf(draft, first.place, "order")[0];
  if (!micro) {
    prompt(draft, incident, "no-verifier", null);
    return orderFirstAlarm(draft, first);
  }
  issue(draft, first, micro, "micro-of-site", null);
  const { secondStationAfterMs, unverifiedAfterMs } = draft.world.settings.dispatch;
  draft.add({
    type: "verification-ordered",
    incident,
    verifierSilentAt: draft.at + secondStationAfterMs,
    unverifiedAt: draft.at + unverifiedAfterMs,
  });
  draft.add({ type: "response-moved", incident, to: "ordered" });
}

/** Who has an order of the incident gets no second one; `known`: as it is before this decision. */
export function orderFirstAlarm(
  draft: Draft,
  first: OrderFor,
  known = draft.state.incidents.get(first.incident),
): void {
  // What is opened again asks everybody anew.
  const open = known?.closedAt === null ? known : null;
  const given = open ? ordersOf(draft, open) : [];
  const plan = planFirstAlarm(draft, first, given);
  if (plan === null) return prompt(draft, first.incident, "no-position", null);
  const { maxStations, secondStationAfterMs, thirdStationAfterMs } = draft.world.settings.dispatch;
  draft.add({
    type: "dispatch-ranked",
    incident: first.incident,
    candidates: candidatesOf(draft.world.inventory, plan),
    ranking: plan.ranked.map((r) => r.station),
    secondStationAt: draft.at + secondStationAfterMs,
    thirdStationAt: draft.at + thirdStationAfterMs,
  });
  const asked = new Set(given.map((order) => order.station));
  const isNew = ({ station }: Ranked) => !asked.has(station);
  // Where somebody was only sent to look, the micro station is under way already.
  const [micro] = given.some(isSentToLook) ? [] : plan.micro;
  if (micro && isNew(micro)) issue(draft, first, micro, "micro-of-site", null);
  const room = Math.max(0, maxStations - (open?.stationsOrdered ?? 0));
  for (const way of plan.taken.filter(isNew).slice(0, room)) {
    issue(draft, first, way, way === plan.taken[0] ? "nearest" : "plan", null);
  }
  for (const way of plan.told.filter(isNew)) issue(draft, first, way, "nearest", null);
  if (plan.via119.length > 0) prompt(draft, first.incident, "call-119", null);
  if (plan.ranked.length === 0) prompt(draft, first.incident, "no-station", null);
  // Who only looked may have left: the response begins anew.
  const begins = !open || open.response === "none" || responseAtEnd(open.response);
  if (begins && isAnybodyOrdered(draft, first.incident)) {
    draft.add({ type: "response-moved", incident: first.incident, to: "ordered" });
  }
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
function planFirstAlarm(draft: Draft, first: OrderFor, given: readonly Order[]): FirstAlarm | null {
  const { inventory, settings } = draft.world;
  const { position, site } = first.place;
  if (position === null) return null;
  const device = draftDevice(draft, first.alarm);
  const all =
    inventory.rankingOf(device, settings.travel) ??
    rank(inventory.rescue, position, rankedAtMost, settings.travel);
  // Who could not turn out, or was called back, is not asked again.
  const ended = given.filter(({ state }) => orderAtEnd(state)).map(({ station }) => station);
  const ranked = all.filter(({ station }) => !ended.includes(station));
  const ways = (list: readonly Responder[]) => nearestFirst(draft, list, first.place);
  const town = inventory.sites.get(site)?.town ?? "";
  const { maxStations } = settings.dispatch;
  return {
    ranked,
    ...share(draft, ranked, plannedStations(draft, first.priority)),
    reserve: maxStations,
    idle: rank(inventory.idle, position, 3, settings.travel),
    micro: [...microOf(draft, first.place, "order"), ...microOf(draft, first.place, "notify")],
    brigades: ways(inventory.brigadesOf(town)),
  };
}

function microOf(draft: Draft, place: Place, authority: Authority): Ranked[] {
  const { inventory } = draft.world;
  const able = inventory.microOf(place.site).filter(canBeOrdered);
  const list = able.filter((micro) => micro.authority === authority);
  return nearestFirst(draft, list, place);
}

/**
 * The first `planned` stations that may be ordered are taken. Whoever stands nearer but may only be
 * told is told; 119 is for a person to call. Where nobody may be ordered, the nearest are told.
 */
function share(draft: Draft, ranked: readonly Ranked[], planned: number) {
  const { responders } = draft.world.inventory;
  const authorityOf = (way: Ranked) => responders.get(way.station)?.authority ?? "order";
  const taken = ranked.filter((way) => authorityOf(way) === "order").slice(0, planned);
  const last = taken.at(-1);
  const nearer = last ? ranked.slice(0, ranked.indexOf(last)) : ranked.slice(0, planned);
  return {
    taken,
    told: nearer.filter((way) => authorityOf(way) === "notify"),
    via119: nearer.filter((way) => authorityOf(way) === "via-119"),
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
  for (const order of ordersOf(draft, incident)) {
    if (!orderAtEnd(order.state)) revise(draft, order, alarm, to);
  }
  const missing = plannedStations(draft, to) - incident.stationsOrdered;
  orderNext(draft, incident, missing, "priority-raised", {
    alarm,
    priority: to,
  });
}

/** The order says something else now: a new revision, delivered anew. */
export function revise(draft: Draft, order: Order, alarm: string, priority: Priority): void {
  draft.add({
    type: "order-revised",
    order: order.id,
    revision: order.revision + 1,
    alarm,
    priority,
    undeliveredAt: draft.at + draft.world.settings.dispatch.undeliveredAfterMs,
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
  const { inventory, settings } = draft.world;
  const room = settings.dispatch.maxStations - incident.stationsOrdered;
  const place = placeOfAlarm(draft, now.alarm);
  const asked = new Set(ordersOf(draft, incident).map((o) => o.station));
  const next = incident.ranking
    .filter((id) => !asked.has(id))
    .flatMap((id) => inventory.responders.get(id) ?? [])
    .filter((r) => canBeOrdered(r) && r.authority === "order")
    .slice(0, Math.max(0, Math.min(count, room)));
  for (const responder of next) {
    const order = {
      incident: incident.id,
      alarm: now.alarm,
      place,
      priority: now.priority,
    };
    issue(draft, order, wayTo(draft, responder.id, place), why, null);
  }
  return next.length;
}

/**
 * One order to one responder. `by` is the person who gave it, null where the system did. Who may
 * only be told gets the same message as a notice (警情通报), which no clock waits for.
 */
export function issue(
  draft: Draft,
  to: OrderFor,
  way: Way,
  why: OrderReason,
  by: string | null,
  reason?: OrderByReason,
): void {
  const { undeliveredAfterMs, secondChannelAfterMs } = draft.world.settings.dispatch;
  const responder = draft.world.inventory.responders.get(way.station);
  if (!responder) throw new Error(`no responder ${way.station}`);
  const kind: OrderKind = responder.authority === "notify" ? "notify" : "turn-out";
  const isClocked = responder.kind === "rescue" && kind === "turn-out";
  draft.add({
    type: "order-issued",
    order: draft.newId("O"),
    incident: to.incident,
    alarm: to.alarm,
    station: responder.id,
    stationKind: responder.kind,
    kind,
    priority: to.priority,
    why,
    distanceM: way.distanceM,
    estimateMs: way.estimateMs,
    by,
    ...(reason === undefined ? {} : { reason }),
    undeliveredAt: draft.at + undeliveredAfterMs,
    secondChannelAt: isClocked ? draft.at + secondChannelAfterMs : null,
  });
}

type Way =
  | Ranked
  | { readonly station: string; readonly distanceM: null; readonly estimateMs: null };

/** The responder with its way to the place, or without where the place has no position. */
export function wayTo(draft: Draft, id: string, place: Place): Way {
  const { inventory, settings } = draft.world;
  const responder = inventory.responders.get(id);
  if (place.position === null || !responder) {
    return { station: id, distanceM: null, estimateMs: null };
  }
  const { lng, lat } = responder.position;
  return wayOf({ id, lng, lat }, place.position, settings.travel);
}

export function prompt(
  draft: Draft,
  incident: string,
  code: PromptCode,
  order: string | null,
): void {
  draft.add({ type: "operator-prompted", incident, code, order });
}

export function ordersOf(draft: Draft, incident: Incident): Order[] {
  return incident.orders.flatMap((id) => draft.state.orders.get(id) ?? []);
}

/** The alarm the incident is worked under now, and its priority. */
export function latestOf(
  draft: Draft,
  incident: Incident,
): { readonly alarm: string; readonly priority: Priority } {
  const order = ordersOf(draft, incident).at(-1);
  return {
    alarm: order?.alarm ?? incident.alarms[0] ?? "",
    priority: incident.priority,
  };
}

export function placeOfAlarm(draft: Draft, id: string): Place {
  const { site, device } = raisedBy(draft, id);
  return placeOf(draft.world.inventory, site, device);
}

function draftDevice(draft: Draft, alarm: string): string {
  const { site, device } = raisedBy(draft, alarm);
  return deviceKey(site, device);
}

/** Site and device of an alarm, which may be one of this very decision. */
function raisedBy(draft: Draft, id: string): { readonly site: string; readonly device: string } {
  const alarm = draft.state.alarms.get(id);
  if (alarm) return alarm;
  const raised = draft.events.find((e) => e.type === "alarm-raised" && e.alarm === id);
  if (raised?.type !== "alarm-raised") throw new Error(`no alarm ${id}`);
  return raised;
}

function plannedStations(draft: Draft, priority: Priority): number {
  const { stationsP0, stationsP1, maxStations } = draft.world.settings.dispatch;
  return Math.min(priority === "P0" ? stationsP0 : stationsP1, maxStations);
}
