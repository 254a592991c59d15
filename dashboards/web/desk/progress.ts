/** How far an incident and an order are, as steps for the eye. Pure. */
import type { IncidentCard, OrderRow } from "#gateway/api/contract.ts";
import { verificationForward } from "#rules/incident/incident.ts";

export type StepState = "done" | "ahead" | "failed";

export type Step = {
  readonly name: string;
  readonly state: StepState;
  /** Of the verification: what came out of it. */
  readonly result?: string;
};

const verified = ["confirmed", "false", "test", "undetermined"];
const responses = ["none", "ordered", "turned-out", "on-scene", "controlled", "returned"];

/** Both tracks in one line, as the label table has them: each only moves forward. */
export function incidentSteps(card: IncidentCard, closed: boolean): Step[] {
  const { verification } = card;
  const result = verified.includes(verification) ? verification : undefined;
  const seen = verification !== "received";
  const reached = reachedOf(card);
  const done = (is: boolean): StepState => (is ? "done" : "ahead");
  return [
    { name: "received", state: "done" },
    { name: "acknowledged", state: done(seen) },
    {
      name: "verifying",
      state: done(result !== undefined || verification === "verifying"),
      ...(result === undefined ? {} : { result }),
    },
    ...["ordered", "turned-out", "on-scene", "controlled"].map((name) => ({
      name,
      state: done(responses.indexOf(name) <= reached),
    })),
    { name: "closed", state: done(closed) },
  ];
}

/** A recall ends the response and says nothing about how far it had come: the orders do. */
function reachedOf(card: IncidentCard): number {
  if (card.response !== "recalled") return responses.indexOf(card.response);
  const far = card.orders.map((order) => responses.indexOf(order.state));
  return Math.max(1, ...far);
}

export type VerifyResult = Exclude<IncidentCard["verification"], "received" | "acknowledged">;

/** Whether a result can still be given: keys and buttons ask here, the gateway has the last word. */
export function mayVerify(card: IncidentCard, result: VerifyResult): boolean {
  return card.closedAt === null && verificationForward(card.verification, result);
}

const orderPath = ["accepted", "turned-out", "on-scene", "controlled", "returned"];

/** Ordered, delivered, accepted, … : three different things, never mixed. */
export function orderSteps(order: OrderRow): Step[] {
  const reached = orderPath.indexOf(order.state);
  const delivered: StepState = order.delivered || reached >= 0 ? "done" : "ahead";
  const head: Step[] = [
    { name: "issued", state: "done" },
    { name: "delivered", state: delivered },
  ];
  if (order.kind === "notify") return head;
  if (order.state === "refused") return [...head, { name: "refused", state: "failed" }];
  if (order.state === "recalled") return [...head, { name: "recalled", state: "failed" }];
  return [
    ...head,
    ...orderPath.map((name, index): Step => ({ name, state: index <= reached ? "done" : "ahead" })),
  ];
}

/** An order that somebody may still be told about, recalled from, or answered for. */
export function isOpenOrder(order: OrderRow): boolean {
  return !["returned", "refused", "recalled"].includes(order.state);
}
