/**
 * The state of the rules: what the events so far amount to. Plain Maps and plain objects.
 *
 * Only `evolve` changes it, through a Writer, which can keep an undo log: a signal whose decision
 * throws is rolled back. Nothing here is a view; nothing outside reads the core's state.
 */
import type { Adoption } from "./adoption.ts";
import type { Alarm } from "./alarm/alarm.ts";
import type { OutOfService } from "./alarm/out-of-service.ts";
import type { PanelState } from "./alarm/panel.ts";
import { noRates, type Rates } from "./alarm/rate.ts";
import type { CallOut } from "./call-out/call-out.ts";
import type { Deadline } from "./deadline.ts";
import type { Order } from "./dispatch/order.ts";
import type { StationState } from "./dispatch/status.ts";
import type { HotWorkSeen, Permit } from "./hot-work/permit.ts";
import type { Impairment } from "./impairment/impairment.ts";
import type { Incident } from "./incident/incident.ts";
import type { LinkageRun } from "./linkage/linkage.ts";
import type { FalseAlarms, Maintenance } from "./maintenance/maintenance.ts";
import type { Periodic } from "./periodic/periodic.ts";
import type { ArtefactKind } from "./signal.ts";
import type { SiteCode } from "./site-code.ts";
import type { TestWindow } from "./test-window/test-window.ts";

/** Raise this whenever `evolve` gives another state for the same events; a golden test forces it. */
export const stateVersion = 26;

export type DeviceState = {
  lastSeq: number | null;
  restarts: number;
  /** Repeat keys of the last presses with their receive times, oldest first. */
  readonly window: [key: string, at: number][];
};

export type State = {
  position: number;
  /** Receive time of the last event: no later signal may be older. */
  at: number;
  startedAt: number;
  /** Names of what is in force. */
  readonly adopted: Record<ArtefactKind, string | null>;
  /** Local day (MMDD) and the last incident number given on it. */
  readonly daily: { day: string; count: number };
  readonly devices: Map<string, DeviceState>;
  readonly alarms: Map<string, Alarm>;
  /** (device key + point) → the alarm that stands open for it. */
  readonly openByPoint: Map<string, string>;
  readonly incidents: Map<string, Incident>;
  /** Site → open incidents, in the order they were opened. */
  readonly openBySite: Map<string, string[]>;
  readonly orders: Map<string, Order>;
  /** What each responder has said of itself, and what its orders have made of it. */
  readonly stations: Map<string, StationState>;
  readonly deadlines: Map<string, Deadline>;
  /** The last adoptions of packs, oldest first. */
  readonly adoptions: Adoption[];
  readonly tests: Map<string, TestWindow>;
  readonly outOfService: Map<string, OutOfService>;
  /** (device key + point) → what the panel said last. */
  readonly panels: Map<string, PanelState>;
  readonly rates: Rates;
  /** (device key + point) → when it was verified to be false lately. */
  readonly falseAlarms: Map<string, FalseAlarms>;
  readonly maintenance: Map<string, Maintenance>;
  /** Device key → its clock. */
  readonly impairments: Map<string, Impairment>;
  /** (device key + point) → what has to be done again, and when it was. */
  readonly periodic: Map<string, Periodic>;
  /** Site → the colour that a person has given it. */
  readonly codes: Map<string, SiteCode>;
  /** Permits for hot work, those that are over for a while; and the last number of a local day. */
  readonly permits: Map<string, Permit>;
  readonly permitDaily: { day: string; count: number };
  /** Evidence of hot work that no permit covers, by its key. */
  readonly hotWorkSeen: Map<string, HotWorkSeen>;
  readonly callOuts: Map<string, CallOut>;
  readonly linkages: Map<string, LinkageRun>;
  /** Site → how its linkage controller is to stand, as the shift has recorded it. */
  readonly linkageModes: Map<string, { auto: boolean; by: string; at: number }>;
  readonly counters: { quarantined: number; refused: number };
};

export function initialState(): State {
  return {
    position: 0,
    at: 0,
    startedAt: 0,
    adopted: { inventory: null, settings: null, packs: null, closures: null, matrix: null },
    daily: { day: "", count: 0 },
    devices: new Map(),
    alarms: new Map(),
    openByPoint: new Map(),
    incidents: new Map(),
    openBySite: new Map(),
    orders: new Map(),
    stations: new Map(),
    deadlines: new Map(),
    adoptions: [],
    tests: new Map(),
    outOfService: new Map(),
    panels: new Map(),
    rates: noRates(),
    falseAlarms: new Map(),
    maintenance: new Map(),
    impairments: new Map(),
    periodic: new Map(),
    codes: new Map(),
    permits: new Map(),
    permitDaily: { day: "", count: 0 },
    hotWorkSeen: new Map(),
    callOuts: new Map(),
    linkages: new Map(),
    linkageModes: new Map(),
    counters: { quarantined: 0, refused: 0 },
  };
}

export function pointKey(device: string, point: string): string {
  return `${device}#${point}`;
}

/** The state as one JSON text. Maps are sorted by key: equal states give equal texts. */
export function serializeState(state: State): string {
  return JSON.stringify(state, (_key, value: unknown) => {
    if (value instanceof Map) return { $map: [...value].sort(byKey) };
    if (value instanceof Set) return { $set: [...value] };
    return value;
  });
}

function byKey(a: [unknown, unknown], b: [unknown, unknown]): number {
  return String(a[0]) < String(b[0]) ? -1 : 1;
}

/** Laid over an initial state, so that V8 compiles the rules once for a state of either origin. */
export function deserializeState(text: string): State {
  const state = JSON.parse(text, (_key, value: unknown) => {
    if (typeof value !== "object" || value === null) return value;
    if ("$map" in value) return new Map(value.$map as [unknown, unknown][]);
    if ("$set" in value) return new Set(value.$set as unknown[]);
    return value;
  }) as State;
  return Object.assign(initialState(), state);
}
