/**
 * Photos (files/, ADR 6): bytes under a random id, and in people.db the key of the HMAC that events
 * carry. A photo that is deleted takes its key along, and nobody can prove any more what it showed.
 */
import { createHmac, randomBytes } from "node:crypto";
import { chmodSync, mkdirSync, rmSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import type { Photo } from "#rules/hot-work/permit.ts";
import { Refused } from "../errors.ts";

const schema = `CREATE TABLE IF NOT EXISTS photo (
  id TEXT PRIMARY KEY,
  site TEXT NOT NULL,
  type TEXT NOT NULL,
  hmac TEXT NOT NULL,
  key BLOB NOT NULL,
  at INTEGER NOT NULL
) STRICT;`;

export const photoTypes = ["image/jpeg", "image/png", "image/webp"] as const;
export type PhotoType = (typeof photoTypes)[number];

/** A telephone's camera, compressed as the page does it. */
export const photoBytes = 8 * 1024 * 1024;
/** Of one gateway (invariant I8). */
const mostPhotos = 200_000;

export class Photos {
  readonly #folder: string;
  readonly #db: DatabaseSync;

  constructor(data: string) {
    this.#folder = join(data, "files");
    mkdirSync(this.#folder, { recursive: true, mode: 0o700 });
    chmodSync(this.#folder, 0o700);
    this.#db = new DatabaseSync(join(data, "people.db"));
    this.#db.exec("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA busy_timeout=2000;");
    this.#db.exec(schema);
  }

  /** Throws `Refused` where the bytes are no photo, whatever they are said to be. */
  async put(bytes: Buffer, of: { readonly site: string; readonly at: number }): Promise<Photo> {
    const type = typeOf(bytes);
    if (type === null) {
      const allowed = photoTypes.join(", ");
      throw new Refused({ code: "not-a-photo", message: "these bytes are no photo", allowed });
    }
    const { n } = this.#db.prepare("SELECT count(*) AS n FROM photo").get() as { n: number };
    if (n >= mostPhotos) {
      throw new Refused({ code: "too-many-photos", message: `${mostPhotos} photos are kept` });
    }
    const file = `PH-${randomBytes(12).toString("hex")}`;
    const key = randomBytes(32);
    const hmac = createHmac("sha256", key).update(bytes).digest("hex");
    // The bytes first: a row without them would be a photo that nobody can show.
    await writeFile(join(this.#folder, file), bytes, { flag: "wx", mode: 0o600, flush: true });
    this.#db
      .prepare("INSERT INTO photo (id, site, type, hmac, key, at) VALUES (?, ?, ?, ?, ?, ?)")
      .run(file, of.site, type, hmac, key, of.at);
    return { file, hmac };
  }

  /** What an event says of it; null where there is no such photo of this site. */
  photoOf(file: string, site: string): Photo | null {
    const row = this.#row(file);
    return row?.site === site ? { file, hmac: row.hmac } : null;
  }

  siteOf(file: string): string | null {
    return this.#row(file)?.site ?? null;
  }

  async read(file: string): Promise<{ readonly type: string; readonly bytes: Buffer } | null> {
    const row = this.#row(file);
    return row && { type: row.type, bytes: await readFile(join(this.#folder, file)) };
  }

  remove(file: string): void {
    if (!this.#row(file)) return;
    this.#db.prepare("DELETE FROM photo WHERE id = ?").run(file);
    rmSync(join(this.#folder, file), { force: true });
  }

  close(): void {
    this.#db.close();
  }

  #row(file: string): { site: string; type: string; hmac: string } | null {
    const row = this.#db.prepare("SELECT site, type, hmac FROM photo WHERE id = ?").get(file);
    return (row as { site: string; type: string; hmac: string } | undefined) ?? null;
  }
}

/** By its first bytes. */
function typeOf(bytes: Buffer): PhotoType | null {
  if (bytes.subarray(0, 3).equals(Buffer.from([0xff, 0xd8, 0xff]))) return "image/jpeg";
  const png = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  if (bytes.subarray(0, 8).equals(png)) return "image/png";
  const isWebp =
    bytes.toString("latin1", 0, 4) === "RIFF" && bytes.toString("latin1", 8, 12) === "WEBP";
  return isWebp ? "image/webp" : null;
}
