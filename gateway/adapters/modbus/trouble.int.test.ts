/** Devices that are there and not quite well: brief refusals, one silent block, single lost answers. */
import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import {
  type Ask,
  type Behaviour,
  behaviours,
  endAll,
  gaps,
  lineTo,
  pointsAt,
  pollerOf,
  sleep,
  slowly,
  startPeer,
  Unit,
  upTo,
} from "../../testing/modbus-peers.ts";
import { until } from "../../testing/process.ts";
import { parseEndpoint } from "./endpoint.ts";
import { type LinkFault, silenceMs } from "./link.ts";

afterEach(endAll);

const settings = { poll: "settings" } as const;
const isAt = (...addresses: number[]) => {
  return ({ address }: Ask): boolean => addresses.includes(address);
};
/** Silent where asked for one of these, and right everywhere else. */
const silentAt = (...addresses: number[]): Behaviour => {
  const isSilent = isAt(...addresses);
  return (ask, answer) => (isSilent(ask) ? undefined : behaviours.honest(ask, answer));
};
for (const code of [1, 2, 3, 6]) {
  test(`MB-16: exception ${code} for a moment blinds no point for longer, nor settings`, async () => {
    const unit = new Unit();
    unit.exception = code;
    const peer = await startPeer({ units: [[1, unit]] });
    const lessons = { leastMs: 300, mostMs: 3_600_000 };
    const points = [...pointsAt(upTo(6)), ...pointsAt([40, 41, 500], settings)];
    const { poller, values, reasons } = pollerOf(lineTo(peer), points, { lessons });
    await until("all are bad", () => values.size === 9);
    assert.ok([...values.values()].every((value) => value === null));
    unit.exception = 0;
    await until("all are read", () =>
      points.every(({ id, address }) => values.get(id) === address),
    );
    assert.ok([...reasons.values()].every((reason) => reason === null));
    assert.deepEqual([poller.link.state, poller.link.holes], ["live", []]);
  });
}

test("MB-16: an address that stays missing is asked for ever more seldom, its neighbours always", async () => {
  const unit = new Unit();
  unit.holes.add(4);
  const peer = await startPeer({ units: [[1, unit]] });
  const lessons = { leastMs: 100, mostMs: 800 };
  const { poller, seen, links } = pollerOf(lineTo(peer), pointsAt(upTo(10)), { lessons });
  await sleep(1900);
  const over = ({ address, count }: Ask) => address === 4 && count === 1;
  const times = peer.asks.filter(over);
  // 0, 100, 300, 700, 1500 ms and what a poll is later.
  assert.ok(times.length >= 4 && times.length <= 5, `${times.length} times`);
  gaps(times).forEach((gap, i) => {
    assert.ok(gap >= 100 * 2 ** i - 10, `${gap} ms after ${i}`);
  });
  const polls = seen.filter(([id]) => id === "p9").length;
  assert.ok(polls >= 25, `${polls} polls`);
  assert.deepEqual(poller.link.holes, ["p4"]);
  assert.equal(links.length, 1, "a hole that is known is told once");
});

test("MB-16: who was failing and is live again is asked for all of it at once", async () => {
  const unit = new Unit();
  unit.holes.add(4);
  const peer = await startPeer({ units: [[1, unit]] });
  const { poller, values } = pollerOf(lineTo(peer, 60), pointsAt([0, 4]));
  await until("the hole is known", () => poller.link.holes.length === 1);
  peer.behave = behaviours.blackHole;
  await until("it is failing", () => poller.link.state === "failing");
  unit.holes.clear();
  peer.behave = behaviours.honest;
  await until("it is read", () => values.get("p4") === 4, 1500);
  assert.deepEqual(poller.link.holes, []);
});

const four = [
  ...pointsAt([0, 500]),
  ...pointsAt([1000], { poll: "analog" }),
  ...pointsAt([1500], settings),
];

async function withSilence(rtu: boolean, sick: readonly number[]): Promise<void> {
  const name = `silent at ${sick.join(" and ")}`;
  const peer = await startPeer({ rtu });
  const blockBackOff = { leastMs: 200, mostMs: 400, lostAfter: 3 };
  const periods = { status: 50, analog: 50, settings: 300 };
  const { poller, links, values } = pollerOf(lineTo(peer, 60), four, { blockBackOff, periods });
  await until(`${name}: all are read`, () => values.size === 4);
  peer.behave = silentAt(...sick);
  await until(`${name}: it is told`, () => poller.link.state === "failing");
  // The first that is silent may stand for the device, once for each that comes before others.
  await sleep(500);
  peer.asks.length = 0;
  await sleep(1500);
  for (const at of [0, 500, 1000].filter((address) => !sick.includes(address))) {
    const times = peer.asks.filter(isAt(at));
    const widest = Math.max(...gaps(times));
    assert.ok(times.length >= 14, `${name}: ${at} is polled ${times.length} times`);
    assert.ok(widest < 60 * sick.length + 150, `${name}: ${at} waits for ${Math.round(widest)} ms`);
  }
  for (const at of sick) {
    const times = peer.asks.filter(isAt(at)).length;
    assert.ok(times >= 2 && times <= 6, `${name}: ${at} is tried ${times} times`);
  }
  assert.ok(links.every(({ state }) => state !== "lost"));
  const { state, fault, failures } = poller.link;
  assert.deepEqual([state, fault, failures > 1], ["failing", "timeout", true], name);
  peer.behave = behaviours.honest;
  await until(`${name}: it is live`, () => poller.link.state === "live", 1500);
  assert.equal(poller.link.failures, 0);
}

