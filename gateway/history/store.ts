/**
 * The local sample store: files by day. A day that is over is thinned into a file beside it; the
 * oldest days go where all of them grow over their limit, or where the disk is short: first their
 * samples, later what was thinned of them, never what lies round an alarm. Before all of them go files
 * that were set aside as damaged. Used by the history worker, and by nobody else.
 */
import { existsSync, mkdirSync } from "node:fs";
import { basename, join } from "node:path";
import { asideIn, isDamage, setAside } from "./damage.ts";
import { DayFile, type StoredSample } from "./day-file.ts";
import { dayMs, dayOf, daysIn, longDaysIn, rowsByDay } from "./days.ts";
import { bytesOf, freeOn, remove } from "./files.ts";
import type { Place } from "./follow.ts";
import { Kept } from "./kept.ts";
import { type Level, LongFile, levelFor, levels } from "./long-file.ts";
import type { Packed, SeriesName } from "./packed.ts";
import { Thinner, type Trend } from "./thin.ts";

/** A day that went, with what had not been handed on. */
export type Dropped = {
  /** Empty where it is of no one day; of what was set aside the name of its file. */
  readonly day: string;
  /** Of a damaged one nobody knows. */
  readonly unsent: number;
  /** `kept`: full rate round alarms; `aside`: a file that had been set aside as damaged. */
  readonly what: "samples" | "long" | "kept" | "aside";
  /** `damage`: no database any more, after a power cut; it lies beside the others, set aside. */
  readonly why: "size" | "disk" | "damage";
};

type Gone = Omit<Dropped, "why">;

export type StoreOptions = {
  /** What comes is logged too, for whoever hands it on. */
  readonly isFollowed?: boolean;
  /** Of what was thinned. */
  readonly mostLongBytes?: number;
  /** So much of the disk is left to others. */
  readonly keepFreeBytes?: number;
  /** Bytes that are free on the disk of a folder. */
  readonly freeBytes?: (folder: string) => number;
};

/** Files that stay open: today and yesterday are written, the others are read now and then. */
const mostOpen = 4;
/** A month of a trend. */
const mostLongOpen = 40;
/** Series are thinned for so long at once, each to its end: what comes meanwhile waits for them. */
const stepMs = 10;

export class SampleStore {
  readonly #folder: string;
  readonly #mostBytes: number;
  readonly #o: StoreOptions;
  readonly #open = new Map<string, DayFile>();
  readonly #long = new Map<string, LongFile>();
  #kept: Kept | null = null;
  /** What went, or was set aside, since somebody was told. */
  #untold: Dropped[] = [];
  /** Days before it have nothing in their log any more. */
  #forgotten = "";
  #thinning: { readonly day: string; readonly left: [device: string, point: string][] } | null =
    null;

