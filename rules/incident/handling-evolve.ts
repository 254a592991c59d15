/** What the checklist, 119 and a second person leave in the state. Decides nothing; see ../evolve.ts. */
import { alarmOf } from "../alarm/evolve.ts";
import { clearDeadline, deadlineId, setDeadline } from "../deadline.ts";
import type { Recorded } from "../event.ts";
import type { State } from "../state.ts";
import type { Writer } from "../writer.ts";
import type { ChecklistEvent, HandlingEvent } from "./checklist.ts";
import type { Incident } from "./incident.ts";

export function evolveChecklist(
  state: State,
  event: Recorded<ChecklistEvent>,
  writer: Writer,
): void {
  const incident = incidentIn(state, event.incident);
  switch (event.type) {
    case "checklist-opened": {
      const { at: openedAt, why } = event;
      writer.patch(incident, { checklist: { openedAt, why, rows: new Map(), overdue: null } });
      return setDeadline(state, writer, "call-119", incident.id, event.overdueAt);
    }
    case "checklist-noted": {
      const { row, state: now, at, by, reason } = event;
      const { checklist } = incident;
      if (!checklist) return;
      if (now === "open") writer.remove(checklist.rows, row);
      else writer.set(checklist.rows, row, { state: now, at, by, reason });
      if (row === "call-119" && now !== "open") {
        clearDeadline(state, writer, "call-119", incident.id);
        return dropPrompt(incident, "call-119-overdue", writer);
      }
      return;
    }
    case "call-119-overdue": {
      clearDeadline(state, writer, "call-119", incident.id);
      if (event.alarm !== null) writer.patch(alarmOf(state, event.alarm), { sounding: true });
      const { checklist } = incident;
      if (checklist) writer.patch(checklist, { overdue: { at: event.at, calls: event.calls } });
      return;
    }
    default:
      return event satisfies never;
  }
}

type OfIncident = Extract<HandlingEvent, { readonly incident: string }>;

export function evolveHandling(state: State, event: Recorded<OfIncident>, writer: Writer): void {
  const incident = incidentIn(state, event.incident);
  switch (event.type) {
    case "command-119-noted": {
      const { at, by } = event;
      return writer.patch(incident, { command119: event.ended ? null : { at, by } });
    }
    case "false-proposed": {
      const { at, by, cause, reason, look, answerBy } = event;
      writer.patch(incident, { proposal: { at, by, cause, reason, look, answerBy } });
      dropPrompt(incident, "second-person-silent", writer);
      return setDeadline(state, writer, "second-person", incident.id, answerBy);
    }
    case "false-rejected":
      return endProposal(state, incident, writer);
    default:
      return event satisfies never;
  }
}

/** There is a result, or an answer of the second person, or none in time. */
export function endProposal(state: State, incident: Incident, writer: Writer): void {
  if (incident.proposal === null) return;
  clearDeadline(state, writer, "second-person", incident.id);
  writer.patch(incident, { proposal: null });
}

/** Of two incidents that become one the checklist goes on, with its clock. */
export function takeOverChecklist(
  state: State,
  from: Incident,
  into: Incident,
  writer: Writer,
): void {
  if (from.command119 !== null && into.command119 === null) {
    writer.patch(into, { command119: from.command119 });
  }
  if (from.checklist === null || into.checklist !== null) return;
  writer.patch(into, { checklist: from.checklist });
  writer.patch(from, { checklist: null });
  const overdueAt = state.deadlines.get(deadlineId("call-119", from.id))?.at;
  if (overdueAt !== undefined) setDeadline(state, writer, "call-119", into.id, overdueAt);
}

function dropPrompt({ prompts }: Incident, code: string, writer: Writer): void {
  if (!prompts.some((prompt) => prompt.code === code)) return;
  writer.replace(
    prompts,
    prompts.filter((prompt) => prompt.code !== code),
  );
}

function incidentIn(state: State, id: string): Incident {
  const incident = state.incidents.get(id);
  if (!incident) throw new Error(`no incident ${id}`);
  return incident;
}
