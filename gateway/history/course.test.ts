/** The course of a point in one shape, whatever it was read from. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, test } from "node:test";
import { Buckets, widthFor } from "./buckets.ts";
import { type Course, readCourses } from "./course.ts";
import { courseTexts } from "./course-text.ts";
import type { Row, StoredSample } from "./day-file.ts";
import { pack } from "./packed.ts";
import { SampleStore } from "./store.ts";

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

const dayMs = 86_400_000;
const minute = 60_000;
const day1 = Date.parse("2026-03-01");
const good = (at: number, value: number | null): StoredSample => ({ at, value, quality: "good" });
const rowOf = (sample: StoredSample): Row => ["site/pump", { point: "p", ...sample }];

/** Two days at a sample every 5 s: 1 with a peak of 9 at noon; bad for 20 min from 06:00 on. */
function twoDays(): { folder: string; store: SampleStore } {
  const folder = mkdtempSync(join(tmpdir(), "firelink-course-"));
  folders.push(folder);
  const store = new SampleStore(folder, 2 ** 40);
  const rows: Row[] = [];
  for (let at = day1; at < day1 + 2 * dayMs; at += 5000) {
    const ofDay = at % dayMs;
    if (ofDay >= 6 * 60 * minute && ofDay < 6 * 60 * minute + 20 * minute) {
      rows.push(rowOf({ at, value: null, quality: "bad" }));
    } else rows.push(rowOf(good(at, ofDay === dayMs / 2 ? 9 : 1)));
  }
  store.append(...pack(rows));
  return { folder, store };
}

const ask = (folder: string, from: number, to: number, most: number) => {
  const points = [{ device: "site/pump", point: "p", silentAfterMs: 3 * minute }];
  const [course] = readCourses(folder, { points, from, to, most });
  assert.ok(course);
  return course;
};

test("TR-1: samples, minutes and hours answer in one shape and say which; peaks and gaps stay", () => {
  const { folder, store } = twoDays();
  const check = (most: number, resolution: string): void => {
    const { columns, gaps, ...is } = ask(folder, day1, day1 + dayMs, most);
    assert.equal(is.resolution, resolution, `${most}`);
    assert.ok(columns.at.length <= most, `${columns.at.length} of ${most}`);
    assert.equal(Math.max(...columns.max.map((one) => one ?? 0)), 9);
    assert.equal(
      columns.count.reduce((a, b) => a + b),
      17_280,
    );
    assert.equal(gaps.length, 1, JSON.stringify(gaps));
    assert.equal(gaps[0]?.why, "bad");
    assert.equal(gaps[0]?.from, day1 + 360 * minute);
    const late = (gaps[0]?.to ?? 0) - (day1 + 380 * minute);
    assert.ok(late >= 0 && late <= (resolution === "hour" ? 60 : 1) * minute, `${late}`);
    const ends = columns.last.findIndex((_, i) => (columns.at[i] ?? 0) >= day1 + 390 * minute);
    assert.equal(columns.last[ends], 1);
  };
  check(300, "raw");
  while (store.thin());
  check(300, "minute");
  check(30, "hour");
  store.close();
});

test("TR-1: where samples are few each is a row, and the value before reaches into the range", () => {
  const { folder, store } = twoDays();
  const from = day1 + 2500;
  const { resolution, bucketMs, columns, before, gaps } = ask(folder, from, from + minute, 600);
  assert.deepEqual([resolution, bucketMs, columns.at.length], ["raw", 0, 12]);
  assert.deepEqual(before, good(day1, 1));
  assert.deepEqual(gaps, []);
  store.close();
});

test("TR-2: a day that is gone answers by minute and hour, and at full rate round an alarm", () => {
  const { folder, store } = twoDays();
  const alarmAt = day1 + 12 * 60 * minute;
  store.keep("site/pump", alarmAt);
  store.close();
  const small = new SampleStore(folder, 1);
  small.shed();
  assert.equal(small.untold()[0]?.what, "samples");
  small.close();
  const near = ask(folder, alarmAt - 4 * minute, alarmAt + minute, 600);
  assert.deepEqual([near.columns.at.length, near.bucketMs], [60, 0]);
  const far = ask(folder, day1, day1 + dayMs, 2000);
  assert.equal(far.resolution, "minute");
  assert.equal(Math.max(...far.columns.max.map((one) => one ?? 0)), 9);
});

test("TR-3: silence is a gap with its reason; where only changes are told it is none", () => {
  const of = (silentAfterMs: number | null, before: StoredSample | null) => {
    const buckets = new Buckets({ from: 0, to: 60 * minute, widthMs: 0, silentAfterMs, before });
    for (const at of [10 * minute, 11 * minute, 30 * minute]) buckets.add(good(at, 1));
    return buckets.end().gaps.map(({ from, to, why }) => [from / minute, to / minute, why]);
  };
  const silent = [
    [0, 10, "none"],
    [11, 30, "none"],
    [30, 60, "none"],
  ];
  assert.deepEqual(of(3 * minute, null), silent);
  assert.deepEqual(of(3 * minute, good(-minute, 1)), silent);
  assert.deepEqual(of(null, good(-minute, 1)), []);
  assert.deepEqual(of(null, null), [[0, 10, "none"]]);
  const none = new Buckets({ from: 0, to: 9, widthMs: 0, silentAfterMs: null, before: null });
  assert.deepEqual(none.end().gaps, [{ from: 0, to: 9, why: "none" }]);
});

