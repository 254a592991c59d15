/** The contract, continued: the figures of alarm management (报警管理指标; IEC 62682, ISA-18.2). */
import Type, { type Static } from "typebox";
import { maintenanceReasons, maintenanceResults } from "#rules/maintenance/maintenance.ts";
import { oneOf } from "./bodies.ts";

const text = Type.Object({ zh: Type.String(), en: Type.String() });
const nullable = <T extends Type.TSchema>(schema: T) => Type.Union([schema, Type.Null()]);
const at = Type.Integer();

export const figureIds = [
  "per-day",
  "per-hour",
  "per-ten-minutes",
  "peak-ten-minutes",
  "hours-over-30",
  "tens-over-10",
  "time-in-flood",
  "top-ten-share",
  "chattering",
  "fleeting",
  "stale",
  "priority-high",
  "priority-medium",
  "priority-low",
] as const;
export type FigureId = (typeof figureIds)[number];

const byTime = Type.Array(Type.Object({ from: at, count: Type.Integer() }));

/** `GET /api/v1/figures`. Counts are of new alarms as each seat gets them; tests are none. */
export const figuresView = Type.Object({
  at,
  /** False while the journal is still read after a start: the figures are then of less than they say. */
  complete: Type.Boolean(),
  /** Of the time since then, 30 days at most. */
  since: at,
  utcOffsetMin: Type.Integer(),
  /** Each figure beside its target: at most, or at least, so much; `met` null where nothing has come. */
  figures: Type.Array(
    Type.Object({
      id: oneOf(figureIds),
      value: Type.Number(),
      unit: oneOf(["alarms", "percent"]),
      sense: oneOf(["at-most", "at-least"]),
      target: Type.Number(),
      met: nullable(Type.Boolean()),
    }),
  ),
  /** New alarms of each of the last 30 days, of each of the last 24 h, and of their ten minutes. */
  days: byTime,
  hours: byTime,
  tens: byTime,
  priorities: Type.Array(
    Type.Object({ priority: oneOf(["P0", "P1", "P2", "P3", "P4"]), count: Type.Integer() }),
  ),
  /** Points that alarm most, with how much of it was chatter or gone within 60 s. */
  topTen: Type.Array(
    Type.Object({
      site: Type.String(),
      device: Type.String(),
      point: Type.String(),
      rule: Type.String(),
      place: text,
      what: text,
      count: Type.Integer(),
      chatters: Type.Integer(),
      fleeting: Type.Integer(),
    }),
  ),
  /** Points that were verified to be false most, with their causes, most frequent first. */
  falseTen: Type.Array(
    Type.Object({
      site: Type.String(),
      device: Type.String(),
      point: Type.String(),
      place: text,
      what: text,
      count: Type.Integer(),
      causes: Type.Array(Type.Object({ cause: Type.String(), count: Type.Integer() })),
    }),
  ),
  /** Maintenance orders (检修单), open ones first, newest first. */
  orders: Type.Array(
    Type.Object({
      id: Type.String(),
      site: Type.String(),
      device: Type.String(),
      point: Type.String(),
      place: text,
      what: text,
      reason: oneOf(maintenanceReasons),
      byName: nullable(Type.String()),
      openedAt: at,
      /** False alarms in the 30 days before, and in those since; null until `reviewAt`. */
      before: Type.Integer(),
      after: nullable(Type.Integer()),
      reviewAt: at,
      closed: nullable(
        Type.Object({ at, byName: nullable(Type.String()), result: oneOf(maintenanceResults) }),
      ),
    }),
  ),
  /** Alarms that have stood for more than 24 h. */
  stale: Type.Array(Type.Object({ alarm: Type.String(), what: text, raisedAt: at })),
  floods: Type.Array(Type.Object({ from: at, to: nullable(at), count: Type.Integer() })),
});
export type FiguresView = Static<typeof figuresView>;
