/** Cards and rows for tests: whole ones, of which a test says only what it is about. */
import type { AlarmRow, IncidentCard, OrderRow, Overview } from "#gateway/api/contract.ts";
import type { ChangeFrame } from "#gateway/api/frames.ts";
import { type Live, nothingYet, reduce } from "../live-state.ts";

const at = 1_795_370_000_000;
const siteName = { zh: "宝龙广场", en: "Baolong Plaza" };

export function alarmRow(of: Partial<AlarmRow> = {}): AlarmRow {
  return {
    id: "a1",
    rule: "F01",
    reported: null,
    title: { zh: "手动报警", en: "Manual alarm" },
    advice: { zh: "", en: "" },
    class: "fire",
    priority: "P1",
    state: "unacknowledged",
    condition: "active",
    latched: true,
    chatters: false,
    test: null,
    hold: null,
    shelved: null,
    byDesign: null,
    outOfService: null,
    causes: [],
    panelResetAt: null,
    escalation: null,
    sounding: true,
    marks: [],
    presses: 1,
    raisedAt: at,
    lastPressAt: at,
    deviceTs: null,
    acknowledgedAt: null,
    acknowledgedBy: null,
    acknowledgedByName: null,
    incident: null,
    site: "baolong",
    siteName,
    device: "btn-07",
    zone: null,
    place: { zh: "宝龙广场 二层 7 号按钮", en: "Baolong Plaza, floor 2, button 7" },
    what: { zh: "宝龙广场 二层 手动报警", en: "Baolong Plaza, floor 2: Manual alarm" },
    why: { zh: "", en: "" },
    access: { zh: "", en: "" },
    cameras: [],
    code: { colour: "yellow", known: false, reason: null, reasonCode: null, since: null },
    position: null,
    outage: null,
    ...of,
  };
}

export function incidentCard(of: Partial<IncidentCard> = {}): IncidentCard {
  return {
    id: "i1",
    number: "1123-001",
    site: "baolong",
    kind: "fire",
    siteName,
    openedAt: at,
    closedAt: null,
    priority: "P1",
    verification: "received",
    response: "ordered",
    cause: null,
    mergedInto: null,
    firstAlarmAt: null,
    firstAlarm: null,
    arrival: null,
    hotWork: [],
    look: null,
    proposal: null,
    checklist: null,
    command119: null,
    waits: [],
    linkageMode: null,
    prompts: [],
    panel: [],
    calls: [],
    alarms: [],
    orders: [],
    callOuts: [],
    linkage: [],
    ...of,
  };
}

export function orderRow(of: Partial<OrderRow> = {}): OrderRow {
  return {
    id: "o1",
    incident: "i1",
    station: "KQ-07",
    stationName: { zh: "柯桥站", en: "Keqiao station" },
    stationKind: "rescue",
    kind: "turn-out",
    revision: 1,
    priority: "P1",
    state: "issued",
    channel: 0,
    recallAwaited: false,
    delivered: false,
    issuedAt: at,
    acceptedAt: null,
    repliedAt: null,
    entered: null,
    why: { zh: "最快到达", en: "nearest" },
    reason: "nearest",
    distanceM: 2000,
    estimateMs: 360_000,
    source: "detour",
    wayDoubt: null,
    roster: 6,
    ...of,
  };
}

export function overview(of: Partial<Overview> = {}): Overview {
  return {
    position: 10,
    at,
    version: "0.1.0",
    utcOffsetMin: 480,
    district: { name: { zh: "柯桥区", en: "Keqiao" }, demonstration: true },
    recording: nothingYet.recording,
    seats: { attended: 1, unattendedSince: null },
    timeSeries: null,
    incidents: [],
    alarms: [],
    tests: [],
    outOfService: [],
    impairments: [],
    ...of,
  };
}

export function changeFrame(of: Partial<ChangeFrame> & { readonly position: number }): ChangeFrame {
  const lists = {
    incidents: [],
    alarms: [],
    stations: [],
    tests: null,
    outOfService: null,
    impairments: null,
  };
  return { at, ...lists, inventory: false, ...of };
}

/** A screen that has read this overview and whose link is live. */
export function liveFrom(of: Partial<Overview> = {}): Live {
  const read = reduce(nothingYet, { kind: "overview", overview: overview(of), heardAt: at });
  return reduce(read, { kind: "link", link: "live", since: null });
}
