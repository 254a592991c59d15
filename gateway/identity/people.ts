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

export const roles = ["admin", "operator", "viewer"] as const;
export type Role = (typeof roles)[number];

export type Person = {
  readonly id: string;
  readonly name: string;
  readonly role: Role;
  /** `*`, or a site id. */
  readonly scope: string;
};

type Row = Person & { readonly salt: Uint8Array; readonly hash: Uint8Array };

const schema = `CREATE TABLE IF NOT EXISTS person (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  role TEXT NOT NULL,
  scope TEXT NOT NULL,
  salt BLOB NOT NULL,
  hash BLOB NOT NULL
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
    return (row as { name: string } | undefined)?.name ?? null;
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

function refuse(code: string, value: string, allowed: string): Refused {
  return new Refused({ code, message: `${code}: ${JSON.stringify(value)}`, allowed });
}
