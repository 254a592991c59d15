/** Sessions against a real server in its own process: what it reads, and how it comes back. */
import assert from "node:assert/strict";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { after, afterEach, test } from "node:test";
import {
  deviceAt,
  endAll,
  OpcuaServer,
  pointsOf,
  startProxy,
  startServer,
  Watched,
} from "../../testing/opcua-peers.ts";
import { makeFolder, until } from "../../testing/process.ts";
import type { MonitoredPoint } from "./protocol.ts";

const rejections: unknown[] = [];
process.on("unhandledRejection", (error) => rejections.push(error));
after(() => assert.deepEqual(rejections, []));
afterEach(endAll);

/** Where a test does no harm to its server it takes this one: to start one costs seconds. */
let shared: OpcuaServer | null = null;
const { path: pki, remove } = makeFolder();
after(async () => {
  await shared?.kill();
  remove();
});

async function sharedServer(): Promise<OpcuaServer> {
  shared ??= await new OpcuaServer({ nodes: 1500, itemsPerCall: 400, pki }).start();
  await shared.ask({ do: "reset" });
  await shared.set("Free", "Double", 1);
  return shared;
}

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const free = (more: Partial<MonitoredPoint> = {}): MonitoredPoint => {
  return { id: "free", nodeId: "ns=1;s=Free", type: "number", ...more };
};

async function live(server: OpcuaServer, points = pointsOf(30), endpoint = server.endpoint) {
  const watched = new Watched();
  watched.adapter.watch([deviceAt(endpoint, points)]);
  await watched.becomes("live");
  return watched;
}

/** Every value that the first boolean and the first number had, after those that were before. */
async function pulses(server: OpcuaServer, times: number): Promise<void> {
  await server.ask({ do: "burst", nodes: 2, times, everyMs: 550 });
}

async function oneSession(server: OpcuaServer, subscriptions = 1): Promise<void> {
  const one = async () => {
    const count = await server.count();
    return count.sessions === 1 && count.subscriptions === subscriptions;
  };
  await until("one session and no subscription too many", one, 25_000);
}

test("UA-6: live with the first values of all; then every change in order, timed", async () => {
  const server = await sharedServer();
  const watched = await live(server, pointsOf(1500));
  assert.equal(watched.readings.size, 1500, "live before all had their values");
  const { revised, holes, otherHost } = watched.link() ?? {};
  assert.deepEqual(holes, []);
  assert.equal(revised?.publishingMs, 500);
  assert.deepEqual(revised?.samplingMs, [250, 250]);
  assert.ok((revised?.queue?.[0] ?? 0) >= 10, `queue ${revised?.queue}`);
  assert.ok((revised?.keepAliveMs ?? 0) <= 2000);
  assert.equal(typeof otherHost, "string", "the server calls itself by the name of the machine");
  watched.forget();
  await pulses(server, 6);
  await until("six changes", () => watched.of("n1").length >= 6);
  assert.deepEqual(watched.values("n1"), [1, 2, 3, 4, 5, 6]);
  assert.deepEqual(watched.values("n0"), [true, false, true, false, true, false]);
  const times = watched.of("n1").map(([, , source]) => source ?? 0);
  assert.ok(
    times.every((at, i) => i === 0 || at > (times[i - 1] ?? 0)),
    `${times}`,
  );
  assert.ok(watched.of("n1").every(([, , , serverTs]) => typeof serverTs === "number"));
});

test("UA-7: a node that does not exist is named, and stops nothing", async () => {
  const server = await sharedServer();
  const gone = { id: "gone", nodeId: "ns=1;s=NoSuchNode", type: "number" } as const;
  const wrong = { id: "wrong", nodeId: "what is this", type: "number" } as const;
  const watched = await live(server, pointsOf(30, gone, wrong));
  assert.deepEqual([...(watched.link()?.holes ?? [])].sort(), ["gone", "wrong"]);
  const expected = { value: null, quality: "bad", reason: "no-such-node" };
  assert.deepEqual(watched.last("gone"), { ...expected, status: "BadNodeIdUnknown" });
  assert.deepEqual(watched.last("wrong"), { ...expected, status: "BadNodeIdInvalid" });
  const named = watched.lines.filter(({ point }) => point === "gone" || point === "wrong");
  assert.equal(named.length, 2);
  await pulses(server, 1);
  await until("the others go on", () => watched.last("n1")?.value === 1);
});

