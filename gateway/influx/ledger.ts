/**
 * How far samples and events have been written to InfluxDB, on disk: survives a kill at any instant,
 * for a write that was not noted is made again and changes nothing. Beside it what later events are
 * told apart by, and the points that the server would not take.
 *
 * A server may acknowledge before it is durable: what it took within the last `resendMs` is in doubt
 * as soon as the connection breaks, and is written again.
 */
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import type { Place } from "../history/follow.ts";
import type { Subject, Subjects } from "./event-lines.ts";

export type Progress = {
  /** The batch up to which samples were written; null: nothing yet. */
  readonly place: Place | null;
  /** Position of the last event that was written. */
  readonly position: number;
};

export type SetAside = { readonly at: number; readonly line: string; readonly reason: string };

const schema = `
CREATE TABLE IF NOT EXISTS written (
  n INTEGER PRIMARY KEY AUTOINCREMENT, at INTEGER NOT NULL, day TEXT, id INTEGER,
  position INTEGER NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS subject (
  id TEXT PRIMARY KEY, at INTEGER NOT NULL, tags TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS aside (
  n INTEGER PRIMARY KEY AUTOINCREMENT, at INTEGER NOT NULL, line TEXT NOT NULL, reason TEXT NOT NULL
) STRICT;
`;

/** Points that were set aside: the newest stay readable (invariant I8), all are counted. */
const mostAside = 1000;

export class Ledger {
  readonly #db: DatabaseSync;
  readonly subjects: Subjects;

  constructor(folder: string) {
    this.#db = new DatabaseSync(join(folder, "influx.db"));
    this.#db.exec("PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA busy_timeout=2000");
    this.#db.exec(schema);
    const get = this.#db.prepare("SELECT at, tags FROM subject WHERE id = ?");
    const put = this.#db.prepare("INSERT OR REPLACE INTO subject VALUES (?, ?, ?)");
    this.subjects = {
      get: (id) => {
        const row = get.get(id) as { at: number; tags: string } | undefined;
        return row ? { at: row.at, tags: JSON.parse(row.tags) as Subject["tags"] } : null;
      },
      put: (id, { at, tags }) => void put.run(id, at, JSON.stringify(tags)),
    };
  }

  progress(): Progress {
    return this.#last("SELECT * FROM written ORDER BY n DESC LIMIT 1");
  }

  wrote({ place, position }: Progress, now: number, resendMs: number): void {
    const add = "INSERT INTO written (at, day, id, position) VALUES (?, ?, ?, ?)";
    this.#db.prepare(add).run(now, place?.day ?? null, place?.id ?? null, position);
    // The newest of those that are out of doubt is where one may have to go back to.
    this.#db
      .prepare("DELETE FROM written WHERE n < (SELECT max(n) FROM written WHERE at <= ?)")
      .run(now - resendMs);
  }

  /** Back to where the server was out of doubt when it took the last one. */
  goBack(resendMs: number): Progress {
    const doubtful = "at > max(0, (SELECT max(at) FROM written) - ?)";
    this.#db.prepare(`DELETE FROM written WHERE ${doubtful}`).run(resendMs);
    // What is left is beyond doubt, also when the connection breaks again before another write.
    this.#db.exec("UPDATE written SET at = 0");
    return this.progress();
  }

  /** Samples up to here will never be asked for again. */
  outOfDoubt(now: number, resendMs: number): Place | null {
    const sql = "SELECT * FROM written WHERE at <= ? ORDER BY n DESC LIMIT 1";
    return this.#last(sql, now - resendMs).place;
  }

  setAside(all: readonly SetAside[]): void {
    const add = this.#db.prepare("INSERT INTO aside (at, line, reason) VALUES (?, ?, ?)");
    for (const { at, line, reason } of all) add.run(at, line, reason);
    this.#db.prepare("DELETE FROM aside WHERE n <= (SELECT max(n) FROM aside) - ?").run(mostAside);
  }

  asides(): SetAside[] {
    return this.#db.prepare("SELECT at, line, reason FROM aside ORDER BY n").all() as SetAside[];
  }

  close(): void {
    this.#db.close();
  }

  #last(sql: string, ...values: number[]): Progress {
    const row = this.#db.prepare(sql).get(...values) as
      | { day: string | null; id: number | null; position: number }
      | undefined;
    if (!row) return { place: null, position: 0 };
    const { day, id, position } = row;
    return { place: day === null || id === null ? null : { day, id }, position };
  }
}
