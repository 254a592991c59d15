/**
 * The witness beside the journal: when the gateway was last alive, and where its journal ended.
 *
 * Written each second without fsync: it survives the death of the process, and after a power cut a
 * second more of outage is the honest answer. It is how a journal that lost its tail (an older copy
 * put back, a damaged last page) is noticed at the next start.
 *
 * Written in place, always the same length: a new file that is renamed over the old one makes ext4
 * write out both at once, in the main thread, and the journal's next fsync waits behind it.
 */
import { closeSync, constants, openSync, readFileSync, writeSync } from "node:fs";
import { join } from "node:path";

export type Alive = {
  /** ms UTC. */
  readonly at: number;
  readonly position: number;
  /** Hash of the journal at `position`, hex. */
  readonly hash: string;
};

export const aliveEveryMs = 1000;

/** Longer than any witness, shorter than a sector: one write, whole or not at all. */
const bytes = 256;

export function writeAlive(folder: string, alive: Alive): void {
  const file = openSync(join(folder, "alive.json"), constants.O_WRONLY | constants.O_CREAT, 0o600);
  try {
    writeSync(file, `${JSON.stringify(alive).padEnd(bytes - 1)}\n`, 0);
  } finally {
    closeSync(file);
  }
}

/** Null at the first start, or where the file cannot be read: it is a witness, not the truth. */
export function readAlive(folder: string): Alive | null {
  try {
    const value = JSON.parse(readFileSync(join(folder, "alive.json"), "utf8")) as Partial<Alive>;
    const { at, position, hash } = value;
    if (typeof at !== "number" || typeof position !== "number" || typeof hash !== "string") {
      return null;
    }
    return { at, position, hash };
  } catch {
    return null;
  }
}
