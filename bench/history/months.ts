/** A data folder with a month of one point at one sample a second, thinned as the gateway does it. */

import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { DayFile } from "#gateway/history/day-file.ts";
import { dayOf } from "#gateway/history/days.ts";
import { Packer, type SeriesName } from "#gateway/history/packed.ts";
import { SampleStore } from "#gateway/history/store.ts";
import { makeFolder } from "#gateway/testing/process.ts";

const dayMs = 86_400_000;
const batchRows = 20_000;

/** Up to now; gives the bytes of a sample. */
export function writeMonth(
  folder: string,
  device: string,
  point: string,
  days: number,
  now: number,
) {
  const store = new SampleStore(folder, 2 ** 40);
  let samples = 0;
  for (let n = days - 1; n >= 0; n -= 1) {
    const path = join(folder, "history", `${dayOf(now - n * dayMs)}.db`);
    const from = Math.floor((now - n * dayMs) / dayMs) * dayMs;
    const count = Math.floor((Math.min(now, from + dayMs) - from) / 1000);
    samples += count;
    new DayFile(path).close();
    const db = new DatabaseSync(path);
    db.prepare("INSERT OR IGNORE INTO series (id, device, point) VALUES (1, ?, ?)").run(
      device,
      point,
    );
    db.exec(`WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < ${count})
      INSERT OR REPLACE INTO sample SELECT 1, ${from} + i * 1000, 0, 50 + 10 * sin(i / 500.0) FROM n`);
    db.close();
  }
  const bytes = store.bytes();
  while (store.thin());
  store.close();
  return bytes / samples;
}

/** Samples a second that one thread takes into a day: batches of 20,000 of a thousand series. */
export function storeRate(batches: number): number {
  const { path, remove } = makeFolder();
  const store = new SampleStore(path, 2 ** 40);
  const packer = new Packer(batchRows);
  const at = Date.now();
  const sample = (value: number) => ({ point: "p", value, quality: "good" as const });
  let tookMs = 0;
  const names: SeriesName[] = [];
  for (let n = 0; n < batches; n += 1) {
    for (let i = 0; i < batchRows; i += 1) {
      const device = packer.device(`s/d${i % 1000}`, "button");
      packer.put(device, sample(n + i / 7), at + n * 1000 + Math.floor(i / 20), false);
    }
    const taken = packer.take();
    if (!taken) break;
    names.push(...taken.names);
    const began = performance.now();
    store.append(taken.batch, names);
    tookMs += performance.now() - began;
  }
  store.close();
  remove();
  return (batches * batchRows) / (tookMs / 1000);
}
