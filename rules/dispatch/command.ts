/** What people order: a station, everybody, a recall. These count against no limit but a person's. */
import type { Draft } from "../draft.ts";
import { closeWhenDone } from "../incident/closing.ts";
import type { Incident } from "../incident/incident.ts";
import { canBeOrdered, type Responder } from "../inventory.ts";
import { type OrderByReason, orderReasons, recallReasons } from "../reasons.ts";
import type { Actor, Command } from "../signal.ts";
import { type Order, type OrderReason, orderAtEnd } from "./order.ts";
import { issue, latestOf, ordersOf, placeOfAlarm, wayTo } from "./plan.ts";
import { rank } from "./rank.ts";

/** Rescue stations that 全部出动 calls. */
const everybodyAtMost = 100;

/** Whoever goes against the ranking may say why: the journal keeps the code. */
export function orderByPerson(
  draft: Draft,
  { incident: id, station, reason }: Command & { command: "order" },
  actor: Actor,
): void {
  const incident = openOne(draft, id, "order", actor);
  if (!incident) return;
  const responder = draft.world.inventory.responders.get(station);
  if (!responder) return draft.refuse("order", "unknown-station", actor.person);
  if (hasOpenOrder(draft, incident, station)) {
    return draft.refuse("order", "already-ordered", actor.person);
  }
  if (reason !== undefined && !(orderReasons as readonly string[]).includes(reason)) {
    return draft.refuse("order", "unknown-reason", actor.person);
  }
  // A person may know better than the inventory who is there; but nothing reaches who has no line.
  if (responder.authority === "via-119") return draft.refuse("order", "via-119", actor.person);
  give(draft, incident, [responder], "by-person", actor, reason);
}

/** 全部出动: every rescue station, the site's micro stations and the town's brigades. */
export function orderEverybody(draft: Draft, id: string, actor: Actor): void {
  const incident = openOne(draft, id, "order-everybody", actor);
  if (!incident) return;
  const { inventory } = draft.world;
  const town = inventory.sites.get(incident.site)?.town ?? "";
  const all = [
    ...everyStation(draft, incident),
    ...inventory.microOf(incident.site),
    ...inventory.brigadesOf(town),
  ]
    .filter((r) => canBeOrdered(r) && r.authority !== "via-119")
    .filter((r) => !hasOpenOrder(draft, incident, r.id));
  if (all.length === 0) return draft.refuse("order-everybody", "already-ordered", actor.person);
  give(draft, incident, all, "everybody", actor);
}

/** Every rescue station, nearest first; of a huge field as many as can be of use. */
function everyStation(draft: Draft, incident: Incident): Responder[] {
  const { inventory, settings } = draft.world;
  const { position } = placeOfAlarm(draft, latestOf(draft, incident).alarm);
  const standing = position
    ? rank(inventory.rescue, position, everybodyAtMost, settings.travel).map((r) => r.station)
    : inventory.rescue.first(everybodyAtMost).map((s) => s.id);
  return standing.flatMap((id) => inventory.responders.get(id) ?? []);
}

export function recallByPerson(draft: Draft, id: string, reason: string, actor: Actor): void {
  const order = draft.state.orders.get(id);
  if (!order) return draft.refuse("recall", "unknown-order", actor.person);
  if (orderAtEnd(order.state)) return draft.refuse("recall", "at-end", actor.person);
  if (!(recallReasons as readonly string[]).includes(reason)) {
    return draft.refuse("recall", "unknown-reason", actor.person);
  }
  recallOrder(draft, order, reason, actor.person);
  const incident = draft.state.incidents.get(order.incident);
  if (incident && incident.closedAt === null) {
    closeWhenDone(draft, incident, { orders: new Map([[id, "recalled"]]) });
  }
}

export function recallOrder(draft: Draft, order: Order, reason: string, by: string | null): void {
  draft.add({
    type: "order-recalled",
    order: order.id,
    revision: order.revision + 1,
    reason,
    by,
    undeliveredAt: draft.at + draft.world.settings.dispatch.undeliveredAfterMs,
  });
}

function give(
  draft: Draft,
  incident: Incident,
  responders: readonly Responder[],
  why: OrderReason,
  actor: Actor,
  reason?: OrderByReason,
): void {
  const { alarm, priority } = latestOf(draft, incident);
  const place = placeOfAlarm(draft, alarm);
  for (const responder of responders) {
    const order = { incident: incident.id, alarm, place, priority };
    issue(draft, order, wayTo(draft, responder.id, place), why, actor.person, reason);
  }
  if (incident.response === "none") {
    draft.add({ type: "response-moved", incident: incident.id, to: "ordered" });
  }
}

function hasOpenOrder(draft: Draft, incident: Incident, station: string): boolean {
  return ordersOf(draft, incident).some((o) => o.station === station && !orderAtEnd(o.state));
}

function openOne(draft: Draft, id: string, what: string, actor: Actor): Incident | null {
  const incident = draft.state.incidents.get(id);
  if (incident && incident.closedAt === null) return incident;
  draft.refuse(what, incident ? "closed" : "unknown-incident", actor.person);
  return null;
}
