/**
 * Silence moves the order on: what happens when a deadline is reached.
 *
 * The clocks run on the rescue station's order; a micro station's acceptance does not stop them.
 * 20 s: the same station by its second channel. 60 s: the second station too. 120 s: the third and
 * the brigades of the town. Where a result is waited for (verification.ts): 90 s without any crew's
 * acceptance, or 180 s, and it is treated as real. Every firing writes an event that removes the
 * deadline. While 119 commands, nothing moves on.
 */
import { judgeQuiet } from "../alarm/chatter.ts";
import { alarmOf } from "../alarm/evolve.ts";
import { judgeFlood } from "../alarm/flood.ts";
import { endOutOfService } from "../alarm/out-of-service.ts";
import { endShelf } from "../alarm/shelf.ts";
import { judgeCalm } from "../alarm/site-link.ts";
import { type Deadline, deadlineId, dueDeadline } from "../deadline.ts";
import type { Draft } from "../draft.ts";
import { judgeHotWorkSeen, judgePermit } from "../hot-work/clock.ts";
import { judgeImpairment } from "../impairment/impairment.ts";
import { townOf } from "../incident/about.ts";
import { call119Overdue } from "../incident/checklist-rows.ts";
import { incidentOf } from "../incident/evolve.ts";
import { type Incident, isCalledOff } from "../incident/incident.ts";
import { canBeOrdered } from "../inventory.ts";
import { linkageDue, linkageUnanswered } from "../linkage/linkage.ts";
import { reviewMaintenance } from "../maintenance/command.ts";
import { judgePeriodic } from "../periodic/periodic.ts";
import { endTest, judgeNotBack } from "../test-window/end.ts";
import { type ArrivalStep, judgeArrival } from "./arrival.ts";
import { orderOf } from "./evolve.ts";
import { issue, latestOf, ordersOf, placeOfAlarm, prompt, wayTo } from "./issue.ts";
import { isComing, type Order } from "./order.ts";
import { orderNext } from "./plan.ts";
import { escalate } from "./unacknowledged.ts";
import { treatAsReal } from "./verification.ts";

/** Decides the earliest due deadline; the loop asks again while one is due. */
export function decideClock(draft: Draft): void {
  const deadline = dueDeadline(draft.state, draft.at);
  if (deadline) fire(draft, deadline);
}

function fire(draft: Draft, deadline: Deadline): void {
  switch (deadline.kind) {
    case "undelivered": {
      const order = orderOf(draft.state, deadline.subject);
      draft.add({ type: "order-undelivered", order: order.id });
      return prompt(draft, order.incident, "undelivered", order.id);
    }
    case "second-channel":
      return secondChannel(draft, deadline.subject);
    case "second-station":
      return step(draft, incidentOf(draft.state, deadline.subject), "second-station", 2);
    case "third-station":
      return step(draft, incidentOf(draft.state, deadline.subject), "third-station", 3);
    case "verifier-silent":
    case "unverified": {
      const { kind: step, subject: incident } = deadline;
      draft.add({ type: "escalation-stepped", incident, step });
      return treatAsReal(draft, incidentOf(draft.state, incident), step);
    }
    case "arrival-micro":
    case "arrival-neighbours":
    case "arrival-station": {
      const incident = incidentOf(draft.state, deadline.subject);
      const step = deadline.kind.slice("arrival-".length) as ArrivalStep;
      return judgeArrival(draft, incident, step, ordersOf(draft, incident));
    }
    case "call-119":
      return call119Overdue(draft, incidentOf(draft.state, deadline.subject));
    case "second-person": {
      const { subject: incident } = deadline;
      draft.add({ type: "false-rejected", incident, by: null });
      return prompt(draft, incident, "second-person-silent", null);
    }
    case "recall":
      return chaseRecall(draft, orderOf(draft.state, deadline.subject));
    case "archive":
      return draft.add({
        type: "incident-archived",
        incident: deadline.subject,
      });
    case "escalate":
      return escalate(draft, alarmOf(draft.state, deadline.subject));
    case "shelf":
      return endShelf(draft, alarmOf(draft.state, deadline.subject));
    case "test-ends": {
      const test = draft.state.tests.get(deadline.subject);
      return test && endTest(draft, test, "time", null);
    }
    case "not-back":
      return judgeNotBack(draft, alarmOf(draft.state, deadline.subject));
    case "out-of-service": {
      const record = draft.state.outOfService.get(deadline.subject);
      return record && endOutOfService(draft, record, null);
    }
    case "chatter":
      return judgeQuiet(draft, alarmOf(draft.state, deadline.subject));
    case "flood":
      return judgeFlood(draft);
    case "impairment": {
      const impairment = draft.state.impairments.get(deadline.subject);
      return impairment && judgeImpairment(draft, impairment);
    }
    case "site-link":
      return draft.add({ type: "site-link-forgotten", site: deadline.subject });
    case "site-link-calm":
      return judgeCalm(draft, deadline.subject);
    case "periodic": {
      const periodic = draft.state.periodic.get(deadline.subject);
      return periodic && judgePeriodic(draft, periodic);
    }
    case "permit":
      return judgePermit(draft, deadline.subject);
    case "hot-work-seen":
      return judgeHotWorkSeen(draft, deadline.subject);
    case "linkage": {
      const run = draft.state.linkages.get(deadline.subject);
      return run && linkageDue(draft, run);
    }
    case "linkage-feedback": {
      const run = draft.state.linkages.get(deadline.subject);
      return run && linkageUnanswered(draft, run);
    }
    case "maintenance": {
      const order = draft.state.maintenance.get(deadline.subject);
      return order && reviewMaintenance(draft, order);
    }
    default:
      return deadline.kind satisfies never;
  }
}

