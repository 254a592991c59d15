/** History with its worker: what it refuses, and what it sheds. */
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, test } from "node:test";
import type { Sample } from "#rules/sample.ts";
import { SystemClock } from "../clock.ts";
import { Refused } from "../errors.ts";
import { until } from "../testing/process.ts";
import { History } from "./history.ts";

let folder: string;
let history: History;
let stored: number;
let shed: [number, string][];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "firelink-history-"));
  [stored, shed] = [0, []];
  history = make();
});

function make(keepFreeBytes = 0): History {
  return new History({
    folder,
    clock: new SystemClock(0),
    mostBytes: 1 << 30,
    keepFreeBytes,
    stored: (count) => {
      stored += count;
    },
    shed: (count, why) => shed.push([count, why]),
  });
}

afterEach(async () => {
  await history.close();
  rmSync(folder, { recursive: true, force: true });
});

const start = 1_790_000_000_000;
const reason = null;

/** From the first to before the last. */
function append(from: number, to: number, everyMs = 1000): void {
  for (let i = from; i < to; i += 1) {
    const at = start + i * everyMs;
    const sample: Sample = { point: "p", value: i, quality: "good", reason, at, sourceTs: null };
    history.append("s/d", [sample], at);
  }
}

test("HI-4: a ninth trend at once is refused with when to try again; what is read is thinned", async () => {
  history.start();
  append(0, 30_000);
  await until("all of it is stored", () => stored === 30_000);
  const ask = () => history.trend("s/d", "p", start, start + 30_000_000);
  const answers = await Promise.allSettled(Array.from({ length: 300 }, ask));
  const refusals = answers.flatMap((one) => (one.status === "rejected" ? [one.reason] : []));
  assert.equal(refusals.length, 292);
  for (const error of refusals) {
    assert.ok(error instanceof Refused);
    assert.deepEqual([error.code, error.retryAfterMs], ["history-busy", 1000]);
  }
  const { samples, thinned } = await ask();
  assert.ok(thinned && samples.length > 900 && samples.length <= 2000, `${samples.length}`);
  assert.deepEqual([samples[0]?.value, samples.at(-1)?.value], [0, 29_999]);
  assert.deepEqual(shed, []);
});

/** What is shed is shed by whole batches. */
const batch = 65_536;

test("HI-5: where the worker falls behind the oldest that wait are shed, counted; the newest are kept", async () => {
  append(0, 1_005_000, 10);
  assert.deepEqual(shed, [[batch, "history falls behind"]]);
  history.start();
  await until("the rest is stored", () => stored === 1_005_000 - batch);
  const { samples } = await history.trend("s/d", "p", start, start + 10_050_000);
  assert.deepEqual([samples[0]?.value, samples.at(-1)?.value], [batch, 1_004_999]);
});

test("HI-10: a worker that cannot begin is said, again and again, and what comes waits for it", async () => {
  const path = join(folder, "history");
  writeFileSync(path, "no folder");
  history.start();
  append(0, 10);
  await until("it is said twice", () => shed.length >= 2);
  assert.match(String(shed[0]?.[1]), /EEXIST|ENOTDIR/);
  rmSync(path);
  await until("all of it is stored", () => stored === 10);
});

test("HI-11: a file that was set aside and went is said by its name, also where nothing could be stored", async () => {
  mkdirSync(join(folder, "history"));
  writeFileSync(join(folder, "history", "2026-08-30.db.damaged-1"), "no database");
  // No disk has as much.
  history = make(2 ** 52);
  history.start();
  append(0, 10);
  await until("both are said", () => shed.length >= 2);
  assert.deepEqual(shed.slice(0, 2), [
    [10, "Error: the disk is short: history is not written"],
    [0, "2026-08-30.db.damaged-1, set aside as damaged, dropped: the disk is short"],
  ]);
});
