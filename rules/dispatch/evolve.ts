/** What dispatch events make of the state. Decides nothing; see ../evolve.ts. */
import { clearDeadline, endVerification, setDeadline } from "../deadline.ts";
import type { DispatchEvent, Recorded } from "../event.ts";
import { incidentOf } from "../incident/evolve.ts";
import type { State } from "../state.ts";
import type { Writer } from "../writer.ts";
import { deliveredBy, isTakenUp, mustArrive, type Order } from "./order.ts";

export function evolveDispatch(state: State, event: Recorded<DispatchEvent>, writer: Writer): void {
  switch (event.type) {
    case "dispatch-ranked":
      setDeadline(state, writer, "second-station", event.incident, event.secondStationAt);
      setDeadline(state, writer, "third-station", event.incident, event.thirdStationAt);
      endVerification(state, writer, event.incident);
      return writer.patch(incidentOf(state, event.incident), {
        ranking: event.ranking,
        measured: [],
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
      clearDeadline(state, writer, "second-channel", event.order);
      setDeadline(state, writer, "undelivered", event.order, event.undeliveredAt);
      return writer.patch(orderOf(state, event.order), {
        state: "recalled",
        kind: "recall",
        revision: event.revision,
      });
    }
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
    default:
      return event satisfies never;
  }
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
  };
  const incident = incidentOf(state, event.incident);
  writer.set(state.orders, order.id, order);
  writer.push(incident.orders, order.id);
  // Who is only told is nobody who comes.
  if (event.stationKind === "rescue" && event.kind !== "notify" && event.by === null) {
    writer.patch(incident, { stationsOrdered: incident.stationsOrdered + 1 });
  }
  setDeadline(state, writer, "undelivered", order.id, event.undeliveredAt);
  if (event.secondChannelAt !== null) {
    setDeadline(state, writer, "second-channel", order.id, event.secondChannelAt);
  }
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
    // Who answers an order has it, whatever the broker knows.
    deliveredRevision: Math.max(order.deliveredRevision, event.revision),
  });
  clearDeadline(state, writer, "second-channel", order.id);
  clearDeadline(state, writer, "undelivered", order.id);
  if (!isTakenUp(event.reply)) return;
  if (order.acceptedAt === null) writer.patch(order, { acceptedAt: event.at });
  if (order.stationKind === "micro" && order.kind === "turn-out") {
    clearDeadline(state, writer, "verifier-silent", order.incident);
  }
  if (order.stationKind !== "rescue") return;
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

export function orderOf(state: State, id: string): Order {
  const order = state.orders.get(id);
  if (!order) throw new Error(`no order ${id}`);
  return order;
}
