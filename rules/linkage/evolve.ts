/** What events of linkage make of the state. Decides nothing; see ../evolve.ts. */
import { clearDeadline, setDeadline } from "../deadline.ts";
import type { Recorded } from "../event.ts";
import type { State } from "../state.ts";
import type { Writer } from "../writer.ts";
import type { LinkageEvent, LinkageRun } from "./linkage.ts";

export function evolveLinkage(state: State, event: Recorded<LinkageEvent>, writer: Writer): void {
  if (event.type === "linkage-began") return begin(state, event, writer);
  const run = state.linkages.get(event.linkage);
  if (!run) throw new Error(`no linkage ${event.linkage}`);
  clearDeadline(state, writer, "linkage", run.id);
  if (event.type !== "linkage-due") clearDeadline(state, writer, "linkage-feedback", run.id);
  switch (event.type) {
    case "linkage-due":
      writer.patch(run, { state: "due" });
      if (event.feedbackBy === null) return;
      return setDeadline(state, writer, "linkage-feedback", run.id, event.feedbackBy);
    case "linkage-refused":
      return writer.patch(run, { state: "refused", reason: event.reason });
    case "linkage-answered":
      return writer.patch(run, { feedback: event.feedback, doneAt: event.at });
    case "linkage-unanswered":
      return writer.patch(run, { feedback: "none" });
    case "linkage-ended": {
      // Of an alarm without an incident nothing sounds that would have to be silenced.
      if (run.incident === null) return writer.remove(state.linkages, run.id);
      const isCancelled = run.state === "waits";
      return writer.patch(run, {
        state: isCancelled ? "cancelled" : "ended",
        endedAt: event.at,
      });
    }
    default:
      return event satisfies never;
  }
}

function begin(
  state: State,
  event: Recorded<LinkageEvent> & { type: "linkage-began" },
  writer: Writer,
): void {
  const { linkage: id, row, site, alarm, incident, target, command, signals } = event;
  const { dueAt, feedbackWithinMs } = event;
  const run: LinkageRun = {
    ...{ id, row, site, alarm, incident, target, command, signals, dueAt, feedbackWithinMs },
    inventory: state.adopted.inventory,
    state: "waits",
    reason: null,
    doneAt: null,
    feedback: null,
    endedAt: null,
  };
  writer.set(state.linkages, id, run);
  setDeadline(state, writer, "linkage", id, dueAt);
}
