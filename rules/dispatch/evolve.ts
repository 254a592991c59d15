/** What dispatch events make of the state. Decides nothing; see ../evolve.ts. */

import { clearDeadline, endVerification, setDeadline } from "../deadline.ts";
import type { Recorded } from "../event.ts";
import type { HandlingEvent } from "../incident/checklist.ts";
import { incidentOf } from "../incident/evolve.ts";
import type { Prompt } from "../incident/incident.ts";
import type { State } from "../state.ts";
import type { Writer } from "../writer.ts";
import type { ArrivalEvent, ArrivalMark, ArrivalStep } from "./arrival.ts";
import type { DispatchEvent } from "./event.ts";
import { deliveredBy, type Entered, isComing, isTakenUp, mustArrive, type Order } from "./order.ts";
import { engage, evolveStatus, turnBack } from "./status.ts";

type RecallEvent = Extract<HandlingEvent, { readonly order: string }>;

export function evolveDispatch(
  state: State,
  event: Recorded<DispatchEvent | RecallEvent>,
  writer: Writer,
): void {
  switch (event.type) {
    case "dispatch-ranked":
      setDeadline(state, writer, "second-station", event.incident, event.secondStationAt);
      setDeadline(state, writer, "third-station", event.incident, event.thirdStationAt);
      if (!event.verificationGoesOn) endVerification(state, writer, event.incident);
      return writer.patch(incidentOf(state, event.incident), {
        ranking: event.ranking,
        measured: [],
        firstAlarm: {
          plan: event.plan ?? null,
          planned: event.planned ?? 0,
          candidates: event.candidates,
          short: event.short ?? [],
        },
        via119: event.candidates.filter((c) => c.reason === "via-119").map((c) => c.station),
      });
    case "ways-measured":
      return writer.patch(incidentOf(state, event.incident), {
        ranking: event.ways.map(({ station }) => station),
        measured: event.ways,
      });
    case "verification-ordered":
      setDeadline(state, writer, "verifier-silent", event.incident, event.verifierSilentAt);
      return setDeadline(state, writer, "unverified", event.incident, event.unverifiedAt);
    case "order-issued":
      return issue(state, event, writer);
    case "order-revised": {
      const order = orderOf(state, event.order);
      writer.patch(order, {
        revision: event.revision,
        alarm: event.alarm,
        priority: event.priority,
        inventory: state.adopted.inventory,
      });
      if (event.kind === "turn-out") turnOut(state, order, event, writer);
      if (!mustArrive(order.state)) return;
      return setDeadline(state, writer, "undelivered", event.order, event.undeliveredAt);
    }
    case "order-resent":
      clearDeadline(state, writer, "second-channel", event.order);
      return writer.patch(orderOf(state, event.order), {
        channel: event.channel,
      });
    case "order-delivered": {
      const order = orderOf(state, event.order);
      if (event.revision === order.revision) {
        clearDeadline(state, writer, "undelivered", order.id);
      }
      const channels = Math.max(order.delivered.length, event.channel + 1);
      const delivered = Array.from({ length: channels }, (_, i) =>
        i === event.channel ? event.revision : deliveredBy(order, i),
      );
      writer.replace(order.delivered, delivered);
      return writer.patch(order, {
        deliveredRevision: Math.max(order.deliveredRevision, event.revision),
      });
    }
    case "order-undelivered":
      return clearDeadline(state, writer, "undelivered", event.order);
    case "order-replied":
      return reply(state, event, writer);
    case "order-recalled": {
      turnBack(state, orderOf(state, event.order), event.at, writer);
      clearDeadline(state, writer, "second-channel", event.order);
      setDeadline(state, writer, "undelivered", event.order, event.undeliveredAt);
      const recallAwaited = event.answerBy !== undefined;
      if (recallAwaited) setDeadline(state, writer, "recall", event.order, event.answerBy);
      return writer.patch(orderOf(state, event.order), {
        state: "recalled",
        kind: "recall",
        revision: event.revision,
        kindSince: event.revision,
        recallAwaited,
      });
    }
    case "recall-answered":
      return endRecall(state, orderOf(state, event.order), writer);
    case "recall-unanswered":
      clearDeadline(state, writer, "recall", event.order);
      return writer.patch(orderOf(state, event.order), { channel: event.channel });
    case "escalation-stepped":
      return clearDeadline(state, writer, event.step, event.incident);
    case "operator-prompted": {
      const incident = incidentOf(state, event.incident);
      return writer.push(incident.prompts, {
        at: event.at,
        code: event.code,
        order: event.order,
      });
    }
    case "arrival-clock-started":
    case "arrival-reached":
    case "arrival-due":
      return evolveArrival(state, event, writer);
    case "status-noted":
      return evolveStatus(state, event, writer);
    default:
      return event satisfies never;
  }
}