test("UA-8: what cannot be a value of its point is told on the link and in the log", async () => {
  const server = await sharedServer();
  const watched = await live(server, pointsOf(30, free({ values: [0, 1, 2] })));
  const cases = [
    ["String", "seven", {}, "bad", "wrong-type"],
    ["Double", [1, 2, 3], { array: true }, "bad", "wrong-type"],
    ["Double", Number.NaN, {}, "bad", "not-a-number"],
    ["Int32", 9, {}, "uncertain", "unknown-enum"],
    ["Boolean", true, {}, "bad", "wrong-type"],
  ] as const;
  for (const [type, value, more, quality, reason] of cases) {
    await server.set("Free", "Int32", 1);
    await until("well", () => watched.link()?.unfit.length === 0);
    watched.forget();
    await server.set("Free", type, value, more);
    await until(`${type} ${value}`, () => watched.last("free")?.reason === reason);
    assert.equal(watched.last("free")?.quality, quality);
    await until("the link names it", () => watched.link()?.unfit[0] === "free");
    assert.equal(watched.link()?.state, "live");
    assert.ok(watched.lines.some(({ point, what }) => point === "free" && what.includes(reason)));
  }
  await server.set("Free", "Int32", 2, { status: "BadDeviceFailure" });
  await until("a bad status", () => watched.last("free")?.status === "BadDeviceFailure");
  assert.equal(watched.last("free")?.quality, "bad");
});

test("UA-8: a dead band keeps small changes on the server, if it has one", async () => {
  const server = await sharedServer();
  const banded = { id: "n2", nodeId: "ns=1;s=N2", type: "number", deadBand: 0.5 } as const;
  const text = { id: "n0", nodeId: "ns=1;s=N0", type: "boolean", deadBand: 1 } as const;
  const watched = await live(server, [banded, text]);
  assert.deepEqual(watched.link()?.holes, []);
  assert.ok(watched.lines.some(({ what }) => what.startsWith("no dead band")));
  watched.forget();
  for (const value of [0.1, 0.3, 0.9]) {
    await server.set("N2", "Double", value);
    await sleep(600);
  }
  await until("a change beyond it", () => watched.last("n2")?.value === 0.9);
  assert.deepEqual(watched.values("n2"), [0.9]);
});

test("UA-9: a burst of 100,000 changes comes whole and in order, and holds nobody up", async () => {
  const server = await startServer({ nodes: 10_000 });
  const watched = await live(server, pointsOf(10_000));
  watched.forget();
  watched.count = 0;
  const delay = monitorEventLoopDelay({ resolution: 5 });
  delay.enable();
  await server.ask({ do: "burst", nodes: 10_000, times: 10, everyMs: 520 });
  await until("all", () => watched.count >= 100_000, 20_000);
  delay.disable();
  const expected = Array.from({ length: 10 }, (_, i) => i + 1);
  for (const i of [1, 2, 5000, 9998]) assert.deepEqual(watched.values(`n${i}`), expected, `n${i}`);
  assert.equal(watched.link()?.overflows, 0);
  assert.equal(watched.link()?.state, "live");
  const p99 = delay.percentile(99) / 1e6;
  assert.ok(p99 < 100, `the main thread was held up for ${p99} ms`);
});

/** More of them by hand: `FIRELINK_KILLS=100 npm test -- opcua/sessions`. */
const kills = Number(process.env.FIRELINK_KILLS ?? 3);

test("UA-10: killed and started again: all live within 10 s, nothing left over", {
  timeout: 60_000 + kills * 15_000,
}, async () => {
  const server = await startServer({ nodes: 600 });
  const watched = await live(server, pointsOf(600));
  for (let round = 1; round <= kills; round += 1) {
    await server.kill();
    await until("noticed", () => watched.link()?.state !== "live", 5000);
    watched.forget();
    await server.start();
    const ms = await watched.becomes("live");
    assert.ok(ms < 10_000, `${ms} ms`);
    assert.equal(watched.readings.size, 600, "every item has a value of this server");
    assert.equal(watched.link()?.failures, 0);
  }
  await oneSession(server);
});

