/**
 * Evolve: what an event makes of the state. Total over the event types; decides nothing.
 *
 * Only the loop and the replay call it (invariant I2). Whoever changes what it does raises
 * `stateVersion` in state.ts.
 */
import { evolveAdoption } from "./adoption.ts";
import { evolveAlarm } from "./alarm/evolve.ts";
import { evolveRate, noteRate } from "./alarm/rate-evolve.ts";
import { evolveSiteLink } from "./alarm/site-link.ts";
import { evolveCallOut, moveCalls } from "./call-out/evolve.ts";
import type { DeadlineKind } from "./deadline.ts";
import { clearDeadline } from "./deadline.ts";
import { evolveDispatch } from "./dispatch/evolve.ts";
import type { Recorded } from "./event.ts";
import { evolveHotWork } from "./hot-work/evolve.ts";
import { evolveImpairment } from "./impairment/evolve.ts";
import { evolveIncident } from "./incident/evolve.ts";
import { evolveChecklist, evolveHandling } from "./incident/handling-evolve.ts";
import { evolveLinkage } from "./linkage/evolve.ts";
import { evolveMaintenance, noteFalse } from "./maintenance/evolve.ts";
import { evolvePeriodic } from "./periodic/evolve.ts";
import { type DeviceKeys, recordKeys, touchDevice } from "./press.ts";
import type { State } from "./state.ts";
import { evolveTest } from "./test-window/evolve.ts";
import type { Writer } from "./writer.ts";

