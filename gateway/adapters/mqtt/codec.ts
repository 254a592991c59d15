/**
 * MQTT payloads ↔ signals (DESIGN §6; fields and behaviour of the button in devices/button).
 *
 * In doubt an event is a press (law 3): whatever cannot be read on a device's event topic becomes a
 * press marked unreadable. Nothing here throws on what a device sends.
 */
import { isUtf8 } from "node:buffer";
import { hash } from "node:crypto";
import { type OrderReply, orderReplies } from "#rules/dispatch/order.ts";
import { mostCrew, type StationStatus, stationStatuses } from "#rules/dispatch/status.ts";
import type { DeviceEventWord, Press, SignalBody, UnreadableReason } from "#rules/signal.ts";

const uint32Max = 0xffff_ffff;
const idPattern = /^[A-Za-z0-9][A-Za-z0-9_-]{0,31}$/;

const deviceEventWords: ReadonlySet<string> = new Set<DeviceEventWord>([
  "cancel",
  "tamper",
  "test",
  "release",
  "low_battery",
  "power",
  "link",
]);

type Fields = Readonly<Record<string, unknown>>;

export type EventSignal = SignalBody & { readonly kind: "press" | "device-event" };

/** The signal of a PUBLISH on a device's event topic. Total: there is always one. */
export function decodeEvent(site: string, device: string, payload: Uint8Array): EventSignal {
  const digest = hash("sha256", payload, "hex").slice(0, 16);
  const fields = parseObject(payload);
  if (typeof fields === "string") return unreadable(site, device, digest, fields);
  const { event } = fields;
  const seq = uint32(fields.seq);
  const ts = integer(fields.ts);
  if (typeof event === "string" && deviceEventWords.has(event)) {
    const word = event as DeviceEventWord;
    return { kind: "device-event", site, device, event: word, seq, ts, digest };
  }
  if (event !== "press") return unreadable(site, device, digest, "unknown-event", seq, ts);
  const wrong = fields.v !== 1 || seq === null || (ts === null && fields.ts !== undefined);
  if (wrong) return unreadable(site, device, digest, "wrong-field", seq, ts);
  return { kind: "press", site, device, presses: [{ seq, ts, digest }] };
}

function unreadable(
  site: string,
  device: string,
  digest: string,
  reason: UnreadableReason,
  seq: number | null = null,
  ts: number | null = null,
): EventSignal {
  const press: Press = { seq, ts, digest, unreadable: reason };
  return { kind: "press", site, device, presses: [press] };
}

export type StationSignal = SignalBody & { readonly kind: "reply" | "station-status" };

/**
 * The signal of a station's reply, or what is wrong with it: a reply is no alarm. Without an order it
 * is what the station says of itself.
 */
export function decodeReply(
  station: string,
  payload: Uint8Array,
): StationSignal | { readonly wrong: string } {
  const fields = parseObject(payload);
  if (typeof fields === "string") return { wrong: fields };
  if (fields.order === undefined && fields.status !== undefined) return statusOf(station, fields);
  const { order, revision, reply, reason } = fields;
  if (fields.v !== 1) return { wrong: "v is not 1" };
  if (typeof order !== "string" || !idPattern.test(order)) return { wrong: "order is not an id" };
  const known = uint32(revision);
  if (known === null || known < 1) return { wrong: "revision is not a number from 1" };
  if (!(orderReplies as readonly unknown[]).includes(reply)) {
    return { wrong: `reply is not one of ${orderReplies.join(", ")}` };
  }
  const { seq, ts } = { seq: uint32(fields.seq), ts: integer(fields.ts) };
  const signal = { kind: "reply", station, order, revision: known, seq, ts } as const;
  const answer = { ...signal, reply: reply as OrderReply };
  return typeof reason === "string" && idPattern.test(reason) ? { ...answer, reason } : answer;
}

function statusOf(station: string, fields: Fields): StationSignal | { readonly wrong: string } {
  const { v, status, vehicle, crew } = fields;
  if (v !== 1) return { wrong: "v is not 1" };
  if (!(stationStatuses as readonly unknown[]).includes(status)) {
    return { wrong: `status is not one of ${stationStatuses.join(", ")}` };
  }
  if (vehicle !== undefined && !(typeof vehicle === "string" && idPattern.test(vehicle))) {
    return { wrong: "vehicle is not an id" };
  }
  const people = uint32(crew);
  if (crew !== undefined && (people === null || people > mostCrew)) {
    return { wrong: `crew is not a number from 0 to ${mostCrew}` };
  }
  return {
    ...{ kind: "station-status", station, status: status as StationStatus },
    ...(vehicle === undefined ? {} : { vehicle: vehicle as string }),
    ...(people === null ? {} : { crew: people }),
  };
}

export type DeviceState = {
  /** What the spine judges itself; null where the payload says nothing of it. */
  readonly tamper: boolean | null;
  readonly points: Fields;
  /** The device's own time, ms UTC. */
  readonly ts: number | null;
};

/** A state payload, or what is wrong with it; null: it was no text. */
export function decodeState(text: string | null): DeviceState | { readonly wrong: string } {
  const fields = text === null ? "not-json" : parseText(text);
  if (typeof fields === "string") return { wrong: fields };
  const { points } = fields;
  if (fields.v !== 1 || typeof points !== "object" || points === null || Array.isArray(points)) {
    return { wrong: "wrong-field" };
  }
  const { tamper } = points as Fields;
  const is = typeof tamper === "boolean" ? tamper : null;
  return { tamper: is, points: points as Fields, ts: integer(fields.ts) };
}

/** Birth and last will. */
export function decodeStatus(payload: Uint8Array): "online" | "offline" | null {
  const text = Buffer.from(payload).toString("latin1");
  return text === "online" || text === "offline" ? text : null;
}

type Parsed = Fields | "not-json" | "not-an-object";

function parseObject(payload: Uint8Array): Parsed {
  const text = textOf(payload);
  return text === null ? "not-json" : parseText(text);
}

/** Null where it is none: a decoder that replaces bad bytes would make an unreadable one readable. */
export function textOf(payload: Uint8Array): string | null {
  return isUtf8(payload) ? bufferOf(payload).toString() : null;
}

function parseText(text: string): Parsed {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null && !Array.isArray(value)) {
      return value as Fields;
    }
    return "not-an-object";
  } catch {
    return "not-json";
  }
}

/** The same bytes; what is a buffer already is no new one. */
function bufferOf(bytes: Uint8Array): Buffer {
  if (Buffer.isBuffer(bytes)) return bytes;
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function uint32(value: unknown): number | null {
  return integer(value) !== null && (value as number) >= 0 && (value as number) <= uint32Max
    ? (value as number)
    : null;
}

function integer(value: unknown): number | null {
  return typeof value === "number" && Number.isSafeInteger(value) ? value : null;
}
