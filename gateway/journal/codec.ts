/**
 * Events as the journal stores them: one JSON text each, UTF-8. These exact bytes are hashed; they
 * are never written again in another form.
 */
import type { Envelope, Event, EventType, Recorded } from "#rules/event.ts";
import { currentVersion, upcast } from "#rules/upcast.ts";

/** One event may have this many bytes. Larger is our bug, found before the turn is committed. */
export const maxEventBytes = 1 << 20;

export function record<E extends Event>(event: E, envelope: Omit<Envelope, "v">): Recorded<E> {
  return { ...envelope, v: currentVersion(event.type as EventType), ...event };
}

export function encodeEvent(event: Recorded): Buffer {
  const bytes = Buffer.from(JSON.stringify(event), "utf8");
  if (bytes.length > maxEventBytes) {
    throw new Error(`event ${event.type} has ${bytes.length} bytes, ${maxEventBytes} are allowed`);
  }
  return bytes;
}

/** The event of stored bytes, in its current version. Throws on an unknown or newer type. */
export function decodeEvent(bytes: Uint8Array): Recorded {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("utf8");
  return upcastEvent(JSON.parse(text) as object);
}

/** The same of what has been parsed. */
export function upcastEvent(stored: object): Recorded {
  return upcast(stored as Record<string, unknown>);
}
