/** What false alarms and maintenance orders leave in the state. Decides nothing; see ../evolve.ts. */
import { clearDeadline, setDeadline } from "../deadline.ts";
import type { Recorded } from "../event.ts";
import type { State } from "../state.ts";
import type { Writer } from "../writer.ts";
import { type MaintenanceEvent, reviewAfterMs } from "./maintenance.ts";
import { falseFires, keyOf } from "./nuisance.ts";

/** Of one point; more than any pack or order counts in earnest. */
const mostOfPoint = 100;
/** Orders that have come to their end and are kept to be read. */
const mostEnded = 500;

export function evolveMaintenance(
  state: State,
  event: Recorded<MaintenanceEvent>,
  writer: Writer,
): void {
  switch (event.type) {
    case "maintenance-opened": {
      const { order: id, site, device, point, reason, by, before, reviewAt, at } = event;
      const made = { id, site, device, point, reason, by, before, reviewAt, openedAt: at };
      writer.set(state.maintenance, id, { ...made, after: null, closed: null });
      return setDeadline(state, writer, "maintenance", id, reviewAt);
    }
    case "maintenance-closed": {
      const order = state.maintenance.get(event.order);
      const { at, by, result } = event;
      if (order) writer.patch(order, { closed: { at, by, result } });
      return forget(state, writer);
    }
    case "maintenance-reviewed": {
      const order = state.maintenance.get(event.order);
      if (order) writer.patch(order, { after: event.after });
      clearDeadline(state, writer, "maintenance", event.order);
      return forget(state, writer);
    }
    default:
      return event satisfies never;
  }
}

/** The oldest of those that are closed and reviewed make way. */
function forget({ maintenance }: State, writer: Writer): void {
  const ended = [...maintenance.values()].filter((one) => one.closed && one.after !== null);
  if (ended.length <= mostEnded) return;
  ended.sort((a, b) => a.openedAt - b.openedAt || (a.id < b.id ? -1 : 1));
  for (const { id } of ended.slice(0, ended.length - mostEnded)) writer.remove(maintenance, id);
}

/** An incident was false: each of its fires has one more; what is older than 30 days goes. */
export function noteFalse(state: State, incident: string, at: number, writer: Writer): void {
  for (const fire of falseFires(state, incident)) {
    const known = state.falseAlarms.get(keyOf(fire))?.at ?? [];
    const times = [...known, at].slice(-mostOfPoint);
    writer.set(state.falseAlarms, keyOf(fire), { site: fire.site, at: times });
  }
  for (const [key, { at: times }] of [...state.falseAlarms]) {
    if (at - (times.at(-1) ?? 0) > reviewAfterMs) writer.remove(state.falseAlarms, key);
  }
}