  constructor(folder: string, mostBytes: number, options: StoreOptions = {}) {
    this.#o = options;
    this.#folder = join(folder, "history");
    this.#mostBytes = mostBytes;
    mkdirSync(this.#folder, { recursive: true, mode: 0o700 });
  }

  /**
   * Gives the days that were dropped to make room, oldest first. Throws where the disk is short and
   * nothing is left to drop, and `untold` has them then: what others need comes before a trend.
   */
  append(batch: Packed, names: readonly SeriesName[]): Dropped[] {
    this.shed();
    if (this.#isShort()) throw new Error("the disk is short: history is not written");
    const { isFollowed = false } = this.#o;
    const byDay = rowsByDay(batch);
    // After a clock was set back a row may be of an earlier day: the log goes on in the newest.
    const newest = [...byDay.keys(), ...this.days()].sort().at(-1) ?? "";
    if (isFollowed && !byDay.has(newest)) byDay.set(newest, []);
    for (const [day, rows] of byDay) {
      const write = (file: DayFile) => {
        file.append(batch, names, rows, isFollowed && day === newest);
        return true;
      };
      if (!this.#within(day, write, false)) write(this.#file(day));
      if (day !== newest && this.#hasLong(day)) {
        this.#withLong(day, (long) => long.setComplete(false), undefined);
      }
    }
    return this.untold();
  }

  /** Each is told once. */
  untold(): Dropped[] {
    return this.#untold.splice(0);
  }

  /** An alarm of this device was raised: what it said round it stays. */
  keep(device: string, at: number): void {
    this.#withKept((kept) => kept.note(device, at), undefined);
  }

  /** The log up to here was handed on for good. */
  forget({ day, id }: Place): void {
    for (const one of this.days()) {
      if (one < this.#forgotten || one > day) continue;
      const until = one === day ? id : Number.MAX_SAFE_INTEGER;
      this.#within(one, (file) => file.forget(until), undefined);
    }
    this.#forgotten = day;
  }

  /** From `from` (included) to `to` (excluded), ms UTC; of more than `most` what is worth seeing. */
  trend(device: string, point: string, from: number, to: number, most: number): Trend {
    const thinner = new Thinner(from, to, most);
    const level = levelFor(thinner.widthMs);
    let isThinned = false;
    const kept = this.#withKept((one) => one.days(device), []);
    const days = [...this.#longDays(), ...this.days(), ...kept.map(dayOf)];
    for (const day of new Set(days.sort())) {
      if (day < dayOf(from) || day > dayOf(to)) continue;
      const start = Date.parse(day);
      const within = [Math.max(from, start), Math.min(to, start + dayMs)] as const;
      const long = this.#longOf(day, device, point, level, within);
      isThinned ||= long !== null;
      for (const one of long ?? this.#rawOf(day, device, point, ...within)) thinner.add(one);
    }
    const trend = thinner.end();
    return isThinned ? { ...trend, thinned: true } : trend;
  }

  /** Thins a part of the days that are over; false where there is nothing left to do. */
  thin(): boolean {
    this.#thinning ??= this.#nextToThin();
    if (!this.#thinning) return false;
    const { day, left } = this.#thinning;
    if (!existsSync(this.#path(day))) {
      this.#thinning = null;
      return true;
    }
    const end = performance.now() + stepMs;
    const step = (long: LongFile): boolean => {
      do {
        const [device, point] = left.shift() ?? [];
        if (device === undefined || point === undefined) break;
        long.put(device, point, this.#rawOf(day, device, point, 0, Number.MAX_SAFE_INTEGER));
      } while (performance.now() < end);
      if (left.length === 0) long.setComplete(true);
      return left.length > 0;
    };
    // One that is damaged has been set aside, and the day is thinned anew.
    if (!this.#withLong(day, step, false)) this.#thinning = null;
    return true;
  }

  days(): string[] {
    return daysIn(this.#folder);
  }

  /** Of days, and of all that was set aside. */
  bytes(): number {
    const days = this.days().map((day) => this.#path(day));
    return [...asideIn(this.#folder), ...days].reduce((sum, path) => sum + bytesOf(path), 0);
  }

  /** Makes room. */
  shed(): void {
    const { mostLongBytes = Infinity } = this.#o;
    this.#dropWhile(
      () => this.bytes() > this.#mostBytes,
      () => this.#dropAside() ?? this.#dropOldest(),
    );
    this.#dropWhile(
      () => this.#longBytes() > mostLongBytes,
      () => this.#dropOldestLong(),
    );
  }

  #dropWhile(isTooMuch: () => boolean, drop: () => Gone | null): void {
    for (;;) {
      const why = isTooMuch() ? "size" : this.#isShort() ? "disk" : null;
      const gone = why && drop();
      if (!gone) return;
      this.#untold.push({ ...gone, why });
    }
  }

  #dropAside(): Gone | null {
    const [oldest] = asideIn(this.#folder);
    if (oldest === undefined) return null;
    remove(oldest);
    return { day: basename(oldest), unsent: 0, what: "aside" };
  }

  /** The day that is being written stays, whatever it holds. */
  #dropOldest(): Gone | null {
    const [day, other] = this.days();
    if (day === undefined || other === undefined) return null;
    const unsent = this.#o.isFollowed ? this.#within(day, ({ logged }) => logged, 0) : 0;
    // A damaged one has been set aside, and that is what goes.
    if (!existsSync(this.#path(day))) return this.#dropAside();
    this.#drop(day);
    return { day, unsent, what: "samples" };
  }

  #dropOldestLong(): Gone | null {
    const [day] = this.#longDays();
    if (day === undefined) return null;
    this.#dropLong(day);
    return { day, unsent: 0, what: "long" };
  }

  close(): void {
    for (const file of [...this.#open.values(), ...this.#long.values()]) file.close();
    this.#open.clear();
    this.#long.clear();
    this.#kept?.close();
    this.#kept = null;
  }

  #isShort(): boolean {
    const { keepFreeBytes = 0, freeBytes = freeOn } = this.#o;
    return keepFreeBytes > 0 && freeBytes(this.#folder) < keepFreeBytes;
  }

  /** Null where the day is read sample by sample. */
  #longOf(
    day: string,
    device: string,
    point: string,
    level: Level | null,
    [from, to]: readonly [number, number],
  ): StoredSample[] | null {
    if (!this.#hasLong(day)) return null;
    if (!existsSync(this.#path(day))) return this.#dropped(day, device, point, level, [from, to]);
    if (level === null || !this.#isComplete(day)) return null;
    const width = levels[level];
    // Edges that are no whole bucket are read sample by sample.
    const first = Math.min(Math.ceil(from / width) * width, to);
    const last = Math.max(Math.floor(to / width) * width, first);
    const whole = this.#withLong(day, (long) => long.range(device, point, level, first, last), []);
    if (whole.length === 0) return null;
    return [
      ...this.#rawOf(day, device, point, from, first),
      ...whole,
      ...this.#rawOf(day, device, point, last, to),
    ];
  }

  /** Of a day whose samples are gone: the finest there is, and what lies round alarms. */
  #dropped(
    day: string,
    device: string,
    point: string,
    level: Level | null,
    [from, to]: readonly [number, number],
  ): StoredSample[] | null {
    const kept = level === null ? this.#keptOf(device, point, from, to) : [];
    for (const one of new Set([level ?? "minute", "minute", "hour"] as const)) {
      const width = levels[one];
      const [first, last] = [Math.floor(from / width) * width, Math.ceil(to / width) * width];
      const found = this.#withLong(day, (long) => long.range(device, point, one, first, last), []);
      const within = found.filter(({ at }) => at >= from && at < to);
      if (within.length > 0) return kept.length > 0 ? merged(within, kept) : within;
    }
    return null;
  }

  #rawOf(day: string, device: string, point: string, from: number, to: number): StoredSample[] {
    if (from >= to) return [];
    if (!existsSync(this.#path(day))) return this.#keptOf(device, point, from, to);
    return this.#within(day, (file) => [...file.range(device, point, from, to)], []);
  }

  /** What a damaged day cannot give is `otherwise`; it is set aside, and no other day waits for it. */
  #within<T>(day: string, work: (file: DayFile) => T, otherwise: T): T {
    try {
      return work(this.#file(day));
    } catch (error) {
      if (!isDamage(error)) throw error;
      this.#open.get(day)?.close();
      this.#open.delete(day);
      return this.#aside(day, "samples", this.#path(day), otherwise);
    }
  }

  /** The same of what was thinned of a day, and of what lies round alarms. */
  #withLong<T>(day: string, work: (file: LongFile) => T, otherwise: T): T {
    try {
      return work(this.#longFile(day));
    } catch (error) {
      if (!isDamage(error)) throw error;
      this.#long.get(day)?.close();
      this.#long.delete(day);
      return this.#aside(day, "long", this.#longPath(day), otherwise);
    }
  }

  #withKept<T>(work: (file: Kept) => T, otherwise: T): T {
    const path = join(this.#folder, "kept.db");
    try {
      this.#kept ??= new Kept(path);
      return work(this.#kept);
    } catch (error) {
      if (!isDamage(error)) throw error;
      this.#kept?.close();
      this.#kept = null;
      return this.#aside("", "kept", path, otherwise);
    }
  }

  #aside<T>(day: string, what: Dropped["what"], path: string, otherwise: T): T {
    setAside(path);
    this.#untold.push({ day, unsent: 0, what, why: "damage" });
    return otherwise;
  }

  #keptOf(device: string, point: string, from: number, to: number): StoredSample[] {
    return this.#withKept((kept) => kept.range(device, point, from, to), []);
  }

  #isComplete(day: string): boolean {
    return this.#hasLong(day) && this.#withLong(day, ({ isComplete }) => isComplete, false);
  }

  #nextToThin(): { day: string; left: [string, string][] } | null {
    for (const day of this.days().slice(0, -1)) {
      if (this.#isComplete(day)) continue;
      return { day, left: this.#within(day, (file) => file.series(), []) };
    }
    return null;
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

  /** What was not thinned yet is, and what lies round alarms is kept. */
  #drop(day: string): void {
    this.#keepRoundAlarms(day);
    if (!this.#isShort() && !this.#isComplete(day)) {
      this.#thinning = { day, left: this.#within(day, (file) => file.series(), []) };
      while (this.#thinning?.day === day) this.thin();
    }
    this.#open.get(day)?.close();
    this.#open.delete(day);
    remove(this.#path(day));
  }

  #keepRoundAlarms(day: string): void {
    const start = Date.parse(day);
    const windows = this.#withKept((kept) => kept.windows(start, start + dayMs), []);
    for (const { device, since, until } of windows) {
      for (const point of this.#within(day, (file) => file.pointsOf(device), [])) {
        const samples = this.#rawOf(day, device, point, since, until);
        this.#withKept((kept) => kept.takeOver(device, point, samples), undefined);
      }
    }
  }

  #longDays(): string[] {
    return longDaysIn(this.#folder);
  }

  #longBytes(): number {
    return this.#longDays().reduce((sum, day) => sum + bytesOf(this.#longPath(day)), 0);
  }

  #hasLong(day: string): boolean {
    return this.#long.has(day) || existsSync(this.#longPath(day));
  }

  #longFile(day: string): LongFile {
    const known = this.#long.get(day);
    if (known) return known;
    const [oldest] = this.#long.keys();
    if (this.#long.size >= mostLongOpen && oldest !== undefined) {
      this.#long.get(oldest)?.close();
      this.#long.delete(oldest);
    }
    const file = new LongFile(this.#longPath(day));
    this.#long.set(day, file);
    return file;
  }

  #dropLong(day: string): void {
    this.#long.get(day)?.close();
    this.#long.delete(day);
    remove(this.#longPath(day));
  }

  #longPath(day: string): string {
    return join(this.#folder, `${day}.long.db`);
  }

  #path(day: string): string {
    return join(this.#folder, `${day}.db`);
  }
}

/** In order of time, each instant once. */
function merged(...parts: readonly (readonly StoredSample[])[]): StoredSample[] {
  const byTime = new Map<number, StoredSample>();
  for (const part of parts) for (const one of part) byTime.set(one.at, one);
  return [...byTime.values()].sort((a, b) => a.at - b.at);
}