for (const rtu of [false, true]) {
  const line = rtu ? "RTU" : "TCP";
  test(`MB-17: on ${line} a silent block, the first, the last or two of four, hides and slows no other`, async () => {
    const cases = [[0], [500], [1500], [0, 500], [500, 1500], [1000, 1500]];
    await Promise.all(cases.map((sick) => withSilence(rtu, sick)));
  });
}

test("MB-17: with one block silent already, a device that dies is lost all the same", async () => {
  const peer = await startPeer({ behave: silentAt(0) });
  const { poller, values } = pollerOf(lineTo(peer, 60), four);
  await until("the others are read", () => values.size === 3);
  await until("it is told", () => poller.link.why?.endsWith("(holding-register 0 to 0)"));
  peer.behave = behaviours.blackHole;
  await until("it is lost", () => poller.link.state === "lost", 3000);
  peer.behave = behaviours.honest;
  await until("it is live", () => poller.link.state === "live", 1500);
});

test("MB-18: an RTU line is silent for 3.5 characters, and at least 1.75 ms", () => {
  const silenceAt = (text: string) => {
    const endpoint = parseEndpoint(text);
    return endpoint && Math.round(silenceMs(endpoint) * 1000) / 1000;
  };
  const expected: Record<string, number> = {
    "rtu:/dev/a?baud=1200": 32.083,
    "rtu:/dev/a?baud=9600": 4.01,
    "rtu:/dev/a?baud=19200": 2.005,
    "rtu:/dev/a?baud=115200": 1.75,
    "rtu-tcp://a:1": 4.01,
    "tcp://a:1": 0,
  };
  for (const [text, ms] of Object.entries(expected)) assert.equal(silenceAt(text), ms, text);
});

test("MB-18: no request follows an answer on RTU before that silence", async () => {
  let answeredAt = 0;
  const silences: number[] = [];
  const behave: Behaviour = (ask, answer) => {
    if (answeredAt > 0) silences.push(ask.at - answeredAt);
    answeredAt = performance.now();
    behaviours.honest(ask, answer);
  };
  const peer = await startPeer({ rtu: true, behave });
  const line = lineTo(peer);
  for (const at of [0, 1000]) pollerOf(line, pointsAt([at, at + 300, at + 600]));
  await until("it is asked often", () => silences.length > 60);
  assert.ok(Math.min(...silences) >= 4, `${Math.min(...silences)} ms`);
});

test("MB-19: one lost answer in three is asked for again at once: nobody is failing", async () => {
  const faults: Record<string, Behaviour> = {
    timeout: () => {},
    garbage: behaviours.garbage,
    closed: behaviours.halfOpen,
  };
  for (const [name, wrong] of Object.entries(faults)) {
    let n = 0;
    const behave: Behaviour = (ask, answer) =>
      (n++ % 3 === 2 ? wrong : behaviours.honest)(ask, answer);
    const peer = await startPeer({ behave });
    const { seen, links } = pollerOf(lineTo(peer, 60), pointsAt([7]));
    await until("it is read often", () => seen.length >= 12);
    assert.deepEqual([links.length, links[0]?.state], [1, "live"], name);
  }
});

test("MB-19: asked again as often as the device is worth; not at all without retries", async () => {
  const outcomes: LinkFault[] = [];
  for (const retries of [0, 1, 2]) {
    const peer = await startPeer();
    const { poller, links } = pollerOf(lineTo(peer, 50), pointsAt([7]), { retries });
    await until("it is live", () => poller.link.state === "live");
    peer.behave = behaviours.blackHole;
    peer.asks.length = 0;
    await until("it is failing", () => poller.link.failures === 1);
    assert.equal(peer.asks.length, 1 + retries);
    outcomes.push(links.at(-1)?.fault as LinkFault);
    await until("it fails again", () => poller.link.failures === 2);
    assert.equal(peer.asks.length, 2 + retries, "in quarantine it is asked once");
  }
  assert.deepEqual(outcomes, ["timeout", "timeout", "timeout"]);
});

test("MB-19: a slow device beside a quick one on a line has a time-out of its own", async () => {
  const peer = await startPeer({ behave: slowly(() => 120) });
  const line = lineTo(peer, 60);
  const slow = pollerOf(line, pointsAt([7]), { timeoutMs: 1000 });
  await until("it is read", () => slow.values.get("p7") === 7);
  assert.equal(slow.links[0]?.state, "live");
  slow.poller.stop();
  const quick = pollerOf(line, pointsAt([7]));
  await until("it is failing", () => quick.poller.link.state === "failing");
  assert.equal(quick.poller.link.why, "no answer in 60 ms");
});
