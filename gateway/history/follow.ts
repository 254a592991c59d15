/**
 * What came to the local store, in the order in which it came: a log of batches beside the samples of
 * a day, for whoever hands them on (InfluxDB). It always goes into the newest day, so days are read
 * one after the other, and each is complete once there is another one. Reads beside the worker.
 */
import { existsSync, statSync } from "node:fs";
import { join } from "node:path";
import type { DatabaseSync, StatementSync } from "node:sqlite";
import { type Quality, qualities } from "#rules/sample.ts";
import { type Columns, lateBit } from "./columns.ts";
import { isDamage } from "./damage.ts";
import { DayReader, type StoredSample } from "./day-file.ts";
import { daysIn } from "./days.ts";

/** A batch of the log: all before it were read. */
export type Place = { readonly day: string; readonly id: number };

export type FollowedRow = StoredSample & {
  /** SITE/DEVICE. */
  readonly device: string;
  readonly kind: string;
  readonly point: string;
  /** The source knew it long before it came. */
  readonly late: boolean;
};

export type FollowedBatch = {
  readonly place: Place;
  /** When it was stored. */
  readonly at: number;
  readonly rows: readonly FollowedRow[];
};

export type Backlog = { readonly points: number; readonly oldestAt: number | null };

type Series = { readonly device: string; readonly kind: string; readonly point: string };

class FollowedDay extends DayReader {
  readonly #series = new Map<number, Series>();
  #lastSeries = 0;
  readonly #next: StatementSync;
  readonly #backlog: StatementSync;
  readonly #newSeries: StatementSync;

  constructor(path: string) {
    super(path);
    const db: DatabaseSync = this.db;
    this.#next = db.prepare("SELECT id, at, body FROM batch WHERE id > ? ORDER BY id LIMIT 1");
    this.#backlog = db.prepare(
      "SELECT sum(count) AS points, min(at) AS oldest FROM batch INDEXED BY batch_count WHERE id > ?",
    );
    this.#newSeries = db.prepare("SELECT id, device, point, kind FROM series WHERE id > ?");
  }

  next(day: string, after: number): FollowedBatch | null {
    const row = this.#next.get(after) as { id: number; at: number; body: string } | undefined;
    if (!row) return null;
    const { at, s, t, q, v } = JSON.parse(row.body) as Columns;
    const rows = s.map((series, i): FollowedRow => {
      const code = q[i] ?? 0;
      const quality = qualities[code % lateBit] as Quality;
      const late = code >= lateBit;
      return {
        ...this.#seriesOf(series),
        at: at + (t[i] ?? 0),
        value: v[i] ?? null,
        quality,
        late,
      };
    });
    return { place: { day, id: row.id }, at: row.at, rows };
  }

  backlog(after: number): Backlog {
    const row = this.#backlog.get(after) as { points: number | null; oldest: number | null };
    return { points: row.points ?? 0, oldestAt: row.oldest };
  }

  #seriesOf(id: number): Series {
    const known = this.#series.get(id);
    if (known) return known;
    for (const row of this.#newSeries.iterate(this.#lastSeries)) {
      const { id: one, device, point, kind } = row as unknown as Series & { id: number };
      this.#series.set(one, { device, point, kind });
      this.#lastSeries = Math.max(this.#lastSeries, one);
    }
    return this.#series.get(id) ?? { device: "?/?", point: "?", kind: "" };
  }
}

export class Follower {
  readonly #folder: string;
  #open: { readonly day: string; readonly inode: number; readonly file: FollowedDay } | null = null;

  /** The data folder. */
  constructor(folder: string) {
    this.#folder = join(folder, "history");
  }

  /** The batch after a place; null where nothing has come since. */
  next(after: Place | null): FollowedBatch | null {
    for (const day of this.#daysFrom(after)) {
      const batch = this.#file(day)?.next(day, day === after?.day ? after.id : 0) ?? null;
      if (batch) return batch;
    }
    return null;
  }

  /** What has come after a place; looks at each day since. */
  backlog(after: Place | null): Backlog {
    let points = 0;
    let oldestAt: number | null = null;
    const shown = this.#open?.day;
    for (const day of this.#daysFrom(after)) {
      const one = this.#file(day)?.backlog(day === after?.day ? after.id : 0);
      if (!one) continue;
      points += one.points;
      oldestAt ??= one.oldestAt;
    }
    if (shown !== undefined) this.#file(shown);
    return { points, oldestAt };
  }

  close(): void {
    this.#open?.file.close();
    this.#open = null;
  }

  #daysFrom(after: Place | null): string[] {
    if (!existsSync(this.#folder)) return [];
    return daysIn(this.#folder).filter((day) => after === null || day >= after.day);
  }

  /**
   * One day is open at a time; null where it is of a version without a log, is damaged, or was dropped. A
   * file that was set aside has another one in its place. Whatever else is wrong may be over soon, and what
   * is passed over is lost: it is thrown.
   */
  #file(day: string): FollowedDay | null {
    const path = join(this.#folder, `${day}.db`);
    try {
      const inode = statSync(path).ino;
      if (this.#open?.day === day && this.#open.inode === inode) return this.#open.file;
      this.close();
      this.#open = { day, inode, file: new FollowedDay(path) };
      return this.#open.file;
    } catch (error) {
      if (!existsSync(path) || isDamage(error) || /no such table/.test(String(error))) return null;
      throw error;
    }
  }
}
