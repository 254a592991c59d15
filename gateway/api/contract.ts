/**
 * The contract between the gateway and its screens: views that are sent and frames of the stream;
 * the bodies that come back are bodies.ts. Types, checks and the OpenAPI document are made of both.
 *
 * Times are integer ms UTC, positions WGS-84 degrees. Texts of the rules come in both languages;
 * states and reasons come as codes, which `rules/text` puts into words. The screens import types
 * from here and nothing else of the gateway.
 */
import Type, { type Static } from "typebox";
import { incidentKinds } from "#rules/dispatch/first-alarm.ts";
import { reportedVia } from "#rules/dispatch/order.ts";
import { travelSources } from "#rules/dispatch/travel.ts";
import { callBackResults } from "#rules/incident/incident.ts";
import { oneOf } from "./bodies.ts";
import { callOutRow, linkageRow } from "./called-contract.ts";
import { arrivalView, firstAlarmView } from "./force-contract.ts";
import { holdParts, impairmentRow, outOfServiceRow, panelRow, siteCode } from "./hold-contract.ts";
import { handlingParts, reportedRow } from "./incident-contract.ts";
import { areaView } from "./roads-contract.ts";
import { testRow } from "./test-contract.ts";

export type { ActBody, ReplyBody } from "./bodies.ts";
export type {
  CalledOutRow,
  CalledPeople,
  CallOutRow,
  LinkageView,
  RosterView,
} from "./called-contract.ts";
export type { CompletenessView } from "./completeness-contract.ts";
export type {
  CertificatesView,
  DeviceList,
  DeviceView,
  LinkView,
  PartView,
  PointView,
} from "./device-contract.ts";
export type { FiguresView } from "./figures-contract.ts";
export type {
  CandidateRow,
  ReinforceBody,
  StationMonth,
  StationRow,
  StationsView,
  StationView,
  StatusBody,
} from "./force-contract.ts";
export type {
  CalledRow,
  CalledView,
  ImpairmentRow,
  OutOfServiceRow,
  PanelRow,
} from "./hold-contract.ts";
export type { Call119View, ChecklistView, Contacts } from "./incident-contract.ts";
export type * from "./record-contract.ts";
export type { RoadsView, WaysView } from "./roads-contract.ts";
export type {
  AdoptBody,
  AdoptionList,
  BacktestBody,
  BacktestView,
  Explanation,
  PackTextView,
  RulePageView,
  RuleRow,
  RulesLook,
} from "./rules-contract.ts";
export type { PersonContact, TestRow } from "./test-contract.ts";
export type * from "./trend-contract.ts";

const text = Type.Object({ zh: Type.String(), en: Type.String() });
const nullable = <T extends Type.TSchema>(schema: T) => Type.Union([schema, Type.Null()]);
const place = Type.Object({ lng: Type.Number(), lat: Type.Number() });
const priority = oneOf(["P0", "P1", "P2", "P3", "P4"]);
const at = Type.Integer();

export const alarmRow = Type.Object({
  id: Type.String(),
  rule: Type.String(),
  title: text,
  /** What a person does about it; empty where no pack says so. */
  advice: text,
  reported: nullable(reportedRow),
  class: oneOf(["fire", "emergency", "suppression", "supervisory", "fault", "test", "system"]),
  priority,
  state: oneOf(["normal", "unacknowledged", "acknowledged", "returned-unacknowledged"]),
  condition: oneOf(["active", "inactive", "unknown"]),
  latched: Type.Boolean(),
  sounding: Type.Boolean(),
  marks: Type.Array(Type.String()),
  presses: Type.Integer(),
  raisedAt: at,
  lastPressAt: at,
  /** Device time as sent; shown, never judged. */
  deviceTs: nullable(at),
  acknowledgedAt: nullable(at),
  acknowledgedBy: nullable(Type.String()),
  acknowledgedByName: nullable(Type.String()),
  incident: nullable(Type.String()),
  site: Type.String(),
  siteName: text,
  device: Type.String(),
  zone: nullable(Type.String()),
  /** Where, in the words of the radio. */
  place: text,
  /** One line: where and what. */
  what: text,
  /** Why, in a sentence: what the rule read and compared, for how long, which version of it. */
  why: text,
  /** Nearest gate and key box; empty where the inventory names none. */
  access: text,
  cameras: Type.Array(Type.Object({ name: nullable(Type.String()), url: Type.String() })),
  /** Code colour of the site; unknown counts as yellow, and says so. */
  code: siteCode,
  position: nullable(place),
  /** It sets and clears too often: it stands until it has been quiet (rule C02). */
  chatters: Type.Boolean(),
  /** The test that expects it; null where it is real. */
  test: nullable(Type.String()),
  ...holdParts,
  outage: nullable(
    Type.Object({
      from: at,
      to: at,
      unheard: Type.Array(Type.String()),
      unheardCount: Type.Integer(),
    }),
  ),
});
export type AlarmRow = Static<typeof alarmRow>;

