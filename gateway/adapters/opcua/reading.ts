/**
 * From what a node gives to a reading: its status code, its type and its value, each for what it
 * is. Pure, and without the library: a DataValue comes in by its shape. Never throws.
 */
import type { Quality, QualityReason, Reading, Value } from "#rules/sample.ts";
import { withinRange } from "../range.ts";
import type { MonitoredPoint } from "./protocol.ts";

/** A DataValue as node-opcua decodes it (Part 4, 7.11). */
export type NodeValue = {
  readonly statusCode: { readonly value: number; readonly name: string };
  readonly value: {
    /** Built-in type (Part 6, 5.1.2). */
    readonly dataType: number;
    /** 0 for a scalar. */
    readonly arrayType: number;
    readonly value: unknown;
  };
};

type Judged = { readonly quality: Quality; readonly reason: QualityReason | null };

/** Status codes that say more than good, uncertain or bad (Part 8, 6.3; Part 4, 7.39). */
const known: Readonly<Record<string, Judged>> = {
  BadNodeIdUnknown: { quality: "bad", reason: "no-such-node" },
  BadNodeIdInvalid: { quality: "bad", reason: "no-such-node" },
  BadSensorFailure: { quality: "bad", reason: "sensor-broken" },
  BadWaitingForInitialData: { quality: "bad", reason: "never-read" },
  UncertainLastUsableValue: { quality: "stale", reason: "no-answer" },
  UncertainNoCommunicationLastUsableValue: { quality: "stale", reason: "no-answer" },
  UncertainEngineeringUnitsExceeded: { quality: "uncertain", reason: "out-of-range" },
};

/** The two highest bits are the severity (Part 4, 7.39.1); the fourth of them is reserved: bad. */
export function judge({ value, name }: NodeValue["statusCode"]): Judged {
  const named = known[name];
  if (named) return named;
  switch (value >>> 30) {
    case 0:
      return { quality: "good", reason: null };
    case 1:
      return { quality: "uncertain", reason: "uncertain-status" };
    default:
      return { quality: "bad", reason: "bad-status" };
  }
}

/**
 * The server's queue was full and this value stands for others (Part 4, 7.39.2: InfoType,
 * Overflow).
 */
export function isOverflow({ value }: NodeValue["statusCode"]): boolean {
  return ((value >>> 10) & 3) === 1 && (value & 0x80) !== 0;
}

export function readingOf(point: MonitoredPoint, node: NodeValue): Reading {
  const { quality, reason } = judge(node.statusCode);
  const status = quality === "good" ? {} : { status: node.statusCode.name };
  if (quality === "bad") return { value: null, quality, reason, ...status };
  const converted = convert(point, node.value);
  if (typeof converted === "object") return { value: null, quality: "bad", ...converted };
  if (quality !== "good") return { value: converted, quality, reason, ...status };
  return believe(point, converted);
}

/** Built-in types by their numbers (Part 6, table 1). */
const booleanType = 1;
const int64Type = 8;
const uint64Type = 9;
const floatType = 10;
const doubleType = 11;
const stringType = 12;
const dateTimeType = 13;
const guidType = 14;
const localizedTextType = 21;

type Unfit = { readonly reason: QualityReason };
const wrongType: Unfit = { reason: "wrong-type" };

function convert(point: MonitoredPoint, variant: NodeValue["value"]): Value | Unfit {
  const { dataType, arrayType, value } = variant;
  if (arrayType !== 0 || value === null || value === undefined) return wrongType;
  switch (point.type) {
    case "boolean":
      return dataType === booleanType && typeof value === "boolean" ? value : wrongType;
    case "number":
      return numberOf(dataType, value);
    case "text":
      return textOf(dataType, value);
    default:
      return point.type satisfies never;
  }
}

function numberOf(dataType: number, value: unknown): number | Unfit {
  if (dataType <= booleanType || dataType > doubleType) return wrongType;
  if (dataType === int64Type || dataType === uint64Type) return wide(dataType, value);
  if (typeof value !== "number") return wrongType;
  if (!Number.isFinite(value)) return { reason: "not-a-number" };
  // Seven digits are what 32 bits hold: 0.1 is not to become 0.10000000149.
  return dataType === floatType ? Number(value.toPrecision(7)) : value;
}

/** 64 bits are two words, the high one first. */
function wide(dataType: number, value: unknown): number | Unfit {
  if (!Array.isArray(value) || value.length !== 2) return wrongType;
  const [high, low] = value as [number, number];
  const whole = (BigInt(high >>> 0) << 32n) | BigInt(low >>> 0);
  const number = Number(dataType === int64Type ? BigInt.asIntN(64, whole) : whole);
  return Number.isSafeInteger(number) ? number : { reason: "inexact" };
}

function textOf(dataType: number, value: unknown): string | Unfit {
  if (dataType === stringType || dataType === guidType) return String(value);
  if (dataType === dateTimeType) {
    return value instanceof Date && !Number.isNaN(value.getTime())
      ? value.toISOString()
      : wrongType;
  }
  if (dataType !== localizedTextType) return wrongType;
  const { text } = value as { text?: unknown };
  return typeof text === "string" ? text : "";
}

/** What its enumeration does not have, or its sensor cannot show, is shown and not believed. */
function believe({ range, values }: MonitoredPoint, value: Value): Reading {
  const good: Reading = { value, quality: "good", reason: null };
  if (typeof value !== "number") return good;
  const doubt = (reason: QualityReason): Reading => ({ value, quality: "uncertain", reason });
  if (values && !values.includes(value)) return doubt("unknown-enum");
  const settled = range ? withinRange(value, range) : value;
  return settled === null ? doubt("out-of-range") : { ...good, value: settled };
}

/** What a node gives that no value of its point can be: the map is wrong, not the plant. */
export function isUnfit({ reason }: Reading): boolean {
  return reason === "wrong-type" || reason === "unknown-enum" || reason === "not-a-number";
}

/** ms UTC of a timestamp; null where there is none, or one that no clock has. */
export function timeOf(date: Date | null | undefined): number | null {
  const ms = date?.getTime() ?? Number.NaN;
  // node-opcua reads the null timestamp as 1601-01-01.
  return Number.isFinite(ms) && ms > 0 ? ms : null;
}
