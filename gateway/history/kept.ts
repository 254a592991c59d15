/**
 * Windows of full rate round alarms: what a device said from five minutes before until thirty minutes
 * after each of its alarms stays as long as the alarm, when the day itself is dropped.
 */
import { DatabaseSync } from "node:sqlite";
import { type Quality, qualities } from "#rules/sample.ts";
import type { StoredSample } from "./day-file.ts";
import { begin } from "./files.ts";

export const keptBeforeMs = 5 * 60_000;
export const keptAfterMs = 30 * 60_000;

const schema = `
CREATE TABLE IF NOT EXISTS window (
  device TEXT NOT NULL, since INTEGER NOT NULL, until INTEGER NOT NULL,
  PRIMARY KEY (device, since)
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS sample (
  device TEXT NOT NULL, point TEXT NOT NULL, at INTEGER NOT NULL, quality INTEGER NOT NULL,
  value ANY, PRIMARY KEY (device, point, at)
) STRICT, WITHOUT ROWID;`;

export type Window = { readonly device: string; readonly since: number; readonly until: number };
type Stored = { at: number; quality: number; value: number | string | null };

export class Kept {
  readonly #db: DatabaseSync;

  constructor(path: string, readOnly = false) {
    if (!readOnly) begin(path, schema);
    this.#db = new DatabaseSync(path, { readOnly });
    this.#db.exec("PRAGMA busy_timeout=2000");
    if (readOnly) return;
    this.#db.exec("PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF");
    this.#db.exec(schema);
  }

  /** An alarm of this device was raised. */
  note(device: string, at: number): void {
    this.#db
      .prepare("INSERT OR REPLACE INTO window VALUES (?, ?, ?)")
      .run(device, at - keptBeforeMs, at + keptAfterMs);
  }

  /** Windows that touch a time. */
  windows(from: number, to: number): Window[] {
    const sql = "SELECT * FROM window WHERE since < ? AND until > ?";
    return this.#db.prepare(sql).all(to, from) as Window[];
  }

  /** Takes over what lies in a window, before its day goes. */
  takeOver(device: string, point: string, samples: readonly StoredSample[]): void {
    const add = this.#db.prepare("INSERT OR REPLACE INTO sample VALUES (?, ?, ?, ?, ?)");
    this.#db.exec("BEGIN");
    try {
      for (const { at, quality, value } of samples) {
        const stored = typeof value === "boolean" ? Number(value) : value;
        add.run(device, point, at, qualities.indexOf(quality), stored);
      }
      this.#db.exec("COMMIT");
    } catch (error) {
      if (this.#db.isTransaction) this.#db.exec("ROLLBACK");
      throw error;
    }
  }

  /** Instants in each day that a window of it touches. */
  days(device: string): number[] {
    const rows = this.#db.prepare("SELECT since, until FROM window WHERE device = ?").all(device);
    return (rows as Window[]).flatMap(({ since, until }) => [since, until - 1]);
  }

  range(device: string, point: string, from: number, to: number): StoredSample[] {
    const sql = `SELECT at, quality, value FROM sample
      WHERE device = ? AND point = ? AND at >= ? AND at < ? ORDER BY at`;
    const rows = this.#db.prepare(sql).all(device, point, from, to) as Stored[];
    return rows.map(({ at, quality, value }) => {
      return { at, quality: qualities[quality] as Quality, value };
    });
  }

  close(): void {
    this.#db.close();
  }
}
