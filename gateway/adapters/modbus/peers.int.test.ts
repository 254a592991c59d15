/** Lines and pollers against real peers on 127.0.0.1: right ones, and all that can go wrong. */
import assert from "node:assert/strict";
import { after, afterEach, test } from "node:test";
import {
  atEnd,
  type Behaviour,
  behaviours,
  closedPort,
  endAll,
  gaps,
  held,
  heldNow,
  lineTo,
  type Peer,
  pointsAt,
  pollerOf,
  settled,
  sleep,
  slowly,
  stalledPort,
  startPeer,
  Unit,
  upTo,
} from "../../testing/modbus-peers.ts";
import { until } from "../../testing/process.ts";
import { type AdapterOptions, ModbusAdapter, type ModbusDevice } from "./adapter.ts";
import { BackOff } from "./back-off.ts";
import type { LinkFault } from "./link.ts";
import type { DeviceLink } from "./poller.ts";

const rejections: unknown[] = [];
process.on("unhandledRejection", (error) => rejections.push(error));
after(() => assert.deepEqual(rejections, []));
afterEach(endAll);

/** Every way to answer wrongly on Modbus TCP, and what it is for the device. */
const wrong: Record<string, readonly [Behaviour, LinkFault]> = {
  "black hole": [behaviours.blackHole, "timeout"],
  slow: [slowly(() => 350), "timeout"],
  "half open": [behaviours.halfOpen, "no-connection"],
  reset: [behaviours.reset, "no-connection"],
  "reset halfway": [behaviours.resetHalfway, "no-connection"],
  garbage: [behaviours.garbage, "garbage"],
  "wrong transaction": [behaviours.wrongTransaction, "timeout"],
  "wrong unit": [behaviours.wrongUnit, "garbage"],
  "wrong function": [behaviours.wrongFunction, "garbage"],
  short: [behaviours.short, "garbage"],
  truncated: [behaviours.truncated, "timeout"],
  "wrong count": [behaviours.wrongCount, "garbage"],
  "over-long": [behaviours.overLong, "garbage"],
  "too much": [behaviours.tooMuch, "garbage"],
};

const wrongOnRtu: Record<string, readonly [Behaviour, LinkFault]> = {
  "black hole": [behaviours.blackHole, "timeout"],
  garbage: [behaviours.garbage, "garbage"],
  truncated: [behaviours.truncated, "timeout"],
  "wrong checksum": [behaviours.wrongCrc, "garbage"],
  "twice the answer": [behaviours.twice, "garbage"],
  reset: [behaviours.reset, "no-connection"],
};

type BadPeer = { readonly name: string; readonly endpoint: string; readonly fault: LinkFault };

const lines = [
  [false, wrong],
  [true, wrongOnRtu],
] as const;

async function badPeers(): Promise<BadPeer[]> {
  const list: BadPeer[] = [];
  for (const [rtu, kinds] of lines) {
    for (const [kind, [behave, fault]] of Object.entries(kinds)) {
      const { endpoint } = await startPeer({ rtu, behave });
      list.push({ name: rtu ? `RTU, ${kind}` : kind, endpoint, fault });
    }
  }
  return [...list, { name: "refused", endpoint: await closedPort(), fault: "no-connection" }];
}

function adapterOf(more: Partial<AdapterOptions> = {}): ModbusAdapter {
  const nothing = () => {};
  const options = { timeoutMs: 150, resolve: (endpoint: string) => endpoint };
  const adapter = new ModbusAdapter({ ...options, read: nothing, changed: nothing, ...more });
  atEnd(() => adapter.stop());
  return adapter;
}

const device = (key: string, endpoint: string, points = pointsAt([7]), unit = 1): ModbusDevice => {
  return { key, endpoint, unit, points };
};

