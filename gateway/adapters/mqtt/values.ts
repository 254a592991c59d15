/**
 * Values of a `state` message as readings of points. Which field means which point is data of the
 * profile; what a device sends is never believed to have the right type or to lie in its range.
 */
import type { ProfilePoint } from "#rules/profile.ts";
import type { PointReading, Reading } from "#rules/sample.ts";
import { Gathered } from "../../gathered.ts";
import { withinRange } from "../range.ts";

/** Where a point may stand in a message: a field, or how far its time is off. */
export type FieldSource =
  | {
      readonly field: string;
      readonly scale?: number;
      readonly offset?: number;
      /** What the field can be. Then what comes of it ends with the range: more than full is full. */
      readonly within?: readonly [least: number, most: number];
    }
  | { readonly clockOff: true };

export type PushedPoint = Pick<ProfilePoint, "id" | "type" | "range"> & {
  /** The first one that a message has is taken. */
  readonly sources: readonly FieldSource[];
};

/** Texts of a device are shown, not judged: a longer one is cut. */
const longestText = 64;

const good = (value: Reading["value"]): Reading => ({ value, quality: "good", reason: null });
const bad = (reason: Reading["reason"]): Reading => ({ value: null, quality: "bad", reason });

const found = new Gathered<PointReading>();

/** Points that the message has; `clockOff` null: it says nothing of its time. */
export function readingsOf(
  points: readonly PushedPoint[],
  fields: Readonly<Record<string, unknown>>,
  clockOff: Reading | null,
  sourceTs: number | null,
): PointReading[] {
  found.clear();
  for (const point of points) {
    for (const source of point.sources) {
      const reading = "clockOff" in source ? clockOff : fieldReading(point, source, fields);
      if (!reading) continue;
      found.add([point.id, reading, sourceTs]);
      break;
    }
  }
  return found.copy();
}

/** Null where the message does not have it. */
function fieldReading(
  { type, range }: PushedPoint,
  source: Exclude<FieldSource, { clockOff: true }>,
  fields: Readonly<Record<string, unknown>>,
): Reading | null {
  const raw = Object.hasOwn(fields, source.field) ? fields[source.field] : undefined;
  if (raw === undefined) return null;
  // A device says null where its sensor is broken.
  if (raw === null) return bad("sensor-broken");
  if (typeof raw === "string" && type === "text") return good(raw.slice(0, longestText));
  if (typeof raw !== type) return bad("wrong-type");
  return typeof raw === "number" ? measured(raw, source, range) : good(raw as boolean);
}

function measured(
  raw: number,
  { scale = 1, offset = 0, within }: Exclude<FieldSource, { clockOff: true }>,
  range: PushedPoint["range"],
): Reading {
  // JSON has no NaN, but 1e999 is none either.
  const value = Math.round((raw * scale + offset) * 1e6) / 1e6;
  if (!Number.isFinite(value)) return bad("not-a-number");
  const isWithin = !within || (raw >= within[0] && raw <= within[1]);
  const held = within && range ? Math.min(range[1], Math.max(range[0], value)) : value;
  const settled = range ? withinRange(held, range) : held;
  if (settled === null || !isWithin) return { value, quality: "uncertain", reason: "out-of-range" };
  return good(settled);
}
