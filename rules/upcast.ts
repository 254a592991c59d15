/**
 * Versions of events. A released event keeps its meaning for ever: a new meaning is a new version,
 * and here stands how an old one is read today. The stored bytes are never rewritten.
 */
import type { EventType, Recorded } from "./event.ts";

/** The version each type is written in; whoever raises one adds its upcast below. */
const versions: Readonly<Record<EventType, number>> = {
  "alarm-raised": 1,
  "call-out-issued": 1,
  "call-out-delivered": 1,
  "call-out-answered": 1,
  "linkage-began": 1,
  "linkage-due": 1,
  "linkage-refused": 1,
  "linkage-answered": 1,
  "linkage-unanswered": 1,
  "linkage-ended": 1,
  "press-repeated": 1,
  "alarm-moved": 1,
  "alarm-condition": 1,
  "alarm-silenced": 1,
  "alarm-worse": 1,
  "alarm-priority": 1,
  "alarm-real": 1,
  "escalation-armed": 1,
  "alarm-escalated": 2,
  "alarm-shelved": 1,
  "alarm-unshelved": 1,
  "alarm-suppressed": 1,
  "alarm-unsuppressed": 1,
  "taken-out-of-service": 1,
  "returned-to-service": 1,
  "panel-noted": 1,
  "outage-unheard": 1,
  "alarms-traced": 1,
  "chatter-held": 1,
  "chatter-goes-on": 1,
  "chatter-ended": 1,
  "flood-began": 1,
  "flood-goes-on": 1,
  "flood-ended": 1,
  "maintenance-opened": 1,
  "maintenance-closed": 1,
  "maintenance-reviewed": 1,
  "impairment-began": 1,
  "impairment-ended": 1,
  "impairment-reported": 1,
  "impairment-forgotten": 1,
  "site-link-calming": 1,
  "site-link-lost-again": 1,
  "site-link-ended": 1,
  "site-link-forgotten": 1,
  "periodic-noted": 1,
  "periodic-overdue": 1,
  "periodic-forgotten": 1,
  "site-code-set": 1,
  "device-restarted": 1,
  "device-event-noted": 1,
  "incident-opened": 1,
  "incident-joined": 1,
  "incident-priority-raised": 1,
  "verification-moved": 1,
  "call-back-noted": 1,
  "response-moved": 1,
  "incident-closed": 1,
  "incident-reopened": 1,
  "incident-merged": 1,
  "incident-split": 1,
  "incident-archived": 1,
  "checklist-opened": 1,
  "checklist-noted": 1,
  "call-119-overdue": 1,
  "command-119-noted": 1,
  "false-proposed": 1,
  "false-rejected": 1,
  "linkage-recorded": 1,
  "recall-answered": 1,
  "recall-unanswered": 1,
  "dispatch-ranked": 1,
  "ways-measured": 1,
  "verification-ordered": 1,
  "order-issued": 1,
  "order-revised": 1,
  "order-resent": 1,
  "order-delivered": 1,
  "order-undelivered": 1,
  "order-replied": 1,
  "order-recalled": 1,
  "escalation-stepped": 1,
  "operator-prompted": 1,
  "arrival-clock-started": 1,
  "arrival-reached": 1,
  "arrival-due": 1,
  "status-noted": 1,
  "test-opened": 1,
  "press-announced": 1,
  "test-signal-came": 1,
  "test-ended": 1,
  "permit-drafted": 1,
  "permit-faulted": 1,
  "permit-moved": 1,
  "permit-stop-grew": 1,
  "permit-matched": 1,
  "inspection-delivered": 1,
  "inspection-accepted": 1,
  "inspection-passed-on": 1,
  "inspection-signed": 1,
  "party-waived": 1,
  "remote-check-asked": 1,
  "remote-check-passed": 1,
  "permit-rescheduled": 1,
  "permit-approved": 1,
  "extension-asked": 1,
  "gas-tested": 1,
  "gas-test-waived": 1,
  "place-declared": 1,
  "wind-noted": 1,
  "watcher-checked-in": 1,
  "check-in-missed": 1,
  "watcher-handed-over": 1,
  "permit-called": 1,
  "stop-confirmed": 1,
  "stop-unconfirmed": 1,
  "place-looked-at": 1,
  "final-photo-taken": 1,
  "permit-alarm": 1,
  "permit-clock-came": 1,
  "permit-forgotten": 1,
  "hot-work-seen": 1,
  "hot-work-unreported": 1,
  "hot-work-over": 1,
  "gateway-started": 1,
  "journal-damaged": 1,
  "gateway-stopped": 1,
  "clock-jumped": 1,
  "artefact-adopted": 1,
  "signal-refused": 1,
  "signal-quarantined": 1,
};

type Raw = Record<string, unknown>;

/** `type@version` → the same event in the next version. */
const upcasts: Readonly<Record<string, (raw: Raw) => Raw>> = {
  // Before the inventory named anybody, only the step was known.
  "alarm-escalated@1": ({ to, ...raw }) => {
    const calls = (to as readonly string[]).map((step) => ({ to: step, person: null }));
    return { ...raw, v: 2, calls };
  },
};

export function currentVersion(type: EventType): number {
  return versions[type];
}

/** A stored event in today's form. Throws on what this version of the program cannot know. */
export function upcast(raw: Raw): Recorded {
  const { type } = raw;
  if (typeof type !== "string" || !Object.hasOwn(versions, type)) {
    throw new UnknownEvent(`event type ${String(type)} is unknown to this version`);
  }
  const current = versions[type as EventType];
  let event = raw;
  while (event.v !== current) {
    const step = upcasts[`${type}@${String(event.v)}`];
    if (!step) throw new UnknownEvent(`${type} version ${String(event.v)} is unknown`);
    event = step(event);
  }
  return event as Recorded;
}

/** The journal was written by a newer program: this one must not guess. */
export class UnknownEvent extends Error {
  override readonly name = "UnknownEvent";
}
