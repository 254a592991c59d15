/** What alarm events make of the state. Decides nothing; see ../evolve.ts. */
import { clearDeadline, setDeadline } from "../deadline.ts";
import type { AlarmEvent, Recorded } from "../event.ts";
import { deviceKey } from "../inventory.ts";
import { recordKeys } from "../press.ts";
import { pointKey, type State } from "../state.ts";
import type { Writer } from "../writer.ts";
import { type Alarm, comparePriority } from "./alarm.ts";
import { endHolds, evolveHold, takeFromShelf } from "./hold.ts";
import { holdOf } from "./lifecycle.ts";

export function evolveAlarm(state: State, event: Recorded<AlarmEvent>, writer: Writer): void {
  switch (event.type) {
    case "alarm-raised":
      return raise(state, event, writer);
    case "press-repeated": {
      const alarm = alarmOf(state, event.alarm);
      recordKeys(
        state,
        {
          device: event.device,
          keys: event.keys,
          lastSeq: event.lastSeq,
          at: event.at,
        },
        writer,
      );
      return writer.patch(alarm, {
        presses: alarm.presses + event.count,
        lastPressAt: event.at,
        sounding: alarm.sounding || event.sounds,
      });
    }
    case "alarm-moved":
      return move(state, event, writer);
    case "alarm-condition":
      return writer.patch(alarmOf(state, event.alarm), {
        condition: event.condition,
      });
    case "escalation-armed": {
      const escalation = { from: event.at, steps: [] };
      writer.patch(alarmOf(state, event.alarm), { escalation });
      return setDeadline(state, writer, "escalate", event.alarm, event.firstAt);
    }
    case "alarm-escalated": {
      const alarm = alarmOf(state, event.alarm);
      const { from = event.at, steps = [] } = alarm.escalation ?? {};
      const called = event.calls.map((call) => ({ ...call, at: event.at }));
      writer.patch(alarm, { escalation: { from, steps: [...steps, ...called] } });
      if (event.nextAt === null) return clearDeadline(state, writer, "escalate", event.alarm);
      return setDeadline(state, writer, "escalate", event.alarm, event.nextAt);
    }
    case "alarm-shelved":
    case "alarm-unshelved":
    case "alarm-suppressed":
    case "alarm-unsuppressed":
    case "taken-out-of-service":
    case "returned-to-service":
      return evolveHold(state, event, writer);
    case "alarm-worse": {
      const alarm = alarmOf(state, event.alarm);
      const { priority, evidence } = event;
      if (comparePriority(priority, alarm.priority) < 0) endHolds(state, alarm, writer);
      else takeFromShelf(state, alarm, writer);
      writer.patch(alarm, { priority, evidence, worse: true });
      return writer.patch(alarm, { sounding: holdOf(alarm) === null });
    }
    case "alarm-priority":
      // What is more urgent now is nothing that anybody has put aside.
      endHolds(state, alarmOf(state, event.alarm), writer);
      return writer.patch(alarmOf(state, event.alarm), {
        priority: event.priority,
        sounding: true,
      });
    case "alarm-real":
      clearDeadline(state, writer, "not-back", event.alarm);
      endHolds(state, alarmOf(state, event.alarm), writer);
      return writer.patch(alarmOf(state, event.alarm), {
        class: event.class,
        priority: event.priority,
        latched: event.latched,
        test: null,
        // Nobody has seen it for what it is.
        state: "unacknowledged",
        acknowledgedBy: null,
        acknowledgedAt: null,
        sounding: true,
      });
    case "alarm-silenced":
      return writer.patch(alarmOf(state, event.alarm), { sounding: false });
    case "panel-noted":
      return notePanel(state, event, writer);
    case "outage-unheard": {
      const alarm = alarmOf(state, event.alarm);
      if (!alarm.outage) return;
      const outage = {
        ...alarm.outage,
        unheard: event.devices,
        unheardCount: event.count,
      };
      return writer.patch(alarm, { outage });
    }
    case "alarms-traced": {
      for (const { alarm, decidedAt, committedAt } of event.traces) {
        const of = state.alarms.get(alarm);
        if (of) writer.patch(of, { trace: { decidedAt, committedAt } });
      }
      return;
    }
    default:
      return event satisfies never;
  }
}