/** Names the deadline a time signal would fire, for the quarantine of one that throws. */
export function dueDeadlineId(draft: Draft): string | null {
  const deadline = dueDeadline(draft.state, draft.at);
  return deadline && deadlineId(deadline.kind, deadline.subject);
}

function secondChannel(draft: Draft, id: string): void {
  const order = orderOf(draft.state, id);
  draft.add({ type: "order-resent", order: id, channel: nextChannel(draft, order) });
  prompt(draft, order.incident, "no-acceptance", id);
}

/** Who was called back has not said so: by its next channel, and by a person. */
function chaseRecall(draft: Draft, order: Order): void {
  draft.add({ type: "recall-unanswered", order: order.id, channel: nextChannel(draft, order) });
  prompt(draft, order.incident, "recall-unanswered", order.id);
}

function nextChannel({ world }: Draft, { station, channel }: Order): number {
  const channels = world.inventory.responders.get(station)?.channels.length ?? 1;
  return Math.max(0, Math.min(channel + 1, channels - 1));
}

function step(
  draft: Draft,
  incident: Incident,
  name: "second-station" | "third-station",
  total: number,
): void {
  draft.add({ type: "escalation-stepped", incident: incident.id, step: name });
  // What was called off waits only for its clearing up.
  if (isCalledOff(incident) || incident.command119 !== null) return;
  if (hasRescueAnswer(draft, incident)) return;
  const given = orderNext(
    draft,
    incident,
    total - incident.stationsOrdered,
    name === "second-station" ? "second-after-silence" : "third-after-silence",
  );
  const brigades = name === "third-station" ? orderBrigades(draft, incident) : 0;
  const ordered = name === "second-station" ? "second-station-ordered" : "third-station-ordered";
  prompt(draft, incident.id, given + brigades > 0 ? ordered : "no-further-station", null);
}

/** `but`: who comes no more by this very decision. */
export function hasRescueAnswer(draft: Draft, incident: Incident, but?: Order): boolean {
  return ordersOf(draft, incident).some(
    (o) => o !== but && o.stationKind === "rescue" && isComing(o),
  );
}

/** The brigades of the site's town that have no order yet; gives how many were ordered. */
function orderBrigades(draft: Draft, incident: Incident): number {
  const { inventory } = draft.world;
  const town = townOf(draft, incident.id, incident.site);
  const asked = new Set(ordersOf(draft, incident).map((o) => o.station));
  const brigades = inventory
    .brigadesOf(town)
    .filter((b) => canBeOrdered(b) && b.authority !== "via-119" && !asked.has(b.id));
  const { alarm, priority } = latestOf(draft, incident);
  const place = placeOfAlarm(draft, alarm);
  for (const brigade of brigades) {
    const order = { incident: incident.id, alarm, place, priority };
    issue(draft, order, wayTo(draft, brigade.id, place), "brigade-of-town", null);
  }
  return brigades.length;
}
