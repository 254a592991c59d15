/**
 * Whom the system orders by itself: the plan of the first alarm, and how it grows.
 *
 * F01 and every P0 order at receipt, before anyone acknowledges: the micro station of the site and
 * the nearest rescue stations at once (domain D). Never more than `maxStations` rescue stations.
 */
import type { Priority } from "../alarm/alarm.ts";
import type { Draft } from "../draft.ts";
import type { Incident, PromptCode } from "../incident/incident.ts";
import type { Responder } from "../inventory.ts";
import { type Place, placeOf } from "../place.ts";
import { type Order, type OrderKind, type OrderReason, orderAtEnd } from "./order.ts";
import { explain, type Ranked, rank } from "./rank.ts";

/** Candidates that the journal and the card show. */
const shownCandidates = 6;

export type OrderFor = {
  readonly incident: string;
  readonly alarm: string;
  readonly place: Place;
  readonly priority: Priority;
};

export function orderFirstAlarm(draft: Draft, first: OrderFor): void {
  const { inventory, settings } = draft.world;
  if (first.place.position === null) return prompt(draft, first.incident, "no-position", null);
  const ranked = rank(inventory.rescue, first.place.position, settings);
  const planned = plannedStations(draft, first.priority);
  const { maxStations, secondStationAfterMs, thirdStationAfterMs } = settings.dispatch;
  draft.add({
    type: "dispatch-ranked",
    incident: first.incident,
    candidates: explain(ranked, planned, maxStations, shownCandidates),
    ranking: ranked.map((r) => r.responder.id),
    secondStationAt: draft.at + secondStationAfterMs,
    thirdStationAt: draft.at + thirdStationAfterMs,
  });
  const [micro] = rank(
    inventory.microBySite.get(first.place.site) ?? [],
    first.place.position,
    settings,
  );
  if (micro) issue(draft, first, micro, "micro-of-site", null);
  for (const [index, station] of ranked.slice(0, planned).entries()) {
    issue(draft, first, station, index === 0 ? "nearest" : "plan", null);
  }
  if (ranked.length === 0) prompt(draft, first.incident, "no-station", null);
  if (micro || ranked.length > 0) {
    draft.add({
      type: "response-moved",
      incident: first.incident,
      to: "ordered",
    });
  }
}

/** The priority has risen: the orders that are out say so, and the larger plan is filled up. */
export function raisePlan(draft: Draft, incident: Incident, to: Priority, alarm: string): void {
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
    .filter((r) => r.inService)
    .slice(0, Math.max(0, Math.min(count, room)));
  for (const responder of next) {
    const order = {
      incident: incident.id,
      alarm: now.alarm,
      place,
      priority: now.priority,
    };
    issue(draft, order, wayTo(draft, responder, place), why, null);
  }
  return next.length;
}

/** One order to one responder. `by` is the person who gave it, null where the system did. */
export function issue(
  draft: Draft,
  to: OrderFor,
  way: Ranked | Unranked,
  why: OrderReason,
  by: string | null,
  kind: OrderKind = "turn-out",
): void {
  const { undeliveredAfterMs, secondChannelAfterMs } = draft.world.settings.dispatch;
  const { responder } = way;
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
    undeliveredAt: draft.at + undeliveredAfterMs,
    secondChannelAt: responder.kind === "rescue" ? draft.at + secondChannelAfterMs : null,
  });
}

type Unranked = {
  readonly responder: Responder;
  readonly distanceM: null;
  readonly estimateMs: null;
};

/** The responder with its way to the place, or without where the place has no position. */
export function wayTo(draft: Draft, responder: Responder, place: Place): Ranked | Unranked {
  if (place.position === null) return { responder, distanceM: null, estimateMs: null };
  const [ranked] = rank([responder], place.position, draft.world.settings);
  return ranked ?? { responder, distanceM: null, estimateMs: null };
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
  const alarm = draft.state.alarms.get(id);
  if (alarm) return placeOf(draft.world.inventory, alarm.site, alarm.device);
  // The alarm of this very decision is not in the state yet.
  const raised = draft.events.find((e) => e.type === "alarm-raised" && e.alarm === id);
  if (raised?.type !== "alarm-raised") throw new Error(`no alarm ${id}`);
  return placeOf(draft.world.inventory, raised.site, raised.device);
}

function plannedStations(draft: Draft, priority: Priority): number {
  const { stationsP0, stationsP1, maxStations } = draft.world.settings.dispatch;
  return Math.min(priority === "P0" ? stationsP0 : stationsP1, maxStations);
}
