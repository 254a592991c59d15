/**
 * The hash chain: hash(n) = SHA-256(hash(n-1) ‖ stored bytes of n). Whoever changes, removes or
 * inserts an event breaks every hash after it; the head in the heartbeat is a witness outside.
 */
import { hash } from "node:crypto";

export const genesis: Buffer = Buffer.alloc(32);

/** Most events fit; a start hashes a million of them, and each allocation would be seen. */
const scratch = Buffer.alloc(4096);

export function nextHash(previous: Uint8Array, body: Uint8Array): Buffer {
  const length = previous.length + body.length;
  if (length > scratch.length) return hash("sha256", Buffer.concat([previous, body]), "buffer");
  scratch.set(previous);
  scratch.set(body, previous.length);
  return hash("sha256", scratch.subarray(0, length), "buffer");
}

/** Name of an artefact: SHA-256 of its bytes, hex. */
export function artefactHash(body: Uint8Array): string {
  return hash("sha256", body, "hex");
}
