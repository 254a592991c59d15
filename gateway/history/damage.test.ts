/** Files of history that are damaged, each in its turn: what is in them is lost and said, and nothing else. */
import assert from "node:assert/strict";
import {
  closeSync,
  existsSync,
  mkdtempSync,
  openSync,
  readdirSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, test } from "node:test";
import { readCourses } from "./course.ts";
import type { Row } from "./day-file.ts";
import { dayMs, dayOf } from "./days.ts";
import { Follower, type Place } from "./follow.ts";
import { pack } from "./packed.ts";
import { type Dropped, SampleStore, type StoreOptions } from "./store.ts";

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

const start = Date.parse("2026-09-01");
const followed: StoreOptions = { isFollowed: true };
const row = (at: number, value: number): Row => ["s/d", { point: "p", at, value, quality: "good" }];

/** So many days of a sample a second for 50 minutes, in batches of 5 minutes. */
function folderOf(days: number, options: StoreOptions = {}): string {
  const folder = mkdtempSync(join(tmpdir(), "firelink-damage-"));
  folders.push(folder);
  const store = new SampleStore(folder, 1 << 30, options);
  for (let at = start; at < start + days * dayMs; ) {
    store.append(...pack(Array.from({ length: 300 }, (_, i) => row(at + i * 1000, i))));
    at += 300_000;
    if (at % dayMs === 3_000_000) at += dayMs - 3_000_000;
  }
  store.keep("s/d", start + 100_000);
  while (store.thin());
  store.close();
  return folder;
}

const fileOf = (folder: string, day: number, end = ".db"): string =>
  join(folder, "history", `${dayOf(start + day * dayMs)}${end}`);

/** No database at all. */
function overwrite(path: string): void {
  for (const end of ["-wal", "-shm"]) rmSync(path + end, { force: true });
  writeFileSync(path, Buffer.alloc(20_000, 7));
}

/** Its head is whole, so that it opens; its pages are not. */
function ruin(path: string): void {
  const file = openSync(path, "r+");
  for (let at = 4096 * 9; at < statSync(path).size; at += 4096) {
    writeSync(file, Buffer.alloc(4096, 0x5a), 0, 4096, at);
  }
  closeSync(file);
}

const asideOf = (folder: string): string[] =>
  readdirSync(join(folder, "history")).filter((name) => name.includes("damaged"));

/** As a version before this one, or a damage long ago, has left it; `day` is when it was written last. */
function putAside(folder: string, name: string, bytes: number, day: number): void {
  const path = join(folder, "history", name);
  writeFileSync(path, Buffer.alloc(bytes, 7));
  utimesSync(path, (start + day * dayMs) / 1000, (start + day * dayMs) / 1000);
}

const said = (dropped: readonly Dropped[]): string[] =>
  dropped.map(({ day, what, why }) => `${day} ${what} ${why}`.trim());

test("HI-7: a damaged day that has to make room is set aside, and what comes is stored as before", () => {
  for (const damage of [overwrite, ruin]) {
    const folder = folderOf(3);
    damage(fileOf(folder, 0));
    const store = new SampleStore(folder, 1000);
    const last = start + 2 * dayMs + 50_000_000;
    const dropped = [0, 1, 2].flatMap((i) => store.append(...pack([row(last + i, i)])));
    assert.ok(said(dropped).includes(`${dayOf(start)} samples damage`), said(dropped).join());
    // There is no room for it either.
    assert.ok(said(dropped).includes(`${dayOf(start)}.db.damaged-1 aside size`));
    assert.deepEqual(asideOf(folder), []);
    assert.deepEqual(store.days(), [dayOf(start + 2 * dayMs)]);
    assert.equal(store.trend("s/d", "p", last, last + 9, 9).samples.length, 3);
    store.close();
  }
});

test("HI-8: full rate round alarms that is damaged is set aside and said; alarms are kept anew", () => {
  const folder = folderOf(2);
  overwrite(join(folder, "history", "kept.db"));
  const store = new SampleStore(folder, 1 << 30);
  store.keep("s/d", start + 200_000);
  assert.deepEqual(said(store.append(...pack([row(start + dayMs + 9e6, 1)]))), ["kept damage"]);
  store.keep("s/d", start + 200_000);
  store.close();
  const small = new SampleStore(folder, 1000);
  small.append(...pack([row(start + dayMs + 9.1e6, 1)]));
  assert.ok(!existsSync(fileOf(folder, 0)));
  assert.ok(small.trend("s/d", "p", start, start + 600_000, 1000).samples.length > 400);
  small.close();
});

test("HI-8: minutes and hours that are damaged are made anew while the day is there", () => {
  const folder = folderOf(3);
  overwrite(fileOf(folder, 0, ".long.db"));
  const store = new SampleStore(folder, 1 << 30);
  while (store.thin());
  assert.equal(store.trend("s/d", "p", start, start + 3 * dayMs, 20).samples.length > 0, true);
  const last = start + 2 * dayMs + 9e6;
  assert.deepEqual(said(store.append(...pack([row(last, 1)]))), [`${dayOf(start)} long damage`]);
  store.close();
  assert.equal(readdirSync(join(folder, "history")).filter((f) => f.includes("damaged")).length, 1);
});

