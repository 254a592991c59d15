/** What events of a call-out make of the state. Decides nothing; see ../evolve.ts. */
import type { Recorded } from "../event.ts";
import type { State } from "../state.ts";
import type { Writer } from "../writer.ts";
import type { CalledPerson, CallOutEvent } from "./call-out.ts";

export function evolveCallOut(state: State, event: Recorded<CallOutEvent>, writer: Writer): void {
  if (event.type === "call-out-issued") {
    const people = new Map<string, CalledPerson>();
    for (const [of, ids] of Object.entries(event.people)) {
      for (const id of ids) {
        people.set(id, {
          ...{ of, delivered: false, answer: null, answeredAt: null, via: null },
          ...{ answers: 0, entered: null },
        });
      }
    }
    const { callOut: id, incident, site, by, at } = event;
    return writer.set(state.callOuts, id, { id, incident, site, by, at, people });
  }
  const person = state.callOuts.get(event.callOut)?.people.get(event.person);
  if (!person) throw new Error(`${event.person} is not called by ${event.callOut}`);
  if (event.type === "call-out-delivered") return writer.patch(person, { delivered: true });
  const {
    answer,
    at: answeredAt,
    via,
    by,
    reportedBy = event.person,
    reportedVia = "phone",
  } = event;
  const entered = by === null ? null : { by, reportedBy, via: reportedVia };
  const answers = person.answers + 1;
  writer.patch(person, { answer, answeredAt, via, entered, answers, delivered: true });
}

/** What was begun for an incident goes with it, or to the incident it is merged into. */
export function moveCalls(
  state: State,
  incident: string,
  into: string | null,
  writer: Writer,
): void {
  for (const map of [state.callOuts, state.linkages] as const) {
    for (const [id, one] of map as Map<string, { incident: string | null }>) {
      if (one.incident !== incident) continue;
      if (into === null) writer.remove(map as Map<string, unknown>, id);
      else writer.patch(one, { incident: into });
    }
  }
}
