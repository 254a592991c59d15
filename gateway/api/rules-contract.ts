/**
 * The contract, continued: rules, their adoption and what is tried out of them; and why there is an
 * alarm. Screens import these types through contract.ts.
 */
import Type, { type Static } from "typebox";
import { qualities } from "#rules/sample.ts";
import { oneOf } from "./bodies.ts";

const text = Type.Object({ zh: Type.String(), en: Type.String() });
const nullable = <T extends Type.TSchema>(schema: T) => Type.Union([schema, Type.Null()]);
const at = Type.Integer();

/** `GET /api/v1/alarms/{id}/explanation`. */
export const explanation = Type.Object({
  alarm: Type.String(),
  rule: Type.String(),
  /** Hash of the packs whose rule it is; null of a rule of the gateway itself. */
  packs: nullable(Type.String()),
  sentence: text,
  /** From the sample to the disk, each step with its time. */
  trace: text,
  /** Since when its condition was true; null where it was told and not found. */
  since: nullable(at),
  raisedAt: at,
  decidedAt: nullable(at),
  committedAt: nullable(at),
  /** What the rule read: first what made it true. */
  inputs: Type.Array(
    Type.Object({
      point: Type.String(),
      value: Type.Union([Type.Number(), Type.Boolean(), Type.String(), Type.Null()]),
      unit: nullable(Type.String()),
      quality: oneOf([...qualities]),
      at: nullable(at),
      /** With its name, quality, time, and what it was compared with. */
      text,
    }),
  ),
});
export type Explanation = Static<typeof explanation>;
