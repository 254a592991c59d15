/**
 * The hash chain: hash(n) = SHA-256(hash(n-1) ‖ stored bytes of n). Whoever changes, removes or
 * inserts an event breaks every hash after it; the head in the heartbeat is a witness outside.
 */
import { hash } from "node:crypto";

export const genesis: Buffer = Buffer.alloc(32);

export function nextHash(previous: Uint8Array, body: Uint8Array): Buffer {
  return hash("sha256", Buffer.concat([previous, body]), "buffer");
}

/** Name of an artefact: SHA-256 of its bytes, hex. */
export function artefactHash(body: Uint8Array): string {
  return hash("sha256", body, "hex");
}