export const orderRow = Type.Object({
  id: Type.String(),
  incident: Type.String(),
  station: Type.String(),
  stationName: text,
  stationKind: oneOf(["rescue", "micro", "brigade"]),
  kind: oneOf(["stand-by", "turn-out", "recall", "notify"]),
  revision: Type.Integer(),
  priority,
  state: oneOf([
    "issued",
    "accepted",
    "refused",
    "turned-out",
    "on-scene",
    "controlled",
    "returned",
    "recalled",
  ]),
  /** Index of the channel in use; above 0 the first one stayed silent. */
  channel: Type.Integer(),
  /** Recalled from a false alarm, and it has not said that it knows. */
  recallAwaited: Type.Boolean(),
  /** The newest revision reached the station by some channel. */
  delivered: Type.Boolean(),
  issuedAt: at,
  acceptedAt: nullable(at),
  repliedAt: nullable(at),
  /** The last answer was entered by a person, on whose report and how; null: it is the station's. */
  entered: nullable(
    Type.Object({
      by: Type.String(),
      byName: nullable(Type.String()),
      reportedBy: Type.String(),
      reporterName: nullable(Type.String()),
      via: oneOf(reportedVia),
    }),
  ),
  /** Why this station, how far, and what is not certain about it. */
  why: text,
  reason: Type.String(),
  distanceM: nullable(Type.Number()),
  estimateMs: nullable(Type.Number()),
  /** Who said how long: an engine, the stored ways of the roads, or the estimate; null = nobody. */
  source: nullable(oneOf(travelSources)),
  /** When it was given, a road on its way might be closed, or none led there. */
  wayDoubt: nullable(oneOf(["may-be-closed", "no-way"])),
  /** People on the station's roster. */
  roster: Type.Integer(),
});
export type OrderRow = Static<typeof orderRow>;

export const incidentCard = Type.Object({
  id: Type.String(),
  /** What people read and say: MMDD-NNN. */
  number: Type.String(),
  site: Type.String(),
  kind: oneOf(incidentKinds),
  siteName: text,
  openedAt: at,
  closedAt: nullable(at),
  priority,
  verification: oneOf([
    "received",
    "acknowledged",
    "verifying",
    "confirmed",
    "false",
    "test",
    "undetermined",
  ]),
  response: oneOf([
    "none",
    "ordered",
    "turned-out",
    "on-scene",
    "controlled",
    "returned",
    "recalled",
  ]),
  cause: nullable(Type.String()),
  mergedInto: nullable(Type.String()),
  /** When it is treated as real by itself, and who only stands by goes; null where there is a result. */
  firstAlarmAt: nullable(at),
  /** Plan and candidates of the last first alarm; null until there was one. */
  firstAlarm: firstAlarmView,
  arrival: arrivalView,
  /** What the operator must do now. */
  prompts: Type.Array(
    Type.Object({ at, code: Type.String(), order: nullable(Type.String()), text }),
  ),
  ...handlingParts,
  /** What panels have said since it was opened, the newest first. */
  panel: Type.Array(panelRow),
  /** Call-backs to the site, oldest first. */
  calls: Type.Array(
    Type.Object({
      at,
      result: oneOf(callBackResults),
      by: Type.String(),
      byName: nullable(Type.String()),
    }),
  ),
  alarms: Type.Array(alarmRow),
  orders: Type.Array(orderRow),
  /** Whole rosters that were called, counted (召集), and what followed by itself (联动). */
  callOuts: Type.Array(callOutRow),
  linkage: Type.Array(linkageRow),
});
export type IncidentCard = Static<typeof incidentCard>;
export type CardHead = Omit<IncidentCard, "alarms" | "orders">;

const recording = Type.Object({
  recording: Type.Boolean(),
  reason: nullable(Type.String()),
  waitingMs: Type.Number(),
  unrecordedCount: Type.Integer(),
  /** Presses that are shown but not on disk (the only exception to I3). */
  unrecorded: Type.Array(Type.Object({ site: Type.String(), device: Type.String(), at })),
});

export const overview = Type.Object({
  position: Type.Integer(),
  at,
  version: Type.String(),
  utcOffsetMin: Type.Integer(),
  district: Type.Object({ name: text, demonstration: Type.Boolean() }),
  recording,
  /** Seats with a live stream and running audio; null since: at least one is attended. */
  seats: Type.Object({ attended: Type.Integer(), unattendedSince: nullable(at) }),
  /** The database that samples are written to; null where none is configured. */
  timeSeries: nullable(
    Type.Object({
      state: oneOf(["connecting", "writing", "unreachable", "refused", "no-database", "waiting"]),
      /** As it calls itself. */
      server: nullable(Type.String()),
      /** Samples that wait for it, and for how long; 0 while it keeps up. */
      lagPoints: Type.Integer(),
      lagSeconds: Type.Integer(),
    }),
  ),
  /** Open incidents, most urgent first. */
  incidents: Type.Array(incidentCard),
  /** Open alarms of no incident, most urgent first. */
  alarms: Type.Array(alarmRow),
  /** Open tests, the one that ends first before the others. */
  tests: Type.Array(testRow),
  /** What is out of service, the one that ends first before the others. */
  outOfService: Type.Array(outOfServiceRow),
  /** Devices whose suppression is impaired, the one next to its limit before the others. */
  impairments: Type.Array(impairmentRow),
});
export type Overview = Static<typeof overview>;

