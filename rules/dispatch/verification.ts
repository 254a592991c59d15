/**
 * Somebody goes to look first (rule F02), and nobody waits for that for ever: silence, a refusal or a
 * result that does not come order the first alarm. `plan.ts` sends who looks and says until when.
 */
import { deadlineId } from "../deadline.ts";
import type { Draft } from "../draft.ts";
import type { Incident } from "../incident/incident.ts";
import { sceneOf } from "../incident/opening.ts";
import type { State } from "../state.ts";
import { isTakenUp, type Order } from "./order.ts";
import { isSentToLook, latestOf, orderFirstAlarm, ordersOf, placeOfAlarm, prompt } from "./plan.ts";

/** Nobody looks, or whoever went has found nothing out: in doubt it burns. */
export function orderUnverified(
  draft: Draft,
  incident: Incident,
  why: "verifier-silent" | "verifier-refused" | "unverified" | "unacknowledged",
): void {
  const { id } = incident;
  prompt(draft, id, why, ordersOf(draft, incident).find(isSentToLook)?.id ?? null);
  const latest = latestOf(draft, incident);
  const alarm = sceneOf(draft, incident) ?? latest.alarm;
  const place = placeOfAlarm(draft, alarm);
  orderFirstAlarm(draft, { incident: id, alarm, place, priority: latest.priority });
}

/** True where a look is waited for, and without this order nobody is left who goes. */
export function isLastToLook(draft: Draft, incident: Incident, order: Order): boolean {
  if (!isSentToLook(order) || firstAlarmAt(draft.state, incident.id) === null) return false;
  return !ordersOf(draft, incident).some(
    (other) => other !== order && isSentToLook(other) && isTakenUp(other.state),
  );
}

/** When the first alarm goes by itself, ms UTC; null where it has gone, or nobody was sent to look. */
export function firstAlarmAt({ deadlines }: State, incident: string): number | null {
  const of = (kind: "verifier-silent" | "unverified") => deadlines.get(deadlineId(kind, incident));
  return (of("verifier-silent") ?? of("unverified"))?.at ?? null;
}