test("MB-9: beside every kind of bad peer at once a healthy device keeps its polls", async () => {
  const [healthy, bad, stalled] = [await startPeer(), await badPeers(), await stalledPort()];
  const off: BadPeer = { name: "off", endpoint: stalled, fault: "no-connection" };
  const list = [...bad, off];
  const seen = new Map<string, unknown[]>();
  const first = new Map<string, DeviceLink>();
  const adapter = adapterOf({
    changed: (key, link) => first.has(key) || first.set(key, link),
    read: (key, readings) => seen.set(key, [...(seen.get(key) ?? []), ...readings]),
  });
  adapter.watch([
    device("good", healthy.endpoint),
    ...list.map(({ name, endpoint }) => device(name, endpoint)),
  ]);
  adapter.hurry("good", true);
  const started = performance.now();
  const failuresOf = (name: string) => adapter.link(name)?.failures ?? 0;
  await until("each has failed twice", () => list.every(({ name }) => failuresOf(name) >= 2));
  const polls = (performance.now() - started) / 500;
  for (const { name, fault } of list) {
    const [then, state] = [first.get(name), adapter.link(name)?.state];
    assert.equal(then?.fault, fault, `${name}: ${then?.why}`);
    assert.ok(state === "failing" || state === "lost", `${name} is ${state}`);
    assert.deepEqual(seen.get(name), undefined, `${name} gave values`);
  }
  assert.equal(adapter.link("good")?.state, "live");
  assert.ok(healthy.asks.length >= Math.floor(polls) - 1, `${healthy.asks.length} of ${polls}`);
  assert.ok(Math.max(...gaps(healthy.asks)) < 750, `gaps ${gaps(healthy.asks).map(Math.round)}`);
  for (const reading of seen.get("good") ?? []) {
    assert.deepEqual(reading, ["p7", { value: 7, quality: "good", reason: null }]);
  }
});

test("MB-9: whatever was wrong, the device is live again when it answers rightly", async () => {
  for (const [rtu, kinds] of lines) {
    await Promise.all(
      Object.entries(kinds).map(async ([name, [behave]]) => {
        const peer = await startPeer({ rtu, behave });
        const link = lineTo(peer, 80, 50);
        const { poller, values } = pollerOf(link, pointsAt([7]));
        await until(`${name} is lost`, () => poller.link.state === "lost");
        assert.equal(values.size, 0, name);
        peer.behave = behaviours.honest;
        await until(`${name} is back`, () => poller.link.state === "live", 2000);
        await until(`${name} is read`, () => values.get("p7") === 7, 1000);
        assert.deepEqual([poller.link.failures, poller.link.fault], [0, null], name);
      }),
    );
  }
});

test("MB-9: slow in time, a byte at a time, or twice: a right answer is taken once", async () => {
  const odd = { slow: slowly(() => 60), drip: behaviours.dripping, twice: behaviours.twice };
  for (const [name, behave] of Object.entries(odd)) {
    const peer = await startPeer({ behave });
    const link = lineTo(peer, 300);
    const { seen, links } = pollerOf(link, pointsAt([3, 4, 900]));
    await until(`${name} is read`, () => seen.length >= 12);
    for (const [id, value] of seen) assert.equal(`p${value}`, id, name);
    assert.deepEqual([links.length, links[0]?.state, peer.sockets], [1, "live", 1], name);
  }
});

for (const rtu of [false, true]) {
  const line = rtu ? "RTU" : "TCP";
  test(`MB-9: on ${line} a late answer is never taken for that to another question`, async () => {
    let n = 0;
    const late = slowly(() => [20, 130, 60, 210, 10, 90][n++ % 6] ?? 0);
    const peer = await startPeer({ rtu, behave: late });
    const link = lineTo(peer, 100, 10);
    const eager = () => ({ backOff: new BackOff({ leastMs: 10, mostMs: 20, lostAfter: 3 }) });
    const pollers = [0, 1000, 2000].map((at) => pollerOf(link, pointsAt([at]), eager()));
    await sleep(2500);
    const seen = pollers.flatMap((watched) => watched.seen);
    assert.ok(seen.length > 15, `${seen.length} values`);
    for (const [id, value] of seen) assert.equal(`p${value}`, id);
  });
}

test("MB-10: each exception is told for what it is: 01 to 03, 04 to 09, 0A and 0B", async () => {
  const wanted = (code: number) => (code <= 3 ? "no-such-address" : "refused");
  await Promise.all(
    upTo(11).map(async (i) => {
      const unit = new Unit();
      unit.exception = i + 1;
      const peer = await startPeer({ units: [[1, unit]] });
      const link = lineTo(peer, 200);
      const { poller, values, reasons } = pollerOf(link, pointsAt([0, 1, 2, 3]));
      if (i + 1 >= 0x0a) {
        await until("it is lost", () => poller.link.state === "lost");
        assert.deepEqual([values.size, poller.link.fault], [0, "exception"]);
      } else {
        await until("all are bad", () => values.size === 4);
        assert.deepEqual([...reasons.values()], Array(4).fill(wanted(i + 1)), `code ${i + 1}`);
        assert.deepEqual([...values.values()], Array(4).fill(null));
        assert.equal(poller.link.state, "live");
        assert.equal(poller.link.holes.length, i + 1 <= 3 ? 4 : 0);
      }
      assert.equal(peer.sockets, 1, "an exception is an answer: the connection stays");
    }),
  );
});

