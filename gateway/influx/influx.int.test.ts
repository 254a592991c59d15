/** Samples on their way to real databases that are stopped, killed, hung, or say no. */
import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import type { Event, Recorded } from "#rules/event.ts";
import { type DatabaseKind, databaseName, noDatabases } from "../testing/databases.ts";
import { assertWhole } from "../testing/fed-influx.ts";
import { Rig } from "../testing/opened-database.ts";
import { until } from "../testing/process.ts";
import { startProxy } from "../testing/refusing-proxy.ts";
import { eventLines, type Subject } from "./event-lines.ts";
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
    assert.deepEqual([found.size, found.get("d3")?.values.length], [10, 50]);
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

/** Each of 20,000 devices raises an alarm that goes its whole way, with an order and its replies. */
function* marksOf(devices: number, sites: number): Generator<Event> {
  for (let i = 0; i < devices; i += 1) {
    const [alarm, incident, order, site] = [`A${i}`, `I${i}`, `O${i}`, `s${i % sites}`];
    const rule = i % 3 === 0 ? "F01" : "S04";
    const raised = { type: "alarm-raised", alarm, rule, site, device: `d${i}`, point: "p0" };
    yield { ...raised, priority: "P1" } as Event;
    yield { type: "incident-opened", incident, site, number: `${i}`, priority: "P1" } as Event;
    const of = { order, incident, priority: "P1", distanceM: 1, estimateMs: 1 };
    yield { type: "order-issued", station: `KQ-${i % 20}`, kind: "turn-out", ...of } as Event;
    for (const reply of ["accepted", "turned-out", "on-scene"]) {
      yield { type: "order-replied", order, reply } as Event;
    }
    yield { type: "verification-moved", incident, to: "acknowledged" } as Event;
    for (const why of ["acknowledge", "return", "reset"]) {
      yield { type: "alarm-moved", alarm, why, to: "normal" } as Event;
    }
    yield { type: "incident-closed", incident } as Event;
  }
}

test("IX-8: as many series as devices, whatever they say; marks grow with sites and rules, not with devices", {
  skip: noDatabases,
}, async (t) => {
  const { database, data } = await rig.open("influx");
  const sender = rig.fed(data, database.url);
  const at = Date.now();
  for (const quality of ["good", "stale"] as const) {
    for (let i = 0; i < 20_000; i += 1) {
      const samples = ["p0", "p1", "p2"].map((point) => {
        return { point, value: i, quality, reason: null, at, sourceTs: null };
      });
      const when = quality === "good" ? at : at + 1;
      sender.history.append(`s${i % 500}/d${i}`, samples, when, "button");
    }
  }
  const isThere = (): boolean => (sender.influx.status()?.samples ?? 0) >= 120_000;
  await until("all is written", isThere, 30_000);
  const series = await database.series();
  assert.equal(series, 20_000);
  const subjects = new Map<string, Subject>();
  const known = {
    get: (id: string) => subjects.get(id) ?? null,
    put: (id: string, of: Subject) => void subjects.set(id, of),
  };
  const lines = [...marksOf(20_000, 500)].flatMap((event, i) =>
    eventLines({ ...event, at, position: i + 1 } as Recorded, known),
  );
  for (let from = 0; from < lines.length; from += 20_000) {
    const body = lines.slice(from, from + 20_000).join("\n");
    const url = `${database.url}/write?db=${databaseName}&precision=ns`;
    assert.equal((await fetch(url, { method: "POST", body })).status, 204);
  }
  const more = (await database.series()) - series;
  const { length: count } = lines;
  t.diagnostic(
    `20,000 devices on 500 sites: ${series} series of samples, ${more} of ${count} marks`,
  );
  assert.ok(more < 12_000, `${more}`);
});