function notePanel(
  state: State,
  event: Recorded<AlarmEvent> & { type: "panel-noted" },
  writer: Writer,
): void {
  const { site, device, note, value, at, first = false } = event;
  const key = pointKey(deviceKey(site, device), event.point);
  writer.set(state.panels, key, { site, device, note, value, at, first });
  if (note !== "reset" || first) return;
  for (const alarm of state.alarms.values()) {
    const isThere = alarm.site === site && alarm.device === device && alarm.latched;
    if (isThere && alarm.state !== "normal") writer.patch(alarm, { panelResetAt: at });
  }
}

function raise(
  state: State,
  event: Recorded<AlarmEvent> & { type: "alarm-raised" },
  writer: Writer,
): void {
  const device = deviceKey(event.site, event.device);
  const { suppressedBy = null, outOfService } = event;
  const isHeld = suppressedBy !== null || outOfService !== undefined;
  const alarm: Alarm = {
    id: event.alarm,
    rule: event.rule,
    class: event.class,
    priority: event.priority,
    site: event.site,
    device: event.device,
    point: event.point,
    zone: event.zone,
    building: event.building,
    raisedAt: event.at,
    deviceTs: event.deviceTs,
    seq: event.seq,
    marks: event.marks,
    latched: event.latched,
    state: "unacknowledged",
    condition: event.condition,
    incident: null,
    acknowledgedBy: null,
    acknowledgedAt: null,
    // A test sounds once at the desk.
    sounding: (event.priority !== "P4" || event.test !== undefined) && !isHeld,
    each: event.each ?? null,
    words: event.words ?? null,
    reported: event.reported ?? null,
    since: event.since ?? null,
    evidence: event.evidence ?? [],
    worse: false,
    packs: event.packs ?? null,
    trace: null,
    shelved: null,
    byDesign: suppressedBy,
    causes: event.causes ?? [],
    outOfService: outOfService === undefined ? null : { record: outOfService, seen: false },
    panelResetAt: null,
    escalation: null,
    test: event.test ?? null,
    chatters: false,
    presses: event.key === null ? 0 : 1,
    lastPressAt: event.at,
    outage: event.outage ? { ...event.outage, unheard: [], unheardCount: 0 } : null,
  };
  writer.set(state.alarms, event.alarm, alarm);
  writer.set(state.openByPoint, pointKey(device, event.point), event.alarm);
  if (event.key !== null) {
    recordKeys(state, { device, keys: [event.key], lastSeq: event.seq, at: event.at }, writer);
  }
}

function move(
  state: State,
  event: Recorded<AlarmEvent> & { type: "alarm-moved" },
  writer: Writer,
): void {
  const alarm = alarmOf(state, event.alarm);
  writer.patch(alarm, {
    state: event.to,
    // What is kept from the desk comes and goes in silence.
    sounding: event.why === "raise" && event.to === "unacknowledged" && holdOf(alarm) === null,
  });
  if (event.why === "acknowledge") {
    writer.patch(alarm, { acknowledgedBy: event.by, acknowledgedAt: event.at });
  }
  // Whoever acknowledges is there; what has returned waits for nobody.
  if (event.to !== "unacknowledged") clearDeadline(state, writer, "escalate", alarm.id);
  if (event.to !== "normal") return;
  clearDeadline(state, writer, "shelf", alarm.id);
  clearDeadline(state, writer, "not-back", alarm.id);
  const point = pointKey(deviceKey(alarm.site, alarm.device), alarm.point);
  if (state.openByPoint.get(point) === alarm.id) writer.remove(state.openByPoint, point);
  // An alarm of an incident stays with it until the incident is archived.
  if (alarm.incident === null) writer.remove(state.alarms, alarm.id);
}

export function alarmOf(state: State, id: string): Alarm {
  const alarm = state.alarms.get(id);
  if (!alarm) throw new Error(`no alarm ${id}`);
  return alarm;
}
