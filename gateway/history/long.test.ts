/** Long trends, what is kept of old days, and what goes when there is no room. */
import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import fc from "fast-check";
import type { Row, StoredSample } from "./day-file.ts";
import { LongFile } from "./long-file.ts";
import { pack } from "./packed.ts";
import { SampleStore, type StoreOptions } from "./store.ts";

const dayMs = 86_400_000;
const start = Date.parse("2026-09-01");

function inFolder(run: (folder: string) => void): void {
  const folder = mkdtempSync(join(tmpdir(), "firelink-long-"));
  try {
    run(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function open(folder: string, mostBytes: number, options?: StoreOptions): SampleStore {
  return new SampleStore(folder, mostBytes, options);
}

const row = (at: number, value: number, device = "s/d"): Row => {
  return [device, { point: "p", at, value, quality: "good" }];
};

/** A day at a sample a second, that rises once for a second at noon. */
function day(n: number): Row[] {
  return Array.from({ length: 86_400 }, (_, i) =>
    row(start + n * dayMs + i * 1000, i === 43_200 ? 99 : i % 7),
  );
}

function thinAll(store: SampleStore): void {
  while (store.thin());
}

test("HS-1: by minute and hour least, most, mean, last and the first that is not good stay, as they were", () => {
  const kinds = fc.oneof(
    { weight: 9, arbitrary: fc.integer({ min: -50, max: 50 }) },
    { weight: 1, arbitrary: fc.constant(null) },
  );
  inFolder((folder) => {
    let n = 0;
    const long = new LongFile(join(folder, "x.long.db"));
    fc.assert(
      fc.property(fc.array(kinds, { minLength: 1, maxLength: 60 }), (values) => {
        const samples = values.map((value, i): StoredSample => {
          const at = start + i * 400_000;
          return value === null ? { at, value, quality: "bad" } : { at, value, quality: "good" };
        });
        n += 1;
        long.put("s/d", `p${n}`, samples);
        const found = long.range("s/d", `p${n}`, "hour", start, start + dayMs);
        const byHour = Map.groupBy(samples, ({ at }) => Math.floor(at / 3_600_000));
        for (const [hour, all] of byHour) {
          const kept = found.filter(({ at }) => Math.floor(at / 3_600_000) === hour);
          assert.ok(
            kept.every((one) => samples.some((s) => s.at === one.at && s.value === one.value)),
          );
          const known = (list: readonly StoredSample[]) =>
            list.flatMap(({ value }) => (typeof value === "number" ? value : []));
          assert.equal(Math.min(...known(kept)), Math.min(...known(all)));
          assert.equal(Math.max(...known(kept)), Math.max(...known(all)));
          assert.deepEqual(kept.at(-1), all.at(-1));
          const bad = (list: readonly StoredSample[]) => list.find((one) => one.quality === "bad");
          assert.deepEqual(bad(kept), bad(all));
        }
      }),
      { numRuns: 50 },
    );
    long.close();
  });
});

test("HS-2: a day that is dropped leaves its minutes, its hours and all that lies round an alarm", () => {
  inFolder((folder) => {
    const store = open(folder, 1_000_000);
    const alarmAt = start + 15 * 3_600_000;
    store.append(...pack(day(0)));
    store.keep("s/d", alarmAt);
    store.append(...pack([row(start + dayMs, 1)]));
    thinAll(store);
    const ask = (from: number, to: number, most = 5000) => store.trend("s/d", "p", from, to, most);
    const before = ask(start, start + dayMs, 200);
    const dropped = store
      .append(...pack(day(1)))
      .concat(store.append(...pack([row(start + 2 * dayMs, 1)])));
    assert.deepEqual(
      dropped.map((one) => [one.day, one.what, one.why]),
      [["2026-09-01", "samples", "size"]],
    );
    assert.ok(!existsSync(join(folder, "history", "2026-09-01.db")));
    const after = ask(start, start + dayMs, 200);
    assert.deepEqual(after, before, "a long trend is what it was");
    assert.equal(Math.max(...after.samples.map(({ value }) => Number(value))), 99);
    const [from, to] = [alarmAt - 300_000, alarmAt + 1_800_000];
    const round = ask(from - 60_000, to + 60_000);
    const full = round.samples.filter(({ at }) => at >= from && at < to);
    assert.equal(full.length, 2100, "a sample a second");
    assert.ok(round.samples.length < 2120, "and a minute before it only its minute");
    store.close();
  });
});

test("HS-3: a short disk: the oldest samples go and that is said; then nothing is stored; what is kept stays", () => {
  inFolder((folder) => {
    let free = 1000;
    const options = { keepFreeBytes: 100, freeBytes: () => free, isFollowed: true };
    const store = open(folder, 1 << 30, options);
    for (const n of [0, 1, 2]) store.append(...pack([row(start + n * dayMs, n)]));
    store.keep("s/d", start);
    free = 50;
    assert.throws(
      () => store.append(...pack([row(start + 2 * dayMs + 1, 3)])),
      /the disk is short/,
    );
    assert.deepEqual(
      store.untold().map((one) => [one.day, one.unsent, one.what, one.why]),
      [
        ["2026-09-01", 1, "samples", "disk"],
        ["2026-09-02", 1, "samples", "disk"],
      ],
    );
    assert.ok(readdirSync(join(folder, "history")).includes("kept.db"));
    free = 1000;
    store.append(...pack([row(start + 2 * dayMs + 2, 4)]));
    const values = store.trend("s/d", "p", start, start + 3 * dayMs, 99).samples;
    assert.deepEqual(
      values.map(({ value }) => value),
      [0, 2, 4],
      "the first lies round an alarm",
    );
    store.close();
  });
});
