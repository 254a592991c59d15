/** What the clocks of impairments leave in the state. Decides nothing; see ../evolve.ts. */
import { clearDeadline, setDeadline } from "../deadline.ts";
import type { Recorded } from "../event.ts";
import { deviceKey } from "../inventory.ts";
import type { State } from "../state.ts";
import type { Writer } from "../writer.ts";
import type { ImpairmentEvent } from "./impairment.ts";

export function evolveImpairment(
  state: State,
  event: Recorded<ImpairmentEvent>,
  writer: Writer,
): void {
  const { site, device, at } = event;
  const key = deviceKey(site, device);
  const known = state.impairments.get(key) ?? { sumMs: 0, reported: false, since: null };
  const put = (more: { since: number | null; sumMs: number; reported: boolean }): void =>
    writer.set(state.impairments, key, { site, device, ...more });
  switch (event.type) {
    case "impairment-began":
      put({ sumMs: known.sumMs, reported: known.reported, since: at });
      if (known.reported) return clearDeadline(state, writer, "impairment", key);
      return setDeadline(state, writer, "impairment", key, event.reportAt);
    case "impairment-ended":
      put({ ...known, sumMs: known.sumMs + (at - (known.since ?? at)), since: null });
      return setDeadline(state, writer, "impairment", key, event.forgetAt);
    case "impairment-reported":
      put({ ...known, reported: true });
      return clearDeadline(state, writer, "impairment", key);
    case "impairment-forgotten":
      writer.remove(state.impairments, key);
      return clearDeadline(state, writer, "impairment", key);
    default:
      return event satisfies never;
  }
}
