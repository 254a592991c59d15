/** When an incident is over: both tracks at an end. Nothing else closes one. */

import { ordersOf, recallOrder } from "../dispatch/issue.ts";
import { isStandingBy, type OrderState, orderAtEnd } from "../dispatch/order.ts";
import type { Draft } from "../draft.ts";
import type { Event } from "../event.ts";
import {
  type Incident,
  type Response,
  responseAtEnd,
  type Verification,
  verificationAtEnd,
} from "./incident.ts";
import { waitsOf } from "./waits.ts";

export type Changed = {
  /** Orders whose state this very decision changes. */
  readonly orders?: ReadonlyMap<string, OrderState>;
  readonly verification?: Verification;
};

/**
 * Ends the response track when every order is at an end, and closes when both tracks are. Who looked
 * first may have left long ago: nothing is closed over the head of a crew that is under way.
 */
export function closeWhenDone(draft: Draft, incident: Incident, changed: Changed): void {
  let { response } = incident;
  const orders = ordersOf(draft, incident);
  // Who stands by is nobody who has to come back.
  const standing = orders.filter((o) => isStandingBy(o) && !changed.orders?.has(o.id));
  const states = orders
    .filter((o) => !standing.includes(o))
    .map((o) => changed.orders?.get(o.id) ?? o.state);
  const goesOut = (e: Event) =>
    e.type === "order-issued"
      ? e.incident === incident.id
      : // Who stood by goes now.
        e.type === "order-revised" && e.kind !== undefined && incident.orders.includes(e.order);
  if (states.some((state) => !orderAtEnd(state)) || draft.events.some(goesOut)) return;
  const end = responseEnd(states);
  if (end !== null && !responseAtEnd(response)) {
    draft.add({ type: "response-moved", incident: incident.id, to: end });
    response = end;
  }
  const verified = verificationAtEnd(changed.verification ?? incident.verification);
  if (!verified || !(responseAtEnd(response) || states.length === 0)) return;
  if ((changed.verification ?? incident.verification) === "false") {
    if (waitsOf(draft, incident).length > 0) return;
  }
  for (const order of standing) recallOrder(draft, order, "not-needed", null);
  const archiveAt = draft.at + draft.world.settings.incident.keepClosedMs;
  draft.add({ type: "incident-closed", incident: incident.id, archiveAt });
  endReports(draft, incident);
}

/** What people have reported has no point that could return: it is over with its incident. */
function endReports(draft: Draft, { alarms }: Incident): void {
  for (const id of alarms) {
    const alarm = draft.state.alarms.get(id);
    if (!alarm?.reported || alarm.state === "normal") continue;
    const nobody = { by: null, seat: null } as const;
    draft.add({ type: "alarm-moved", alarm: id, to: "normal", why: "closed", ...nobody });
  }
}

/** Once nobody is under way any more. Refusals alone end nothing: nobody has come. */
function responseEnd(states: readonly OrderState[]): Response | null {
  if (states.includes("returned")) return "returned";
  return states.includes("recalled") ? "recalled" : null;
}

/** After a decision: what was called false closes once nothing is waited for any more. */
export function watchClosing(draft: Draft): void {
  if (!draft.events.some(({ type }) => ends.has(type))) return;
  for (const incident of draft.state.incidents.values()) {
    if (incident.verification !== "false" || incident.closedAt !== null) continue;
    const isHandled = draft.events.some(
      (e) => "incident" in e && e.incident === incident.id && handled.has(e.type),
    );
    if (!isHandled) closeWhenDone(draft, incident, {});
  }
}

const ends: ReadonlySet<string> = new Set([
  ...["alarm-condition", "alarm-moved", "panel-noted", "linkage-recorded"],
  ...["recall-answered", "order-replied", "taken-out-of-service"],
]);
/** It is decided in the same turn already. */
const handled: ReadonlySet<string> = new Set([
  ...["incident-closed", "incident-reopened", "incident-merged", "verification-moved"],
]);
