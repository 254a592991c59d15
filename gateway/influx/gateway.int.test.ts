/** A whole gateway that writes to a database: killed, restarted, and told on its page and as an alarm. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, test } from "node:test";
import { DayReader } from "../history/day-file.ts";
import { daysIn } from "../history/days.ts";
import { type Database, databaseName, noDatabases } from "../testing/databases.ts";
import { Rig } from "../testing/opened-database.ts";
import { firelink, firelinkJson, startGateway, until } from "../testing/process.ts";
import { Browser } from "../testing/web.ts";
import { completenessKind } from "./measurements.ts";

const rig = new Rig();
afterEach(() => rig.close());

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

type Stored = { device: string; at: number; value: number };

/** What the local store has of good numbers, by measurement and field, then by device. */
function storedIn(folder: string): Map<string, Stored[]> {
  const found = new Map<string, Stored[]>();
  for (const day of daysIn(join(folder, "history"))) {
    const path = join(folder, "history", `${day}.db`);
    const db = new DatabaseSync(path, { readOnly: true, timeout: 5000 });
    // A site is told by two tags, of which only one is read back.
    const sql = "SELECT device, point, kind FROM series WHERE kind <> ?";
    const series = db.prepare(sql).all(completenessKind) as Record<string, string>[];
    db.close();
    const reader = new DayReader(path);
    for (const { device = "", point = "", kind = "" } of series) {
      const key = `${kind.replaceAll("-", "_")} ${point}`;
      const all = found.get(key) ?? [];
      for (const { at, value, quality } of reader.range(
        device,
        point,
        0,
        Number.MAX_SAFE_INTEGER,
      )) {
        if (quality === "good" && typeof value === "number") all.push({ device, at, value });
      }
      if (all.length > 0) found.set(key, all);
    }
    reader.close();
  }
  return found;
}

/** Of everything until then: each sample is there once, and no other. */
async function assertSame(folder: string, database: Database, until: number): Promise<number> {
  let count = 0;
  for (const [field, all] of storedIn(folder)) {
    const rows = all.filter(({ at }) => at <= until);
    const [measurement = "", point = ""] = field.split(" ");
    const found = await database.read(measurement, point);
    for (const [key, ofDevice] of Map.groupBy(rows, ({ device }) => device)) {
      const series = found.get(key) ?? { times: [], values: [] };
      const times = series.times.filter((at) => at <= until);
      const values = series.values.slice(0, times.length);
      assert.deepEqual(
        times,
        ofDevice.map(({ at }) => at),
        `${key} ${field}`,
      );
      assert.deepEqual(
        values,
        ofDevice.map(({ value }) => value + 0),
        `${key} ${field}`,
      );
      count += ofDevice.length;
    }
  }
  return count;
}

test("IX-6: a gateway that is killed goes on where it was; the page, an alarm and metrics say its lag", {
  skip: noDatabases,
}, async (t) => {
  const { database, data: folder } = await rig.open("influx");
  const env = {
    FIRELINK_INFLUX_URL: database.url,
    FIRELINK_INFLUX_BUCKET: databaseName,
    FIRELINK_INFLUX_LAG_ALARM_SECONDS: "5",
    FIRELINK_INFLUX_TIMEOUT_MS: "1000",
  };
  const { password } = firelinkJson<{ password: string }>(folder, [
    ...["user", "add", "op", "--role", "operator"],
  ]);
  const first = await startGateway({ folder, demo: true, env, withinMs: 60_000 });
  rig.later(() => first.kill());
  assert.equal(firelink(folder, ["simulate", "press", "baolong/btn-07"]).status, 0);
  await until("values are stored", () => storedIn(folder).size > 10);
  await first.kill();
  const second = await startGateway({ folder, demo: true, env, withinMs: 60_000 });
  rig.later(() => second.kill());
  const browser = new Browser(second.httpUrl);
  await browser.signIn("op", password);
  const overview = async () => (await browser.ask("GET", "/api/v1/overview")).body;
  const state = async () => (await overview()).timeSeries as { state: string; server: string };
  const metric = async (name: string): Promise<number> => {
    const text = await (await fetch(`${second.httpUrl}/metrics`)).text();
    return Number(new RegExp(`^firelink_influx_${name} (\\S+)$`, "m").exec(text)?.[1]);
  };
  const lag = () => metric("lag_points");
  await until("it writes", async () => (await state())?.state === "writing");
  assert.match((await state()).server, /^InfluxDB 1\.6/);

  await database.stop("SIGKILL");
  // In a calm room hardly a value is worth storing.
  const inspect = ["simulate", "fault", "baolong/pump-01", "inspect"];
  assert.equal(firelink(folder, inspect).status, 0);
  const raised = async () => {
    const alarms = (await overview()).alarms as { rule: string; state: string; priority: string }[];
    return alarms.find(({ rule }) => rule === "G08");
  };
  // Until it had caught up after the restart, it may have been one already.
  const isRaised = async () => (await raised())?.state === "unacknowledged" && (await raised());
  const alarm = await until("the lag is an alarm", isRaised, 20_000);
  assert.equal(alarm?.priority, "P3");
  assert.equal((await state()).state, "unreachable");
  await until("it is five seconds behind", async () => (await metric("lag_seconds")) >= 5, 20_000);
  assert.ok((await lag()) > 0);
  await database.start();
  await until("it has returned", async () => (await raised())?.state === "returned-unacknowledged");
  await until("all is written", async () => (await lag()) === 0);
  const { at } = (await overview()) as { at: number };
  await pause(2500);
  await until("all until then is written", async () => (await lag()) === 0);
  const count = await assertSame(folder, database, at);
  assert.ok(count > 100, `${count}`);
  t.diagnostic(`${count} samples, ${await database.series()} series`);

  // Of the press alone; the others are of the gateway itself.
  assert.equal(await database.count("alarms", "position", "rule = 'F01'"), 1, "a mark, once");
  assert.ok((await database.count("gateway", "recording")) > 0, "its health is sampled");
  const orders = await database.read("orders", "position");
  assert.ok((orders.get("")?.values.length ?? 0) > 0, "orders are marks");
});