test("MB-10: a hole that appears costs its own points only, and is not asked for a while", async () => {
  const unit = new Unit();
  const peer = await startPeer({ units: [[1, unit]] });
  const link = lineTo(peer, 300);
  const lessons = { leastMs: 900, mostMs: 3_600_000 };
  const { poller, values, reasons } = pollerOf(link, pointsAt(upTo(10)), { lessons });
  await until("all are read", () => values.size === 10);
  unit.holes.add(4);
  await until("the hole is found", () => reasons.get("p4") === "no-such-address");
  await until("the map is learned", () => poller.link.holes.length > 0);
  assert.deepEqual(poller.link.holes, ["p4"]);
  peer.asks.length = 0;
  await until("it is read around", () => peer.asks.length >= 4);
  for (const { address, count } of peer.asks) {
    assert.ok(address > 4 || address + count <= 4, `asked for ${address} + ${count}`);
  }
  for (const at of upTo(10)) assert.equal(values.get(`p${at}`), at === 4 ? null : at);
  unit.holes.clear();
  await until("the device is asked anew", () => values.get("p4") === 4, 3000);
  assert.deepEqual(poller.link.holes, []);
  peer.asks.length = 0;
  await until("it is polled", () => peer.asks.length >= 3);
  assert.ok(peer.asks.every(({ count }) => count === 10));
});

test("MB-10: a gap that the device does not have is read around, and no point is lost", async () => {
  const unit = new Unit();
  unit.holes.add(5).add(6);
  const peer = await startPeer({ units: [[1, unit]] });
  const link = lineTo(peer, 300);
  const { poller, values } = pollerOf(link, pointsAt([2, 3, 4, 7, 8]));
  await until("all are read", () => [2, 3, 4, 7, 8].every((at) => values.get(`p${at}`) === at));
  assert.deepEqual(poller.link.holes, []);
  peer.asks.length = 0;
  await until("it is polled", () => peer.asks.length >= 4);
  assert.deepEqual(
    peer.asks.slice(0, 2).map(({ address, count }) => [address, count]),
    [
      [2, 3],
      [7, 2],
    ],
  );
});

/** Ten registers at a device that gives only five in one answer, when that is learned. */
async function learnedShort() {
  const unit = new Unit();
  unit.most = 5;
  const peer = await startPeer({ units: [[1, unit]] });
  const lessons = { leastMs: 400, mostMs: 800 };
  const { values } = pollerOf(lineTo(peer), pointsAt(upTo(10)), { lessons });
  await until("all are read", () => upTo(10).every((at) => values.get(`p${at}`) === at));
  return { unit, peer };
}

async function nextCounts(peer: Peer): Promise<number[]> {
  peer.asks.length = 0;
  await until("it is polled", () => peer.asks.length >= 3);
  return peer.asks.slice(0, 3).map(({ count }) => count);
}

test("MB-10: a device that gives fewer registers at a time is asked for fewer", async () => {
  const { peer } = await learnedShort();
  assert.deepEqual(await nextCounts(peer), [5, 5, 5]);
});

test("MB-10: how long a read may be is learned anew like the holes", async () => {
  const { unit, peer } = await learnedShort();
  unit.most = 125;
  await sleep(900);
  assert.deepEqual(await nextCounts(peer), [10, 10, 10]);
});

test("MB-11: an absent RTU device costs its line one time-out for each pause, no more", async () => {
  const peer = await startPeer({ rtu: true });
  const link = lineTo(peer, 100, 10);
  const backOff = new BackOff({ leastMs: 200, mostMs: 400, lostAfter: 3 }, () => 0.5);
  const classes = (["status", "analog", "settings"] as const).flatMap((poll, i) =>
    pointsAt([i * 500, i * 500 + 100], { poll }),
  );
  const present = pollerOf(link, pointsAt([7]));
  const absent = pollerOf(link, classes, { unit: 2, backOff });
  await sleep(2400);
  const asked = peer.asks.filter(({ unit }) => unit === 2);
  // 0, then after a time-out of 100 ms each and pauses of 200, 400, 400, 400, 400 ms.
  assert.ok(asked.length >= 4 && asked.length <= 6, `${asked.length} questions`);
  gaps(asked).forEach((gap, i) => {
    assert.ok(gap >= (i === 0 ? 290 : 490), `${Math.round(gap)} ms after ${i}`);
  });
  assert.equal(absent.poller.link.state, "lost");
  assert.equal(absent.values.size, 0);
  const others = peer.asks.filter(({ unit }) => unit === 1);
  assert.ok(others.length > 24, `${others.length} polls of the device that is there`);
  assert.ok(Math.max(...gaps(others)) < 300, `${gaps(others).map(Math.round)}`);
  assert.equal(present.poller.link.state, "live");
  assert.equal(present.links.length, 1, "its neighbour never failed");
});

