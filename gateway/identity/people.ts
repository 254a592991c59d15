/**
 * People who sign in: people.db, deletable, never part of the chain. Events carry `P-…` ids only.
 *
 * Passwords are argon2id (RFC 9106), hashed off the main thread, two at a time, so that a burst of
 * sign-ins takes neither the memory nor the cores that an alarm needs.
 */
import { argon2, randomBytes, timingSafeEqual } from "node:crypto";
import { chmodSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { promisify } from "node:util";
import { Refused } from "../errors.ts";

export const roles = ["admin", "operator", "viewer", "station"] as const;
export type Role = (typeof roles)[number];

export type Person = {
  readonly id: string;
  readonly name: string;
  readonly role: Role;
  /** `*` or a site id; of role station the id of its station. */
  readonly scope: string;
};

/** Somebody an inventory names by id: crew, safety officer, 24 h contact. May have no sign-in. */
export type StaffRow = {
  readonly id: string;
  readonly name: string;
  readonly role: string;
  readonly phone?: string;
  readonly certificate?: string;
  readonly certificateUntil?: string;
  /** Given at an import, kept as argon2id only, never exported. */
  readonly pin?: string;
};

type Row = Person & { readonly salt: Uint8Array; readonly hash: Uint8Array };

const schema = `CREATE TABLE IF NOT EXISTS person (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  role TEXT NOT NULL,
  scope TEXT NOT NULL,
  salt BLOB NOT NULL,
  hash BLOB NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS staff (
  id TEXT PRIMARY KEY,
  body TEXT NOT NULL,
  pin_salt BLOB,
  pin_hash BLOB
) STRICT;`;

/** RFC 9106, section 4, second recommended option: 64 MiB, 3 passes; one lane each. */
const cost = { memory: 65_536, passes: 3, parallelism: 1, tagLength: 32 };
const atOnce = 2;
/** Sign-ins that may wait for a hash. */
const mostWaiting = 32;
const namePattern = /^[\p{L}\p{N}][\p{L}\p{N} ._-]{0,63}$/u;
const scopePattern = /^(\*|[A-Za-z0-9][A-Za-z0-9_-]{0,31})$/;

const derive = promisify(argon2);

export class People {
  readonly #db: DatabaseSync;
  #running = 0;
  readonly #waiting: (() => void)[] = [];

  constructor(folder: string) {
    const path = join(folder, "people.db");
    this.#db = new DatabaseSync(path);
    chmodSync(path, 0o600);
    this.#db.exec("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA busy_timeout=2000;");
    this.#db.exec(schema);
  }

  get count(): number {
    const row = this.#db.prepare("SELECT count(*) AS n FROM person").get() as { n: number };
    return row.n;
  }

  /** Adds a person with a generated password, shown once. Throws `Refused` with what is allowed. */
  async add(
    wanted: Readonly<Record<"name" | "role" | "scope", string>>,
  ): Promise<Person & { readonly password: string }> {
    const { name, role, scope } = wanted;
    if (!namePattern.test(name)) throw refuse("bad-name", name, "1 to 64 letters, digits, . _ -");
    if (!(roles as readonly string[]).includes(role)) {
      throw refuse("bad-role", role, roles.join(", "));
    }
    if (!scopePattern.test(scope)) throw refuse("bad-scope", scope, "* or a site id");
    if (this.#find(name)) throw refuse("name-taken", name, "a name that nobody has yet");
    const person: Person = {
      id: `P-${randomBytes(6).toString("hex")}`,
      name,
      role: role as Role,
      scope,
    };
    const password = randomBytes(12).toString("base64url");
    const salt = randomBytes(16);
    const hash = await this.#hash(password, salt);
    this.#db
      .prepare("INSERT INTO person (id, name, role, scope, salt, hash) VALUES (?, ?, ?, ?, ?, ?)")
      .run(person.id, name, role, scope, salt, hash);
    return { ...person, password };
  }

  /** Null where name and password do not belong together; an unknown name takes as long. */
  async signIn(name: string, password: string): Promise<Person | null> {
    const row = this.#find(name);
    const hash = await this.#hash(password, row?.salt ?? Buffer.alloc(16));
    if (!row || !timingSafeEqual(hash, row.hash)) return null;
    const { id, role, scope } = row;
    return { id, name: row.name, role, scope };
  }

  /** The name behind an id, for the screen; null where the person has been deleted. */
  nameOf(id: string): string | null {
    const row = this.#db.prepare("SELECT name FROM person WHERE id = ?").get(id);
    return (row as { name: string } | undefined)?.name ?? this.staffOf(id)?.name ?? null;
  }

  staffOf(id: string): StaffRow | null {
    const row = this.#db.prepare("SELECT body FROM staff WHERE id = ?").get(id);
    return row ? (JSON.parse((row as { body: string }).body) as StaffRow) : null;
  }

  /** Everybody, by id; without the PINs, which nobody can read. */
  staff(): StaffRow[] {
    const rows = this.#db.prepare("SELECT body FROM staff ORDER BY id").all();
    return rows.map((row) => JSON.parse((row as { body: string }).body) as StaffRow);
  }

  /** What `replaceStaff` would change: `+ persons P-…`, ids only. */
  staffDifference(wanted: readonly StaffRow[]): string[] {
    const known = new Map(this.staff().map((row) => [row.id, JSON.stringify(row)]));
    const added = wanted.flatMap((row) => {
      const before = known.get(row.id);
      known.delete(row.id);
      if (before === undefined) return [`+ persons ${row.id}`];
      const isSame = before === bodyOf(row) && row.pin === undefined;
      return isSame ? [] : [`~ persons ${row.id}${row.pin === undefined ? "" : ": a new PIN"}`];
    });
    return [...added, ...[...known.keys()].map((id) => `- persons ${id}`)];
  }

  /** Everybody who is not in the list any more is deleted; a PIN that is not given stays. */
  async replaceStaff(wanted: readonly StaffRow[]): Promise<void> {
    const pins = new Map<string, { salt: Buffer; hash: Buffer }>();
    for (const { id, pin } of wanted) {
      if (pin === undefined) continue;
      const salt = randomBytes(16);
      pins.set(id, { salt, hash: await this.#hash(pin, salt) });
    }
    this.#db.exec("BEGIN IMMEDIATE");
    try {
      const ids = JSON.stringify(wanted.map(({ id }) => id));
      this.#db
        .prepare("DELETE FROM staff WHERE id NOT IN (SELECT value FROM json_each(?))")
        .run(ids);
      const put = this.#db.prepare(
        `INSERT INTO staff (id, body, pin_salt, pin_hash) VALUES (?, ?, ?, ?)
         ON CONFLICT (id) DO UPDATE SET body = excluded.body,
           pin_salt = coalesce(excluded.pin_salt, pin_salt),
           pin_hash = coalesce(excluded.pin_hash, pin_hash)`,
      );
      for (const row of wanted) {
        const pin = pins.get(row.id);
        put.run(row.id, bodyOf(row), pin?.salt ?? null, pin?.hash ?? null);
      }
      this.#db.exec("COMMIT");
    } catch (error) {
      if (this.#db.isTransaction) this.#db.exec("ROLLBACK");
      throw error;
    }
  }

  close(): void {
    this.#db.close();
  }

  #find(name: string): Row | null {
    const row = this.#db.prepare("SELECT * FROM person WHERE name = ?").get(name);
    return (row as unknown as Row | undefined) ?? null;
  }

  async #hash(password: string, salt: Uint8Array): Promise<Buffer> {
    if (this.#running >= atOnce) {
      if (this.#waiting.length >= mostWaiting) {
        throw refuse("too-many-sign-ins", String(mostWaiting), "try again in a few seconds");
      }
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
    this.#running += 1;
    try {
      return await derive("argon2id", { ...cost, message: password, nonce: salt });
    } finally {
      this.#running -= 1;
      this.#waiting.shift()?.();
    }
  }
}

/** The row as it is kept: keys in one order, without the PIN. */
function bodyOf({ id, name, role, phone, certificate, certificateUntil }: StaffRow): string {
  return JSON.stringify({ id, name, role, phone, certificate, certificateUntil });
}

function refuse(code: string, value: string, allowed: string): Refused {
  return new Refused({ code, message: `${code}: ${JSON.stringify(value)}`, allowed });
}
