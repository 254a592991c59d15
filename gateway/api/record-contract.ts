/** The contract, continued: the record of an incident (警情记录), its frames for a replay, and the list of closed ones. */
import Type, { type Static } from "typebox";
import { incidentSteps } from "#rules/incident/times.ts";
import { waterKinds } from "#rules/inventory.ts";
import { oneOf } from "./bodies.ts";
import { alarmRow, districtMap, incidentCard, orderRow } from "./contract.ts";
import { hotWorkRows } from "./incident-contract.ts";

const text = Type.Object({ zh: Type.String(), en: Type.String() });
const nullable = <T extends Type.TSchema>(schema: T) => Type.Union([schema, Type.Null()]);
const place = Type.Object({ lng: Type.Number(), lat: Type.Number() });
const at = Type.Integer();
const responderKind = oneOf(["rescue", "micro", "brigade"]);

/** One line of the time line. */
export const logRow = Type.Object({
  position: Type.Integer(),
  /** When the gateway received it, or decided it. */
  at,
  /** The device's own time, as sent; null where it gives none. */
  deviceAt: nullable(at),
  type: Type.String(),
  who: oneOf(["person", "station", "device", "system"]),
  /** Null of the system itself. */
  name: nullable(text),
  /** Where a person acted. */
  seat: nullable(Type.String()),
  text,
});
export type LogRow = Static<typeof logRow>;

export const candidateView = Type.Object({
  station: Type.String(),
  name: text,
  kind: responderKind,
  distanceM: nullable(Type.Number()),
  estimateMs: nullable(Type.Number()),
  /** By road (路网), or the estimate of the detour model (估算). */
  travel: oneOf(["roads", "estimate"]),
  verdict: oneOf(["taken", "reserve", "left"]),
  /** Verdict and reason in words, and what the time is made of; that is empty of an older journal. */
  why: text,
  terms: text,
});
export type CandidateView = Static<typeof candidateView>;

const orderTimes = Type.Object({
  order: Type.String(),
  station: Type.String(),
  stationName: text,
  stationKind: responderKind,
  kind: oneOf(["stand-by", "turn-out", "recall", "notify"]),
  why: text,
  /** Who ordered it; null: the system. */
  byName: nullable(Type.String()),
  /** Why a person ordered this one; null where nobody has said. */
  reason: nullable(text),
  distanceM: nullable(Type.Number()),
  estimateMs: nullable(Type.Number()),
  travel: oneOf(["roads", "estimate"]),
  issuedAt: at,
  deliveredAt: nullable(at),
  acceptedAt: nullable(at),
  refusedAt: nullable(at),
  turnedOutAt: nullable(at),
  onSceneAt: nullable(at),
  controlledAt: nullable(at),
  returnedAt: nullable(at),
  recalledAt: nullable(at),
  /** From the order on; null where nothing is promised. */
  turnOutLimitMs: nullable(at),
  onSceneLimitMs: nullable(at),
});

const access = Type.Object({ id: Type.String(), name: text, at: nullable(place) });
const water = Type.Object({
  ...access.properties,
  kind: oneOf(waterKinds),
  note: nullable(text),
});

/** What one turn of the journal changed of the card: laid over what stood before. */
export const recordFrame = Type.Object({
  position: Type.Integer(),
  at,
  /** The card without alarms and orders; null where it is as before. */
  head: nullable(Type.Omit(incidentCard, ["alarms", "orders"])),
  /** New, or as they are now. */
  alarms: Type.Array(alarmRow),
  orders: Type.Array(orderRow),
  /** Alarms and orders that belong to another incident now. */
  gone: Type.Array(Type.String()),
});
export type RecordFrame = Static<typeof recordFrame>;

/** `GET /api/v1/incidents/{incident}/record`: with the rules, inventory and settings of the day. */
export const recordView = Type.Object({
  /** The journal as far as it was read. */
  position: Type.Integer(),
  utcOffsetMin: Type.Integer(),
  district: Type.Object({ name: text, demonstration: Type.Boolean() }),
  incident: incidentCard,
  steps: Type.Array(Type.Object({ step: oneOf(incidentSteps), at: nullable(at) })),
  orders: Type.Array(orderTimes),
  /** Each time it was chosen who goes: candidates, best first. */
  choices: Type.Array(
    Type.Object({ position: Type.Integer(), at, candidates: Type.Array(candidateView) }),
  ),
  /** Where it burns; null where nobody knows. */
  place: nullable(place),
  site: Type.Object({
    id: Type.String(),
    name: text,
    gates: Type.Array(access),
    keyBoxes: Type.Array(access),
    water: Type.Array(water),
  }),
  hotWork: hotWorkRows,
  /** As it was when the incident was opened. */
  map: districtMap,
  log: Type.Array(logRow),
  /** Lines in the middle that are left out of a very long one. */
  logLeftOut: Type.Integer(),
  frames: Type.Array(recordFrame),
});
export type RecordView = Static<typeof recordView>;

export const closedRow = Type.Object({
  id: Type.String(),
  number: Type.String(),
  site: Type.String(),
  siteName: text,
  place: text,
  openedAt: at,
  closedAt: at,
  priority: incidentCard.properties.priority,
  verification: incidentCard.properties.verification,
  cause: nullable(Type.String()),
  /** How many orders were given. */
  orders: Type.Integer(),
});
export type ClosedRow = Static<typeof closedRow>;

/** `GET /api/v1/incidents`: closed ones, the newest first, a page at a time. */
export const closedList = Type.Object({
  position: Type.Integer(),
  incidents: Type.Array(closedRow),
  /** `before` of the next page; null where this is the last. */
  next: nullable(Type.String()),
});
export type ClosedList = Static<typeof closedList>;

/** `before`: OPENED-AT and id of the last row of the page before, as `next` gives them. */
export const closedQuery = Type.Object(
  {
    before: Type.Optional(Type.String({ pattern: "^\\d{1,15}-[A-Za-z0-9][A-Za-z0-9_-]{0,31}$" })),
    site: Type.Optional(Type.String({ pattern: "^[A-Za-z0-9][A-Za-z0-9_-]{0,31}$" })),
  },
  { additionalProperties: false },
);
export type ClosedQuery = Static<typeof closedQuery>;
