/** A month of one point at a sample a second, over HTTP. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, test } from "node:test";
import type { TrendsView } from "../api/contract.ts";
import { connectAs, deviceCredential } from "../testing/client.ts";
import { firelinkJson, makeFolder, startGateway, until } from "../testing/process.ts";
import { Browser } from "../testing/web.ts";
import { DayFile } from "./day-file.ts";
import { dayOf } from "./days.ts";
import { SampleStore } from "./store.ts";

const cleanUp: (() => unknown)[] = [];
afterEach(async () => {
  for (const run of cleanUp.splice(0).reverse()) await run();
});

const dayMs = 86_400_000;
const days = 30;

/** Made by SQL; the peak of each day at its noon. */
function writeMonth(folder: string, now: number): void {
  const store = new SampleStore(folder, 2 ** 40);
  for (let n = days; n >= 0; n -= 1) {
    const from = Math.floor((now - n * dayMs) / dayMs) * dayMs;
    const count = Math.floor((Math.min(now - 60_000, from + dayMs) - from) / 1000);
    const path = join(folder, "history", `${dayOf(from)}.db`);
    new DayFile(path).close();
    const db = new DatabaseSync(path);
    db.exec("INSERT INTO series (id, device, point) VALUES (1, 'baolong/btn-01', 'temp_c')");
    db.exec(`WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < ${count})
      INSERT INTO sample
      SELECT 1, ${from} + i * 1000, 0, CASE i WHEN 43200 THEN 80 ELSE 20 + i % 5 END FROM n`);
    db.close();
  }
  while (store.thin());
  store.close();
}

test("HS-4: a trend of 30 days of one point at 1 s is here within 200 ms, with each peak", async (t) => {
  const { path: folder, remove } = makeFolder();
  cleanUp.push(remove);
  const now = Date.now();
  writeMonth(folder, now);
  const words = ["user", "add", "month", "--role", "operator"];
  const { password } = firelinkJson<{ password: string }>(folder, words);
  const gateway = await startGateway({ folder, demo: true, withinMs: 60_000 });
  cleanUp.push(() => gateway.kill());
  const client = await connectAs(gateway, deviceCredential(folder, "baolong/btn-01"));
  const body = JSON.stringify({ v: 1, seq: 1, points: { temp_c: 21 } });
  await client.publishAsync("firelink/v1/baolong/btn-01/state", body, { qos: 1 });
  client.end(true);
  const browser = new Browser(gateway.httpUrl);
  await browser.signIn("month", password);
  const range = `from=${now - days * dayMs}&to=${now}`;
  const path = `/api/v1/trends?points=baolong/btn-01/temp_c&${range}`;
  const took: number[] = [];
  await until("the device is known", async () => (await browser.ask("GET", path)).status === 200);
  for (let i = 0; i < 5; i += 1) {
    const began = performance.now();
    const answer = await browser.ask("GET", path);
    took.push(performance.now() - began);
    const [one] = (answer.body as unknown as TrendsView).series;
    assert.equal(one?.resolution, "hour");
    assert.equal(one?.columns.max.filter((most) => most === 80).length, days);
  }
  t.diagnostic(`${took.map((ms) => ms.toFixed(0)).join(" ")} ms`);
  assert.ok((took.sort((a, b) => a - b)[2] ?? 0) <= 200, `median of ${took.join(" ")}`);
});