test("HI-8: a trend of a time with a damaged day has the other days, and a gap", () => {
  for (const [end, damage] of [
    [".db", overwrite],
    [".db", ruin],
    [".long.db", overwrite],
  ] as const) {
    const folder = folderOf(3);
    damage(fileOf(folder, 1, end));
    const points = [{ device: "s/d", point: "p", silentAfterMs: 180_000 }];
    for (const most of [20, 2000]) {
      const [course] = readCourses(folder, { points, from: start, to: start + 3 * dayMs, most });
      const days = new Set(course?.columns.at.map((at) => dayOf(at)));
      assert.ok(days.has(dayOf(start)) && days.has(dayOf(start + 2 * dayMs)), `${end} ${most}`);
    }
  }
});

test("HI-11: what was set aside stays while there is room, and counts; over the size it goes before any day, the oldest first", () => {
  const folder = folderOf(3);
  putAside(folder, "kept.db.damaged-1", 30_000, 1);
  putAside(folder, "2026-08-30.db.damaged", 30_000, 2);
  putAside(folder, "2026-08-30.db.damaged-1", 30_000, 2);
  writeFileSync(join(folder, "history", "2026-08-30.db.damaged-1-wal"), Buffer.alloc(5000));
  const last = start + 2 * dayMs + 50_000_000;
  const roomy = new SampleStore(folder, 1 << 30);
  const days = roomy.days().length;
  const bytes = roomy.bytes();
  assert.deepEqual(said(roomy.append(...pack([row(last, 1)]))), []);
  assert.equal(asideOf(folder).length, 4);
  roomy.close();
  // What comes takes a little, and no more than one of them has to go for it.
  const full = new SampleStore(folder, bytes - 15_000);
  assert.deepEqual(said(full.append(...pack([row(last + 1, 1)]))), [
    "kept.db.damaged-1 aside size",
  ]);
  full.close();
  const small = new SampleStore(folder, bytes - 80_000);
  assert.deepEqual(said(small.append(...pack([row(last + 2, 1)]))), [
    "2026-08-30.db.damaged aside size",
    "2026-08-30.db.damaged-1 aside size",
  ]);
  assert.deepEqual(asideOf(folder), []);
  assert.equal(small.days().length, days, "no day had to go");
  small.close();
});

test("HI-11: where the disk is short what was set aside goes first, and what went is told although nothing is stored", () => {
  const folder = folderOf(2);
  putAside(folder, "2026-08-30.db.damaged-1", 30_000, 0);
  let free = 50;
  // One file less, and there is room.
  const hasGone = () => (asideOf(folder).length === 0 ? 1000 : free);
  const store = new SampleStore(folder, 1 << 30, { keepFreeBytes: 100, freeBytes: hasGone });
  const last = start + dayMs + 50_000_000;
  assert.deepEqual(said(store.append(...pack([row(last, 1)]))), [
    "2026-08-30.db.damaged-1 aside disk",
  ]);
  assert.equal(store.days().length, 2);
  store.close();
  putAside(folder, "2026-08-30.db.damaged-1", 30_000, 0);
  const short = new SampleStore(folder, 1 << 30, { keepFreeBytes: 100, freeBytes: () => free });
  assert.throws(() => short.append(...pack([row(last + 1, 1)])), /the disk is short/);
  const first = said(short.untold());
  assert.equal(first[0], "2026-08-30.db.damaged-1 aside disk");
  assert.ok(first.includes(`${dayOf(start)} samples disk`), first.join());
  free = 1000;
  assert.deepEqual(said(short.append(...pack([row(last + 2, 1)]))), [], "told once");
  short.close();
});

/** All that comes after a place. */
function readOn(follower: Follower, from: Place | null): { count: number; place: Place | null } {
  let [count, place] = [0, from];
  for (let batch = follower.next(place); batch; batch = follower.next(place)) {
    place = batch.place;
    count += batch.rows.length;
  }
  return { count, place };
}

test("HI-9: whoever follows misses nothing of a day that was set aside and made anew, open or not", () => {
  for (const isOpen of [true, false]) {
    const folder = folderOf(1, followed);
    const follower = new Follower(folder);
    const { place } = readOn(follower, null);
    if (!isOpen) follower.close();
    overwrite(fileOf(folder, 0));
    const store = new SampleStore(folder, 1 << 30, followed);
    const add = (from: number, count: number): void => {
      for (let i = from; i < from + count; i += 1) store.append(...pack([row(start + 4e6 + i, i)]));
    };
    add(0, 20);
    assert.equal(follower.backlog(place).points, 20);
    store.forget(place as Place);
    add(20, 40);
    assert.equal(readOn(follower, place).count, 60);
    follower.close();
    store.close();
  }
});
