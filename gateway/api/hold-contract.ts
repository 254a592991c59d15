/** The contract, continued: what is kept from the desk (停用, 按设计抑制), what panels say, and who is called. */
import Type, { type Static } from "typebox";
import { escalationSteps } from "#rules/alarm/called.ts";
import { panelNotes } from "#rules/alarm/panel.ts";
import { oneOf } from "./bodies.ts";
import { calledOutRow } from "./called-contract.ts";

const text = Type.Object({ zh: Type.String(), en: Type.String() });
const nullable = <T extends Type.TSchema>(schema: T) => Type.Union([schema, Type.Null()]);
const at = Type.Integer();

/** What a person did about an alarm, until when, and who it was. */
const byPerson = {
  reason: Type.String(),
  until: at,
  by: Type.String(),
  byName: nullable(Type.String()),
};

/** 赋码: the colour of a site, as a person has set it, else as its inventory has it. */
export const siteCode = Type.Object({
  colour: oneOf(["red", "yellow", "green"]),
  known: Type.Boolean(),
  /** As the inventory says it; null where it says none, or a person has set the colour since. */
  reason: nullable(Type.String()),
  /** Of a person who has set it. */
  reasonCode: nullable(Type.String()),
  since: nullable(Type.String()),
});

/** Parts of an alarm's row. */
export const holdParts = {
  /** What keeps it from the desk: it makes no sound and stands in a list of its own. */
  hold: nullable(oneOf(["shelved", "by-design", "out-of-service"])),
  /** 暂缓提醒: put aside by a person until then. */
  shelved: nullable(Type.Object(byPerson)),
  /** 按设计抑制: the alarm that explains this one. */
  byDesign: nullable(Type.Object({ alarm: Type.String(), title: text })),
  /** 停用: the record that it is held by. */
  outOfService: nullable(Type.String()),
  /** Points whose values made it true: what taking it out of service would name. */
  causes: Type.Array(Type.Object({ point: Type.String(), name: text })),
  /** When its panel was reset since; the point itself may stand all the same. */
  panelResetAt: nullable(at),
  /** Who else is called while no desk acknowledges, and when the next one is. */
  escalation: nullable(
    Type.Object({
      /** Whom to telephone is `GET /api/v1/persons/{id}`; null: a desk, or nobody is named. */
      steps: Type.Array(
        Type.Object({
          to: oneOf(escalationSteps),
          at,
          person: nullable(Type.String()),
          name: nullable(Type.String()),
        }),
      ),
      nextTo: Type.Array(oneOf(escalationSteps)),
      nextAt: nullable(at),
    }),
  ),
} as const;

/** A device, some of its points or a rule of it that is out of service (停用). */
export const outOfServiceRow = Type.Object({
  id: Type.String(),
  site: Type.String(),
  siteName: text,
  device: Type.String(),
  /** Where the device stands. */
  place: text,
  points: nullable(Type.Array(Type.Object({ id: Type.String(), name: text }))),
  rule: nullable(Type.String()),
  ruleName: nullable(text),
  since: at,
  ...byPerson,
});
export type OutOfServiceRow = Static<typeof outOfServiceRow>;

/** A device whose suppression does not work (消防设施停用, rule E02), and its clock. */
export const impairmentRow = Type.Object({
  site: Type.String(),
  siteName: text,
  device: Type.String(),
  place: text,
  /** Null: it is whole, and its hours are kept for a day. */
  since: nullable(at),
  /** Of the times before, ms. */
  sumMs: Type.Integer(),
  /** When it is to be reported to the fire authority; null: it has been, or it is whole. */
  reportAt: nullable(at),
  reported: Type.Boolean(),
});
export type ImpairmentRow = Static<typeof impairmentRow>;

/** What a panel said while an incident is open: it was reset, muted, put into manual. */
export const panelRow = Type.Object({
  device: Type.String(),
  point: Type.String(),
  name: text,
  note: oneOf(panelNotes),
  value: Type.Union([Type.Boolean(), Type.Number()]),
  at,
});
export type PanelRow = Static<typeof panelRow>;

/** What somebody is called for (rule E01), as that person reads it: one for each incident. */
export const calledRow = Type.Object({
  alarm: Type.String(),
  to: oneOf(escalationSteps),
  at,
  class: oneOf(["fire", "emergency", "suppression", "supervisory", "fault", "test", "system"]),
  priority: oneOf(["P0", "P1", "P2", "P3", "P4"]),
  /** Of its incident. */
  number: nullable(Type.String()),
  what: text,
  place: text,
  siteName: text,
  access: text,
  raisedAt: at,
  acknowledgedAt: nullable(at),
  /** Further alarms of the incident that this person is called for, or was. */
  others: Type.Integer(),
});
export type CalledRow = Static<typeof calledRow>;

/** `GET /api/v1/calls`: what the person of the session is called for, the newest first. */
export const calledView = Type.Object({
  position: Type.Integer(),
  at,
  utcOffsetMin: Type.Integer(),
  calls: Type.Array(calledRow),
  /** What the person is called out for (召集). */
  callOuts: Type.Array(calledOutRow),
});
export type CalledView = Static<typeof calledView>;
