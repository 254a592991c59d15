/**
 * One day of samples in one SQLite file, so that retention drops a file and not rows. Series are
 * numbered within their file. A sample is a row of 20 to 30 bytes; where a batch has several of one
 * series they are one block, of about 10 bytes each.
 *
 * synchronous=OFF: what a power cut takes is the last seconds of a trend, never an alarm (DESIGN §3,
 * History); a kill of the process takes nothing.
 */
import { DatabaseSync, type StatementSync } from "node:sqlite";
import { type Quality, qualities, type Sample } from "#rules/sample.ts";
import { decodeBlock, encodeBlock, longestBlockMs, mostInBlock } from "./block.ts";
import { type Columns, lateBit } from "./columns.ts";
import { begin } from "./files.ts";
import { codeOf, isNone, isText, type Packed, type SeriesName } from "./packed.ts";

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

/** Which rows of a batch. */
type Rows = Iterable<number>;
type TextOf = (row: number) => string;

/** Fewer of one series stay rows: a block has an entry of an index of its own. */
const leastInBlock = 4;

const schema = `
CREATE TABLE IF NOT EXISTS series (
  id INTEGER PRIMARY KEY, device TEXT NOT NULL, point TEXT NOT NULL,
  kind TEXT NOT NULL DEFAULT '', UNIQUE (device, point)
) STRICT;
CREATE TABLE IF NOT EXISTS sample (
  series INTEGER NOT NULL, at INTEGER NOT NULL, quality INTEGER NOT NULL, value ANY,
  PRIMARY KEY (series, at)
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS block (
  series INTEGER NOT NULL, first INTEGER NOT NULL, count INTEGER NOT NULL, body BLOB NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS block_first ON block (series, first);
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
  /** Null in a day of a version that had none. */
  readonly #blocks: StatementSync | null;
  readonly #lastFirst: StatementSync | null;

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
    const hasBlocks = this.db.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'block'").get();
    const find = "SELECT first, body FROM block WHERE series = ? AND first";
    const prepare = (sql: string) => (hasBlocks ? this.db.prepare(sql) : null);
    this.#blocks = prepare(`${find} BETWEEN ? AND ? ORDER BY rowid`);
    this.#lastFirst = prepare(
      "SELECT max(first) AS first FROM block WHERE series = ? AND first < ?",
    );
  }

  /** In order of time. Booleans come back as 0 and 1. */
  *range(device: string, point: string, from: number, to: number): Iterable<StoredSample> {
    const id = this.seriesOf(device, point);
    if (id === null) return;
    const rows = this.#rows(id, from, to);
    const blocks = this.#blocks?.all(id, from - longestBlockMs, to - 1) ?? [];
    if (blocks.length === 0) return yield* rows;
    const within = blocks.flatMap(samplesOf).filter(({ at }) => at >= from && at < to);
    yield* inOrder([...rows, ...within]);
  }

  *#rows(id: number, from: number, to: number): Iterable<StoredSample> {
    for (const row of this.#range.iterate(id, from, to)) {
      const [at, quality, value] = row as unknown as [number, number, StoredSample["value"]];
      yield { at, quality: qualities[quality] as Quality, value };
    }
  }

  /** The last one before an instant; null where there is none in this day. */
  last(device: string, point: string, before: number): StoredSample | null {
    const id = this.seriesOf(device, point);
    if (id === null) return null;
    const first = this.#lastFirstOf(id, before);
    const row = this.#last.get(id, before);
    if (first === null) return row ? sampleOf(row) : null;
    return [...this.range(device, point, first, before)].at(-1) ?? null;
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

  /** Where the newest block before an instant begins. */
  #lastFirstOf(id: number, before: number): number | null {
    return (
      (this.#lastFirst?.get(id, before) as { first: number | null } | undefined)?.first ?? null
    );
  }

  /** Newest instant that lies in a block. */
  protected lastInBlock(id: number): number {
    const first = this.#lastFirstOf(id, Number.MAX_SAFE_INTEGER);
    if (first === null) return -Infinity;
    const all = this.#blocks?.all(id, first - longestBlockMs, first) ?? [];
    return Math.max(...all.flatMap(samplesOf).map(({ at }) => at));
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

function samplesOf(row: unknown): StoredSample[] {
  const { first, body } = row as { first: number; body: Uint8Array };
  return decodeBlock(body, first);
}

/** Each instant once: what came later stands. Nearly always they are in order as they are. */
function inOrder(samples: StoredSample[]): StoredSample[] {
  const isOrdered = samples.every(({ at }, i) => i === 0 || at > (samples[i - 1]?.at ?? 0));
  if (isOrdered) return samples;
  const sorted = samples.toSorted((a, b) => a.at - b.at);
  return sorted.filter(({ at }, i) => at !== sorted[i + 1]?.at);
}

export class DayFile extends DayReader {
  readonly #insert: StatementSync;
  readonly #addSeries: StatementSync;
  readonly #insertBlock: StatementSync;
  readonly #log: StatementSync;
  readonly #beginLog: StatementSync;
  readonly #series = new Map<SeriesName, number>();
  /** By series: the newest instant in a block. */
  readonly #blocked = new Map<number, number>();

  constructor(path: string) {
    super(path, openForWriting);
    this.#insert = this.db.prepare("INSERT OR REPLACE INTO sample VALUES (?, ?, ?, ?)");
    this.#addSeries = this.db.prepare("INSERT INTO series (device, point, kind) VALUES (?, ?, ?)");
    this.#insertBlock = this.db.prepare("INSERT INTO block VALUES (?, ?, ?, ?)");
    this.#beginLog = this.db.prepare(
      `INSERT INTO sqlite_sequence SELECT 'batch', ?
       WHERE NOT EXISTS (SELECT 1 FROM sqlite_sequence WHERE name = 'batch')`,
    );
    this.#log = this.db.prepare("INSERT INTO batch (at, count, body) VALUES (?, ?, ?)");
  }

  /**
   * Rows of a batch, in one transaction; throws what the disk says, and then nothing of it is stored.
   * Where it `isLogged`, the whole batch is handed on later, in its order.
   */
  append(batch: Packed, names: readonly SeriesName[], rows: Rows, isLogged: boolean): void {
    this.db.exec("BEGIN");
    try {
      const textOf = textsOf(batch);
      for (const [number, ofSeries] of Map.groupBy(rows, (row) => batch.series[row] as number)) {
        this.#store(this.#idOf(names[number] as SeriesName), batch, ofSeries, textOf);
      }
      if (isLogged) this.#append(batch, names, textOf);
      this.db.exec("COMMIT");
    } catch (error) {
      if (this.db.isTransaction) this.db.exec("ROLLBACK");
      this.#series.clear();
      this.#blocked.clear();
      throw error;
    }
  }

  #store(id: number, batch: Packed, rows: readonly number[], textOf: TextOf): void {
    const { at, flags } = batch;
    for (let from = 0; from < rows.length; ) {
      const first = at[rows[from] as number] as number;
      let to = from + 1;
      const isNext = (row: number): boolean => {
        const [before, now] = [at[rows[to - 1] as number] as number, at[row] as number];
        return now > before && now - first <= longestBlockMs && to - from < mostInBlock;
      };
      while (to < rows.length && isNext(rows[to] as number)) to += 1;
      const part = rows.slice(from, to);
      const blocked = this.#blocked.get(id) ?? this.lastInBlock(id);
      // A row is older than a block that has its instant: what comes later is a block too.
      if (part.length >= leastInBlock || first <= blocked) {
        this.#insertBlock.run(id, first, part.length, encodeBlock(batch, part, textOf));
        this.#blocked.set(id, Math.max(blocked, at[part.at(-1) as number] as number));
      } else {
        this.#blocked.set(id, blocked);
        for (const row of part) {
          const value = storedAt(batch, row, textOf);
          this.#insert.run(id, at[row] as number, (flags[row] as number) % lateBit, value);
        }
      }
      from = to;
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

  #append(batch: Packed, names: readonly SeriesName[], textOf: TextOf): void {
    const { count, series, at, flags } = batch;
    const first = at[0] ?? 0;
    // A day that was made anew has none of the numbers that somebody may have read of the one before it.
    this.#beginLog.run(Math.floor(first));
    const columns: Columns = { at: first, s: [], t: [], q: [], v: [] };
    for (let row = 0; row < count; row += 1) {
      columns.s.push(this.#idOf(names[series[row] as number] as SeriesName));
      columns.t.push((at[row] as number) - first);
      columns.q.push(codeOf(flags[row] as number));
      columns.v.push(storedAt(batch, row, textOf));
    }
    this.#log.run(at[count - 1] ?? first, count, JSON.stringify(columns));
  }

  #idOf(name: SeriesName): number {
    const known = this.#series.get(name);
    if (known !== undefined) return known;
    const { device, point, kind } = name;
    const id =
      this.seriesOf(device, point) ??
      Number(this.#addSeries.run(device, point, kind).lastInsertRowid);
    this.#series.set(name, id);
    return id;
  }
}

function textsOf({ count, flags, texts }: Packed): TextOf {
  if (texts.length === 0) return () => "";
  const byRow = new Map<number, string>();
  for (let row = 0, n = 0; row < count; row += 1) {
    if (isText(flags[row] as number)) byRow.set(row, texts[n++] ?? "");
  }
  return (row) => byRow.get(row) ?? "";
}

function storedAt({ value, flags }: Packed, row: number, textOf: TextOf): number | string | null {
  const of = flags[row] as number;
  if (isText(of)) return textOf(row);
  return isNone(of) ? null : (value[row] as number);
}

function openForWriting(path: string): DatabaseSync {
  begin(path, schema);
  const db = new DatabaseSync(path);
  // First of all to wait: a reader that leaves holds the file for a moment.
  db.exec("PRAGMA busy_timeout=2000; PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF");
  db.exec(schema);
  // A day that an earlier version began.
  const columns = db.prepare("PRAGMA table_info(series)").all() as { name: string }[];
  if (!columns.some(({ name }) => name === "kind")) {
    db.exec("ALTER TABLE series ADD COLUMN kind TEXT NOT NULL DEFAULT ''");
  }
  return db;
}
