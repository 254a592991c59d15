/**
 * Events: what has been decided. Only events change state, and the journal holds nothing else.
 *
 * Released events keep their meaning for ever; a new meaning is a new version and an upcast
 * (upcast.ts). Events carry codes, numbers and ids: no sentence, no name, no phone number. Times of
 * deadlines stand in the event, so that a replay needs no settings to know them.
 */
import type { AlarmClass, AlarmMark, Condition, Priority } from "./alarm/alarm.ts";
import type { Call } from "./alarm/called.ts";
import type { HoldEvent } from "./alarm/hold-event.ts";
import type { AlarmState } from "./alarm/lifecycle.ts";
import type { RateEvent } from "./alarm/rate-event.ts";
import type { SiteLinkEvent } from "./alarm/site-link.ts";
import type { CallOutEvent } from "./call-out/call-out.ts";
import type { DispatchEvent } from "./dispatch/event.ts";
import type { IncidentKind } from "./dispatch/first-alarm.ts";
import type { HotWorkEvent } from "./hot-work/event.ts";
import type { ImpairmentEvent } from "./impairment/impairment.ts";
import type { ChecklistEvent, HandlingEvent } from "./incident/checklist.ts";
import type {
  CallBackResult,
  CauseCode,
  Look,
  Response,
  Verification,
} from "./incident/incident.ts";
import type { Reported } from "./incident/report.ts";
import type { LinkageEvent } from "./linkage/linkage.ts";
import type { MaintenanceEvent } from "./maintenance/maintenance.ts";
import type { PeriodicEvent } from "./periodic/periodic.ts";
import type { AdoptReason } from "./reasons.ts";
import type { Actor, ArtefactKind, Evidence, Trace } from "./signal.ts";
import type { SiteCodeEvent } from "./site-code.ts";
import type { TestEvent } from "./test-window/event.ts";

export type AlarmEvent =
  | {
      readonly type: "alarm-raised";
      readonly alarm: string;
      readonly rule: string;
      readonly class: AlarmClass;
      readonly priority: Priority;
      readonly site: string;
      readonly device: string;
      readonly point: string;
      readonly zone: string | null;
      readonly building: string | null;
      readonly condition: Condition;
      readonly latched: boolean;
      readonly marks: readonly AlarmMark[];
      readonly deviceTs: number | null;
      readonly seq: number | null;
      /** Repeat key of the press, where a press raised it. */
      readonly key: string | null;
      readonly outage: { readonly from: number; readonly to: number } | null;
      /** Of a rule about several things of a device: which one, and the words of its name. */
      readonly each?: string;
      readonly words?: Readonly<Record<string, string>>;
      /** Points that made it true, each voter of a vote. */
      readonly causes?: readonly string[];
      /** Since when its condition was true, and what the rule read when it decided. */
      readonly since?: number;
      readonly evidence?: readonly Evidence[];
      /** Hash of the packs whose rule it is; absent of a rule of the gateway itself. */
      readonly packs?: string;
      /** The test that expects it: nobody is sent. */
      readonly test?: string;
      /** The alarm that explains it (按设计抑制), or the record of what is out of service (停用). */
      readonly suppressedBy?: string;
      readonly outOfService?: string;
      /** A person has reported it; no device says so. */
      readonly reported?: Reported;
    }
  | {
      /** It was shown as a test, and is none: from now on it is what its rule says. */
      readonly type: "alarm-real";
      readonly alarm: string;
      readonly class: AlarmClass;
      readonly priority: Priority;
      readonly latched: boolean;
    }
  | {
      /** Its condition has been true for so long that it is worse: it sounds again. */
      readonly type: "alarm-worse";
      readonly alarm: string;
      readonly priority: Priority;
      readonly evidence: readonly Evidence[];
    }
  | {
      /** A fire, or an incident, has opened at its site: it is more urgent, and sounds again. */
      readonly type: "alarm-priority";
      readonly alarm: string;
      readonly priority: Priority;
    }
  | {
      /** Further presses of a point whose alarm stands open: one per device and turn. */
      readonly type: "press-repeated";
      readonly alarm: string;
      readonly device: string;
      readonly firstSeq: number | null;
      readonly lastSeq: number | null;
      readonly count: number;
      /** The last keys, at most the window's length: what makes the next repeat a repeat. */
      readonly keys: readonly string[];
      /** Sounds again: a person pressed again after a person had acknowledged or silenced. */
      readonly sounds: boolean;
    }
  | {
      readonly type: "alarm-moved";
      readonly alarm: string;
      readonly to: AlarmState;
      readonly why:
        | "acknowledge"
        | "return"
        | "reset"
        | "raise"
        | "superseded"
        | "test-ended"
        | "work-ended"
        /** Of a report: its incident is closed. */
        | "closed";
      readonly by: string | null;
      readonly seat: string | null;
      /** Of a reset while nobody could see whether its condition has ended. */
      readonly reason?: string;
    }
  | {
      readonly type: "alarm-condition";
      readonly alarm: string;
      readonly condition: Condition;
    }
  | {
      readonly type: "alarm-silenced";
      readonly alarm: string;
      readonly by: string;
    }
  | {
      /** Until somebody acknowledges, others are called: the first one then. */
      readonly type: "escalation-armed";
      readonly alarm: string;
      readonly firstAt: number;
    }
  | {
      readonly type: "alarm-escalated";
      readonly alarm: string;
      readonly calls: readonly Call[];
      readonly nextAt: number | null;
    }
  | HoldEvent
  | {
      readonly type: "outage-unheard";
      readonly alarm: string;
      readonly devices: readonly string[];
      readonly count: number;
    }
  | {
      /** How long alarms took from their signal to the disk; known when they are there. */
      readonly type: "alarms-traced";
      readonly traces: readonly Trace[];
    };

