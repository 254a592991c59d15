/**
 * The clock of an alarm that no desk has acknowledged has come (rule E01, alarm/escalation.ts): who is to
 * be called now, and 60 s after a fire whatever was not ordered at receipt.
 */
import type { Alarm } from "../alarm/alarm.ts";
import { callOf } from "../alarm/called.ts";
import { leftOf } from "../alarm/escalation.ts";
import type { Draft } from "../draft.ts";
import { isOnlyLookedAt } from "../incident/incident.ts";
import { orderUnverified, treatedAsRealAt } from "./verification.ts";

/** Its clock has come: the next one is called, together with whoever is due at the same time. */
export function escalate(draft: Draft, alarm: Alarm): void {
  const { inventory, packs } = draft.world;
  const { from = draft.at } = alarm.escalation ?? {};
  const left = leftOf(alarm, packs);
  const due = left.filter(({ afterMs }) => from + afterMs <= draft.at);
  const next = left.find(({ afterMs }) => from + afterMs > draft.at);
  const calls = due.map(({ to }) => callOf(inventory, alarm.site, to));
  const nextAt = next ? from + next.afterMs : null;
  draft.add({ type: "alarm-escalated", alarm: alarm.id, calls, nextAt });
  const isLeaderDue = due.some(({ to }) => to === "shift-leader");
  if (isLeaderDue && alarm.class === "fire") orderWhatIsNot(draft, alarm);
}

/** Somebody was only sent to look, and nobody at a desk has seen it: the first alarm goes. */
function orderWhatIsNot(draft: Draft, { incident: id }: Alarm): void {
  const incident = id === null ? undefined : draft.state.incidents.get(id);
  if (!incident || incident.closedAt !== null) return;
  if (treatedAsRealAt(draft.state, incident.id) === null || !isOnlyLookedAt(incident)) return;
  orderUnverified(draft, incident, "unacknowledged");
}
