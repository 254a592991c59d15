/**
 * A day that is over, by minute and by hour: of each the least, the most, the last and the first that
 * is not good, with their times, and the mean. Beside the day's file, and there after it is dropped.
 * What it gives are samples that were there, so that a trend of it keeps peaks and gaps.
 */
import { DatabaseSync, type StatementSync } from "node:sqlite";
import { type Quality, qualities } from "#rules/sample.ts";
import type { LongBucket } from "./buckets.ts";
import type { StoredSample } from "./day-file.ts";
import { begin } from "./files.ts";

export const levels = { minute: 60_000, hour: 3_600_000 } as const;
export type Level = keyof typeof levels;

/** The coarsest of which each bucket of a trend has at least one; null: none is coarse enough. */
export function levelFor(widthMs: number): Level | null {
  if (widthMs >= levels.hour) return "hour";
  return widthMs >= levels.minute ? "minute" : null;
}

/** A series is thinned where it has so many times the samples that would be left. */
const worthwhile = 2;
const keptOfBucket = 4;
const dayMs = 86_400_000;

const tableOf = (level: Level) => `
CREATE TABLE IF NOT EXISTS ${level} (
  series INTEGER NOT NULL, at INTEGER NOT NULL, count INTEGER NOT NULL, mean REAL,
  least_at INTEGER, least REAL, most_at INTEGER, most REAL,
  last_at INTEGER NOT NULL, last ANY, last_quality INTEGER NOT NULL,
  unknown_at INTEGER, unknown ANY, unknown_quality INTEGER, known INTEGER,
  PRIMARY KEY (series, at)
) STRICT, WITHOUT ROWID;`;
const schema = `
CREATE TABLE IF NOT EXISTS series (
  id INTEGER PRIMARY KEY, device TEXT NOT NULL, point TEXT NOT NULL, UNIQUE (device, point)
) STRICT;
${tableOf("minute")}${tableOf("hour")}`;

type Bucket = {
  readonly at: number;
  count: number;
  known: number;
  sum: number;
  least: StoredSample | null;
  most: StoredSample | null;
  unknown: StoredSample | null;
  last: StoredSample;
};

type Row = readonly [
  at: number,
  count: number,
  mean: number | null,
  leastAt: number | null,
  least: number | null,
  mostAt: number | null,
  most: number | null,
  lastAt: number,
  last: StoredSample["value"],
  lastQuality: number,
  unknownAt: number | null,
  unknown: StoredSample["value"],
  unknownQuality: number | null,
  known: number | null,
];

export class LongFile {
  readonly #db: DatabaseSync;
  readonly #insert: Readonly<Record<Level, StatementSync>>;
  readonly #range: Readonly<Record<Level, StatementSync>>;

