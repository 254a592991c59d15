/**
 * The contract, continued: trends. One shape whatever answers, samples or minutes or hours; screens import
 * these types through contract.ts.
 */
import Type, { type Static } from "typebox";
import { oneOf } from "./bodies.ts";

const text = Type.Object({ zh: Type.String(), en: Type.String() });
const nullable = <T extends Type.TSchema>(schema: T) => Type.Union([schema, Type.Null()]);
const at = Type.Integer();
const number = nullable(Type.Number());
const value = Type.Union([Type.Number(), Type.Boolean(), Type.String(), Type.Null()]);

const limit = Type.Object({
  rule: Type.String(),
  ruleName: text,
  side: oneOf(["below", "above"]),
  /** In the unit of the point: of the rule, or what the point that has it says now. */
  value: number,
  /** The point that has the limit; null where the rule has it. */
  point: nullable(Type.String()),
  deadBand: Type.Number(),
});

/** A point that can be drawn. */
const trendPoint = {
  /** SITE/DEVICE/POINT. */
  id: Type.String(),
  siteName: text,
  deviceName: text,
  device: Type.String(),
  place: nullable(text),
  name: text,
  type: oneOf(["boolean", "number", "text"]),
  unit: nullable(Type.String()),
  /** Words of the values of an enumeration. */
  values: nullable(Type.Array(Type.Object({ value: Type.Number(), name: text }))),
};

export const trendPoints = Type.Object({
  points: Type.Array(Type.Object(trendPoint)),
  /** There are more that match. */
  more: Type.Boolean(),
});
export type TrendPoints = Static<typeof trendPoints>;

const trendSeries = Type.Object({
  ...trendPoint,
  range: nullable(Type.Tuple([Type.Number(), Type.Number()])),
  /** A change of less than this is not stored. */
  deadBand: number,
  limits: Type.Array(limit),
  /** From what it was read, the coarsest. */
  resolution: oneOf(["raw", "minute", "hour"]),
  /** Width of a row, ms; 0: each is a sample. */
  bucketMs: Type.Integer(),
  /** Rows in order of time; `at` is when a sample was known, or when its bucket begins. */
  columns: Type.Object({
    at: Type.Array(at),
    min: Type.Array(number),
    max: Type.Array(number),
    /** Of the samples that were stored. */
    mean: Type.Array(number),
    last: Type.Array(value),
    count: Type.Array(Type.Integer()),
  }),
  /** When it was not known, and why; `none`: nothing was stored. */
  gaps: Type.Array(
    Type.Object({ from: at, to: at, why: oneOf(["uncertain", "bad", "stale", "none"]) }),
  ),
  /** The last sample before the range: its value reaches into it. */
  before: nullable(Type.Object({ at, value, quality: Type.String() })),
});
export type TrendSeries = Static<typeof trendSeries>;

export const trendsView = Type.Object({
  from: at,
  to: at,
  series: Type.Array(trendSeries),
  /** Points that were asked for and are not there, or have no values. */
  missing: Type.Array(Type.String()),
});
export type TrendsView = Static<typeof trendsView>;

const mark = Type.Object({
  kind: oneOf(["alarm", "permit", "test", "out-of-service"]),
  id: Type.String(),
  at,
  /** Its end; null while it stands. */
  until: nullable(at),
  /** Null where it is of the whole site. */
  device: nullable(Type.String()),
  zone: nullable(Type.String()),
  rule: nullable(Type.String()),
  ruleName: nullable(text),
  priority: nullable(Type.String()),
  class: nullable(Type.String()),
  incident: nullable(Type.String()),
  number: nullable(Type.String()),
});
export const trendMarks = Type.Object({
  marks: Type.Array(mark),
  /** What began and ended before this is not among them. */
  since: at,
  more: Type.Boolean(),
});
export type TrendMarks = Static<typeof trendMarks>;
export type TrendMark = Static<typeof mark>;
