/** What incident events make of the state. Decides nothing; see ../evolve.ts. */

import { alarmOf } from "../alarm/evolve.ts";
import { clearDeadline, endVerification, setDeadline, stopArrivalClock } from "../deadline.ts";
import { forgetOrder } from "../dispatch/status.ts";
import type { IncidentEvent, Recorded } from "../event.ts";
import type { State } from "../state.ts";
import type { Writer } from "../writer.ts";
import { endProposal, takeOverArrival, takeOverChecklist } from "./handling-evolve.ts";
import { type CallBack, type Incident, isCalledOff, verificationAtEnd } from "./incident.ts";

/** Call-backs that the state keeps of one incident (invariant I8). */
const mostCalls = 50;

export function evolveIncident(state: State, event: Recorded<IncidentEvent>, writer: Writer): void {
  if (event.type === "incident-opened") return open(state, event, writer);
  const incident = incidentOf(state, event.incident);
  switch (event.type) {
    case "incident-joined": {
      const alarm = alarmOf(state, event.alarm);
      writer.push(incident.alarms, alarm.id);
      if (event.zone !== null) writer.add(incident.zones, event.zone);
      return writer.patch(alarm, { incident: incident.id });
    }
    case "incident-priority-raised":
      return writer.patch(incident, { priority: event.to });
    case "verification-moved": {
      writer.patch(incident, { verification: event.to });
      if (verificationAtEnd(event.to)) endVerification(state, writer, incident.id);
      if (event.cause !== null) writer.patch(incident, { cause: event.cause });
      if (event.look !== undefined) writer.patch(incident, { look: event.look });
      if (verificationAtEnd(event.to)) endProposal(state, incident, writer);
      if (isCalledOff(incident)) clearDeadline(state, writer, "call-119", incident.id);
      return;
    }
    case "call-back-noted": {
      const { at, result, by } = event;
      return keepCall(incident, { at, result, by }, writer);
    }
    case "response-moved":
      return writer.patch(incident, { response: event.to });
    case "incident-closed":
      return close(state, incident, event.at, event.archiveAt, writer);
    case "incident-reopened":
      return reopen(state, incident, writer);
    case "incident-merged":
      return merge(state, event, writer);
    case "incident-split": {
      const moved = new Set(event.alarms);
      writer.replace(
        incident.alarms,
        incident.alarms.filter((id) => !moved.has(id)),
      );
      const into = incidentOf(state, event.into);
      for (const id of event.alarms) {
        const alarm = alarmOf(state, id);
        writer.patch(alarm, { incident: into.id });
        if (!into.alarms.includes(id)) writer.push(into.alarms, id);
        if (alarm.zone !== null) writer.add(into.zones, alarm.zone);
      }
      return;
    }
    case "incident-archived":
      return archive(state, incident, writer);
    default:
      return event satisfies never;
  }
}

function open(
  state: State,
  event: Recorded<IncidentEvent> & { type: "incident-opened" },
  writer: Writer,
): void {
  const incident: Incident = {
    id: event.incident,
    number: event.number,
    kind: event.kind ?? "fire",
    site: event.site,
    town: event.town ?? null,
    building: event.building,
    zones: new Set(event.zone === null ? [] : [event.zone]),
    openedAt: event.at,
    priority: event.priority,
    verification: "received",
    response: "none",
    alarms: [event.alarm],
    orders: [],
    ranking: [],
    measured: [],
    stationsOrdered: 0,
    firstAlarm: null,
    arrival: null,
    prompts: [],
    calls: [],
    cause: null,
    look: null,
    proposal: null,
    checklist: null,
    command119: null,
    via119: [],
    linkageBefore: linkageOf(state, event.site),
    closedAt: null,
    mergedInto: null,
  };
  const [day, count] = event.number.split("-") as [string, string];
  writer.patch(state.daily, { day, count: Number(count) });
  writer.set(state.incidents, incident.id, incident);
  list(state, incident, writer);
  if (event.splitFrom === null) {
    writer.patch(alarmOf(state, event.alarm), { incident: incident.id });
  }
}

/** What panels of the site say of AUTO, before anybody has turned a key. */
function linkageOf({ panels }: State, site: string): Map<string, boolean> {
  const modes = new Map<string, boolean>();
  for (const [key, panel] of panels) {
    if (panel.site === site && panel.note === "auto") modes.set(key, panel.value === true);
  }
  return modes;
}

