/** Traces of alarms: the times that are known only when an alarm is on disk. */
import type { Draft } from "../draft.ts";
import type { Trace } from "../signal.ts";

/** Of alarms that have ended and left meanwhile nothing is kept. */
export function decideTraced(draft: Draft, traces: readonly Trace[]): void {
  const known = traces.filter(({ alarm }) => draft.state.alarms.get(alarm)?.trace === null);
  if (known.length > 0) draft.add({ type: "alarms-traced", traces: known });
}
