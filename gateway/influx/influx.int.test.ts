/** Samples on their way to real databases that are stopped, killed, hung, or say no. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { afterEach, test } from "node:test";
import { type DatabaseKind, databaseName, noDatabases } from "../testing/databases.ts";
import { assertWhole } from "../testing/fed-influx.ts";
import { Rig } from "../testing/opened-database.ts";
import { until } from "../testing/process.ts";
import { startProxy } from "../testing/refusing-proxy.ts";
import { markLines, places, sampleLines } from "./cardinality.ts";
import { Ledger } from "./ledger.ts";

const rig = new Rig();
afterEach(() => rig.close());

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** Killed with nothing under way, killed for a while, hung, stopped: while samples go on coming. */
async function troubled(kind: DatabaseKind): Promise<void> {
  const { database, data } = await rig.open(kind);
  const sender = rig.fed(data, database.url);
  const end = sender.feedOn();
  await pause(2500);
  await database.stop("SIGKILL");
  await database.start();
  await pause(1500);
  await database.stop("SIGKILL");
  await pause(700);
  await database.start();
  await pause(1000);
  process.kill(database.pid(), "SIGSTOP");
  await pause(2000);
  process.kill(database.pid(), "SIGCONT");
  await pause(300);
  await database.stop("SIGTERM");
  await pause(300);
  await database.start();
  end();
  await sender.written();
  await assertWhole(database, sender.count);
  assert.ok(sender.count > 500, `${sender.count}`);
  const { server, api } = sender.influx.status() ?? {};
  assert.deepEqual(
    [server, api],
    kind === "influx" ? ["InfluxDB 1.6.7~rc0", "1"] : ["VictoriaMetrics", "2"],
  );
  assert.deepEqual(sender.failures, []);
}

test("IX-1: a database is stopped, killed and hung: each sample is there once, in order", {
  skip: noDatabases,
}, async () => {
  await Promise.all([troubled("influx"), troubled("victoria")]);
});

test("IX-2: 401, 429 with Retry-After, 500, 503: said, waited for as asked, nothing lost", {
  skip: noDatabases,
}, async () => {
  const { database, data } = await rig.open("influx");
  const proxy = await startProxy(database.url);
  rig.later(proxy.close);
  const sender = rig.fed(data, proxy.url, { lagAlarmMs: 2000 });
  const end = sender.feedOn();
  const state = () => sender.influx.status()?.state;
  await until("it writes", () => state() === "writing" && proxy.answers.length > 0);
  proxy.refuse = { status: 401 };
  await until("it is refused", () => state() === "refused");
  const isRaised = () => sender.levels.some((one) => one.kind === "level" && one.level === true);
  await until("too far behind is an alarm", isRaised);
  proxy.refuse = null;
  await until("it writes again", () => state() === "writing");
  for (const status of [500, 503]) {
    proxy.refuse = { status };
    await until(`it waits after ${status}`, () => state() !== "writing");
    assert.match(sender.influx.status()?.why ?? "", /refused on purpose/);
    proxy.refuse = null;
    await until(`it writes after ${status}`, () => state() === "writing");
  }
  proxy.refuse = { status: 429, headers: { "retry-after": "2" } };
  const since = () => proxy.answers.slice(proxy.answers.findIndex(({ status }) => status === 429));
  await until("it was asked to wait", () => proxy.answers.some(({ status }) => status === 429));
  proxy.refuse = null;
  await until("it writes after 429", () => since().length > 1);
  const [asked, again] = since();
  assert.deepEqual([asked?.status, again?.status], [429, 204]);
  assert.ok((again?.at ?? 0) - (asked?.at ?? 0) >= 1990, "two seconds were asked for");
  end();
  await sender.written();
  await assertWhole(database, sender.count);
  const levels = sender.levels.map((one) => one.kind === "level" && [one.rule, one.level]);
  assert.deepEqual(levels.at(-1), ["G08", false]);
});

test("IX-3: points the server refuses are set aside, named and counted; all others are written", {
  skip: noDatabases,
}, async () => {
  const { database, data } = await rig.open("influx");
  const day = (Date.now() - 2 * 86_400_000) * 1e6;
  const line = `test_kind,device=d3,site=s p1="a text" ${day}`;
  const body = { method: "POST", body: line };
  assert.equal((await fetch(`${database.url}/write?db=firelink`, body)).status, 204);
  const sender = rig.fed(data, database.url);
  sender.feed(50);
  await sender.written();
  const { state, aside, samples } = sender.influx.status() ?? {};
  assert.deepEqual([state, aside, samples], ["writing", 50 * 10, 50 * 10 * 2]);
  for (const point of ["p0", "p2"]) {
    const found = await database.read("test_kind", point);
    assert.deepEqual([found.size, found.get("s/d3")?.values.length], [10, 50]);
  }
  const ledger = new Ledger(data);
  const [first] = ledger.asides();
  ledger.close();
  assert.match(first?.line ?? "", /^test_kind,device=d\d,site=s p1=\d+ \d+$/);
  assert.match(first?.reason ?? "", /field type conflict.*"p1"/);
  // What is known to be refused is tried by itself: the next ones cost few requests.
  const { requests = 0 } = sender.influx.status() ?? {};
  sender.feed(50);
  await sender.written();
  const after = sender.influx.status();
  assert.deepEqual([after?.aside, after?.samples], [100 * 10, 100 * 10 * 2]);
  assert.ok((after?.requests ?? 0) - requests < 20, JSON.stringify(after));
});

test("IX-8: as many series as devices, whatever they say; marks grow with sites, not with devices; the page has both", {
  skip: noDatabases,
}, async () => {
  const { database } = await rig.open("influx");
  const write = async (lines: readonly string[], precision: string): Promise<void> => {
    for (let from = 0; from < lines.length; from += 50_000) {
      const body = lines.slice(from, from + 50_000).join("\n");
      const url = `${database.url}/write?db=${databaseName}&precision=${precision}`;
      assert.equal((await fetch(url, { method: "POST", body })).status, 204);
    }
  };
  const all = places(20_000, 500);
  await write(sampleLines(all, Date.now()), "ms");
  assert.equal(await database.series(), 20_000);
  // One line of each: what a database tells series apart by is what stands before the blank.
  const marks = new Map(markLines(all, 0).map((line) => [line.slice(0, line.indexOf(" ")), line]));
  await write([...marks.values()], "ns");
  const count = (await database.series()) - 20_000;
  const page = readFileSync("docs/reference/time-series.md", "utf8");
  const row = ` | 20,000 | 20,000 | ${count.toLocaleString("en-US")} |`;
  assert.ok(page.includes(row), `npm run -s reference: ${row}`);
});
