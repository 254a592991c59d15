/**
 * People who sign in: people.db, deletable, never part of the chain. Events carry `P-…` ids only.
 *
 * Passwords are argon2id (RFC 9106), hashed off the main thread, two at a time, so that a burst of
 * sign-ins takes neither the memory nor the cores that an alarm needs.
 */
import { argon2, randomBytes, randomInt, timingSafeEqual } from "node:crypto";
import { chmodSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { promisify } from "node:util";
import { Refused } from "../errors.ts";

export const roles = [
  ...(["admin", "operator", "viewer", "station"] as const),
  /** 园区管理员, 监护人, and another platform: hot work, and nothing else. */
  ...(["park", "watcher", "platform"] as const),
] as const;
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

/** Of a guest who works with a certificate: its number stays here. */
type Guest = {
  readonly certificate?: string | undefined;
  readonly certificateUntil?: string | undefined;
};

type PinColumns = {
  readonly pin_salt: Uint8Array | null;
  readonly pin_hash: Uint8Array | null;
};

type Row = Person & { readonly salt: Uint8Array; readonly hash: Uint8Array };

const schema = `CREATE TABLE IF NOT EXISTS person (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  role TEXT NOT NULL,
  scope TEXT NOT NULL,
  salt BLOB NOT NULL,
  hash BLOB NOT NULL,
  pin_salt BLOB,
  pin_hash BLOB
) STRICT;
CREATE TABLE IF NOT EXISTS staff (
  id TEXT PRIMARY KEY,
  body TEXT NOT NULL,
  pin_salt BLOB,
  pin_hash BLOB
) STRICT;`;

/** Columns that people.db of version 0.1 does not have yet. */
const laterColumns = ["pin_salt", "pin_hash"] as const;

/**
 * What an inventory's staff may do at a desk by PIN; who has another role may not act there. Theirs is
 * the whole district: a control room is staffed for all of it.
 */
const deskRoles: Readonly<Record<string, Role>> = {
  "duty-operator": "operator",
  "duty-leader": "operator",
};

/** Roles of people who sign in that act at a desk. */
const actingRoles: ReadonlySet<string> = new Set<Role>(["admin", "operator"]);

/** Of no inventory: an import neither brings nor takes them. */
const guestRole = "guest";
const mostGuests = 1000;

/** Who waits for a hash, first things first: an essential act never stands behind sign-ins. */
const lanes = ["essential", "pin", "sign-in"] as const;
export type HashLane = (typeof lanes)[number];

/** RFC 9106, section 4, second recommended option: 64 MiB, 3 passes; one lane each. */
const cost = { memory: 65_536, passes: 3, parallelism: 1, tagLength: 32 };
const atOnce = 2;
/** Of each lane, how many may wait for a hash. */
const mostWaiting = 32;
const namePattern = /^[\p{L}\p{N}][\p{L}\p{N} ._-]{0,63}$/u;
const scopePattern = /^(\*|[A-Za-z0-9][A-Za-z0-9_-]{0,31})$/;

const derive = promisify(argon2);

export class People {
  readonly #db: DatabaseSync;
  #running = 0;
  readonly #waiting: Readonly<Record<HashLane, (() => void)[]>> = {
    essential: [],
    pin: [],
    "sign-in": [],
  };

  constructor(folder: string) {
    const path = join(folder, "people.db");
    this.#db = new DatabaseSync(path);
    chmodSync(path, 0o600);
    this.#db.exec("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA busy_timeout=2000;");
    this.#db.exec(schema);
    const columns = this.#db.prepare("SELECT name FROM pragma_table_info('person')").all();
    const known = new Set(columns.map((row) => (row as { name: string }).name));
    for (const column of laterColumns) {
      if (!known.has(column)) this.#db.exec(`ALTER TABLE person ADD COLUMN ${column} BLOB`);
    }
  }

  get count(): number {
    const row = this.#db.prepare("SELECT count(*) AS n FROM person").get() as { n: number };
    return row.n;
  }

  /** Who may sign in, the first one first. */
  users(): Person[] {
    const rows = this.#db.prepare("SELECT id, name, role, scope FROM person ORDER BY rowid").all();
    return rows.map((row) => ({ ...(row as unknown as Person) }));
  }

  /** Adds a person with a generated password, shown once. Throws `Refused` with what is allowed. */
  async add(
    wanted: Readonly<Record<"name" | "role" | "scope", string>> & { readonly person?: string },
  ): Promise<Person & { readonly password: string }> {
    const { name, role, scope } = wanted;
    if (!namePattern.test(name)) throw refuse("bad-name", name, "1 to 64 letters, digits, . _ -");
    if (!(roles as readonly string[]).includes(role)) {
      throw refuse("bad-role", role, roles.join(", "));
    }
    const isStation = role === "station";
    if (!scopePattern.test(scope) || (isStation && scope === "*")) {
      throw refuse("bad-scope", scope, isStation ? "the id of a station" : "* or a site id");
    }
    if (this.#find(name)) throw refuse("name-taken", name, "a name that nobody has yet");
    const person: Person = {
      id: wanted.person === undefined ? newPersonId() : this.#freeId(wanted.person),
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

  /**
   * Who the PIN says they are, with the role they act in at a desk; null where it is wrong, where the
   * person has none, or is unknown: each of these takes as long.
   */
  async checkPin(id: string, pin: string, lane: HashLane = "pin"): Promise<Person | null> {
    const row = this.#pinRow(id);
    const hash = await this.#hash(pin, row?.salt ?? Buffer.alloc(16), lane);
    return row && timingSafeEqual(hash, row.hash) ? row.person : null;
  }

  /** Who may act at a desk by PIN, by name. */
  peopleWithPin(): { readonly id: string; readonly name: string; readonly role: string }[] {
    const users = this.#db
      .prepare("SELECT id, name, role FROM person WHERE pin_hash IS NOT NULL")
      .all() as { id: string; name: string; role: string }[];
    const staff = this.#db.prepare("SELECT body FROM staff WHERE pin_hash IS NOT NULL").all();
    const rows = staff.map((row) => JSON.parse((row as { body: string }).body) as StaffRow);
    const known = new Set(users.map(({ id }) => id));
    return [
      ...users.filter(({ role }) => actingRoles.has(role)),
      ...rows.filter(({ id, role }) => !known.has(id) && Object.hasOwn(deskRoles, role)),
    ]
      .map(({ id, name, role }) => ({ id, name, role }))
      .sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  /** A new PIN of six digits, shown once; of somebody who signs in (by name), or of staff (by id). */
  async setPin(nameOrId: string): Promise<{ id: string; name: string; pin: string }> {
    const user = this.#find(nameOrId);
    const staff = user ? null : this.staffOf(nameOrId);
    const role = user?.role ?? staff?.role ?? "";
    const of = user ?? staff;
    if (!of) throw refuse("unknown-person", nameOrId, "the name of a user, or the id of a person");
    if (!(user ? actingRoles.has(role) : Object.hasOwn(deskRoles, role))) {
      const allowed = [...actingRoles, ...Object.keys(deskRoles)].join(", ");
      throw refuse("role-cannot-act", role, allowed);
    }
    const pin = String(randomInt(1_000_000)).padStart(6, "0");
    const salt = randomBytes(16);
    const hash = await this.#hash(pin, salt);
    const table = user ? "person" : "staff";
    this.#db
      .prepare(`UPDATE ${table} SET pin_salt = ?, pin_hash = ? WHERE id = ?`)
      .run(salt, hash, of.id);
    return { id: of.id, name: of.name, pin };
  }

  /** Deletes somebody who signs in; what they did stays in the journal, under an id without a name. */
  remove(name: string): Person {
    const row = this.#find(name);
    if (!row) throw refuse("unknown-person", name, "the name of a user");
    const { id, role, scope } = row;
    const admins = this.#db.prepare("SELECT count(*) AS n FROM person WHERE role = 'admin'").get();
    if (role === "admin" && (admins as { n: number }).n === 1) {
      throw refuse("last-admin", name, "another administrator first");
    }
    this.#db.prepare("DELETE FROM person WHERE id = ?").run(id);
    return { id, name: row.name, role, scope };
  }

  /** The name behind an id, for the screen; null where the person has been deleted. */
  nameOf(id: string): string | null {
    const row = this.#db.prepare("SELECT name FROM person WHERE id = ?").get(id);
    return (row as { name: string } | undefined)?.name ?? this.staffOf(id)?.name ?? null;
  }

  /** Somebody who is on site today, whom no inventory names: a contractor who tests. Gives the id. */
  addGuest(name: string, phone: string, more: Guest = {}): string {
    const known = this.#guest(name, phone);
    const id = known?.id ?? `P-g${randomBytes(6).toString("hex")}`;
    // Written anew, so that it is among the newest again.
    this.#db
      .prepare("INSERT OR REPLACE INTO staff (id, body) VALUES (?, ?)")
      .run(id, bodyOf({ ...known, ...said(more), id, name, role: guestRole, phone } as StaffRow));
    // The newest of them are enough: a name that nobody asks for any more is not kept.
    this.#db
      .prepare(
        `DELETE FROM staff WHERE body ->> 'role' = ?1 AND rowid NOT IN (
           SELECT rowid FROM staff WHERE body ->> 'role' = ?1 ORDER BY rowid DESC LIMIT ?2)`,
      )
      .run(guestRole, mostGuests);
    return id;
  }

  /** The same name at the same telephone is the same person, who works at one place at a time. */
  #guest(name: string, phone: string): StaffRow | null {
    const row = this.#db
      .prepare(
        `SELECT body FROM staff
         WHERE body ->> 'role' = ? AND body ->> 'name' = ? AND body ->> 'phone' = ?`,
      )
      .get(guestRole, name, phone);
    return row === undefined ? null : (JSON.parse(String(row.body)) as StaffRow);
  }

  isGuest(id: string): boolean {
    return this.staffOf(id)?.role === guestRole;
  }

  staffOf(id: string): StaffRow | null {
    const row = this.#db.prepare("SELECT body FROM staff WHERE id = ?").get(id);
    return row ? (JSON.parse((row as { body: string }).body) as StaffRow) : null;
  }

  /** Everybody an inventory names, by id; without the PINs, which nobody can read. */
  staff(): StaffRow[] {
    const rows = this.#db
      .prepare("SELECT body FROM staff WHERE body ->> 'role' <> ? ORDER BY id")
      .all(guestRole);
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
        .prepare(
          `DELETE FROM staff WHERE id NOT IN (SELECT value FROM json_each(?))
             AND body ->> 'role' <> ?`,
        )
        .run(ids, guestRole);
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

  /** Somebody an inventory names signs in under that id: what they are called for is theirs to read. */
  #freeId(id: string): string {
    const taken = this.#db.prepare("SELECT 1 FROM person WHERE id = ?").get(id) !== undefined;
    if (taken || !this.staffOf(id)) {
      throw refuse("bad-person", id, "the id of a person of the inventory who has no sign-in yet");
    }
    return id;
  }

  #find(name: string): Row | null {
    const row = this.#db.prepare("SELECT * FROM person WHERE name = ?").get(name);
    return (row as unknown as Row | undefined) ?? null;
  }

  /** A user's own PIN goes before that of staff: an import cannot give anybody a user's id. */
  #pinRow(id: string): { salt: Uint8Array; hash: Uint8Array; person: Person } | null {
    const user = this.#db.prepare("SELECT * FROM person WHERE id = ?").get(id) as
      | (Row & PinColumns)
      | undefined;
    if (user) {
      const { name, role, scope, pin_salt: salt, pin_hash: hash } = user;
      if (!salt || !hash || !actingRoles.has(role)) return null;
      return { salt, hash, person: { id, name, role, scope } };
    }
    const staff = this.#db.prepare("SELECT * FROM staff WHERE id = ?").get(id) as
      | ({ body: string } & PinColumns)
      | undefined;
    if (!staff?.pin_salt || !staff.pin_hash) return null;
    const { name, role } = JSON.parse(staff.body) as StaffRow;
    const acting = Object.hasOwn(deskRoles, role) ? deskRoles[role] : undefined;
    if (!acting) return null;
    const person = { id, name, role: acting, scope: "*" };
    return { salt: staff.pin_salt, hash: staff.pin_hash, person };
  }

  async #hash(password: string, salt: Uint8Array, lane: HashLane = "sign-in"): Promise<Buffer> {
    if (this.#running < atOnce) this.#running += 1;
    else await this.#turnIn(lane);
    try {
      return await derive("argon2id", { ...cost, message: password, nonce: salt });
    } finally {
      // The place is handed on and not given back: nobody slips in between.
      const next = lanes.find((name) => this.#waiting[name].length > 0);
      if (next === undefined) this.#running -= 1;
      else this.#waiting[next].shift()?.();
    }
  }

  #turnIn(lane: HashLane): Promise<void> {
    const waiting = this.#waiting[lane];
    if (waiting.length >= mostWaiting) {
      throw new Refused({
        code: "too-many-sign-ins",
        message: `${mostWaiting} others wait already`,
        allowed: "try again in a few seconds",
        retryAfterMs: 2000,
      });
    }
    return new Promise((resolve) => waiting.push(resolve));
  }
}

const newPersonId = (): string => `P-${randomBytes(6).toString("hex")}`;

/** The row as it is kept: keys in one order, without the PIN. */
function bodyOf({ id, name, role, phone, certificate, certificateUntil }: StaffRow): string {
  return JSON.stringify({ id, name, role, phone, certificate, certificateUntil });
}

/** What is not said this time is not forgotten. */
function said(more: Guest): Guest {
  return Object.fromEntries(Object.entries(more).filter(([, value]) => value !== undefined));
}

function refuse(code: string, value: string, allowed: string): Refused {
  return new Refused({ code, message: `${code}: ${JSON.stringify(value)}`, allowed });
}
