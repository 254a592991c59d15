/**
 * 64 MB set aside for the day the disk is full: given back so that the journal can go on while a
 * person makes room. Made again when there is room (DESIGN §3, The turn).
 */
import {
  closeSync,
  existsSync,
  fsyncSync,
  openSync,
  renameSync,
  rmSync,
  statfsSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import type { Logger } from "pino";

export const reserveBytes = 64 << 20;
const chunk = Buffer.alloc(1 << 20, 0x5f);
/** Room that must be left beside it before it is taken. */
const spareBytes = 256 << 20;
/** A freed reserve is not taken again at once. */
const tryAgainMs = 60_000;

export class Reserve {
  readonly #path: string;
  readonly #log: Logger;

  constructor(folder: string, log: Logger) {
    this.#path = join(folder, "reserve");
    this.#log = log;
    this.#make();
  }

  free(): void {
    if (!existsSync(this.#path)) return;
    rmSync(this.#path, { force: true });
    this.#log.fatal({ bytes: reserveBytes }, "the disk is full: the reserve has been given back");
    setTimeout(() => this.#make(), tryAgainMs).unref();
  }

  /** Written, not only sized: a sparse file would reserve nothing. */
  #make(): void {
    if (existsSync(this.#path)) return;
    try {
      const { bavail, bsize } = statfsSync(join(this.#path, ".."));
      if (bavail * bsize < reserveBytes + spareBytes) {
        this.#log.warn({ freeBytes: bavail * bsize }, "too little room for the reserve");
        setTimeout(() => this.#make(), tryAgainMs).unref();
        return;
      }
      const file = openSync(`${this.#path}.new`, "w", 0o600);
      for (let n = 0; n < reserveBytes; n += chunk.length) writeSync(file, chunk);
      fsyncSync(file);
      closeSync(file);
      renameSync(`${this.#path}.new`, this.#path);
    } catch (error) {
      this.#log.warn({ err: error }, "the reserve could not be made");
    }
  }
}
