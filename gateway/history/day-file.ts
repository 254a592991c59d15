/**
 * One day of samples in one SQLite file, so that retention drops a file and not rows. Series are
 * numbered within their file; a sample is 20 to 30 bytes.
 *
 * synchronous=OFF: what a power cut takes is the last seconds of a trend, never an alarm (DESIGN §3,
 * History); a kill of the process takes nothing.
 */
import { DatabaseSync, type StatementSync } from "node:sqlite";
import { type Quality, qualities, type Sample, type Value } from "#rules/sample.ts";
import { type Columns, lateBit } from "./columns.ts";

/** A sample as history keeps it: `at` is when it was known, ms UTC. */
export type StoredSample = Pick<Sample, "value" | "quality"> & { readonly at: number };

/** A sample on its way to a day, with the point it is of. */
export type Row = readonly [
  /** SITE/DEVICE. */
  device: string,
  sample: StoredSample & Pick<Sample, "point"> & { readonly late?: true },
  /** Kind of the device. */
  kind?: string,
];

type Stored = {
  readonly at: number;
  readonly quality: number;
  readonly value: number | string | null;
};

const schema = `
CREATE TABLE IF NOT EXISTS series (
  id INTEGER PRIMARY KEY, device TEXT NOT NULL, point TEXT NOT NULL,
  kind TEXT NOT NULL DEFAULT '', UNIQUE (device, point)
) STRICT;
CREATE TABLE IF NOT EXISTS sample (
  series INTEGER NOT NULL, at INTEGER NOT NULL, quality INTEGER NOT NULL, value ANY,
  PRIMARY KEY (series, at)
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS batch (
  id INTEGER PRIMARY KEY AUTOINCREMENT, at INTEGER NOT NULL, count INTEGER NOT NULL,
  body TEXT NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS batch_count ON batch (id, count, at);
`;

/** Reads a day; another thread may be writing it meanwhile. */
export class DayReader {
  protected readonly db: DatabaseSync;
  readonly #findSeries: StatementSync;
  readonly #range: StatementSync;
  readonly #last: StatementSync;

  constructor(path: string, open = (at: string) => new DatabaseSync(at, { readOnly: true })) {
    this.db = open(path);
    this.db.exec("PRAGMA busy_timeout=2000");
    this.#findSeries = this.db.prepare("SELECT id FROM series WHERE device = ? AND point = ?");
    this.#range = this.db.prepare(
      "SELECT at, quality, value FROM sample WHERE series = ? AND at >= ? AND at < ? ORDER BY at",
    );
    // As arrays they come three times as fast.
    this.#range.setReturnArrays(true);
    this.#last = this.db.prepare(
      "SELECT at, quality, value FROM sample WHERE series = ? AND at < ? ORDER BY at DESC LIMIT 1",
    );
  }

  /** In order of time. Booleans come back as 0 and 1. */
  *range(device: string, point: string, from: number, to: number): Iterable<StoredSample> {
    const id = this.seriesOf(device, point);
    if (id === null) return;
    for (const row of this.#range.iterate(id, from, to)) {
      const [at, quality, value] = row as unknown as [number, number, StoredSample["value"]];
      yield { at, quality: qualities[quality] as Quality, value };
    }
  }

  /** The last one before an instant; null where there is none in this day. */
  last(device: string, point: string, before: number): StoredSample | null {
    const id = this.seriesOf(device, point);
    const row = id === null ? undefined : this.#last.get(id, before);
    return row ? sampleOf(row) : null;
  }

  series(): [device: string, point: string][] {
    const rows = this.db.prepare("SELECT device, point FROM series").all();
    return (rows as { device: string; point: string }[]).map((one) => [one.device, one.point]);
  }

  pointsOf(device: string): string[] {
    const rows = this.db.prepare("SELECT point FROM series WHERE device = ?").all(device);
    return (rows as { point: string }[]).map(({ point }) => point);
  }

  close(): void {
    this.db.close();
  }

  protected seriesOf(device: string, point: string): number | null {
    const found = this.#findSeries.get(device, point) as { id: number } | undefined;
    return found?.id ?? null;
  }
}

function sampleOf(row: unknown): StoredSample {
  const { at, quality, value } = row as Stored;
  return { at, quality: qualities[quality] as Quality, value };
}

export class DayFile extends DayReader {
  readonly #insert: StatementSync;
  readonly #addSeries: StatementSync;
  readonly #log: StatementSync;
  readonly #series = new Map<string, number>();

  constructor(path: string) {
    super(path, openForWriting);
    this.#insert = this.db.prepare("INSERT OR REPLACE INTO sample VALUES (?, ?, ?, ?)");
    this.#addSeries = this.db.prepare("INSERT INTO series (device, point, kind) VALUES (?, ?, ?)");
    this.#log = this.db.prepare("INSERT INTO batch (at, count, body) VALUES (?, ?, ?)");
  }

  /**
   * One transaction; throws what the disk says, and then nothing of it is stored. What is `logged`
   * is handed on later, in this order.
   */
  append(rows: readonly Row[], logged: readonly Row[] = []): void {
    this.db.exec("BEGIN");
    try {
      for (const row of rows) {
        const [, { at, quality, value }] = row;
        this.#insert.run(this.#idOf(row), at, qualities.indexOf(quality), storedOf(value));
      }
      if (logged.length > 0) this.#append(logged);
      this.db.exec("COMMIT");
    } catch (error) {
      if (this.db.isTransaction) this.db.exec("ROLLBACK");
      this.#series.clear();
      throw error;
    }
  }

  /** Batches up to this one were handed on for good. */
  forget(upTo: number): void {
    this.db.prepare("DELETE FROM batch WHERE id <= ?").run(upTo);
  }

  /** Samples that are here to be handed on. */
  get logged(): number {
    const row = this.db.prepare("SELECT sum(count) AS count FROM batch").get();
    return (row as { count: number | null }).count ?? 0;
  }

  #append(rows: readonly Row[]): void {
    const first = rows[0]?.[1].at ?? 0;
    const columns: Columns = { at: first, s: [], t: [], q: [], v: [] };
    for (const row of rows) {
      const [, { at, quality, value, late }] = row;
      columns.s.push(this.#idOf(row));
      columns.t.push(at - first);
      columns.q.push(qualities.indexOf(quality) + (late ? lateBit : 0));
      columns.v.push(storedOf(value));
    }
    const { at } = rows.at(-1)?.[1] ?? { at: first };
    this.#log.run(at, rows.length, JSON.stringify(columns));
  }

  #idOf([device, { point }, kind = ""]: Row): number {
    const key = `${device}#${point}`;
    const known = this.#series.get(key);
    if (known !== undefined) return known;
    const id =
      this.seriesOf(device, point) ??
      Number(this.#addSeries.run(device, point, kind).lastInsertRowid);
    this.#series.set(key, id);
    return id;
  }
}

function storedOf(value: Value | null): number | string | null {
  return typeof value === "boolean" ? Number(value) : value;
}

function openForWriting(path: string): DatabaseSync {
  const db = new DatabaseSync(path);
  db.exec("PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF; PRAGMA busy_timeout=2000");
  db.exec(schema);
  // A day that an earlier version began.
  const columns = db.prepare("PRAGMA table_info(series)").all() as { name: string }[];
  if (!columns.some(({ name }) => name === "kind")) {
    db.exec("ALTER TABLE series ADD COLUMN kind TEXT NOT NULL DEFAULT ''");
  }
  return db;
}
