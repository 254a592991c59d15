import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import type { Row } from "./day-file.ts";
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
    store.append(rows);
    store.append(rows);
    store.append([row(start, true, "on")]);
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

test("HI-2: over its size the oldest days go, never the one that is being written", () => {
  inFolder((folder) => {
    const store = new SampleStore(folder, 400_000);
    const dropped: string[] = [];
    for (let day = 0; day < 5; day += 1) {
      const rows = Array.from({ length: 5000 }, (_, i) => row(start + day * dayMs + i, i));
      dropped.push(...store.append(rows).map(({ day: one }) => one));
    }
    assert.ok(dropped.length >= 2, String(dropped));
    assert.deepEqual([...dropped, ...store.days()], [...dropped, ...store.days()].sort());
    assert.ok(store.days().length >= 1);
    const last = store.trend("s/d", "p", start + 4 * dayMs, start + 5 * dayMs, 9999);
    assert.equal(last.samples.length, 5000);
    store.close();
  });
});
