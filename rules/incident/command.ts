/**
 * What people decide about an incident beside its result (verify.ts): a call-back, merge, split,
 * reopen. Each with a reason code from a closed set; a refusal names what is allowed.
 */

import { comparePriority } from "../alarm/alarm.ts";
import { acknowledgeAlarm } from "../alarm/command.ts";
import { standingAt } from "../alarm/priority.ts";
import type { Command } from "../command.ts";
import { ordersOf, placeOfAlarm, revise } from "../dispatch/issue.ts";
import { orderAtEnd } from "../dispatch/order.ts";
import { orderFirstAlarm } from "../dispatch/plan.ts";
import type { Draft } from "../draft.ts";
import { mergeReasons, reopenReasons, splitReasons } from "../reasons.ts";
import type { Actor } from "../signal.ts";
import {
  callBackResults,
  type Incident,
  isCalledOff,
  verificationAtEnd,
  verificationForward,
} from "./incident.ts";
import { hasFailed, openIncident, raisePriority, takeIn } from "./opening.ts";
import { sceneOf } from "./scene.ts";

/**
 * 回拨: what the site said on the telephone. It begins the verification where nobody has yet, and
 * gives no result: the same voice may be wrong, and another channel may say otherwise (domain D).
 */
export function callBack(
  draft: Draft,
  command: Command & { command: "call-back" },
  actor: Actor,
): void {
  const incident = openIncidentOf(draft, command.incident, "call-back", actor);
  if (!incident) return;
  const { result } = command;
  if (!isOneOf(callBackResults, result)) {
    return draft.refuse("call-back", "unknown-result", actor.person);
  }
  draft.add({ type: "call-back-noted", incident: incident.id, result, by: actor.person });
  if (!verificationForward(incident.verification, "verifying")) return;
  // Who telephones has taken the alarms that stand; one that joins later still waits for somebody.
  for (const id of incident.alarms) acknowledgeAlarm(draft, id, actor);
  draft.add({
    type: "verification-moved",
    incident: incident.id,
    to: "verifying",
    by: actor.person,
    second: null,
    cause: null,
    reason: null,
  });
}

export function merge(draft: Draft, command: Command & { command: "merge" }, actor: Actor): void {
  const into = openIncidentOf(draft, command.into, "merge", actor);
  const from = into && openIncidentOf(draft, command.from, "merge", actor);
  if (!into || !from) return;
  if (into === from) return draft.refuse("merge", "same-incident", actor.person);
  if (into.kind !== from.kind) return draft.refuse("merge", "another-kind", actor.person);
  if (!isOneOf(mergeReasons, command.reason)) {
    return draft.refuse("merge", "unknown-reason", actor.person);
  }
  draft.add({
    type: "incident-merged",
    incident: from.id,
    into: into.id,
    by: actor.person,
    reason: command.reason,
    archiveAt: draft.at + draft.world.settings.incident.keepClosedMs,
  });
  const raised = comparePriority(from.priority, into.priority) < 0;
  // The crews of the other incident are told the number they work under from now on.
  for (const order of ordersOf(draft, from)) {
    const reached = raised && !orderAtEnd(order.state);
    if (reached || order.state === "returned") continue;
    revise(draft, order, order.alarm, order.priority);
  }
  if (!raised) return;
  // The state is still that of before the merge: the plan counts the stations of both.
  const both = {
    ...into,
    orders: [...into.orders, ...from.orders],
    stationsOrdered: into.stationsOrdered + from.stationsOrdered,
  };
  raisePriority(draft, both, from.priority, "alarm", from.alarms[0] ?? into.alarms[0] ?? "");
}

/** Alarms that turn out to be another fire get an incident, and orders, of their own. */
export function split(draft: Draft, command: Command & { command: "split" }, actor: Actor): void {
  const incident = openIncidentOf(draft, command.incident, "split", actor);
  if (!incident) return;
  const moved = incident.alarms.filter((id) => command.alarms.includes(id));
  const [first] = moved;
  const refusal =
    first === undefined || moved.length !== new Set(command.alarms).size
      ? "unknown-alarm"
      : moved.length === incident.alarms.length
        ? "nothing-would-be-left"
        : isOneOf(splitReasons, command.reason)
          ? null
          : "unknown-reason";
  if (refusal || first === undefined) {
    return draft.refuse("split", refusal ?? "unknown-alarm", actor.person);
  }
  const place = placeOfAlarm(draft, first);
  const priority = draft.state.alarms.get(first)?.priority ?? incident.priority;
  const into = openIncident(
    draft,
    { id: first, priority, place, ...(incident.kind === "fire" ? {} : { kind: incident.kind }) },
    incident.id,
  );
  draft.add({
    type: "incident-split",
    incident: incident.id,
    into,
    alarms: moved,
    by: actor.person,
    reason: command.reason,
  });
}

/**
 * What is closed, or was called off, comes back with new orders; another open one only loses its wrong
 * result.
 */
export function reopen(draft: Draft, command: Command & { command: "reopen" }, actor: Actor): void {
  const incident = draft.state.incidents.get(command.incident);
  if (!incident) return draft.refuse("reopen", "unknown-incident", actor.person);
  if (incident.mergedInto !== null) return draft.refuse("reopen", "merged", actor.person);
  if (incident.closedAt === null && !verificationAtEnd(incident.verification)) {
    return draft.refuse("reopen", "not-closed", actor.person);
  }
  if (!isOneOf(reopenReasons, command.reason)) {
    return draft.refuse("reopen", "unknown-reason", actor.person);
  }
  const { id } = incident;
  draft.add({
    type: "incident-reopened",
    incident: id,
    by: actor.person,
    reason: command.reason,
  });
  const alarm = sceneOf(draft, incident);
  const wasOver = incident.closedAt !== null || isCalledOff(incident);
  if (!wasOver || alarm === null) return;
  const place = placeOfAlarm(draft, alarm);
  const { zone } = draft.state.alarms.get(alarm) ?? place;
  // What has failed since it was closed fails in this fire.
  const standing = standingAt(draft, { site: incident.site, zone });
  const priority = hasFailed(standing) ? "P0" : incident.priority;
  if (priority !== incident.priority) {
    draft.add({ type: "incident-priority-raised", incident: id, to: priority, why: "alarm" });
  }
  // What is opened again asks everybody anew.
  orderFirstAlarm(draft, { incident: id, alarm, place, priority }, null);
  takeIn(draft, standing, id);
}

export function openIncidentOf(
  draft: Draft,
  id: string,
  what: string,
  actor: Actor,
): Incident | null {
  const incident = draft.state.incidents.get(id);
  if (!incident || incident.closedAt !== null) {
    draft.refuse(what, incident ? "closed" : "unknown-incident", actor.person);
    return null;
  }
  return incident;
}

function isOneOf(set: readonly string[], code: string): boolean {
  return set.includes(code);
}
