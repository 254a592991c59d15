/** What events of tests make of the state. Decides nothing; see ../evolve.ts. */
import { clearDeadline, setDeadline } from "../deadline.ts";
import type { Recorded } from "../event.ts";
import type { State } from "../state.ts";
import type { Writer } from "../writer.ts";
import type { TestEvent } from "./event.ts";
import { expectedKey } from "./test-window.ts";

export function evolveTest(state: State, event: Recorded<TestEvent>, writer: Writer): void {
  switch (event.type) {
    case "test-opened": {
      const { test: id, site, tester, by, linkage, at, endsAt, expected } = event;
      const came = new Set<string>();
      const announced = new Map<string, number>();
      const window = { site, tester, openedBy: by, linkage, endsAt, expected };
      writer.set(state.tests, id, { id, ...window, openedAt: at, came, announced });
      return setDeadline(state, writer, "test-ends", id, endsAt);
    }
    case "press-announced": {
      const test = state.tests.get(event.test);
      if (test) writer.set(test.announced, expectedKey(event), event.at);
      return;
    }
    case "test-signal-came": {
      const { device } = event;
      const test = state.tests.get(event.test);
      for (const point of event.points) {
        if (test) writer.add(test.came, expectedKey({ device, point }));
      }
      return;
    }
    case "test-ended": {
      clearDeadline(state, writer, "test-ends", event.test);
      for (const alarm of event.notBack) setDeadline(state, writer, "not-back", alarm, event.at);
      return writer.remove(state.tests, event.test);
    }
    default:
      return event satisfies never;
  }
}
