/**
 * Ids of signals: a UUIDv7 (RFC 9562, 5.7) written as 26 characters of base 32, so that it fits our
 * id pattern with a kind letter and an ordinal, and still sorts by time.
 */
import { randomFillSync } from "node:crypto";

const alphabet = "0123456789abcdefghjkmnpqrstvwxyz";
const poolBytes = 4096;

/** Fills `target` with random bytes; a simulation gives its own seeded source. */
export type RandomSource = (target: Uint8Array) => void;

export function createIds(random: RandomSource = (target) => randomFillSync(target)) {
  const pool = new Uint8Array(poolBytes);
  let used = poolBytes;
  let lastMs = -1;
  let counter = 0;

  /** A new id for the instant `at` (ms UTC). Monotonic within one process. */
  return function newId(at: number): string {
    if (used + 10 > poolBytes) {
      random(pool);
      used = 0;
    }
    const rest = pool.subarray(used, used + 10);
    used += 10;
    // rand_a is a counter within one ms (method 1 of RFC 9562, 6.2); a full one borrows from time.
    if (at > lastMs) {
      lastMs = at;
      counter = (rest[0] ?? 0) & 0x7f;
    } else {
      counter += 1;
      if (counter > 0xfff) {
        lastMs += 1;
        counter = 0;
      }
    }
    return encode(lastMs, counter, rest);
  };
}

function encode(ms: number, counter: number, rest: Uint8Array): string {
  const high = (BigInt(ms) << 16n) | 0x7000n | BigInt(counter);
  let low = 0x80n | (BigInt(rest[1] ?? 0) & 0x3fn);
  for (let i = 2; i < 9; i += 1) low = (low << 8n) | BigInt(rest[i] ?? 0);
  let value = (high << 64n) | low;
  let text = "";
  for (let i = 0; i < 26; i += 1) {
    text = alphabet[Number(value & 31n)] + text;
    value >>= 5n;
  }
  return text;
}

/** The instant a signal's id was made for, ms UTC; null where it is no such id. */
export function instantOf(id: string): number | null {
  if (id.length !== 26) return null;
  let value = 0n;
  for (const sign of id) {
    const digit = alphabet.indexOf(sign);
    if (digit < 0) return null;
    value = (value << 5n) | BigInt(digit);
  }
  return Number(value >> 80n);
}