export function evolve(state: State, event: Recorded, writer: Writer): void {
  writer.patch(state, { position: event.position, at: event.at });
  switch (event.type) {
    case "alarm-raised":
    case "alarm-moved":
    case "alarm-condition":
      noteRate(state, event, writer);
      return evolveAlarm(state, event, writer);
    case "press-repeated":
    case "alarm-silenced":
    case "alarm-worse":
    case "alarm-priority":
    case "alarm-real":
    case "escalation-armed":
    case "alarm-escalated":
    case "alarm-shelved":
    case "alarm-unshelved":
    case "alarm-suppressed":
    case "alarm-unsuppressed":
    case "taken-out-of-service":
    case "returned-to-service":
    case "panel-noted":
    case "outage-unheard":
    case "alarms-traced":
      return evolveAlarm(state, event, writer);
    case "chatter-held":
    case "chatter-goes-on":
    case "chatter-ended":
    case "flood-began":
    case "flood-goes-on":
    case "flood-ended":
      return evolveRate(state, event, writer);
    case "maintenance-opened":
    case "maintenance-closed":
    case "maintenance-reviewed":
      return evolveMaintenance(state, event, writer);
    case "incident-opened":
    case "incident-joined":
    case "incident-priority-raised":
    case "call-back-noted":
    case "response-moved":
    case "incident-closed":
    case "incident-reopened":
    case "incident-split":
      return evolveIncident(state, event, writer);
    case "incident-merged":
    case "incident-archived":
      moveCalls(state, event.incident, "into" in event ? event.into : null, writer);
      return evolveIncident(state, event, writer);
    case "call-out-issued":
    case "call-out-delivered":
    case "call-out-answered":
      return evolveCallOut(state, event, writer);
    case "linkage-began":
    case "linkage-due":
    case "linkage-refused":
    case "linkage-answered":
    case "linkage-unanswered":
    case "linkage-ended":
      return evolveLinkage(state, event, writer);
    case "verification-moved":
      if (event.to === "false") noteFalse(state, event.incident, event.at, writer);
      return evolveIncident(state, event, writer);
    case "checklist-opened":
    case "checklist-noted":
    case "call-119-overdue":
      return evolveChecklist(state, event, writer);
    case "command-119-noted":
    case "false-proposed":
    case "false-rejected":
      return evolveHandling(state, event, writer);
    case "linkage-recorded": {
      const { site, auto, by, at } = event;
      return writer.set(state.linkageModes, site, { auto, by, at });
    }
    case "dispatch-ranked":
    case "ways-measured":
    case "verification-ordered":
    case "order-issued":
    case "order-revised":
    case "order-resent":
    case "order-delivered":
    case "order-undelivered":
    case "order-replied":
    case "order-recalled":
    case "escalation-stepped":
    case "operator-prompted":
    case "arrival-clock-started":
    case "arrival-reached":
    case "arrival-due":
    case "status-noted":
    case "recall-answered":
    case "recall-unanswered":
      return evolveDispatch(state, event, writer);
    case "test-opened":
    case "press-announced":
    case "test-signal-came":
    case "test-ended":
      return evolveTest(state, event, writer);
    case "impairment-began":
    case "impairment-ended":
    case "impairment-reported":
    case "impairment-forgotten":
      return evolveImpairment(state, event, writer);
    case "site-link-calming":
    case "site-link-lost-again":
    case "site-link-ended":
    case "site-link-forgotten":
      return evolveSiteLink(state, event, writer);
    case "periodic-noted":
    case "periodic-overdue":
    case "periodic-forgotten":
      return evolvePeriodic(state, event, writer);
    case "permit-drafted":
    case "permit-faulted":
    case "permit-moved":
    case "permit-stop-grew":
    case "permit-matched":
    case "inspection-delivered":
    case "inspection-accepted":
    case "inspection-passed-on":
    case "inspection-signed":
    case "party-waived":
    case "remote-check-asked":
    case "remote-check-passed":
    case "permit-rescheduled":
    case "permit-approved":
    case "extension-asked":
    case "gas-tested":
    case "gas-test-waived":
    case "place-declared":
    case "wind-noted":
    case "watcher-checked-in":
    case "check-in-missed":
    case "watcher-handed-over":
    case "permit-called":
    case "stop-confirmed":
    case "stop-unconfirmed":
    case "place-looked-at":
    case "final-photo-taken":
    case "permit-alarm":
    case "permit-clock-came":
    case "permit-forgotten":
    case "hot-work-seen":
    case "hot-work-unreported":
    case "hot-work-over":
      return evolveHotWork(state, event, writer);
    case "site-code-set": {
      const { site, colour, reason, by, at } = event;
      return writer.set(state.codes, site, { colour, reason, by, at });
    }
    case "device-restarted": {
      const device = touchDevice(state, event.device, writer);
      return writer.patch(device, {
        restarts: device.restarts + 1,
        lastSeq: event.seq,
      });
    }
    case "device-event-noted":
      return recordKeys(state, keysOf(event.device, [event.key], event.seq, event.at), writer);
    case "gateway-started":
      return writer.patch(state, { startedAt: event.at });
    case "artefact-adopted":
      return evolveAdoption(state, event, writer);
    case "signal-refused":
      return writer.patch(state.counters, {
        refused: state.counters.refused + 1,
      });
    case "signal-quarantined":
      return evolveQuarantined(state, event, writer);
    case "gateway-stopped":
    case "clock-jumped":
    case "journal-damaged":
      return;
    default:
      return event satisfies never;
  }
}

function evolveQuarantined(
  state: State,
  event: Recorded & { type: "signal-quarantined" },
  writer: Writer,
): void {
  writer.patch(state.counters, { quarantined: state.counters.quarantined + 1 });
  if (event.deadline !== null) {
    const [kind, subject] = event.deadline.split(":") as [DeadlineKind, string];
    clearDeadline(state, writer, kind, subject);
  }
  if (event.device !== null && event.keys.length > 0) {
    recordKeys(state, keysOf(event.device, event.keys, null, event.at), writer);
  }
}

function keysOf(
  device: string,
  keys: readonly string[],
  lastSeq: number | null,
  at: number,
): DeviceKeys {
  return { device, keys, lastSeq, at };
}
