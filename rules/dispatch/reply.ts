/**
 * What a station answers, and that an order reached it. Replies only move an order forward; what
 * does not fit is refused in the journal with its reason, never dropped in silence.
 */

import type { Command } from "../command.ts";
import type { Draft } from "../draft.ts";
import { closeWhenDone } from "../incident/closing.ts";
import {
  type Incident,
  isCalledOff,
  type Response,
  responseForward,
} from "../incident/incident.ts";
import { refusalReason } from "../reasons.ts";
import type { Actor, Signal } from "../signal.ts";
import { noteArrival } from "./arrival.ts";
import { hasRescueAnswer } from "./clock.ts";
import { ordersOf, prompt } from "./issue.ts";
import {
  deliveredBy,
  type Entered,
  isTakenUp,
  judgeReply,
  type Order,
  type OrderReason,
  type OrderReply,
} from "./order.ts";
import { orderNext } from "./plan.ts";
import { isLastToLook, orderUnverified, standByNext } from "./verification.ts";

export function decideReply(draft: Draft, signal: Signal & { kind: "reply" }): void {
  const order = draft.state.orders.get(signal.order);
  if (!order) return draft.refuse("reply", "unknown-order", signal.station);
  if (order.station !== signal.station) {
    return draft.refuse("reply", "order-of-another-station", signal.station);
  }
  if (signal.revision < 1 || signal.revision > order.revision) {
    return draft.refuse("reply", "unknown-revision", signal.station);
  }
  // It had agreed to stand by when it was told to go: that answer is still to come.
  if (signal.reply === "accepted" && signal.revision < order.kindSince) {
    return draft.refuse("reply", "of-another-kind", signal.station);
  }
  take(draft, order, signal, null);
}

/** A person writes down what was said on the radio or the telephone (代录): it counts as the crew's. */
export function replyByRadio(
  draft: Draft,
  command: Command & { command: "reply-by-radio" },
  actor: Actor,
): void {
  const order = draft.state.orders.get(command.order);
  if (!order) return draft.refuse("reply-by-radio", "unknown-order", actor.person);
  const { reply, reason, reportedBy = order.station, via = "radio" } = command;
  if (!reportedBy.startsWith("P-") && !draft.world.inventory.responders.get(reportedBy)) {
    return draft.refuse("reply-by-radio", "unknown-reporter", actor.person);
  }
  const said = { revision: order.revision, reply, ...(reason === undefined ? {} : { reason }) };
  take(draft, order, said, { by: actor.person, reportedBy, via });
}

export function decideDelivery(draft: Draft, signal: Signal & { kind: "delivery" }): void {
  const order = draft.state.orders.get(signal.order);
  // The broker may report a PUBACK of an order that has left the state since: nothing to decide.
  if (!order || order.station !== signal.station) return;
  const { order: id, revision, channel } = signal;
  // A provider says which one: only what was sent can have arrived.
  const isSent = Number.isInteger(revision) && channel >= 0 && channel <= order.channel;
  if (!isSent || !Number.isInteger(channel)) return;
  if (revision <= deliveredBy(order, channel) || revision > order.revision) return;
  draft.add({ type: "order-delivered", order: id, revision, channel });
}

function take(
  draft: Draft,
  order: Order,
  said: { readonly revision: number; readonly reply: OrderReply; readonly reason?: string },
  entered: Entered | null,
): void {
  const { revision, reply, reason } = said;
  const by = entered?.by ?? null;
  const verdict = judgeReply(order.state, reply);
  if (verdict === "repeat") return;
  if (verdict === "answers") {
    if (order.recallAwaited) draft.add({ type: "recall-answered", order: order.id, by });
    return;
  }
  if (verdict !== "moves") return draft.refuse("reply", verdict, by ?? order.station);
  const incident = draft.state.incidents.get(order.incident);
  const isOver = !incident || incident.closedAt !== null || isCalledOff(incident);
  // Who had refused and would come after all is told that nobody is needed any more.
  if (isOver && order.state === "refused") {
    return draft.refuse("reply", "at-end", by ?? order.station);
  }
  const code = reply === "refused" ? refusalReason(reason) : null;
  draft.add({
    type: "order-replied",
    order: order.id,
    revision,
    reply,
    reason: code,
    by,
    ...entered,
  });
  if (!incident || incident.closedAt !== null) return;
  if (reply === "refused") return afterRefusal(draft, incident, order);
  if (reply === "accepted") tellOfTooMany(draft, incident, order);
  if (reply === "on-scene" || reply === "controlled") noteArrival(draft, incident, order);
  moveResponse(draft, incident, reply);
  closeWhenDone(draft, incident, { orders: new Map([[order.id, reply]]) });
}

/** A refusal does not wait for the clock: the next station is ordered at once. */
function afterRefusal(draft: Draft, incident: Incident, order: Order): void {
  if (isLastToLook(draft, incident, order)) {
    return orderUnverified(draft, incident, "verifier-refused");
  }
  prompt(draft, incident.id, "station-refused", order.id);
  if (order.kind === "stand-by") return standByNext(draft, incident);
  if (order.stationKind !== "rescue" || hasRescueAnswer(draft, incident, order)) return;
  const given = orderNext(draft, incident, 1, "after-refusal");
  if (given === 0) prompt(draft, incident.id, "no-further-station", null);
}

const cascade: ReadonlySet<OrderReason> = new Set([
  "second-after-silence",
  "third-after-silence",
  "after-refusal",
]);

/** The silent one answers after all: both come, and a person says whether one turns back. */
function tellOfTooMany(draft: Draft, incident: Incident, order: Order): void {
  if (order.stationKind !== "rescue") return;
  const coming = ordersOf(draft, incident).filter(
    (one) => one.stationKind === "rescue" && (one === order || isTakenUp(one.state)),
  );
  const planned = Math.max(1, incident.firstAlarm?.planned ?? 1);
  if (coming.length <= planned || !coming.some(({ why }) => cascade.has(why))) return;
  prompt(draft, incident.id, "more-than-planned", null);
}

/** The furthest step any responder has reported; "returned" waits for all of them. */
function moveResponse(draft: Draft, incident: Incident, reply: OrderReply): void {
  if (reply === "accepted" || reply === "refused" || reply === "returned") return;
  const to: Response = reply;
  if (responseForward(incident.response, to)) {
    draft.add({ type: "response-moved", incident: incident.id, to });
  }
}
