/** What shelving, suppression by design and out of service make of the state; see ../evolve.ts. */
import { clearDeadline, setDeadline } from "../deadline.ts";
import type { Recorded } from "../event.ts";
import type { State } from "../state.ts";
import type { Writer } from "../writer.ts";
import type { Alarm } from "./alarm.ts";
import type { HoldEvent } from "./hold-event.ts";
import { holdOf } from "./lifecycle.ts";

type Held = Exclude<HoldEvent, { readonly type: "panel-noted" }>;

export function evolveHold(state: State, event: Recorded<Held>, writer: Writer): void {
  switch (event.type) {
    case "alarm-shelved": {
      const { reason, until, by } = event;
      keep(state, event.alarm, { shelved: { reason, until, by } }, writer);
      return setDeadline(state, writer, "shelf", event.alarm, until);
    }
    case "alarm-unshelved":
      clearDeadline(state, writer, "shelf", event.alarm);
      // Its time is over: what still stands sounds again, whoever had acknowledged it.
      return show(state, event.alarm, { shelved: null }, writer, event.by === null);
    case "alarm-suppressed":
      return keep(state, event.alarm, { byDesign: event.by }, writer);
    case "alarm-unsuppressed":
      return show(state, event.alarm, { byDesign: null }, writer, isNew(state, event.alarm));
    case "taken-out-of-service": {
      const { record: id, site, device, points, rule, reason, by, at, until } = event;
      const record = { id, site, device, points, rule, reason, by, at, until };
      writer.set(state.outOfService, id, record);
      setDeadline(state, writer, "out-of-service", id, until);
      for (const alarm of event.alarms) {
        clearDeadline(state, writer, "shelf", alarm);
        keep(state, alarm, { shelved: null, outOfService: { record: id, seen: true } }, writer);
      }
      return;
    }
    case "returned-to-service":
      writer.remove(state.outOfService, event.record);
      clearDeadline(state, writer, "out-of-service", event.record);
      for (const alarm of event.notBack) setDeadline(state, writer, "not-back", alarm, event.at);
      for (const alarm of event.alarms) show(state, alarm, { outOfService: null }, writer, false);
      return;
    default:
      return event satisfies never;
  }
}

/** Real, or more urgent: nothing keeps it from the desk any more. */
export function endHolds(state: State, alarm: Alarm, writer: Writer): void {
  clearDeadline(state, writer, "shelf", alarm.id);
  writer.patch(alarm, { shelved: null, byDesign: null, outOfService: null });
}

/** Worse than when somebody put it aside: a person has not judged this. */
export function takeFromShelf(state: State, alarm: Alarm, writer: Writer): void {
  clearDeadline(state, writer, "shelf", alarm.id);
  writer.patch(alarm, { shelved: null });
}

type Holds = Partial<Pick<Alarm, "shelved" | "byDesign" | "outOfService">>;

/** From the desk: it is silent, and nobody else is called. */
function keep(state: State, id: string, holds: Holds, writer: Writer): void {
  const alarm = state.alarms.get(id);
  if (!alarm) return;
  writer.patch(alarm, { ...holds, sounding: false });
  clearDeadline(state, writer, "escalate", id);
}

/** At the desk again. `sounds`: where it still stands. */
function show(state: State, id: string, holds: Holds, writer: Writer, sounds: boolean): void {
  const alarm = state.alarms.get(id);
  if (!alarm) return;
  writer.patch(alarm, holds);
  const stands = alarm.condition !== "inactive" && alarm.state !== "normal";
  writer.patch(alarm, { sounding: sounds && stands && holdOf(alarm) === null });
}

/** Nobody has acknowledged it yet. */
function isNew(state: State, id: string): boolean {
  return state.alarms.get(id)?.state === "unacknowledged";
}
