/**
 * When each step of an incident was reached, and of each order: what is set beside the 1-3-5 limits.
 * A fold over its events alone, so that it can be made of a journal as well as of what goes on.
 */
import type { ArrivalStep } from "../dispatch/arrival.ts";
import type { OrderKind, OrderReason, OrderReply } from "../dispatch/order.ts";
import type { Recorded } from "../event.ts";
import type { ResponderKind } from "../inventory.ts";
import type { OrderByReason } from "../reasons.ts";

/** In the order of the card; a step that was left out stays null. */
export const incidentSteps = [
  ...(["received", "acknowledged", "verified", "ordered", "accepted"] as const),
  ...(["turned-out", "on-scene", "controlled", "closed"] as const),
] as const;
export type IncidentStep = (typeof incidentSteps)[number];

export type OrderTimes = {
  readonly order: string;
  readonly station: string;
  readonly stationKind: ResponderKind;
  kind: OrderKind;
  readonly why: OrderReason;
  /** Of a person who ordered it, with the reason where one was said. */
  by: string | null;
  reason: OrderByReason | null;
  readonly issuedAt: number;
  deliveredAt: number | null;
  recalledAt: number | null;
  readonly replies: Partial<Record<OrderReply, number>>;
};

export type IncidentTimes = {
  readonly incident: string;
  readonly steps: Record<IncidentStep, number | null>;
  readonly orders: Map<string, OrderTimes>;
  /** Until when somebody of each kind must be there, as its area promises; null before there was a clock. */
  limits: Readonly<Record<ArrivalStep, number | null>> | null;
};

/** Turned out 1 min after the order (domain B8), in any area. */
export const turnOutLimitMs = 60_000;
/** Of a journal that has no clock of arrival yet: the micro station there in 3 min, a station in 5. */
const usualLimitsMs = { micro: 180_000, neighbours: 180_000, station: 300_000 } as const;

export function noTimes(incident: string): IncidentTimes {
  const steps = Object.fromEntries(incidentSteps.map((step) => [step, null]));
  return { incident, steps: steps as IncidentTimes["steps"], orders: new Map(), limits: null };
}

/** Events of other incidents change nothing. `alarms`: those of this one. */
export function noteTimes(
  times: IncidentTimes,
  event: Recorded,
  isAlarm: (alarm: string) => boolean,
): void {
  if ("incident" in event && event.incident === times.incident) noteIncident(times, event);
  if (event.type === "alarm-moved" && event.why === "acknowledge" && isAlarm(event.alarm)) {
    reach(times, "acknowledged", event.at);
  }
  if (!("order" in event) || event.order === null) return;
  const order = times.orders.get(event.order);
  if (order) noteOrder(times, order, event);
}

function noteIncident(times: IncidentTimes, event: Recorded): void {
  switch (event.type) {
    case "incident-opened":
      return reach(times, "received", event.at);
    case "verification-moved":
      if (event.to === "acknowledged") reach(times, "acknowledged", event.at);
      if (results.has(event.to)) reach(times, "verified", event.at);
      return;
    case "incident-reopened":
      // What was closed too early is not over: the step is reached anew.
      times.steps.closed = null;
      return;
    case "incident-closed":
    case "incident-merged":
      times.steps.closed = event.at;
      return;
    case "order-issued":
      return issued(times, event);
    case "arrival-clock-started":
      times.limits = event.limits;
      return;
  }
}

const results: ReadonlySet<string> = new Set(["confirmed", "false", "test", "undetermined"]);

function issued(times: IncidentTimes, event: Recorded & { type: "order-issued" }): void {
  const { order, station, stationKind, kind, why, by, reason = null, at } = event;
  const fresh = { order, station, stationKind, kind, why, by, reason, issuedAt: at };
  times.orders.set(order, { ...fresh, deliveredAt: null, recalledAt: null, replies: {} });
  // Who is only told is nobody who comes.
  if (kind !== "notify") reach(times, "ordered", at);
}

function noteOrder(times: IncidentTimes, order: OrderTimes, event: Recorded): void {
  if (event.type === "order-revised" && event.kind) {
    // Who stood by goes now, and somebody may have said so.
    Object.assign(order, { kind: event.kind, by: event.by ?? null, reason: event.reason ?? null });
  }
  if (event.type === "order-delivered") order.deliveredAt ??= event.at;
  if (event.type === "order-recalled") order.recalledAt ??= event.at;
  if (event.type !== "order-replied") return;
  order.replies[event.reply] ??= event.at;
  const step = incidentSteps.find((one) => one === event.reply);
  if (step && order.kind !== "notify") reach(times, step, event.at);
}

function reach({ steps }: IncidentTimes, step: IncidentStep, at: number): void {
  steps[step] ??= at;
}

/** From its order on; null where nothing is promised, or where the order itself came too late for it. */
export function onSceneLimitMs(
  { limits }: Pick<IncidentTimes, "limits">,
  { stationKind, kind, issuedAt }: OrderTimes,
  isOfSite: boolean,
): number | null {
  if (kind === "notify") return null;
  const step = stationKind === "rescue" ? "station" : isOfSite ? "micro" : "neighbours";
  if (limits === null) return stationKind === "brigade" ? null : usualLimitsMs[step];
  const at = limits[step];
  return at !== null && at > issuedAt ? at - issuedAt : null;
}
