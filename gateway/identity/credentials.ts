/**
 * Credentials of devices, stations and services: a generated secret of 160 bits, stored as
 * HMAC-SHA-256 under a key of its own file, compared in constant time (DESIGN §6, Credentials).
 *
 * Not a password hash: the secret has full entropy, and 5,000 devices must be back within 10 s.
 */
import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { Refused } from "../errors.ts";

/** What a connection may act for. A service reads everything and publishes nothing. */
export type Acting = {
  readonly kind: "device" | "station" | "service";
  /** `site/device` keys; a site gateway acts for many. */
  readonly devices: readonly string[];
  readonly stations: readonly string[];
};

/** Who a connection is. A site gateway may list thousands of devices: sets, for every message asks. */
export type Principal = {
  readonly id: string;
  readonly kind: Acting["kind"];
  readonly devices: ReadonlySet<string>;
  readonly stations: ReadonlySet<string>;
};

export type NewCredential = { readonly username: string; readonly password: string };

const schema = `CREATE TABLE IF NOT EXISTS credential (
  username TEXT PRIMARY KEY,
  mac BLOB NOT NULL,
  acting TEXT NOT NULL
) STRICT;`;

type Row = { readonly mac: Buffer; readonly who: Principal };

function principal(id: string, { kind, devices, stations }: Acting): Principal {
  return { id, kind, devices: new Set(devices), stations: new Set(stations) };
}

export class Credentials {
  readonly #key: Buffer;
  readonly #db: DatabaseSync;
  readonly #known = new Map<string, Row>();

  constructor(folder: string) {
    this.#key = readKey(join(folder, "credentials.key"));
    this.#db = new DatabaseSync(join(folder, "credentials.db"));
    this.#db.exec(`PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA busy_timeout=2000;`);
    this.#db.exec(schema);
    const rows = this.#db.prepare("SELECT username, mac, acting FROM credential").all() as {
      username: string;
      mac: Uint8Array;
      acting: string;
    }[];
    for (const row of rows) {
      const acting = JSON.parse(row.acting) as Acting;
      const who = principal(row.username, acting);
      this.#known.set(row.username, { mac: Buffer.from(row.mac), who });
    }
  }

  /** A new secret for this user name; an old one stops working. Shown once, never stored. */
  create(username: string, acting: Acting): NewCredential {
    const { password, row } = this.#make(username, acting);
    this.#db
      .prepare("INSERT OR REPLACE INTO credential (username, mac, acting) VALUES (?, ?, ?)")
      .run(username, row.mac, JSON.stringify(acting));
    return { username, password };
  }

  /** Lives in memory only: for the demo's simulators. */
  createForThisRun(username: string, acting: Acting): NewCredential {
    return { username, password: this.#make(username, acting).password };
  }

  revoke(username: string): void {
    if (!this.#known.delete(username)) {
      throw new Refused({ code: "unknown-credential", message: `no credential ${username}` });
    }
    this.#db.prepare("DELETE FROM credential WHERE username = ?").run(username);
  }

  /** Null where the name is unknown or the secret is not its own; both take the same time. */
  check(username: string, password: Uint8Array): Principal | null {
    const row = this.#known.get(username);
    const mac = this.#mac(username, password);
    const same = timingSafeEqual(mac, row?.mac ?? mac);
    return row && same ? row.who : null;
  }

  close(): void {
    this.#db.close();
  }

  #make(username: string, acting: Acting): { password: string; row: Row } {
    const password = randomBytes(20).toString("base64url");
    const mac = this.#mac(username, Buffer.from(password));
    const row = { mac, who: principal(username, acting) };
    this.#known.set(username, row);
    return { password, row };
  }

  /** The name is part of what is signed: a secret is worth nothing under another name. */
  #mac(username: string, password: Uint8Array): Buffer {
    return createHmac("sha256", this.#key).update(username).update("\0").update(password).digest();
  }
}

function readKey(path: string): Buffer {
  if (existsSync(path)) return readFileSync(path);
  const key = randomBytes(32);
  writeFileSync(path, key, { mode: 0o600, flag: "wx" });
  return key;
}
