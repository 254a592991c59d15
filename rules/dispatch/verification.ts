/**
 * Somebody goes to look first (rule F02), and nobody waits for that for ever: without a result it is
 * treated as real (无法核实,按真实火警处置), 90 s after receipt while no crew has accepted, 180 s where one
 * has. A refusal, a second signal or a desk that does not answer order the first alarm before that.
 */
import { comparePriority } from "../alarm/alarm.ts";
import { deadlineId } from "../deadline.ts";
import type { Draft } from "../draft.ts";
import { closeWhenDone } from "../incident/closing.ts";
import { type Incident, isOnlyLookedAt } from "../incident/incident.ts";
import { raisePriority } from "../incident/opening.ts";
import { sceneOf } from "../incident/scene.ts";
import type { State } from "../state.ts";
import { latestOf, ordersOf, placeOfAlarm, prompt } from "./issue.ts";
import { isTakenUp, type Order } from "./order.ts";
import { isSentToLook, orderFirstAlarm, standBy } from "./plan.ts";

/** Nobody looks, or nobody has seen it, or another signal says the same: the first alarm goes. */
export function orderUnverified(
  draft: Draft,
  incident: Incident,
  why: "verifier-refused" | "unacknowledged" | "second-signal",
): void {
  const { id } = incident;
  prompt(draft, id, why, ordersOf(draft, incident).find(isSentToLook)?.id ?? null);
  const { alarm, priority } = sceneNow(draft, incident);
  const place = placeOfAlarm(draft, alarm);
  orderFirstAlarm(draft, { incident: id, alarm, place, priority });
}

/** No result has come: in doubt it burns. Nobody has acknowledged anything by that. */
export function treatAsReal(
  draft: Draft,
  incident: Incident,
  why: "verifier-silent" | "unverified",
): void {
  const { id } = incident;
  prompt(draft, id, why, ordersOf(draft, incident).find(isSentToLook)?.id ?? null);
  draft.add({
    type: "verification-moved",
    incident: id,
    to: "undetermined",
    by: null,
    second: null,
    cause: null,
    reason: null,
  });
  const { alarm, priority } = sceneNow(draft, incident);
  const place = placeOfAlarm(draft, alarm);
  if (comparePriority("P0", priority) < 0) {
    raisePriority(draft, incident, "P0", "undetermined", alarm);
    if (place.position === null) prompt(draft, id, "no-position", null);
  } else if (incident.ranking.length === 0) {
    orderFirstAlarm(draft, { incident: id, alarm, place, priority });
  }
  closeWhenDone(draft, incident, { verification: "undetermined" });
}

function sceneNow(draft: Draft, incident: Incident): ReturnType<typeof latestOf> {
  const latest = latestOf(draft, incident);
  return { ...latest, alarm: sceneOf(draft, incident) ?? latest.alarm };
}

/** True where a look is waited for, and without this order nobody is left who goes. */
export function isLastToLook(draft: Draft, incident: Incident, order: Order): boolean {
  if (!isSentToLook(order) || !isOnlyLookedAt(incident)) return false;
  if (treatedAsRealAt(draft.state, incident.id) === null) return false;
  return !ordersOf(draft, incident).some(
    (other) => other !== order && isSentToLook(other) && isTakenUp(other.state),
  );
}

/** Who should stand by cannot: the next one is told. */
export function standByNext(draft: Draft, incident: Incident): void {
  const { alarm, priority } = sceneNow(draft, incident);
  const place = placeOfAlarm(draft, alarm);
  const asked = ordersOf(draft, incident).map(({ station }) => station);
  standBy(draft, { incident: incident.id, alarm, place, priority }, asked);
}

/** When it is treated as real by itself, ms UTC; null where there is a result, or no clock. */
export function treatedAsRealAt({ deadlines }: State, incident: string): number | null {
  const of = (kind: "verifier-silent" | "unverified") => deadlines.get(deadlineId(kind, incident));
  return (of("verifier-silent") ?? of("unverified"))?.at ?? null;
}
