/**
 * The local sample store: files by day, the oldest dropped where all of them together grow over
 * their limit. Used by the history worker, and by nobody else.
 */
import { existsSync, mkdirSync, readdirSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { DayFile, type Row } from "./day-file.ts";
import type { Place } from "./follow.ts";
import { Thinner, type Trend } from "./thin.ts";

/** A day that went, with what had not been handed on. */
export type Dropped = { readonly day: string; readonly unsent: number };

const dayMs = 86_400_000;
const name = /^(\d{4}-\d\d-\d\d)\.db$/;
/** Files that stay open: today and yesterday are written, the others are read now and then. */
const mostOpen = 4;

export class SampleStore {
  readonly #folder: string;
  readonly #mostBytes: number;
  readonly #open = new Map<string, DayFile>();
  /** What comes is logged too, for whoever hands it on. */
  readonly #isFollowed: boolean;
  /** Days before it have nothing in their log any more. */
  #forgotten = "";

  constructor(folder: string, mostBytes: number, isFollowed = false) {
    this.#isFollowed = isFollowed;
    this.#folder = join(folder, "history");
    this.#mostBytes = mostBytes;
    mkdirSync(this.#folder, { recursive: true, mode: 0o700 });
  }

  /** Gives the days that were dropped to make room, oldest first. */
  append(rows: readonly Row[]): Dropped[] {
    const byDay = Map.groupBy(rows, ([, { at }]) => dayOf(at));
    // After a clock was set back a row may be of an earlier day: the log goes on in the newest.
    const newest = [...byDay.keys(), ...(this.#isFollowed ? this.days() : [])].sort().at(-1) ?? "";
    const logged = this.#isFollowed ? rows : [];
    if (this.#isFollowed && !byDay.has(newest)) byDay.set(newest, []);
    for (const [day, ofDay] of byDay) this.#file(day).append(ofDay, day === newest ? logged : []);
    return this.shed();
  }

  /** The log up to here was handed on for good. */
  forget({ day, id }: Place): void {
    for (const one of this.days()) {
      if (one < this.#forgotten || one > day) continue;
      this.#file(one).forget(one === day ? id : Number.MAX_SAFE_INTEGER);
    }
    this.#forgotten = day;
  }

  /** From `from` (included) to `to` (excluded), ms UTC; of more than `most` what is worth seeing. */
  trend(device: string, point: string, from: number, to: number, most: number): Trend {
    const thinner = new Thinner(from, to, most);
    for (const day of this.days()) {
      if (day < dayOf(from) || day > dayOf(to)) continue;
      for (const one of this.#file(day).range(device, point, from, to)) thinner.add(one);
    }
    return thinner.end();
  }

  days(): string[] {
    return daysIn(this.#folder);
  }

  bytes(): number {
    return this.days().reduce((sum, day) => sum + this.#bytesOf(day), 0);
  }

  /** The day that is being written stays, whatever it holds. */
  shed(): Dropped[] {
    const dropped: Dropped[] = [];
    const days = this.days();
    let bytes = this.bytes();
    while (bytes > this.#mostBytes && days.length > 1) {
      const day = days.shift() as string;
      bytes -= this.#bytesOf(day);
      dropped.push({ day, unsent: this.#isFollowed ? this.#file(day).logged : 0 });
      this.#drop(day);
    }
    return dropped;
  }

  close(): void {
    for (const file of this.#open.values()) file.close();
    this.#open.clear();
  }

  #file(day: string): DayFile {
    const known = this.#open.get(day);
    if (known) return known;
    const [oldest] = this.#open.keys();
    if (this.#open.size >= mostOpen && oldest !== undefined) {
      this.#open.get(oldest)?.close();
      this.#open.delete(oldest);
    }
    const file = new DayFile(this.#path(day));
    this.#open.set(day, file);
    return file;
  }

  #drop(day: string): void {
    this.#open.get(day)?.close();
    this.#open.delete(day);
    for (const end of ["", "-wal", "-shm"]) rmSync(this.#path(day) + end, { force: true });
  }

  #bytesOf(day: string): number {
    return ["", "-wal"].reduce((sum, end) => {
      const path = this.#path(day) + end;
      return existsSync(path) ? sum + statSync(path).size : sum;
    }, 0);
  }

  #path(day: string): string {
    return join(this.#folder, `${day}.db`);
  }
}

/** Days that have a file, oldest first. */
export function daysIn(folder: string): string[] {
  return readdirSync(folder)
    .flatMap((file) => name.exec(file)?.[1] ?? [])
    .sort();
}

/** YYYY-MM-DD, UTC: a file ends at the same instant wherever it is read. */
export function dayOf(at: number): string {
  return new Date(Math.floor(at / dayMs) * dayMs).toISOString().slice(0, 10);
}