  /** `readOnly`: another thread may be writing it meanwhile. */
  constructor(path: string, readOnly = false) {
    if (!readOnly) begin(path, schema);
    this.#db = new DatabaseSync(path, { readOnly });
    this.#db.exec("PRAGMA busy_timeout=2000");
    if (!readOnly) {
      this.#db.exec("PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF");
      this.#db.exec(schema);
    }
    const hasKnown = this.#withKnown(readOnly);
    const insert = (level: Level) =>
      this.#db.prepare(`INSERT OR REPLACE INTO ${level} VALUES (${"?,".repeat(14)}?)`);
    const range = (level: Level) => {
      const statement = this.#db.prepare(
        `SELECT at, count, mean, least_at, least, most_at, most, last_at, last, last_quality,
           unknown_at, unknown, unknown_quality, ${hasKnown ? "known" : "NULL"}
         FROM ${level} WHERE series = ? AND at >= ? AND at < ? ORDER BY at`,
      );
      statement.setReturnArrays(true);
      return statement;
    };
    this.#insert = { minute: insert("minute"), hour: insert("hour") };
    this.#range = { minute: range("minute"), hour: range("hour") };
  }

  /** Files of earlier versions do not say how many samples of a bucket were known. */
  #withKnown(readOnly: boolean): boolean {
    const columns = this.#db.prepare("PRAGMA table_info(minute)").all() as { name: string }[];
    if (columns.some(({ name }) => name === "known")) return true;
    if (readOnly) return false;
    for (const level of ["minute", "hour"]) {
      this.#db.exec(`ALTER TABLE ${level} ADD COLUMN known INTEGER`);
    }
    return true;
  }

  /** All of one series of the day, in order of time; one transaction. */
  put(device: string, point: string, samples: readonly StoredSample[]): void {
    this.#db.exec("BEGIN");
    try {
      const series = this.#idOf(device, point, true) as number;
      for (const level of ["minute", "hour"] as const) {
        const most = (dayMs / levels[level]) * keptOfBucket * worthwhile;
        if (level === "minute" && samples.length < most) continue;
        for (const bucket of bucketsOf(samples, levels[level])) this.#write(level, series, bucket);
      }
      this.#db.exec("COMMIT");
    } catch (error) {
      if (this.#db.isTransaction) this.#db.exec("ROLLBACK");
      throw error;
    }
  }

  /** All series of the day are here. */
  get isComplete(): boolean {
    const row = this.#db.prepare("PRAGMA user_version").get() as { user_version: number };
    return row.user_version === 1;
  }

  setComplete(complete: boolean): void {
    this.#db.exec(`PRAGMA user_version=${complete ? 1 : 0}`);
  }

  /** Whole buckets from `from` to before `to`, in order of time; empty where this level has none. */
  range(device: string, point: string, level: Level, from: number, to: number): StoredSample[] {
    return this.buckets(device, point, level, from, to).flatMap(({ samples }) => samples);
  }

  /** The same with count and mean of each. */
  buckets(device: string, point: string, level: Level, from: number, to: number): LongBucket[] {
    const series = this.#idOf(device, point, false);
    if (series === null) return [];
    const found: LongBucket[] = [];
    for (const one of this.#range[level].iterate(series, from, to)) {
      const row = one as unknown as Row;
      const [at, count, mean] = row;
      found.push({ at, count, known: row[13] ?? count, mean, samples: samplesOf(row) });
    }
    return found;
  }

  close(): void {
    this.#db.close();
  }

  #write(level: Level, series: number, bucket: Bucket): void {
    const { at, count, known, sum, least, most, last, unknown } = bucket;
    this.#insert[level].run(
      ...[series, at, count, known > 0 ? sum / known : null],
      ...[least?.at ?? null, numberOf(least), most?.at ?? null, numberOf(most)],
      ...([last.at, stored(last), qualities.indexOf(last.quality)] as const),
      ...([unknown?.at ?? null, unknown && stored(unknown)] as const),
      ...[unknown ? qualities.indexOf(unknown.quality) : null, known],
    );
  }

  #idOf(device: string, point: string, make: boolean): number | null {
    const sql = "SELECT id FROM series WHERE device = ? AND point = ?";
    const found = this.#db.prepare(sql).get(device, point) as { id: number } | undefined;
    if (found || !make) return found?.id ?? null;
    const add = this.#db.prepare("INSERT INTO series (device, point) VALUES (?, ?)");
    return Number(add.run(device, point).lastInsertRowid);
  }
}

function bucketsOf(samples: readonly StoredSample[], widthMs: number): Bucket[] {
  const buckets: Bucket[] = [];
  for (const sample of samples) {
    const at = Math.floor(sample.at / widthMs) * widthMs;
    if (buckets.at(-1)?.at !== at) {
      const none = { least: null, most: null, unknown: null };
      buckets.push({ at, count: 0, known: 0, sum: 0, ...none, last: sample });
    }
    add(buckets.at(-1) as Bucket, sample);
  }
  return buckets;
}

function add(bucket: Bucket, sample: StoredSample): void {
  bucket.count += 1;
  bucket.last = sample;
  if (sample.quality !== "good") {
    bucket.unknown ??= sample;
    return;
  }
  const value = numberOf(sample);
  if (value === null) return;
  bucket.known += 1;
  bucket.sum += value;
  if (value < (numberOf(bucket.least) ?? Infinity)) bucket.least = sample;
  if (value > (numberOf(bucket.most) ?? -Infinity)) bucket.most = sample;
}

function samplesOf(row: Row): StoredSample[] {
  const [, , , leastAt, least, mostAt, most, lastAt, last, lastCode, unknownAt, unknown, code] =
    row;
  const found = new Map<number, StoredSample>();
  const put = (at: number | null, value: StoredSample["value"], of: number): void => {
    if (at !== null) found.set(at, { at, value, quality: qualities[of] as Quality });
  };
  put(leastAt, least, 0);
  put(mostAt, most, 0);
  put(lastAt, last, lastCode);
  put(unknownAt, unknown, code ?? 0);
  return [...found.values()].sort((a, b) => a.at - b.at);
}

function numberOf(sample: StoredSample | null): number | null {
  return typeof sample?.value === "number" ? sample.value : null;
}

function stored({ value }: StoredSample): number | string | null {
  return typeof value === "boolean" ? Number(value) : value;
}
