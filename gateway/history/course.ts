/**
 * Reads the course of points for a trend, in the reader's thread: days by minute and hour where they are
 * fine enough, samples where they are not, and what was kept round alarms where a day is gone. Opens
 * its files for reading only, for one question; the history worker goes on writing them meanwhile.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { Buckets, type Columns, type Gap, type LongBucket, widthFor } from "./buckets.ts";
import { isDamage } from "./damage.ts";
import { DayReader, type StoredSample } from "./day-file.ts";
import { dayOf } from "./days.ts";
import { Kept } from "./kept.ts";
import { type Level, LongFile, levelFor, levels } from "./long-file.ts";

export type CourseRequest = {
  readonly points: readonly {
    /** SITE/DEVICE. */
    readonly device: string;
    readonly point: string;
    /** Silence of more than this is a gap, ms; null: its source tells changes only. */
    readonly silentAfterMs: number | null;
  }[];
  /** Included, ms UTC. */
  readonly from: number;
  /** Excluded; not after now. */
  readonly to: number;
  /** Buckets of one point. */
  readonly most: number;
};

/** From what it was read: the coarsest. */
export type Resolution = "raw" | Level;

export type Course = {
  readonly resolution: Resolution;
  /** Width of a row, ms; 0: each is a sample. */
  readonly bucketMs: number;
  readonly columns: Columns;
  readonly gaps: readonly Gap[];
  /** The last sample before the range: its value reaches into it. */
  readonly before: StoredSample | null;
};

const dayMs = 86_400_000;
/** Days that are looked back for a value that reaches into the range. */
const daysBefore = 1;

type Piece = StoredSample | LongBucket;
type Of = CourseRequest["points"][number];

export function readCourses(folder: string, request: CourseRequest): Course[] {
  const files = new Files(join(folder, "history"));
  try {
    return request.points.map((of) => courseOf(files, of, request));
  } finally {
    files.close();
  }
}

function courseOf(files: Files, of: Of, { from, to, most }: CourseRequest): Course {
  const widthMs = widthFor(to - from, most);
  const level = levelFor(widthMs);
  const pieces: Piece[] = [];
  let resolution: Resolution = "raw";
  for (let start = floorTo(from, dayMs); start < to; start += dayMs) {
    const within = [Math.max(from, start), Math.min(to, start + dayMs)] as const;
    const used = unlessDamaged<Resolution>("raw", () => {
      return readDay(files, of, level, start, within, pieces);
    });
    if (used === "hour" || resolution === "raw") resolution = used;
  }
  const before = lastBefore(files, of, from);
  const isFew = resolution === "raw" && pieces.length <= most;
  const step = resolution === "raw" ? 0 : levels[resolution];
  const silentAfterMs = of.silentAfterMs === null ? null : Math.max(of.silentAfterMs, 2 * step);
  const bucketMs = isFew ? 0 : widthMs;
  const buckets = new Buckets({ from, to, widthMs: bucketMs, silentAfterMs, before });
  for (const piece of pieces) {
    if ("samples" in piece) buckets.addBucket(piece);
    else buckets.add(piece);
  }
  return { resolution, bucketMs, before, ...buckets.end() };
}

type Within = readonly [from: number, to: number];

/** Puts what a day has behind the pieces; says how fine it is. */
function readDay(
  files: Files,
  of: Of,
  level: Level | null,
  start: number,
  [from, to]: Within,
  pieces: Piece[],
): Resolution {
  const { device, point } = of;
  const day = files.day(dayOf(start));
  const long = files.long(dayOf(start));
  if (!day) return readGone(files, of, level, long, [from, to], pieces);
  const raw = (a: number, b: number): void => {
    if (a < b) for (const one of day.range(device, point, a, b)) pieces.push(one);
  };
  const width = level === null || !long?.isComplete ? 0 : levels[level];
  // Edges that are no whole bucket are read sample by sample.
  const first = width === 0 ? to : Math.min(Math.ceil(from / width) * width, to);
  const last = width === 0 ? to : Math.max(floorTo(to, width), first);
  const whole = level && width > 0 ? (long?.buckets(device, point, level, first, last) ?? []) : [];
  if (whole.length === 0) {
    raw(from, to);
    return "raw";
  }
  raw(from, first);
  pieces.push(...whole);
  raw(last, to);
  return level ?? "raw";
}

/** Of a day whose samples are gone: the finest there is, and full rate round alarms. */
function readGone(
  { kept }: Files,
  { device, point }: Of,
  level: Level | null,
  long: LongFile | null,
  [from, to]: Within,
  pieces: Piece[],
): Resolution {
  const samples = level === null ? (kept?.range(device, point, from, to) ?? []) : [];
  for (const one of new Set([level ?? "minute", "minute", "hour"] as const)) {
    const width = levels[one];
    const full = new Set(samples.map(({ at }) => floorTo(at, width)));
    const found = long?.buckets(device, point, one, floorTo(from, width), to) ?? [];
    const rows = found.filter(({ at }) => !full.has(at));
    if (rows.length === 0) continue;
    pieces.push(...[...rows, ...samples].sort((a, b) => a.at - b.at));
    return one;
  }
  pieces.push(...samples);
  return "raw";
}

function lastBefore(files: Files, { device, point }: Of, from: number): StoredSample | null {
  for (let n = 0; n <= daysBefore; n += 1) {
    const day = dayOf(from - n * dayMs);
    const found = unlessDamaged(null, () => files.day(day)?.last(device, point, from) ?? null);
    if (found) return found;
  }
  return null;
}

function floorTo(at: number, width: number): number {
  return Math.floor(at / width) * width;
}

/** Of one question: each file is opened once, where it is there. */
class Files {
  readonly #folder: string;
  readonly #days = new Map<string, DayReader | null>();
  readonly #longs = new Map<string, LongFile | null>();
  readonly kept: Kept | null;

  constructor(folder: string) {
    this.#folder = folder;
    this.kept = opened(join(folder, "kept.db"), (path) => new Kept(path, true));
  }

  day(day: string): DayReader | null {
    return once(this.#days, day, () =>
      opened(join(this.#folder, `${day}.db`), (path) => new DayReader(path)),
    );
  }

  long(day: string): LongFile | null {
    return once(this.#longs, day, () =>
      opened(join(this.#folder, `${day}.long.db`), (path) => new LongFile(path, true)),
    );
  }

  close(): void {
    for (const file of [...this.#days.values(), ...this.#longs.values()]) file?.close();
    this.kept?.close();
  }
}

function once<T>(known: Map<string, T>, key: string, make: () => T): T {
  const found = known.get(key);
  if (found !== undefined) return found;
  const made = make();
  known.set(key, made);
  return made;
}

/** What a damaged day cannot give is a gap in a course: the others are drawn. The worker sets it aside. */
function unlessDamaged<T>(otherwise: T, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (isDamage(error)) return otherwise;
    throw error;
  }
}

/** Null where there is none, it is damaged, or it went the very moment. */
function opened<T>(path: string, open: (path: string) => T): T | null {
  if (!existsSync(path)) return null;
  try {
    return open(path);
  } catch (error) {
    if (!existsSync(path) || isDamage(error)) return null;
    throw error;
  }
}
