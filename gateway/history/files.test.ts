/** A day that is being begun by one thread and read by another. */
import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { Worker } from "node:worker_threads";
import { DayFile, DayReader } from "./day-file.ts";

const days = 100;
const nameOf = (folder: string, n: number): string => join(folder, `${n}.db`);

const writer = `
const { workerData } = require("node:worker_threads");
import(workerData.module).then(({ DayFile }) => {
  for (const path of workerData.paths) new DayFile(path).close();
});`;

test("HI-12: who reads a day that is being begun finds it whole, or not at all", async () => {
  const folder = mkdtempSync(join(tmpdir(), "firelink-begun-"));
  const paths = Array.from({ length: days }, (_, n) => nameOf(folder, n));
  const module = new URL("./day-file.ts", import.meta.url).href;
  const worker = new Worker(writer, { eval: true, workerData: { module, paths } });
  let isGone = false;
  const gone = new Promise<void>((resolve, reject) => {
    worker.once("error", reject);
    worker.once("exit", resolve);
  }).finally(() => {
    isGone = true;
  });
  for (const path of paths) {
    while (!existsSync(path)) {
      if (isGone) await gone;
      await new Promise((resolve) => setImmediate(resolve));
    }
    const reader = new DayReader(path);
    assert.deepEqual([...reader.series()], []);
    reader.close();
  }
  await gone;
  rmSync(folder, { recursive: true });
});

test("HI-12: what a kill has left of a day that was being begun is in nobody's way", () => {
  const folder = mkdtempSync(join(tmpdir(), "firelink-begun-"));
  const path = nameOf(folder, 0);
  writeFileSync(`${path}.new`, "half of one");
  new DayFile(path).close();
  assert.deepEqual(readdirSync(folder), ["0.db"]);
  rmSync(folder, { recursive: true });
});
