import assert from "node:assert/strict";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import fc from "fast-check";
import { qualities } from "#rules/sample.ts";
import { DayReader, type Row, type StoredSample } from "./day-file.ts";
import { dayOf } from "./days.ts";
import { pack } from "./packed.ts";
import { SampleStore } from "./store.ts";

const dayMs = 86_400_000;
const start = 1_790_000_000_000;

function inFolder(run: (folder: string) => void): void {
  const folder = mkdtempSync(join(tmpdir(), "firelink-history-"));
  try {
    run(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const row = (at: number, value: number | boolean | null, point = "p"): Row => [
  "s/d",
  { point, at, value, quality: value === null ? "bad" : "good" },
];

test("HI-1: samples come back in order over the days, with their quality; again is no second one", () => {
  inFolder((folder) => {
    const store = new SampleStore(folder, 1 << 30);
    const rows = [0, 1, 2].flatMap((day) => [
      row(start + day * dayMs, day),
      row(start + day * dayMs + 1, null),
    ]);
    store.append(...pack(rows));
    store.append(...pack(rows));
    store.append(...pack([row(start, true, "on")]));
    assert.equal(store.days().length, 3);
    const { samples: found, thinned } = store.trend("s/d", "p", start, start + 3 * dayMs, 100);
    assert.equal(thinned, false);
    assert.deepEqual(
      found.map(({ value }) => value),
      [0, null, 1, null, 2, null],
    );
    assert.deepEqual(
      found.map(({ quality }) => quality),
      ["good", "bad", "good", "bad", "good", "bad"],
    );
    assert.deepEqual(store.trend("s/d", "other", start, start + dayMs, 9).samples, []);
    store.close();
  });
});

test("HI-7: a day that is damaged is set aside and said; it is written on, and no other day waits for it", () => {
  inFolder((folder) => {
    const first = new SampleStore(folder, 1 << 30);
    for (let day = 0; day < 3; day += 1) first.append(...pack([row(start + day * dayMs, day)]));
    first.close();
    const paths = [0, 2].map((day) => join(folder, "history", `${dayOf(start + day * dayMs)}.db`));
    for (const path of paths) {
      for (const end of ["-wal", "-shm"]) rmSync(path + end, { force: true });
      writeFileSync(path, Buffer.alloc(20_000, 7));
    }
    const store = new SampleStore(folder, 1 << 30);
    const dropped = store.append(...pack([row(start + 2 * dayMs + 9, 9)]));
    assert.deepEqual(dropped, [
      { day: dayOf(start + 2 * dayMs), unsent: 0, what: "samples", why: "damage" },
    ]);
    while (store.thin());
    const { samples } = store.trend("s/d", "p", start, start + 3 * dayMs, 100);
    assert.deepEqual(
      samples.map(({ value }) => value),
      [1, 9],
    );
    assert.equal(store.append(...pack([row(start + 2 * dayMs + 10, 10)]))[0]?.why, "damage");
    for (const path of paths) assert.ok(existsSync(`${path}.damaged-1`), "kept for who looks");
    store.close();
  });
});

test("HI-2: over its size the oldest days go, never the one that is being written", () => {
  inFolder((folder) => {
    const store = new SampleStore(folder, 400_000);
    const dropped: string[] = [];
    for (let day = 0; day < 5; day += 1) {
      const rows = Array.from({ length: 20_000 }, (_, i) => row(start + day * dayMs + i, i));
      dropped.push(...store.append(...pack(rows)).map(({ day: one }) => one));
    }
    assert.ok(dropped.length >= 2, String(dropped));
    assert.deepEqual([...dropped, ...store.days()], [...dropped, ...store.days()].sort());
    assert.ok(store.days().length >= 1);
    const last = store.trend("s/d", "p", start + 4 * dayMs, start + 4 * dayMs + 5000, 9999);
    assert.equal(last.samples.length, 5000);
    store.close();
  });
});

test("HI-6: many of a series at once are a block, few are rows; either way each comes back as it came, the later of one instant", () => {
  const value = fc.oneof(
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.integer({ min: -1000, max: 1000 }),
    fc.boolean(),
    fc.constant(null),
    fc.string({ maxLength: 64 }),
  );
  const sample = fc.record({
    // Now and then a clock that was set back, and gaps that are longer than a block.
    step: fc.oneof(fc.integer({ min: 0, max: 50 }), fc.integer({ min: -500, max: 90_000 })),
    point: fc.constantFrom("p", "q"),
    value,
    quality: fc.constantFrom(...qualities),
  });
  inFolder((folder) => {
    const store = new SampleStore(folder, 1 << 30);
    let n = 0;
    fc.assert(
      fc.property(fc.array(fc.array(sample, { maxLength: 40 }), { maxLength: 4 }), (batches) => {
        n += 1;
        let at = start + 1000;
        const expected = new Map<string, Map<number, StoredSample>>([
          ["p", new Map()],
          ["q", new Map()],
        ]);
        for (const batch of batches) {
          const rows = batch.map(({ step, point, value: of, quality }): Row => {
            at = Math.max(start, at + step);
            const stored = typeof of === "boolean" ? Number(of) : of;
            expected.get(point)?.set(at, { at, quality, value: stored });
            return [`s/d${n}`, { at, point, value: of, quality }];
          });
          store.append(...pack(rows));
        }
        for (const [point, all] of expected) {
          const sorted = [...all.values()].sort((a, b) => a.at - b.at);
          const found = store.trend(`s/d${n}`, point, start, start + dayMs, 10_000).samples;
          assert.deepEqual(found, sorted);
          if (sorted.length === 0) continue;
          const last = sorted.findLast((one) => one.at < start + 50_000) ?? null;
          const reader = new DayReader(join(folder, "history", `${dayOf(start)}.db`));
          assert.deepEqual(reader.last(`s/d${n}`, point, start + 50_000), last);
          reader.close();
        }
      }),
      { numRuns: 100 },
    );
    store.close();
  });
});