export const districtMap = Type.Object({
  position: Type.Integer(),
  bounds: Type.Object({
    west: Type.Number(),
    south: Type.Number(),
    east: Type.Number(),
    north: Type.Number(),
  }),
  towns: Type.Array(Type.Object({ id: Type.String(), name: text, at: place })),
  stations: Type.Array(
    Type.Object({
      id: Type.String(),
      name: text,
      kind: oneOf(["rescue", "micro", "brigade"]),
      at: place,
      inService: Type.Boolean(),
      /** What is not certain: 位置近似 ±2 km, 假定站点. */
      doubts: Type.Object({ zh: Type.Array(Type.String()), en: Type.Array(Type.String()) }),
    }),
  ),
  /** First-due areas (首到责任区), closed rings of WGS-84 [lng, lat]; computed: no agreement draws it. */
  areas: Type.Array(areaView),
  /** Sites that have devices, at most 2,000; `more` where there are others. */
  sites: Type.Array(Type.Object({ id: Type.String(), name: text, at: place })),
  more: Type.Integer(),
});
export type DistrictMap = Static<typeof districtMap>;

export const sessionView = Type.Object({
  person: Type.Object({
    id: Type.String(),
    name: Type.String(),
    role: oneOf(["admin", "operator", "viewer", "station", "park", "watcher", "platform"]),
    /** `*`, a site id, or a station id. */
    scope: Type.String(),
  }),
  acting: Type.Object({ id: Type.String(), name: Type.String() }),
  /** read-only: the session has expired; the list and the sound stay, acts ask for a PIN. */
  access: oneOf(["full", "read-only"]),
  ...{ expiresAt: at, demo: Type.Boolean() },
});
export type SessionView = Static<typeof sessionView>;

/** `GET /api/v1/people`: who may act at a desk by PIN. */
export const deskPeople = Type.Object({
  people: Type.Array(Type.Object({ id: Type.String(), name: Type.String(), role: Type.String() })),
});
export type DeskPeople = Static<typeof deskPeople>;

/** An order as the crew reads it on its phone. */
export const crewOrder = Type.Object({
  order: orderRow,
  /** Class of the alarm the order was given for: P1 has two words. */
  class: alarmRow.properties.class,
  incident: Type.Object({ id: Type.String(), number: Type.String(), openedAt: at }),
  /** What burns, where, and how to get in. */
  what: text,
  place: text,
  access: text,
  position: nullable(place),
  marks: Type.Array(Type.String()),
});
export type CrewOrder = Static<typeof crewOrder>;

/** `GET /api/v1/stations/{station}/orders`. */
export const crewOrders = Type.Object({
  position: Type.Integer(),
  at,
  utcOffsetMin: Type.Integer(),
  demonstration: Type.Boolean(),
  recording: Type.Boolean(),
  station: Type.Object({ id: Type.String(), name: text }),
  /** Open ones first, newest first; those that ended in the last 12 h behind them. */
  orders: Type.Array(crewOrder),
});
export type CrewOrders = Static<typeof crewOrders>;

export const outcome = Type.Object({
  position: Type.Integer(),
  events: Type.Array(Type.Object({ type: Type.String() }, { additionalProperties: true })),
});

/** RFC 9457, with a stable code and, where it helps, what is allowed. */
export const problem = Type.Object({
  type: Type.String(),
  title: Type.String(),
  status: Type.Integer(),
  code: Type.String(),
  ...{ allowed: Type.Optional(Type.String()), retryAfterMs: Type.Optional(Type.Integer()) },
  /** Of a report of hot work: its draft, which is kept, and all that is wrong with it. */
  permit: Type.Optional(Type.String()),
  faults: Type.Optional(Type.Array(Type.String())),
});
export type Problem = Static<typeof problem>;

/** What every route may answer instead. */
export const refusal = {
  description: "A problem (RFC 9457): a stable code, and what is allowed",
  content: { "application/problem+json": { schema: problem } },
} as const;

export const tourView = Type.Object({
  /** Whether this gateway has simulators at all. */
  demo: Type.Boolean(),
  ...{ running: Type.Boolean(), startedAt: nullable(at) },
  /** Code of the step under way, null where none is. */
  step: nullable(Type.String()),
});
export type TourView = Static<typeof tourView>;
