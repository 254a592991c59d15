/**
 * An order (调派指令) to one responder for one incident, and what its replies mean.
 *
 * sent = published; delivered = the broker has the PUBACK of that station's client; accepted = the
 * station's own reply. Three different things, never mixed (DESIGN §3, The outbox).
 */
import type { Priority } from "../alarm/alarm.ts";
import type { ResponderKind } from "../inventory.ts";
import type { TravelSource } from "./travel.ts";

export type OrderKind = "stand-by" | "turn-out" | "recall" | "notify";

export const orderReplies = [
  "accepted",
  "refused",
  "turned-out",
  "on-scene",
  "controlled",
  "returned",
] as const;
export type OrderReply = (typeof orderReplies)[number];

/** How a crew's word came to whoever entered it for the crew. */
export const reportedVia = ["radio", "phone"] as const;
export type ReportedVia = (typeof reportedVia)[number];

/** The last answer, where a person entered it: by whom, on whose report. */
export type Entered = {
  readonly by: string;
  readonly reportedBy: string;
  readonly via: ReportedVia;
};

export type OrderState = "issued" | OrderReply | "recalled";

/** Why this responder was ordered: a code, rendered by rules/text. */
export type OrderReason =
  | "nearest"
  | "micro-of-site"
  | "plan"
  | "second-after-silence"
  | "third-after-silence"
  | "after-refusal"
  | "brigade-of-town"
  | "priority-raised"
  | "by-person"
  | "everybody"
  /** For what its vehicles bring; or because nobody is free. */
  | "brings"
  | "nobody-else"
  /** Asked for by a crew or the desk; taken from another incident. */
  | "reinforce"
  | "reassigned"
  /** By the table of the site (联动). */
  | "linkage";

export type Order = {
  readonly id: string;
  incident: string;
  /** The alarm the order was given for; a later one of the incident raises the revision. */
  alarm: string;
  /** The inventory this revision was made of: a later import changes nothing that is out. */
  inventory: string | null;
  readonly station: string;
  readonly stationKind: ResponderKind;
  kind: OrderKind;
  /** Starts at 1; the content of (order, revision) never changes. */
  revision: number;
  /** The first revision of its kind: what was accepted before it was a page to stand by. */
  kindSince: number;
  priority: Priority;
  readonly why: OrderReason;
  readonly distanceM: number | null;
  readonly estimateMs: number | null;
  /** Null where the way is not known. */
  readonly source: TravelSource | null;
  /** When it was given: a road on its way might be closed, or no road led there. */
  readonly wayDoubt: "may-be-closed" | "no-way" | null;
  readonly issuedAt: number;
  state: OrderState;
  /** Channel in use: index into the responder's channels. */
  channel: number;
  /** Revision that reached the station by any channel, 0 = none. */
  deliveredRevision: number;
  /** The same by channel: a box that shows an order says nothing about the telephone call. */
  readonly delivered: number[];
  acceptedAt: number | null;
  repliedAt: number | null;
  /** Null where the station itself gave its last answer. */
  entered: Entered | null;
  /** Its recall was sent to a unit that knows of the order, and nobody has answered it. */
  recallAwaited: boolean;
};

const rank: Readonly<Record<OrderState, number>> = {
  issued: 0,
  accepted: 1,
  "turned-out": 2,
  "on-scene": 3,
  controlled: 4,
  returned: 5,
  refused: 5,
  recalled: 5,
};

/** An order that nobody has to do anything about any more. */
export function orderAtEnd(state: OrderState): boolean {
  return rank[state] === 5;
}

/** True where a box must be told: an order in force, or a recall; a refused one waits for nothing. */
export function mustArrive(state: OrderState): boolean {
  return !orderAtEnd(state) || state === "recalled";
}

/** Revision that one channel has delivered, 0 = none. */
export function deliveredBy(order: Order, channel: number): number {
  return order.delivered[channel] ?? 0;
}

/** True once the station has answered anything but a refusal. */
export function isTakenUp(state: OrderState): boolean {
  return rank[state] >= 1 && state !== "refused" && state !== "recalled";
}

/** True where the crew comes: a page to stand by (预警,暂不出动) that is accepted moves nobody. */
export function isComing({ kind, state }: Pick<Order, "kind" | "state">): boolean {
  return isTakenUp(state) && !(kind === "stand-by" && state === "accepted");
}

/** A page to stand by that is neither over nor more than that by now. */
export function isStandingBy({ kind, state }: Pick<Order, "kind" | "state">): boolean {
  return kind === "stand-by" && (state === "issued" || state === "accepted");
}

/** `answers`: the crew has heard its recall. */
export type ReplyVerdict = "moves" | "answers" | "repeat" | "backwards" | "at-end";

/**
 * What a reply does to an order in a state. A recalled crew may still say that it has returned, and
 * a station that refused may change its mind.
 */
export function judgeReply(state: OrderState, reply: OrderReply): ReplyVerdict {
  if (state === reply) return "repeat";
  if (state === "recalled" && reply === "accepted") return "answers";
  if (state === "recalled") return reply === "returned" ? "moves" : "at-end";
  if (state === "refused") return reply === "accepted" ? "moves" : "at-end";
  if (orderAtEnd(state)) return "at-end";
  if (reply === "refused") return rank[state] <= 1 ? "moves" : "backwards";
  return rank[reply] > rank[state] ? "moves" : "backwards";
}
