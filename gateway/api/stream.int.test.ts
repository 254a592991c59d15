/** The stream as screens read it: at once, once, from where one was, and never at others' expense. */
import assert from "node:assert/strict";
import { connect } from "node:net";
import { after, before, test } from "node:test";
import pino from "pino";
import { readConfig } from "../config.ts";
import { demoInventory } from "../demo.ts";
import { Gateway } from "../gateway.ts";
import { environment, makeFolder, until } from "../testing/process.ts";
import { Browser, type Stream } from "../testing/web.ts";
import { Tour } from "../tour.ts";
import type { ChangeFrame, HeartbeatFrame, HelloFrame } from "./frames.ts";
import { Website } from "./website.ts";

const folder = makeFolder();
let gateway: Gateway;
let website: Website;
let url: string;
let password: string;
let crewPassword: string;
const open: Stream[] = [];

before(async () => {
  gateway = new Gateway(readConfig(environment(folder.path)), pino({ level: "silent" }));
  await gateway.start(demoInventory());
  website = new Website(gateway, new Tour(gateway, null));
  url = await website.start();
  const { people } = gateway.door;
  password = (await people.add({ name: "op", role: "operator", scope: "*" })).password;
  crewPassword = (await people.add({ name: "crew", role: "station", scope: "KQ-07" })).password;
});

after(async () => {
  for (const stream of open) stream.close();
  await website.stop();
  await gateway.stop("test");
  folder.remove();
});

async function desk(): Promise<Browser> {
  const browser = new Browser(url);
  assert.equal((await browser.signIn("op", password)).status, 200);
  return browser;
}

async function listen(browser: Browser, query = "", headers = {}): Promise<Stream> {
  const stream = await browser.stream(query, headers);
  open.push(stream);
  assert.equal(stream.response.statusCode, 200);
  await until("the greeting", () => stream.of("heartbeat").length > 0);
  return stream;
}

let seq = 0;

async function press(device: string): Promise<void> {
  seq += 1;
  const presses = [{ seq, ts: null, digest: `d${seq}` }];
  await gateway.signal({ kind: "press", site: "baolong", device, presses });
}

const changes = (stream: Stream) => stream.of("change").map((f) => f.data as ChangeFrame);

/** Frames of change in which this button's alarm is new. */
function raised(frames: readonly ChangeFrame[], device: string): ChangeFrame[] {
  return frames.filter(({ incidents }) =>
    incidents.some(({ alarms }) =>
      alarms.some((alarm) => alarm.device === device && alarm.presses === 1),
    ),
  );
}

test("AP-12: a press arrives as one frame whose id is its position; filters narrow", async () => {
  const browser = await desk();
  const stream = await listen(browser, "?seat=desk-1");
  const elsewhere = await listen(browser, "?site=elsewhere");
  assert.equal(stream.last<HelloFrame>("hello").access, "full");
  await press("btn-11");
  await until("the card", () => raised(changes(stream), "btn-11").length > 0);
  const frame = stream.of("change").at(-1);
  assert.equal(frame?.id, String((frame?.data as ChangeFrame | undefined)?.position));
  const [card] = raised(changes(stream), "btn-11");
  assert.ok(card?.stations.includes(card.incidents[0]?.orders[0]?.station ?? ""));
  assert.equal(changes(elsewhere).length, 0);
});

test("AP-13: who was away is given what was missed, once; too long away or ahead begins again", async () => {
  const browser = await desk();
  const before = gateway.position;
  await press("btn-12");
  await press("btn-13");
  const back = await listen(browser, `?after=${before}`);
  assert.equal(changes(back).length, 1);
  assert.equal(raised(changes(back), "btn-12").length, 1);
  const header = await listen(browser, "?after=1", { "last-event-id": String(gateway.position) });
  assert.equal(header.of("reset").length + changes(header).length, 0);
  const resets = async (query: string, headers = {}) =>
    (await listen(browser, query, headers))
      .of("reset")
      .map((f) => (f.data as { reason: string }).reason);
  assert.deepEqual(await resets(`?after=${gateway.position + 1000}`), ["future"]);
  assert.deepEqual(await resets("", { "last-event-id": "999999999" }), ["future"]);
  assert.deepEqual(await resets("?after=0"), ["gap"]);
  const refused = await browser.ask("GET", "/api/v1/stream?after=-1");
  assert.equal(refused.body.code, "bad-query");
});

test("AP-14: more than 5,000 events away is a reset, however it is asked", async () => {
  const browser = await desk();
  const from = gateway.position;
  await press("btn-14");
  while (gateway.position - from <= 5000) {
    seq += 1;
    for (let i = 0; i < 300; i += 1) {
      const device = `x${seq}-${i}`;
      gateway.push({
        kind: "press",
        site: "s",
        device,
        presses: [{ seq, ts: null, digest: device }],
      });
    }
    await press("btn-14");
  }
  const stream = await listen(browser, `?after=${from}`);
  assert.deepEqual(
    stream.of("reset").map((f) => (f.data as { reason: string }).reason),
    ["gap"],
  );
});

test("AP-15: a hundred screens and eight tabs have the press; the thirty-third tab is refused", async () => {
  const browsers = await Promise.all(Array.from({ length: 4 }, () => desk()));
  const streams = await Promise.all(
    Array.from({ length: 100 }, (_, i) => listen(browsers[i % 4] as Browser)),
  );
  await press("btn-15");
  await until("everybody has it", () =>
    streams.every((stream) => raised(changes(stream), "btn-15").length === 1),
  );
  for (let i = 25; i < 32; i += 1) streams.push(await listen(browsers[0] as Browser));
  const one = await (browsers[0] as Browser).ask("GET", "/api/v1/stream");
  assert.deepEqual([one.status, one.body.code], [429, "too-many-streams"]);
  for (const stream of streams) stream.close();
});