test("UA-11: a connection that is cut loses no change: the session goes on", async () => {
  const server = await sharedServer();
  const proxy = await startProxy(server);
  const watched = await live(server, pointsOf(30), proxy.endpoint);
  watched.forget();
  const changing = pulses(server, 12);
  for (let cuts = 0; cuts < 5; cuts += 1) {
    await sleep(1200);
    proxy.cut();
  }
  await changing;
  const numbers = () => distinct(watched.values("n1"));
  await until("the last change", () => numbers().at(-1) === 12);
  assert.deepEqual(
    numbers(),
    Array.from({ length: 12 }, (_, i) => i + 1),
  );
  assert.deepEqual(
    distinct(watched.values("n0")),
    Array.from({ length: 12 }, (_, i) => i % 2 === 0),
  );
  await watched.becomes("live");
  assert.equal(watched.link()?.sessions, 1);
  assert.ok((watched.link()?.resumed ?? 0) >= 3, `resumed ${watched.link()?.resumed}`);
  await oneSession(server);
});

/** After a resumption the last value is told once more; it is no change. */
function distinct(values: readonly unknown[]): unknown[] {
  return values.filter((value, i) => i === 0 || value !== values[i - 1]);
}

test("UA-12: a frozen server is noticed within 5 s, and resumed when it wakes", async () => {
  const server = await sharedServer();
  const watched = await live(server);
  server.signal("SIGSTOP");
  const began = performance.now();
  await until("noticed", () => watched.link()?.state !== "live", 6000);
  assert.ok(performance.now() - began < 5000, `${performance.now() - began} ms`);
  assert.equal(watched.link()?.fault, "silent");
  await watched.becomes("lost");
  watched.forget();
  server.signal("SIGCONT");
  await watched.becomes("live");
  assert.equal(watched.readings.size, 30, "who was told that all is unknown needs all again");
  assert.equal(watched.link()?.sessions, 1);
  await oneSession(server);
});

test("UA-13: a closed session is begun anew, also where the transfer is refused", async () => {
  const server = await startServer({ nodes: 30 });
  const watched = await live(server);
  await server.ask({ do: "close-sessions", keepSubscriptions: true });
  await until("another session", () => (watched.link()?.sessions ?? 0) >= 2);
  await watched.becomes("live");
  await pulses(server, 1);
  await until("changes", () => watched.last("n1")?.value === 1);
  await server.ask({ do: "refuse-transfer" });
  await server.ask({ do: "close-sessions", keepSubscriptions: true });
  await until("a third session", () => (watched.link()?.sessions ?? 0) >= 3);
  await watched.becomes("live");
  const refused = watched.lines.find(({ what }) => what.includes("not transferred"));
  assert.equal(refused?.status, "BadUserAccessDenied");
  await pulses(server, 1);
  await until("changes", () => watched.last("n1")?.value === 2);
  // What it refused to give us dies of itself: its lifetime is 40 s, and it is no session of ours.
  assert.equal((await server.count()).sessions, 1);
});

test("UA-17: alarms come as events, open ones again after a reconnection", async () => {
  const server = await sharedServer();
  const proxy = await startProxy(server);
  const watched = await live(server, pointsOf(30), proxy.endpoint);
  assert.equal(watched.link()?.eventsRefused, null);
  await server.ask({ do: "alarm", active: true, severity: 700 });
  const event = await until("an event", () => watched.events.find(({ active }) => active));
  assert.equal(event.conditionName, "PumpAlarm");
  assert.equal(event.severity, 700);
  assert.equal(event.message, "failed");
  assert.deepEqual([event.acked, event.retain, event.refreshed], [false, true, false]);
  assert.match(event.eventId ?? "", /^[0-9a-f]+$/);
  assert.match(event.conditionId ?? "", /PumpAlarm/);
  assert.equal(typeof event.time, "number");
  watched.forget();
  proxy.cut();
  const again = await until("refreshed", () => watched.events.find(({ refreshed }) => refreshed));
  assert.deepEqual([again.active, again.conditionName], [true, "PumpAlarm"]);
  await server.ask({ do: "bare-event" });
  await until("an event that says nothing", () => watched.events.find(({ time }) => time !== null));
  await pulses(server, 1);
  await until("values go on", () => watched.last("n1")?.value === 1);
  assert.deepEqual(watched.failures, []);
});
