/** The contract, continued: data completeness (数据归集率). */
import Type, { type Static } from "typebox";

const text = Type.Object({ zh: Type.String(), en: Type.String() });
const nullable = <T extends Type.TSchema>(schema: T) => Type.Union([schema, Type.Null()]);
const at = Type.Integer();

/** Readings of points, or messages, of the last 24 h; what has no known value has not come. */
const rate = { expected: Type.Integer(), received: Type.Integer() };
const sum = {
  ...rate,
  /** That owe data; those out of service are counted beside them. */
  devices: Type.Integer(),
  /** Of them, at 100 %. */
  whole: Type.Integer(),
  outOfService: Type.Integer(),
};
const group = Type.Object({
  /** Empty of sites that do not say. */
  id: Type.String(),
  /** Null of a code: screens have its word. */
  name: nullable(text),
  ...sum,
});

export const completenessView = Type.Object({
  at,
  /** Counted since the gateway started, at most 24 h back. */
  since: at,
  district: Type.Object(sum),
  /** The poorest first, 200 at most of each. */
  towns: Type.Array(group),
  fields: Type.Array(group),
  sites: Type.Array(group),
  red: Type.Array(
    Type.Object({
      key: Type.String(),
      site: Type.String(),
      siteName: text,
      device: Type.String(),
      name: text,
      ...rate,
      /** The hour that runs. */
      hour: Type.Object(rate),
      /** When a known value came last; null: never. */
      heardAt: nullable(at),
    }),
  ),
  redCount: Type.Integer(),
});
export type CompletenessView = Static<typeof completenessView>;