async function slowStreams(): Promise<number> {
  const name = "firelink_streams_slow_total";
  const text = await gateway.metrics.registry.getSingleMetricAsString(name);
  return Number(/ (\d+)$/m.exec(text)?.[1] ?? 0);
}

test("AP-16: a reader that does not read is cut off; the others do not wait for it", async () => {
  const browser = await desk();
  const { hostname, port } = new URL(url);
  const frozen = connect(Number(port), hostname);
  frozen.write(
    `GET /api/v1/stream?seat=frozen HTTP/1.1\r\nhost: x\r\ncookie: ${browser.cookie}\r\n\r\n`,
  );
  frozen.pause();
  const healthy = await listen(browser);
  const before = await slowStreams();
  let last = 0;
  await until(
    "it is cut off",
    async () => {
      for (let i = 0; i < 20; i += 1) await press(`btn-${16 + (i % 20)}`);
      last = seq;
      return (await slowStreams()) > before;
    },
    60_000,
  );
  await until("the healthy one has the last", () => {
    const cards = changes(healthy).flatMap(({ incidents }) => incidents);
    return cards.some(({ alarms }) => alarms.some(({ presses }) => presses > 1)) && last === seq;
  });
  assert.equal(healthy.closed, false);
  frozen.destroy();
});

test("AP-17: signing out, and a right that is taken away, end the stream within a second", async () => {
  const browser = await desk();
  const other = await desk();
  const stream = await listen(browser);
  const stays = await listen(other);
  await browser.ask("DELETE", "/api/v1/session");
  await until("it has ended", () => stream.closed, 1000);
  assert.deepEqual(stream.of("end")[0]?.data, { reason: "signed-out" });
  assert.equal(stays.closed, false);
  const id = gateway.door.people.peopleWithPin()[0]?.id ?? "";
  assert.equal(id, "");
  gateway.door.sessions.endOf(
    gateway.door.sessions.find(other.cookie.slice("firelink=".length))?.person.id ?? "",
  );
  await until("so has the other", () => stays.closed, 1000);
  assert.deepEqual(stays.of("end")[0]?.data, { reason: "scope-changed" });
});

test("AP-18: a crew's stream names its own station and shows nobody's card", async () => {
  const crew = new Browser(url);
  await crew.signIn("crew", crewPassword);
  const stream = await listen(crew, "?station=KQ-07");
  assert.equal((await crew.ask("GET", "/api/v1/stream?station=KQ-08")).status, 403);
  await press("btn-38");
  await until("its order", () => changes(stream).some(({ stations }) => stations.length > 0));
  for (const { stations, incidents, alarms } of changes(stream)) {
    assert.deepEqual(stations, stations.length > 0 ? ["KQ-07"] : []);
    assert.equal(incidents.length + alarms.length, 0);
  }
});

test("AP-19: a seat is attended while its stream lives and its sound runs", async () => {
  const browser = await desk();
  const stream = await listen(browser, "?seat=desk-9");
  const id = stream.last<HelloFrame>("hello").stream;
  const say = (audio: boolean) =>
    browser.ask("POST", "/api/v1/seats/desk-9", { audio, stream: id });
  assert.equal((await say(false)).status, 204);
  assert.equal(gateway.door.seats.state().attended, 0);
  await say(true);
  assert.equal(gateway.door.seats.state().attended, 1);
  const beats = stream.of("heartbeat").length;
  await until("the next heartbeat", () => stream.of("heartbeat").length > beats);
  assert.equal(stream.last<HeartbeatFrame>("heartbeat").seats.attended, 1);
  stream.close();
  await until("nobody is there", () => gateway.door.seats.state().attended === 0);
});

test("VC-8: a card says when the first alarm goes while somebody only looks, and then why it went", async () => {
  const stream = await listen(await desk());
  const detected = { kind: "level", rule: "F02", site: "baolong", device: "wh-01" } as const;
  const part = { point: "fire.c01_s1", each: "c01_s1", zone: "C01", level: true } as const;
  await gateway.signal({ ...detected, ...part, since: 0 });
  const card = () =>
    changes(stream)
      .flatMap(({ incidents }) => incidents)
      .findLast(({ alarms }) => alarms.some(({ rule }) => rule === "F02"));
  const waits = () => (card()?.firstAlarmAt ?? 0) - (card()?.openedAt ?? 0);
  await until("the card waits for an acceptance", () => waits() === 90_000);
  const [looking, standing] = card()?.orders ?? [];
  assert.deepEqual([card()?.orders.length, looking?.stationKind], [2, "micro"]);
  assert.deepEqual([standing?.stationKind, standing?.kind], ["rescue", "stand-by"]);
  const said = {
    kind: "reply",
    station: looking?.station ?? "",
    order: looking?.id ?? "",
  } as const;
  await gateway.signal({ ...said, revision: 1, reply: "accepted", seq: 1, ts: null });
  await until("the card waits for a result", () => waits() === 180_000);
  await gateway.signal({ ...said, revision: 1, reply: "refused", seq: 2, ts: null });
  const gone = () =>
    card()?.orders.some(({ stationKind, kind }) => stationKind === "rescue" && kind === "turn-out");
  await until("the first alarm is out", () => gone() === true);
  assert.equal(waits(), 180_000, "a result is waited for all the same");
  const [prompt] = card()?.prompts ?? [];
  assert.deepEqual([prompt?.code, prompt?.order], ["verifier-refused", looking?.id]);
  assert.equal(prompt?.text.zh, "无法前往核实,不等核实,按预案调派");
});
