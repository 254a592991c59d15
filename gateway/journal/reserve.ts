/**
 * 64 MB set aside for the day the disk is full: given back so that the journal can go on while a
 * person makes room. Made again when there is room (DESIGN §3, The turn).
 */
import { existsSync, rmSync } from "node:fs";
import { open, rename, rm, statfs } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Logger } from "pino";

export const reserveBytes = 64 << 20;
const chunk = Buffer.alloc(1 << 20, 0x5f);
/** Room that must be left beside it before it is taken. */
const spareBytes = 256 << 20;
const tryAgainMs = 60_000;

export class Reserve {
  readonly #path: string;
  readonly #log: Logger;
  #timer: NodeJS.Timeout | null = null;
  #making: Promise<void> | null = null;

  constructor(folder: string, log: Logger) {
    this.#path = join(folder, "reserve");
    this.#log = log;
  }

  /** In the background: the reserve is for later, and 64 MB take their time. */
  start(): void {
    this.#making = this.#make().catch((error: unknown) => {
      this.#log.warn({ err: error }, "the reserve could not be made");
      this.#later();
    });
  }

  async stop(): Promise<void> {
    if (this.#timer) clearTimeout(this.#timer);
    await this.#making;
  }

  free(): void {
    if (!existsSync(this.#path)) return;
    rmSync(this.#path, { force: true });
    this.#log.fatal({ bytes: reserveBytes }, "the disk is full: the reserve has been given back");
    this.#later();
  }

  #later(): void {
    this.#timer = setTimeout(() => this.start(), tryAgainMs);
    this.#timer.unref();
  }

  async #make(): Promise<void> {
    if (existsSync(this.#path)) return;
    const { bavail, bsize } = await statfs(dirname(this.#path));
    if (bavail * bsize < reserveBytes + spareBytes) {
      this.#log.warn({ freeBytes: bavail * bsize }, "too little room for the reserve");
      return this.#later();
    }
    const making = `${this.#path}.new`;
    try {
      await this.#fill(making);
      await rename(making, this.#path);
    } catch (error) {
      await rm(making, { force: true });
      throw error;
    }
  }

  /** Written, not only sized: a sparse file would reserve nothing. */
  async #fill(path: string): Promise<void> {
    const file = await open(path, "w", 0o600);
    try {
      for (let n = 0; n < reserveBytes; n += chunk.length) await file.write(chunk);
      await file.sync();
    } finally {
      await file.close();
    }
  }
}