test("TR-3: what is not good has no value, and one reason follows the other", () => {
  const options = { from: 0, to: 100, widthMs: 0, silentAfterMs: null, before: null };
  const buckets = new Buckets(options);
  buckets.add(good(0, 5));
  buckets.add({ at: 10, value: 5, quality: "stale" });
  buckets.add({ at: 20, value: null, quality: "bad" });
  buckets.add(good(30, 6));
  const { columns, gaps } = buckets.end();
  assert.deepEqual(columns.last, [5, null, null, 6]);
  assert.deepEqual(gaps, [
    { from: 10, to: 20, why: "stale" },
    { from: 20, to: 30, why: "bad" },
  ]);
});

test("TR-1: a bucket is as wide as a person reads, and never makes more than was asked for", () => {
  for (const range of [1, 600_000, 3_600_000, dayMs, 30 * dayMs, 400 * dayMs]) {
    for (const most of [10, 600, 2000]) assert.ok(range / widthFor(range, most) <= most);
  }
  assert.equal(widthFor(600_000, 600), 1000);
});

test("TR-5: a text of a device is no formula in a table; a negative number stays a number", () => {
  const nothing = { min: [null], max: [null], mean: [null], count: [1] };
  const course = (last: string | number): Course => ({
    ...{ resolution: "raw", bucketMs: 0, gaps: [], before: null },
    columns: { at: [0], ...nothing, last: [last] },
  });
  const heads = [["s"], ["s"]];
  const asked = { as: "csv", heads, utcOffsetMin: 480 } as const;
  const [text, number] = courseTexts([course('=HYPERLINK("x")'), course(-5)], asked);
  assert.equal(text, `s,1970-01-01T08:00:00.000+08:00,,,,,"'=HYPERLINK(""x"")",1,good\n`);
  assert.equal(number, "s,1970-01-01T08:00:00.000+08:00,,,,,-5,1,good\n");
});

test("TR-17: in a table each sample that is not good says its quality, and a bucket without any that is good", () => {
  const folder = mkdtempSync(join(tmpdir(), "firelink-course-"));
  folders.push(folder);
  const store = new SampleStore(folder, 2 ** 40);
  const kinds = ["good", "uncertain", "bad", "stale"] as const;
  const rows = Array.from({ length: 16 }, (_, i): Row => {
    const quality = kinds[i >> 2] ?? "good";
    const value = quality === "bad" ? null : i;
    return rowOf({ at: day1 + i * 30_000, value, quality });
  });
  store.append(...pack([...rows, rowOf(good(day1 + 12 * minute, 9))]));
  const table = (most: number): (string | undefined)[][] => {
    const course = ask(folder, day1, day1 + 12 * minute + 1, most);
    const [text] = courseTexts([course], { as: "csv", heads: [[]], utcOffsetMin: 480 });
    const cells = (text ?? "")
      .trim()
      .split("\n")
      .map((row) => row.split(","));
    return cells.map(([at, , , , , last, count, quality]) => [
      ...[at?.slice(14, 19), last, count, quality],
    ]);
  };
  const each = table(600);
  const samples = each.filter(([, , count]) => count === "1");
  assert.deepEqual(
    samples.map(([, , , quality]) => quality),
    [...rows.map(([, { quality }]) => quality), "good"],
  );
  // A gap has no count, and its reason; silence is one of them.
  assert.deepEqual(
    each.filter(([, , count]) => count === ""),
    [
      ["02:00", "", "", "uncertain"],
      ["04:00", "", "", "bad"],
      ["06:00", "", "", "stale"],
    ],
  );
  const buckets = table(16).filter(([, , count]) => count !== "");
  assert.deepEqual(buckets, [
    ["00:00", "1", "2", "good"],
    ["01:00", "3", "2", "good"],
    ["02:00", "", "2", "uncertain"],
    ["03:00", "", "2", "uncertain"],
    ["04:00", "", "2", "bad"],
    ["05:00", "", "2", "bad"],
    ["06:00", "", "2", "stale"],
    ["07:00", "", "2", "stale"],
    ["12:00", "9", "1", "good"],
  ]);
  store.close();
});

test("TR-1: the mean of a minute is that of what was known, and before the first sample there is a gap", () => {
  const folder = mkdtempSync(join(tmpdir(), "firelink-course-"));
  folders.push(folder);
  const store = new SampleStore(folder, 2 ** 40);
  const rows: Row[] = [];
  for (let at = day1 + minute; at < day1 + dayMs; at += 5000) {
    const isKnown = (at / 5000) % 4 !== 0;
    const value = at % dayMs < dayMs / 2 ? 1 : 4;
    rows.push(rowOf(isKnown ? good(at, value) : { at, value: null, quality: "bad" }));
  }
  store.append(...pack([...rows, rowOf(good(day1 + dayMs, 1))]));
  while (store.thin());
  store.close();
  for (const [most, resolution] of [
    [2000, "minute"],
    [20, "hour"],
  ] as const) {
    const course = ask(folder, day1, day1 + dayMs, most);
    assert.equal(course.resolution, resolution);
    assert.deepEqual([...new Set(course.columns.mean)].sort(), [1, 4]);
  }
  const [first] = ask(folder, day1, day1 + 3 * minute, 600).gaps;
  assert.deepEqual(first, { from: day1, to: day1 + minute, why: "none" });
});