/** The journal holds every call; of one incident the state keeps the newest. */
function keepCall(incident: Incident, call: CallBack, writer: Writer): void {
  if (incident.calls.length < mostCalls) return writer.push(incident.calls, call);
  writer.replace(incident.calls, [...incident.calls.slice(1), call]);
}

function list(state: State, incident: Incident, writer: Writer): void {
  const open = state.openBySite.get(incident.site) ?? [];
  writer.set(state.openBySite, incident.site, [...open, incident.id]);
}

function close(
  state: State,
  incident: Incident,
  at: number,
  archiveAt: number,
  writer: Writer,
): void {
  writer.patch(incident, { closedAt: at });
  writer.replace(incident.prompts, []);
  for (const kind of ["second-station", "third-station"] as const) {
    clearDeadline(state, writer, kind, incident.id);
  }
  stopArrivalClock(state, writer, incident.id);
  endVerification(state, writer, incident.id);
  endProposal(state, incident, writer);
  clearDeadline(state, writer, "call-119", incident.id);
  for (const order of incident.orders) {
    clearDeadline(state, writer, "second-channel", order);
    clearDeadline(state, writer, "undelivered", order);
    clearDeadline(state, writer, "recall", order);
  }
  const open = (state.openBySite.get(incident.site) ?? []).filter((id) => id !== incident.id);
  if (open.length > 0) writer.set(state.openBySite, incident.site, open);
  else writer.remove(state.openBySite, incident.site);
  setDeadline(state, writer, "archive", incident.id, archiveAt);
}

/**
 * Of what is closed, or was called off, both tracks begin anew; of another open one only the
 * verification.
 */
function reopen(state: State, incident: Incident, writer: Writer): void {
  const wasOver = incident.closedAt !== null || isCalledOff(incident);
  writer.patch(incident, { verification: "acknowledged", cause: null, look: null });
  if (!wasOver) return;
  const begins = { response: "none", stationsOrdered: 0, checklist: null } as const;
  writer.patch(incident, { ...begins, command119: null });
  if (incident.closedAt === null) return;
  writer.patch(incident, { closedAt: null });
  clearDeadline(state, writer, "archive", incident.id);
  list(state, incident, writer);
}

function merge(
  state: State,
  event: Recorded<IncidentEvent> & { type: "incident-merged" },
  writer: Writer,
): void {
  const from = incidentOf(state, event.incident);
  const into = incidentOf(state, event.into);
  for (const id of from.alarms) {
    writer.patch(alarmOf(state, id), { incident: into.id });
    writer.push(into.alarms, id);
  }
  for (const zone of from.zones) writer.add(into.zones, zone);
  const orders = [...from.orders];
  for (const id of orders) {
    const order = state.orders.get(id);
    if (order) writer.patch(order, { incident: into.id });
    writer.push(into.orders, id);
  }
  writer.patch(into, {
    stationsOrdered: into.stationsOrdered + from.stationsOrdered,
  });
  takeOverChecklist(state, from, into, writer);
  takeOverArrival(state, from, into, writer);
  writer.replace(from.alarms, []);
  writer.replace(from.orders, []);
  writer.patch(from, { mergedInto: into.id });
  close(state, from, event.at, event.archiveAt, writer);
}

/** A closed incident leaves the state; the archive view keeps it. */
function archive(state: State, incident: Incident, writer: Writer): void {
  clearDeadline(state, writer, "archive", incident.id);
  for (const id of incident.orders) {
    const order = state.orders.get(id);
    if (order) forgetOrder(state, order, writer);
    writer.remove(state.orders, id);
  }
  for (const id of incident.alarms) {
    const alarm = state.alarms.get(id);
    // What was real again after work at its device has another incident by now.
    if (alarm?.incident !== incident.id) continue;
    // A latched alarm that nobody reset stays, without its incident.
    if (alarm.state === "normal") writer.remove(state.alarms, id);
    else writer.patch(alarm, { incident: null });
  }
  writer.remove(state.incidents, incident.id);
}

export function incidentOf(state: State, id: string): Incident {
  const incident = state.incidents.get(id);
  if (!incident) throw new Error(`no incident ${id}`);
  return incident;
}
