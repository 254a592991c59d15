/** How an order is given: to whom, by which way, as what, and what it says when it says something else. */
import type { Priority } from "../alarm/alarm.ts";
import { deadlineId } from "../deadline.ts";
import type { Draft } from "../draft.ts";
import type { Called, PromptCode } from "../incident/incident.ts";
import { type Place, type Raised, whereOf } from "../place.ts";
import type { OrderByReason } from "../reasons.ts";
import { wayFor } from "./choice.ts";
import { isTakenUp, type Order, type OrderKind, type OrderReason } from "./order.ts";
import type { Ranked } from "./rank.ts";
import { type Roads, roadsAt } from "./roads.ts";

export type OrderFor = {
  readonly incident: string;
  readonly alarm: string;
  readonly place: Place;
  readonly priority: Priority;
};

/** Who stood by goes now: the same order, in a revision that asks for an answer of its own. */
export function turnOut(
  draft: Draft,
  order: Pick<Order, "id" | "revision">,
  { alarm, priority }: Pick<OrderFor, "alarm" | "priority">,
  by: string | null,
  reason?: OrderByReason,
): void {
  const { undeliveredAfterMs, secondChannelAfterMs } = draft.world.settings.dispatch;
  draft.add({
    type: "order-revised",
    order: order.id,
    revision: order.revision + 1,
    kind: "turn-out",
    alarm,
    priority,
    undeliveredAt: draft.at + undeliveredAfterMs,
    secondChannelAt: draft.at + secondChannelAfterMs,
    ...(by === null ? {} : { by }),
    ...(reason === undefined ? {} : { reason }),
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
 * One order to one responder. `by` is the person who gave it, null where the system did. Who may
 * only be told gets the same message as a notice (警情通报), which no clock waits for.
 */
export function issue(
  draft: Draft,
  to: OrderFor,
  way: Way,
  why: OrderReason,
  by: string | null,
  asked: "stand-by" | "turn-out" = "turn-out",
  reason?: OrderByReason,
): void {
  if (by === null && isUnder119(draft, to.incident)) return;
  const { undeliveredAfterMs, secondChannelAfterMs, secondStationAfterMs } =
    draft.world.settings.dispatch;
  const responder = draft.world.inventory.responders.get(way.station);
  if (!responder) throw new Error(`no responder ${way.station}`);
  const kind: OrderKind = responder.authority === "notify" ? "notify" : asked;
  const isClocked = responder.kind === "rescue" && kind === "turn-out";
  const order = draft.newId("O");
  draft.add({
    type: "order-issued",
    order,
    incident: to.incident,
    alarm: to.alarm,
    station: responder.id,
    stationKind: responder.kind,
    kind,
    priority: to.priority,
    why,
    distanceM: way.distanceM,
    estimateMs: way.estimateMs,
    ...(way.source ? { source: way.source } : {}),
    ...(way.mayBeClosed ? { mayBeClosed: true } : {}),
    ...(way.noWay ? { noWay: true } : {}),
    by,
    ...(reason === undefined ? {} : { reason }),
    undeliveredAt: draft.at + undeliveredAfterMs,
    secondChannelAt: isClocked ? draft.at + secondChannelAfterMs : null,
    ...(why === "after-refusal" && !hasClock(draft, to.incident)
      ? { thirdStationAt: draft.at + secondStationAfterMs }
      : {}),
  });
  if (kind === "notify") prompt(draft, to.incident, "phone-notified", order);
}

/** Silence brings the next one: an acceptance has stopped that, or it has run out. */
function hasClock({ state }: Draft, incident: string): boolean {
  const runs = (kind: "second-station" | "third-station") =>
    state.deadlines.has(deadlineId(kind, incident));
  return runs("second-station") || runs("third-station");
}

type Way =
  | Ranked
  | {
      readonly station: string;
      readonly distanceM: null;
      readonly estimateMs: null;
      readonly source?: undefined;
      readonly mayBeClosed?: undefined;
      readonly noWay?: undefined;
    };

/** The responder with its way to the place, or without where the place has no position. */
export function wayTo(draft: Draft, id: string, place: Place): Way {
  const { inventory, settings } = draft.world;
  const responder = inventory.responders.get(id);
  if (place.position === null || !responder) {
    return { station: id, distanceM: null, estimateMs: null };
  }
  return wayFor(responder, place.position, settings, roadsNow(draft));
}

export function roadsNow({ world, at }: Draft): Roads {
  return roadsAt(world.roads, world.settings, at);
}

export function prompt(
  draft: Draft,
  incident: string,
  code: PromptCode,
  order: string | null,
): void {
  draft.add({ type: "operator-prompted", incident, code, order });
}

export function ordersOf(
  { state }: Pick<Draft, "state">,
  incident: Pick<Called, "orders">,
): Order[] {
  return incident.orders.flatMap((id) => state.orders.get(id) ?? []);
}

/** The alarm the incident is worked under now, and its priority. */
export function latestOf(
  draft: Draft,
  incident: Pick<Called, "orders" | "alarms" | "priority">,
): { readonly alarm: string; readonly priority: Priority } {
  const order = ordersOf(draft, incident).at(-1);
  return {
    alarm: order?.alarm ?? incident.alarms[0] ?? "",
    priority: incident.priority,
  };
}

export function placeOfAlarm(draft: Draft, id: string): Place {
  return whereOf(draft.world.inventory, raisedBy(draft, id));
}

/** Site and device of an alarm, which may be one of this very decision. */
export function raisedBy(draft: Draft, id: string): Raised {
  const alarm = draft.state.alarms.get(id);
  if (alarm) return alarm;
  const raised = draft.events.find((e) => e.type === "alarm-raised" && e.alarm === id);
  if (raised?.type !== "alarm-raised") throw new Error(`no alarm ${id}`);
  return raised;
}

/**
 * 119 commands: the system orders nobody by itself any more. What this very decision opens again is
 * nobody's yet, and what it merges brings its command along.
 */
export function isUnder119({ state, events }: Draft, incident: string): boolean {
  if (events.some((e) => e.type === "incident-reopened" && e.incident === incident)) return false;
  const merged = events.flatMap((e) =>
    e.type === "incident-merged" && e.into === incident ? e.incident : [],
  );
  const isCommanded = (id: string) => (state.incidents.get(id)?.command119 ?? null) !== null;
  return [incident, ...merged].some(isCommanded);
}

/** `chased`: whoever knows of the order has to say that it has heard it. */
export function recallOrder(
  draft: Draft,
  order: Order,
  reason: string,
  by: string | null,
  chased = false,
): void {
  const { undeliveredAfterMs, recallAnswerAfterMs } = draft.world.settings.dispatch;
  const isKnown = order.deliveredRevision > 0 || isTakenUp(order.state);
  draft.add({
    type: "order-recalled",
    order: order.id,
    revision: order.revision + 1,
    reason,
    by,
    undeliveredAt: draft.at + undeliveredAfterMs,
    ...(chased && isKnown ? { answerBy: draft.at + recallAnswerAfterMs } : {}),
  });
}
