/**
 * The contract, continued: what happens to an incident beside its orders. Who called it false and had
 * looked, the checklist of a confirmed fire (火警处置单), who commands, and what its closing waits for.
 */
import Type, { type Static } from "typebox";
import { incidentKinds } from "#rules/dispatch/first-alarm.ts";
import { permitStates } from "#rules/hot-work/lifecycle.ts";
import { nearness } from "#rules/hot-work/near.ts";
import { hotWorkClasses, workKinds } from "#rules/hot-work/permit.ts";
import {
  checklistReasons,
  checklistRows,
  notPossibleReasons,
  rowStates,
} from "#rules/incident/checklist.ts";
import { foundCodes, lookWays } from "#rules/incident/incident.ts";
import { type ReportedWhat, reportedWhats, reportWays } from "#rules/incident/report.ts";
import { waitCodes } from "#rules/incident/waits.ts";
import { oneOf } from "./bodies.ts";

const text = Type.Object({ zh: Type.String(), en: Type.String() });
const nullable = <T extends Type.TSchema>(schema: T) => Type.Union([schema, Type.Null()]);
const at = Type.Integer();
const by = { by: Type.String(), byName: nullable(Type.String()) };

/** Who has looked on the spot, and what was found. */
export const lookView = Type.Object({
  how: oneOf(lookWays),
  found: oneOf(foundCodes),
  person: nullable(Type.String()),
  personName: nullable(Type.String()),
  arrivedAt: nullable(at),
});

/** A person who is to be called; null where the inventory names nobody, or nobody knows the name. */
const calledPerson = Type.Object({
  person: nullable(Type.String()),
  name: nullable(Type.String()),
});

/** Of an alarm that a person has reported: what, how, and by whom it was taken. */
export const reportedRow = Type.Object({
  kind: oneOf(incidentKinds),
  what: oneOf([...new Set(Object.values(reportedWhats).flat())] as ReportedWhat[]),
  via: oneOf(reportWays),
  /** An id: name and number are among the contacts. */
  caller: nullable(Type.String()),
  ...by,
});

export const checklistView = Type.Object({
  openedAt: at,
  why: oneOf(checklistReasons),
  /** All of them, in the order of the page. */
  rows: Type.Array(
    Type.Object({
      row: oneOf(checklistRows),
      state: oneOf(rowStates),
      at: nullable(at),
      /** Null where nobody has noted it, or a signal has. */
      by: nullable(Type.String()),
      byName: nullable(Type.String()),
      /** A signal says so, and may take it back. */
      bySignal: Type.Boolean(),
      reason: nullable(oneOf(notPossibleReasons)),
    }),
  ),
  /** When it sounds again because 119 is not logged; null where it is, or has sounded. */
  overdueAt: nullable(at),
  overdue: nullable(Type.Object({ at, ...calledPerson.properties })),
  /** Stations that a person reaches by 119 only. */
  via119: Type.Array(text),
});
export type ChecklistView = Static<typeof checklistView>;

/** Permits for hot work beside its alarms in its time, and an hour after their work; the nearest first. */
export const hotWorkRows = Type.Array(
  Type.Object({
    ...{ permit: Type.String(), number: Type.String() },
    ...{ class: oneOf(hotWorkClasses), kind: oneOf(workKinds), state: oneOf(permitStates) },
    /** Its class and what is done: 一级动火 电焊. */
    what: text,
    where: text,
    ...{ startedAt: at, workEndedAt: nullable(at) },
    /** near: in the zone of an alarm or within 50 m; site: elsewhere at the site. */
    how: oneOf(nearness),
    /** From the nearest alarm; null where its place is not known. */
    distanceM: nullable(Type.Integer()),
  }),
);

export const handlingParts = {
  hotWork: hotWorkRows,
  look: nullable(lookView),
  /** One person has called a P0 false: until when the second one is waited for. */
  proposal: nullable(
    Type.Object({
      at,
      ...by,
      cause: Type.String(),
      look: lookView,
      answerBy: at,
      leader: calledPerson,
    }),
  ),
  checklist: nullable(checklistView),
  /** 119 指挥: since when, and who has logged it. */
  command119: nullable(Type.Object({ at, ...by })),
  /** What the closing of a false alarm waits for; empty of everything else. */
  waits: Type.Array(Type.Object({ code: oneOf(waitCodes), of: Type.String(), text })),
  /** How the linkage controller is to stand, as the shift has recorded it. */
  linkageMode: nullable(Type.Object({ auto: Type.Boolean(), at, ...by })),
};

/** `GET /api/v1/incidents/{id}/call-119`: what to say to 119. Null: nobody knows, ask on the spot. */
export const call119View = Type.Object({
  position: Type.Integer(),
  number: Type.String(),
  address: nullable(text),
  siteName: text,
  building: nullable(text),
  /** Where in it: the inventory has zones and places, and no floors of its own. */
  place: text,
  what: text,
  /** What the site, and whoever works in the building, is listed as. */
  chemicals: nullable(Type.Boolean()),
  gates: Type.Array(text),
  position84: nullable(Type.Object({ lng: Type.Number(), lat: Type.Number() })),
  /** The person who acts, and the number to be called back at. */
  caller: Type.Object({ name: nullable(Type.String()), phone: nullable(Type.String()) }),
});
export type Call119View = Static<typeof call119View>;

export const contacts = Type.Object({
  position: Type.Integer(),
  contacts: Type.Array(
    Type.Object({
      person: Type.String(),
      name: Type.String(),
      /** Why this person; escalation: nobody acknowledges (rule E01). */
      kind: oneOf(["caller", "escalation", "site-24h", "tenant-24h", "micro-station", "station"]),
      of: text,
      phone: nullable(Type.String()),
    }),
  ),
});
export type Contacts = Static<typeof contacts>;
