/**
 * The journal file: append-only, hash-chained, on node:sqlite (WAL, synchronous=FULL).
 *
 * Synchronous. The commit worker is its only writer; replay, verify and export read it. It never
 * changes or deletes a row; triggers in the file refuse that to everybody else too.
 */
import { join } from "node:path";
import { DatabaseSync, type SQLInputValue, type StatementSync } from "node:sqlite";
import { genesis, nextHash } from "./chain.ts";

export type Head = { readonly position: number; readonly hash: Buffer };

export type ArtefactRow = {
  readonly hash: string;
  readonly kind: string;
  readonly body: Uint8Array;
};

export type Row = {
  readonly position: number;
  readonly body: Uint8Array;
  readonly hash: Uint8Array;
};

/** A turn: the events' bytes in order, the first at `first`, with the artefacts they name. */
export type Turn = {
  readonly first: number;
  readonly bodies: readonly Uint8Array[];
  readonly artefacts: Iterable<ArtefactRow>;
};

const schema = `
CREATE TABLE IF NOT EXISTS journal (
  position INTEGER PRIMARY KEY,
  body BLOB NOT NULL,
  hash BLOB NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS artefact (
  hash TEXT PRIMARY KEY,
  kind TEXT NOT NULL,
  body BLOB NOT NULL
) STRICT;
CREATE TRIGGER IF NOT EXISTS journal_is_append_only BEFORE UPDATE ON journal
  BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
CREATE TRIGGER IF NOT EXISTS journal_keeps_everything BEFORE DELETE ON journal
  BEGIN SELECT RAISE(ABORT, 'the journal keeps everything'); END;
`;

/**
 * Pages of WAL (4 kB each) at which SQLite moves them into the file in the middle of a commit, which
 * then takes 15 ms and more. The commit worker does it at quiet times, long before (ADR 4).
 */
const walAutocheckpointPages = 10_000;

export class JournalFile {
  readonly #db: DatabaseSync;
  readonly #insert: StatementSync | null;
  readonly #insertArtefact: StatementSync | null;

  private constructor(db: DatabaseSync, writable: boolean) {
    this.#db = db;
    this.#insert = writable
      ? db.prepare("INSERT INTO journal (position, body, hash) VALUES (?, ?, ?)")
      : null;
    this.#insertArtefact = writable
      ? db.prepare("INSERT OR IGNORE INTO artefact (hash, kind, body) VALUES (?, ?, ?)")
      : null;
  }

  static path(folder: string): string {
    return join(folder, "journal.db");
  }

  static openForWriting(folder: string, path = JournalFile.path(folder)): JournalFile {
    const db = new DatabaseSync(path);
    db.exec(`PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;
      PRAGMA wal_autocheckpoint=${walAutocheckpointPages}; PRAGMA busy_timeout=2000;`);
    db.exec(schema);
    return new JournalFile(db, true);
  }

  static openForReading(folder: string): JournalFile {
    return JournalFile.openAt(JournalFile.path(folder));
  }

  /** A journal under another name: a backup, or one that was put aside. Only reads. */
  static openAt(path: string): JournalFile {
    const db = new DatabaseSync(path, { readOnly: true });
    db.exec("PRAGMA busy_timeout=2000;");
    return new JournalFile(db, false);
  }

  head(): Head {
    const row = this.#db
      .prepare("SELECT position, hash FROM journal ORDER BY position DESC LIMIT 1")
      .get() as { position: number; hash: Uint8Array } | undefined;
    return row
      ? { position: row.position, hash: Buffer.from(row.hash) }
      : { position: 0, hash: genesis };
  }

  hashAt(position: number): Buffer | null {
    if (position === 0) return genesis;
    const row = this.#db.prepare("SELECT hash FROM journal WHERE position = ?").get(position) as
      | { hash: Uint8Array }
      | undefined;
    return row ? Buffer.from(row.hash) : null;
  }

  /** One transaction; after it returns, the turn is on disk. Gives the new head. */
  append(turn: Turn, head: Head): Head {
    if (!this.#insert || !this.#insertArtefact) throw new Error("opened for reading");
    if (turn.first !== head.position + 1) {
      throw new Error(`turn begins at ${turn.first}, the journal ends at ${head.position}`);
    }
    this.#db.exec("BEGIN IMMEDIATE");
    try {
      for (const a of turn.artefacts) this.#insertArtefact.run(a.hash, a.kind, a.body);
      let { position, hash } = head;
      for (const body of turn.bodies) {
        position += 1;
        hash = nextHash(hash, body);
        this.#insert.run(position, body as SQLInputValue, hash);
      }
      this.#db.exec("COMMIT");
      return { position, hash };
    } catch (error) {
      this.#rollback();
      throw error;
    }
  }

  /** Moves the WAL into the file, as far as no reader is in the way. Throws what the disk says. */
  checkpoint(): void {
    this.#db.exec("PRAGMA wal_checkpoint(PASSIVE)");
  }

  /** Rows after `position`, in order, while the caller asks for more. */
  *read(after: number, upTo = Number.MAX_SAFE_INTEGER): Generator<Row> {
    const statement = this.#db.prepare(
      "SELECT position, body, hash FROM journal WHERE position > ? AND position <= ? ORDER BY position",
    );
    statement.setReturnArrays(true);
    const rows = statement.iterate(after, upTo) as unknown as Iterable<
      [number, Uint8Array, Uint8Array]
    >;
    for (const [position, body, hash] of rows) yield { position, body, hash };
  }

  artefact(hash: string): Uint8Array | null {
    const row = this.#db.prepare("SELECT body FROM artefact WHERE hash = ?").get(hash) as
      | { body: Uint8Array }
      | undefined;
    return row?.body ?? null;
  }

  hasArtefact(hash: string): boolean {
    return this.#db.prepare("SELECT 1 FROM artefact WHERE hash = ?").get(hash) !== undefined;
  }

  /** One after the other: of a damaged file, those that can still be read. */
  *eachArtefact(): Generator<ArtefactRow> {
    const rows = this.#db.prepare("SELECT hash, kind, body FROM artefact").iterate();
    for (const row of rows) yield row as unknown as ArtefactRow;
  }

  /** A consistent copy while the gateway runs (the online backup API never ends under writes). */
  copyTo(path: string): void {
    this.#db.prepare("VACUUM INTO ?").run(path);
  }

  close(): void {
    this.#db.close();
  }

  #rollback(): void {
    // SQLite may have rolled back by itself (full disk); a second ROLLBACK then is no error of ours.
    if (this.#db.isTransaction) this.#db.exec("ROLLBACK");
  }
}