export type DeviceEvent =
  /** A lower sequence number than before: the device restarted. Counted; the press is decided. */
  | {
      readonly type: "device-restarted";
      readonly device: string;
      readonly lastSeq: number;
      readonly seq: number;
    }
  | {
      readonly type: "device-event-noted";
      readonly device: string;
      readonly event: string;
      readonly seq: number | null;
      readonly key: string;
      readonly alarm: string | null;
    };

export type IncidentEvent =
  | {
      readonly type: "incident-opened";
      readonly incident: string;
      readonly number: string;
      readonly site: string;
      readonly building: string | null;
      readonly zone: string | null;
      readonly priority: Priority;
      readonly alarm: string;
      readonly splitFrom: string | null;
      /** Absent: a fire. */
      readonly kind?: IncidentKind;
      /** Off every site. */
      readonly town?: string;
    }
  | {
      readonly type: "incident-joined";
      readonly incident: string;
      readonly alarm: string;
      readonly zone: string | null;
      readonly why:
        | "same-zone"
        | "neighbour-zone"
        | "same-building"
        | "within-window"
        | "failed-suppression"
        | "panel-reset";
    }
  | {
      readonly type: "incident-priority-raised";
      readonly incident: string;
      readonly to: Priority;
      readonly why: "alarm" | "confirmed" | "undetermined";
    }
  | {
      readonly type: "verification-moved";
      readonly incident: string;
      readonly to: Verification;
      readonly by: string | null;
      readonly second: string | null;
      readonly cause: CauseCode | null;
      readonly reason: string | null;
      /** Of a false one: who looked on the spot, and what was found. */
      readonly look?: Look;
    }
  | {
      /** A person has telephoned the site; what was said is evidence, not a result. */
      readonly type: "call-back-noted";
      readonly incident: string;
      readonly result: CallBackResult;
      readonly by: string;
    }
  | {
      readonly type: "response-moved";
      readonly incident: string;
      readonly to: Response;
    }
  | {
      readonly type: "incident-closed";
      readonly incident: string;
      readonly archiveAt: number;
    }
  | {
      readonly type: "incident-reopened";
      readonly incident: string;
      readonly by: string;
      readonly reason: string;
    }
  | {
      readonly type: "incident-merged";
      readonly incident: string;
      readonly into: string;
      readonly by: string;
      readonly reason: string;
      readonly archiveAt: number;
    }
  | {
      readonly type: "incident-split";
      readonly incident: string;
      readonly into: string;
      readonly alarms: readonly string[];
      readonly by: string;
      readonly reason: string;
    }
  | { readonly type: "incident-archived"; readonly incident: string };

export type SystemEvent =
  | {
      readonly type: "gateway-started";
      readonly aliveUntil: number | null;
      readonly version: string;
    }
  | {
      /** The intact part of the journal ends at `intact`; `lost` events are known to be gone. */
      readonly type: "journal-damaged";
      readonly intact: number;
      readonly lost: number;
    }
  | { readonly type: "gateway-stopped"; readonly reason: string }
  | { readonly type: "clock-jumped"; readonly jumpMs: number }
  | {
      readonly type: "artefact-adopted";
      readonly artefact: ArtefactKind;
      readonly hash: string;
      readonly summary: Readonly<Record<string, number>>;
      readonly by: string;
      /** Of packs: those of the house that whoever adopted them had before them. */
      readonly house?: string;
      readonly reason?: AdoptReason;
    }
  | {
      readonly type: "signal-refused";
      readonly signalKind: string;
      readonly what: string;
      readonly reason: string;
      readonly by: string | null;
    }
  | {
      readonly type: "signal-quarantined";
      readonly signalKind: string;
      readonly error: string;
      readonly device: string | null;
      readonly deadline: string | null;
      readonly keys: readonly string[];
    };

export type Event =
  | AlarmEvent
  | RateEvent
  | ImpairmentEvent
  | PeriodicEvent
  | SiteLinkEvent
  | SiteCodeEvent
  | MaintenanceEvent
  | DeviceEvent
  | IncidentEvent
  | ChecklistEvent
  | HandlingEvent
  | DispatchEvent
  | CallOutEvent
  | LinkageEvent
  | TestEvent
  | HotWorkEvent
  | SystemEvent;
export type EventType = Event["type"];

/** What the loop adds: where it stands in the journal, when and by which signal it was decided. */
export type Envelope = {
  readonly position: number;
  readonly at: number;
  readonly signal: string;
  readonly v: number;
  /** Who acted and where, on every event that a person's act decided. Never a name. */
  readonly actor?: Actor;
};

export type Recorded<E extends Event = Event> = E & Envelope;
