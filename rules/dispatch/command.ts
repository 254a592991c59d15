/** What people order: a station, everybody, a recall. These count against no limit but a person's. */

import type { Command } from "../command.ts";
import type { Draft } from "../draft.ts";
import { townOf } from "../incident/about.ts";
import { closeWhenDone } from "../incident/closing.ts";
import { type Incident, responseAtEnd } from "../incident/incident.ts";
import { canBeOrdered, type Responder } from "../inventory.ts";
import { type OrderByReason, orderReasons, recallReasons } from "../reasons.ts";
import type { Actor } from "../signal.ts";
import {
  issue,
  latestOf,
  ordersOf,
  placeOfAlarm,
  prompt,
  recallOrder,
  turnOut,
  wayTo,
} from "./issue.ts";
import { type Order, type OrderReason, orderAtEnd } from "./order.ts";
import { orderNext, reinforcements } from "./plan.ts";
import { rank } from "./rank.ts";
import { standByNext } from "./verification.ts";

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
  const standing = standingBy(draft, incident, station);
  if (!standing && hasOpenOrder(draft, incident, station)) {
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
  const town = townOf(draft, incident.id, incident.site);
  const all = [
    ...everyStation(draft, incident),
    ...inventory.microOf(incident.site),
    ...inventory.brigadesOf(town),
  ]
    .filter((r) => canBeOrdered(r) && r.authority !== "via-119")
    .filter((r) => standingBy(draft, incident, r.id) || !hasOpenOrder(draft, incident, r.id));
  if (all.length === 0) return draft.refuse("order-everybody", "already-ordered", actor.person);
  give(draft, incident, all, "everybody", actor);
}

/** Stations that one request for reinforcement brings. */
export const mostReinforced = 5;

/** 请求增援: the next of the ranking, by a crew on the spot or by the desk. */
export function reinforce(
  draft: Draft,
  command: Command & { command: "reinforce" },
  actor: Actor,
): void {
  const incident = openOne(draft, command.incident, "reinforce", actor);
  if (!incident) return;
  const { count = 1, order } = command;
  const own = order === undefined ? null : draft.state.orders.get(order);
  if (own !== null && own?.incident !== incident.id) {
    return draft.refuse("reinforce", "unknown-order", actor.person);
  }
  if (own && orderAtEnd(own.state)) return draft.refuse("reinforce", "at-end", actor.person);
  const next = reinforcements(draft, incident, Math.min(count, mostReinforced));
  if (order !== undefined) prompt(draft, incident.id, "reinforce-asked", order);
  if (next.length < count) prompt(draft, incident.id, "no-further-station", null);
  // What a crew has asked for must be seen, also where nobody is left to send.
  if (next.length === 0 && order === undefined) {
    return draft.refuse("reinforce", "no-further-station", actor.person);
  }
  give(draft, incident, next, "reinforce", actor);
}

/** 改派: a station leaves one incident for another. Where nobody is left, the next one comes. */
export function reassign(
  draft: Draft,
  command: Command & { command: "reassign" },
  actor: Actor,
): void {
  const refuse = (reason: string): void => draft.refuse("reassign", reason, actor.person);
  const to = openOne(draft, command.incident, "reassign", actor);
  if (!to) return;
  const order = draft.state.orders.get(command.order);
  if (!order) return refuse("unknown-order");
  if (orderAtEnd(order.state)) return refuse("at-end");
  if (order.kind === "notify") return refuse("only-told");
  if (order.incident === to.id) return refuse("same-incident");
  const standsBy = standingBy(draft, to, order.station);
  if (!standsBy && hasOpenOrder(draft, to, order.station)) return refuse("already-ordered");
  const responder = draft.world.inventory.responders.get(order.station);
  if (!responder) return refuse("unknown-station");
  recallOrder(draft, order, "reassigned", actor.person);
  give(draft, to, [responder], "reassigned", actor);
  const from = draft.state.incidents.get(order.incident);
  if (!from || from.closedAt !== null) return;
  const stay = ordersOf(draft, from).some(
    (one) =>
      one !== order &&
      one.stationKind === "rescue" &&
      one.kind === "turn-out" &&
      !orderAtEnd(one.state),
  );
  if (order.kind === "stand-by") standByNext(draft, from);
  const goesOn = from.response !== "controlled" && !responseAtEnd(from.response);
  // Somebody of a micro station may stand there already, and has no engine.
  const isUnderWay = order.state !== "on-scene" && order.state !== "controlled";
  if (
    order.stationKind === "rescue" &&
    order.kind !== "stand-by" &&
    !stay &&
    isUnderWay &&
    goesOn
  ) {
    const given = orderNext(draft, from, 1, "after-refusal");
    if (given === 0) prompt(draft, from.id, "no-further-station", null);
  }
  closeWhenDone(draft, from, { orders: new Map([[order.id, "recalled"]]) });
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
    const standing = standingBy(draft, incident, responder.id);
    if (standing) turnOut(draft, standing, order, actor.person, reason);
    else
      issue(draft, order, wayTo(draft, responder.id, place), why, actor.person, "turn-out", reason);
  }
  if (incident.response === "none") {
    draft.add({ type: "response-moved", incident: incident.id, to: "ordered" });
  }
}

/** Its page to stand by, where it has one. */
function standingBy(draft: Draft, incident: Incident, station: string): Order | undefined {
  return ordersOf(draft, incident).find(
    (o) => o.station === station && o.kind === "stand-by" && !orderAtEnd(o.state),
  );
}

function hasOpenOrder(draft: Draft, incident: Incident, station: string): boolean {
  return ordersOf(draft, incident).some((o) => o.station === station && !orderAtEnd(o.state));
}

export function openOne(draft: Draft, id: string, what: string, actor: Actor): Incident | null {
  const incident = draft.state.incidents.get(id);
  if (incident && incident.closedAt === null) return incident;
  draft.refuse(what, incident ? "closed" : "unknown-incident", actor.person);
  return null;
}