test("MB-11: one answer in three with a wrong checksum: no wrong value, and the line goes on", async () => {
  let n = 0;
  const behave: Behaviour = (ask, answer) =>
    behaviours[n++ % 3 === 2 ? "wrongCrc" : "honest"](ask, answer);
  const peer = await startPeer({ rtu: true, behave });
  const link = lineTo(peer, 300, 10);
  const { seen, links } = pollerOf(link, pointsAt([7, 500]), { retries: 0 });
  await until("it is read often", () => seen.length >= 20);
  for (const [id, value] of seen) assert.equal(`p${value}`, id);
  assert.ok(links.some(({ fault, why }) => fault === "garbage" && why === "checksum"));
  assert.ok(links.every(({ state }) => state !== "lost"));
});

test("MB-11: several devices on one line, two of one unit: one socket, one question at a time", async () => {
  for (const rtu of [false, true]) {
    let [open, most] = [0, 0];
    const peer = await startPeer({
      rtu,
      units: [1, 2].map((unit) => [unit, new Unit().put(7, unit * 100)] as const),
      behave: ({ socket }, answer) => {
        open += 1;
        most = Math.max(most, open);
        setTimeout(() => {
          open -= 1;
          socket.write(answer);
        }, 5).unref();
      },
    });
    const seen = new Map<string, unknown[]>();
    const adapter = adapterOf({
      timeoutMs: 500,
      read: (key, readings) =>
        seen.set(key, [...(seen.get(key) ?? []), ...readings.map(([, { value }]) => value)]),
    });
    const keys = { a: [1, 7], b: [1, 9], c: [2, 7] } as const;
    const values = { a: 100, b: 9, c: 200 };
    adapter.watch(
      Object.entries(keys).map(([key, [unit, at]]) =>
        device(key, peer.endpoint, pointsAt([at, 800 + at]), unit),
      ),
    );
    for (const key of Object.keys(keys)) adapter.hurry(key, true);
    await until("each is read", () => [...seen.values()].filter((v) => v.length >= 6).length === 3);
    for (const [key, value] of Object.entries(values)) {
      const others = new Set(seen.get(key));
      assert.deepEqual([...others], [value, 800 + keys[key as "a"][1]], key);
    }
    assert.deepEqual([peer.sockets, most], [1, 1]);
  }
});

test("MB-12: stop leaves no socket and no timer, whatever its peers are about", async () => {
  const [healthy, bad] = [await startPeer(), await badPeers()];
  const before = await heldNow();
  for (const ms of [0, 1, 100, 700, 1300, 2600]) {
    const adapter = adapterOf();
    const all = [...bad, { name: "good", endpoint: healthy.endpoint }];
    adapter.watch(all.map(({ name, endpoint }) => device(name, endpoint)));
    await sleep(ms);
    adapter.stop();
    assert.deepEqual(await settled(before), before, `stopped after ${ms} ms`);
    assert.equal(adapter.link("good"), null);
  }
  const asks = healthy.asks.length;
  await sleep(1100);
  assert.equal(healthy.asks.length, asks);
});

test("MB-12: stop while a line is being opened leaves no socket and no timer either", async () => {
  const stalled = await stalledPort();
  const before = await heldNow();
  const adapter = adapterOf({ timeoutMs: 3000 });
  adapter.watch([device("off", stalled)]);
  await until("it connects", () => held().sockets > before.sockets, 3000);
  adapter.stop();
  const left = await settled(before);
  assert.deepEqual(left, before);
});

test("MB-12: another inventory closes what it does not need and disturbs nothing else", async () => {
  const [stays, goes, comes] = [await startPeer(), await startPeer(), await startPeer()];
  const before = await heldNow();
  const adapter = adapterOf();
  const [first, second] = [device("stays", stays.endpoint), device("goes", goes.endpoint)];
  adapter.watch([first, second]);
  await until("both are asked", () => stays.asks.length > 0 && goes.asks.length > 0);
  adapter.watch([first, device("goes", comes.endpoint)]);
  const asks = goes.asks.length;
  await until("it has moved", () => comes.asks.length > 1 && stays.asks.length > 3);
  assert.deepEqual([goes.asks.length, stays.sockets, comes.sockets], [asks, 1, 1]);
  assert.ok(Math.max(...gaps(stays.asks)) < 1400, `${gaps(stays.asks).map(Math.round)}`);
  // Client and server of each of the two lines that are left.
  assert.equal(held().sockets, before.sockets + 4);
  adapter.watch([]);
  assert.deepEqual(await settled(before), before);
});
