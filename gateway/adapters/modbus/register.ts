/**
 * Registers and bits to values, by the type and order a profile states. Pure.
 *
 * Modbus fixes the order of two bytes only (Modbus Application Protocol V1.1b3, 4.2); how a
 * controller lays a longer value over several registers is its maker's choice, so it is configured
 * for each map or point and never guessed.
 */
import type { Reading } from "#rules/sample.ts";
import { withinRange } from "../range.ts";

export const tables = ["coil", "discrete-input", "holding-register", "input-register"] as const;
export type Table = (typeof tables)[number];

/** A and B are the bytes of the most significant register. */
export const orders = ["ABCD", "CDAB", "BADC", "DCBA"] as const;
export type Order = (typeof orders)[number];

export const encodings = [
  "bool",
  "bit",
  "int16",
  "uint16",
  "int32",
  "uint32",
  "int64",
  "uint64",
  "float32",
  "float64",
  "bcd16",
  "bcd32",
  "ascii",
] as const;
export type Encoding = (typeof encodings)[number];

/** Where a point stands in a device, and how its bits become a value. */
export type Register = {
  readonly id: string;
  readonly table: Table;
  /** Counts from 0, as on the wire. */
  readonly address: number;
  readonly as: Encoding;
  readonly order: Order;
  /** Of `bit`: 0 is the least significant. */
  readonly bit?: number;
  /** Of `ascii`: registers, two characters each. */
  readonly registers?: number;
  /** value = raw × scale + offset */
  readonly scale: number;
  readonly offset: number;
  readonly range?: readonly [number, number];
  /** Raw values that mean a broken sensor, as the type reads them. */
  readonly sentinels: readonly number[];
};

const lengths: Readonly<Record<Encoding, number>> = {
  bool: 1,
  bit: 1,
  int16: 1,
  uint16: 1,
  int32: 2,
  uint32: 2,
  int64: 4,
  uint64: 4,
  float32: 2,
  float64: 4,
  bcd16: 1,
  bcd32: 2,
  ascii: 1,
};

export function isBitTable(table: Table): boolean {
  return table === "coil" || table === "discrete-input";
}

/** Registers or bits that a point takes. */
export function lengthOf({ as, registers }: Pick<Register, "as" | "registers">): number {
  return as === "ascii" ? (registers ?? 1) : lengths[as];
}

const good = (value: Reading["value"]): Reading => ({ value, quality: "good", reason: null });
const bad = (reason: Reading["reason"]): Reading => ({ value: null, quality: "bad", reason });

/** The reading of one point from its own registers (0 to 65535) or its bit. */
export function decode(register: Register, words: readonly (number | boolean)[]): Reading {
  const { as } = register;
  if (words.length < lengthOf(register)) return bad("no-answer");
  if (as === "bool") return good(words[0] === true || words[0] === 1);
  const bytes = ordered(words as readonly number[], lengthOf(register), register.order);
  if (as === "bit") return good(((bytes.readUInt16BE(0) >> (register.bit ?? 0)) & 1) === 1);
  if (as === "ascii") return text(bytes);
  const raw = rawOf(as, bytes);
  if (raw === null || !Number.isFinite(raw)) return bad("not-a-number");
  if (isSentinel(register, raw)) return bad("sensor-broken");
  return measured(register, raw);
}

function measured({ as, scale, offset, range }: Register, raw: number): Reading {
  const value = scale === 1 && offset === 0 ? raw : withoutDust(raw * scale, offset);
  if (!Number.isFinite(value)) return bad("not-a-number");
  const settled = range ? withinRange(value, range) : value;
  if (settled === null) return { value, quality: "uncertain", reason: "out-of-range" };
  return (as === "int64" || as === "uint64") && !Number.isSafeInteger(raw)
    ? { value, quality: "uncertain", reason: "inexact" }
    : good(settled);
}

/** The bytes of `count` registers with the most significant first. */
function ordered(words: readonly number[], count: number, order: Order): Buffer {
  const bytes = Buffer.alloc(count * 2);
  const swapsWords = order === "CDAB" || order === "DCBA";
  for (let i = 0; i < count; i += 1) {
    bytes.writeUInt16BE(words[swapsWords ? count - 1 - i : i] ?? 0, i * 2);
  }
  return order === "BADC" || order === "DCBA" ? bytes.swap16() : bytes;
}

function rawOf(as: Exclude<Encoding, "bool" | "bit" | "ascii">, bytes: Buffer): number | null {
  switch (as) {
    case "int16":
      return bytes.readInt16BE(0);
    case "uint16":
      return bytes.readUInt16BE(0);
    case "int32":
      return bytes.readInt32BE(0);
    case "uint32":
      return bytes.readUInt32BE(0);
    case "int64":
      return Number(bytes.readBigInt64BE(0));
    case "uint64":
      return Number(bytes.readBigUInt64BE(0));
    case "float32":
      return shortest(bytes.readFloatBE(0));
    case "float64":
      return bytes.readDoubleBE(0);
    case "bcd16":
    case "bcd32":
      return /^\d+$/.test(bytes.toString("hex")) ? Number(bytes.toString("hex")) : null;
    default:
      return as satisfies never;
  }
}

/** 0.1 × 3 is 0.30000000000000004: fifteen digits of the larger part are all that are certain. */
function withoutDust(scaled: number, offset: number): number {
  const largest = Math.max(Math.abs(scaled), Math.abs(offset));
  const exact = scaled + offset;
  if (largest === 0 || !Number.isFinite(exact)) return exact;
  const digits = Math.min(100, Math.max(0, 14 - Math.floor(Math.log10(largest))));
  return Number(exact.toFixed(digits));
}

/** A profile may write the sentinel of a float32 with fewer or more digits than it has. */
function isSentinel({ as, sentinels }: Register, raw: number): boolean {
  const same = as === "float32" ? Math.fround : (value: number) => value;
  return sentinels.some((sentinel) => same(sentinel) === same(raw));
}

/** The shortest decimal that is this float32: 0.6 and not 0.6000000238418579. */
function shortest(value: number): number {
  for (let digits = 6; digits < 9; digits += 1) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === value) return short;
  }
  return Number(value.toPrecision(9));
}

/** Up to the first NUL; what is no printable character makes the whole text no text. */
function text(bytes: Buffer): Reading {
  const whole = bytes.toString("latin1");
  const end = whole.indexOf("\0");
  const value = (end < 0 ? whole : whole.slice(0, end)).trimEnd();
  return /^[\x20-\x7e]*$/.test(value) ? good(value) : bad("not-a-number");
}
