/** What is to be done again and again, as it stands in the state. Decides nothing; see ../evolve.ts. */
import { clearDeadline, setDeadline } from "../deadline.ts";
import type { Recorded } from "../event.ts";
import { deviceKey } from "../inventory.ts";
import { pointKey, type State } from "../state.ts";
import type { Writer } from "../writer.ts";
import type { PeriodicEvent } from "./periodic.ts";

export function evolvePeriodic(state: State, event: Recorded<PeriodicEvent>, writer: Writer): void {
  switch (event.type) {
    case "periodic-noted": {
      const { rule, site, device, point, each, done, dueAt, at } = event;
      const key = pointKey(deviceKey(site, device), point);
      const doneAt = done ? at : null;
      writer.set(state.periodic, key, { rule, site, device, point, each, doneAt, overdue: false });
      return setDeadline(state, writer, "periodic", key, dueAt);
    }
    case "periodic-overdue": {
      const { key, twiceAt } = event;
      const known = state.periodic.get(key);
      if (known) writer.set(state.periodic, key, { ...known, overdue: true });
      if (twiceAt === null) return clearDeadline(state, writer, "periodic", key);
      return setDeadline(state, writer, "periodic", key, twiceAt);
    }
    case "periodic-forgotten":
      writer.remove(state.periodic, event.key);
      return clearDeadline(state, writer, "periodic", event.key);
    default:
      return event satisfies never;
  }
}