function evolveArrival(state: State, event: Recorded<ArrivalEvent>, writer: Writer): void {
  const incident = incidentOf(state, event.incident);
  if (event.type === "arrival-clock-started") {
    const mark = (step: ArrivalStep): ArrivalMark => {
      const limitAt = event.limits[step];
      if (limitAt !== null) setDeadline(state, writer, `arrival-${step}`, incident.id, limitAt);
      return { limitAt, reachedAt: null, verdict: null };
    };
    const marks = {
      micro: mark("micro"),
      neighbours: mark("neighbours"),
      station: mark("station"),
    };
    return writer.patch(incident, { arrival: { from: event.from, class: event.class, marks } });
  }
  clearDeadline(state, writer, `arrival-${event.step}`, incident.id);
  const { arrival } = incident;
  if (!arrival) return;
  if (event.type === "arrival-reached") {
    const isOver = ({ code }: Prompt) => code === `late-${event.step}`;
    writer.replace(
      incident.prompts,
      incident.prompts.filter((one) => !isOver(one)),
    );
  }
  const change =
    event.type === "arrival-reached" ? { reachedAt: event.at } : { verdict: event.verdict };
  const marks = { ...arrival.marks, [event.step]: { ...arrival.marks[event.step], ...change } };
  writer.patch(incident, { arrival: { ...arrival, marks } });
}

function issue(
  state: State,
  event: Recorded<DispatchEvent> & { type: "order-issued" },
  writer: Writer,
): void {
  const order: Order = {
    id: event.order,
    incident: event.incident,
    alarm: event.alarm,
    inventory: state.adopted.inventory,
    station: event.station,
    stationKind: event.stationKind,
    kind: event.kind,
    revision: 1,
    kindSince: 1,
    priority: event.priority,
    why: event.why,
    distanceM: event.distanceM,
    estimateMs: event.estimateMs,
    // Before there were roads every way was estimated.
    source: event.source ?? (event.estimateMs === null ? null : "detour"),
    wayDoubt: event.noWay ? "no-way" : event.mayBeClosed ? "may-be-closed" : null,
    issuedAt: event.at,
    state: "issued",
    channel: 0,
    deliveredRevision: 0,
    delivered: [],
    acceptedAt: null,
    repliedAt: null,
    entered: null,
    recallAwaited: false,
  };
  const incident = incidentOf(state, event.incident);
  writer.set(state.orders, order.id, order);
  writer.push(incident.orders, order.id);
  // Who is only told, or stands by, is nobody who comes.
  if (event.stationKind === "rescue" && event.kind === "turn-out" && event.by === null) {
    writer.patch(incident, { stationsOrdered: incident.stationsOrdered + 1 });
  }
  setDeadline(state, writer, "undelivered", order.id, event.undeliveredAt);
  if (event.secondChannelAt !== null) {
    setDeadline(state, writer, "second-channel", order.id, event.secondChannelAt);
  }
}

/** Who stood by goes: whatever was accepted before was no promise to come. */
function turnOut(
  state: State,
  order: Order,
  { by, secondChannelAt }: Recorded<DispatchEvent> & { type: "order-revised" },
  writer: Writer,
): void {
  writer.patch(order, { kind: "turn-out", kindSince: order.revision });
  const incident = incidentOf(state, order.incident);
  if (by === undefined) {
    writer.patch(incident, { stationsOrdered: incident.stationsOrdered + 1 });
  }
  if (order.state === "accepted") writer.patch(order, { state: "issued", acceptedAt: null });
  if (order.state === "issued" && secondChannelAt !== undefined) {
    setDeadline(state, writer, "second-channel", order.id, secondChannelAt);
  }
}

function endRecall(state: State, order: Order, writer: Writer): void {
  clearDeadline(state, writer, "recall", order.id);
  writer.patch(order, { recallAwaited: false });
}

function reply(
  state: State,
  event: Recorded<DispatchEvent> & { type: "order-replied" },
  writer: Writer,
): void {
  const order = orderOf(state, event.order);
  writer.patch(order, {
    state: event.reply,
    repliedAt: event.at,
    entered: enteredOf(event, order),
    // Who answers an order has it, whatever the broker knows.
    deliveredRevision: Math.max(order.deliveredRevision, event.revision),
  });
  engage(state, order, event.reply, event.at, writer);
  clearDeadline(state, writer, "second-channel", order.id);
  clearDeadline(state, writer, "undelivered", order.id);
  if (event.reply === "returned") endRecall(state, order, writer);
  if (!isTakenUp(event.reply)) return;
  if (order.acceptedAt === null) writer.patch(order, { acceptedAt: event.at });
  if (order.kind === "turn-out") {
    clearDeadline(state, writer, "verifier-silent", order.incident);
  }
  if (order.stationKind !== "rescue" || !isComing(order)) return;
  // Somebody is coming: the clocks that would call further stations stop.
  for (const kind of ["second-station", "third-station"] as const) {
    clearDeadline(state, writer, kind, order.incident);
  }
  const incident = incidentOf(state, order.incident);
  writer.replace(
    incident.prompts,
    incident.prompts.filter((p) => p.order !== order.id),
  );
}

/** Entries of before there was a reporter are the station's, by radio. */
function enteredOf(
  { by, reportedBy, via }: DispatchEvent & { type: "order-replied" },
  { station }: Order,
): Entered | null {
  return by === null ? null : { by, reportedBy: reportedBy ?? station, via: via ?? "radio" };
}

export function orderOf(state: State, id: string): Order {
  const order = state.orders.get(id);
  if (!order) throw new Error(`no order ${id}`);
  return order;
}
