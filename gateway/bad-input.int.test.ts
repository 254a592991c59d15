/**
 * Bad input, one kind each: it is counted and logged, and a press of another device is on disk and
 * acknowledged as fast as ever.
 */
import assert from "node:assert/strict";
import { after, afterEach, before, test } from "node:test";
import type { MqttClient } from "mqtt";
import { connectAs, deviceCredential, stationCredential } from "./testing/client.ts";
import {
  firelink,
  journalOf,
  makeFolder,
  type Started,
  startGateway,
  until,
} from "./testing/process.ts";

const root = "firelink/v1";
const folder = makeFolder();
let gateway: Started;
let bad: MqttClient;
let good: MqttClient;
let goodSeq = 0;

before(async () => {
  gateway = await startGateway({ folder: folder.path });
  firelink(folder.path, ["import", "devices/keqiao/inventory.yaml"]);
  // btn-99 has a credential, and no place in the inventory.
  const devices = ["baolong/btn-01", "baolong/btn-02", "baolong/btn-99"];
  bad = await connectAs(gateway, deviceCredential(folder.path, ...devices));
  good = await connectAs(gateway, deviceCredential(folder.path, "baolong/btn-20"));
});

after(async () => {
  bad.end(true);
  good.end(true);
  await gateway.stop();
  folder.remove();
});

/** After every bad input: another device's press is acknowledged within a second. */
afterEach(async () => {
  goodSeq += 1;
  const started = performance.now();
  await good.publishAsync(
    `${root}/baolong/btn-20/event`,
    JSON.stringify({ v: 1, seq: goodSeq, ts: Date.now(), event: "press" }),
    { qos: 1 },
  );
  assert.ok(performance.now() - started < 1000, "a good press waited for a bad one");
});

function send(device: string, payload: string | Buffer, more = {}): Promise<unknown> {
  return bad.publishAsync(`${root}/baolong/${device}/event`, payload, { qos: 1, ...more });
}

function press(seq: unknown, ts: unknown = Date.now()): string {
  return JSON.stringify({ v: 1, seq, ts, event: "press" });
}

async function metric(name: string): Promise<number> {
  const text = await (await fetch(`${gateway.httpUrl}/metrics`)).text();
  const line = text.split("\n").find((l) => l.startsWith(`${name} `));
  return line ? Number(line.slice(name.length + 1)) : 0;
}

function raised(device: string): Record<string, unknown>[] {
  return journalOf(folder.path).filter((e) => e.type === "alarm-raised" && e.device === device);
}

test("BI-1: a press nobody can read is an alarm, marked unreadable", async () => {
  await send("btn-01", "{not json");
  const [alarm] = raised("btn-01");
  assert.deepEqual(alarm?.marks, ["unreadable"]);
  assert.equal(await metric('firelink_received_total{note="unreadable-press"}'), 1);
  assert.ok(gateway.log().some((line) => line.note === "unreadable-press"));
});

test("BI-2: other things no parser likes are unreadable presses too, and stop nothing", async () => {
  const cases = [
    Buffer.alloc(0),
    Buffer.from([0xff, 0xfe, 0xfd]),
    Buffer.from("[1,2,3]"),
    Buffer.from("null"),
    Buffer.from(`${"[".repeat(20_000)}${"]".repeat(20_000)}`),
    Buffer.from('{"v":1,"seq":"many","event":"press"}'),
    Buffer.from('{"v":1,"seq":-1,"event":"press"}'),
    Buffer.from('{"v":1,"seq":1.5,"event":"press"}'),
    Buffer.from('{"v":1,"seq":1,"event":"explode"}'),
    Buffer.from('{"v":7,"seq":1,"event":"press"}'),
    Buffer.from('{"__proto__":{"event":"press"},"constructor":1}'),
  ];
  const before = await metric('firelink_received_total{note="unreadable-press"}');
  for (const payload of cases) await send("btn-01", payload);
  const now = await metric('firelink_received_total{note="unreadable-press"}');
  assert.equal(now - before, cases.length);
});

test("BI-3: a device the inventory does not know is an alarm all the same, marked so", async () => {
  await send("btn-99", press(1));
  assert.deepEqual(raised("btn-99")[0]?.marks, ["unknown-device"]);
});

test("BI-4: another site, another device, a topic of the gateway: refused, counted, not distributed", async () => {
  const before = journalOf(folder.path).length;
  for (const topic of [
    `${root}/other/btn-01/event`,
    `${root}/baolong/btn-20/event`,
    `${root}/station/KQ-07/reply`,
    `${root}/station/KQ-07/order`,
    `${root}/alarm/A1`,
    `${root}/baolong/btn-01/ack`,
    `${root}/baolong/btn-01/event/more`,
    `${root}/baolong/../event`,
    "elsewhere/baolong/btn-01/event",
  ]) {
    await bad.publishAsync(topic, press(1), { qos: 1 });
  }
  assert.equal(journalOf(folder.path).length, before);
  const codes = ["not-your-device", "wrong-direction", "no-such-topic", "not-your-station"];
  for (const code of codes) {
    assert.ok((await metric(`firelink_mqtt_refused_total{code="${code}"}`)) > 0, code);
  }
});

test("BI-5: a sequence number going backwards is a restarted device: counted, and decided", async () => {
  await send("btn-02", press(500));
  await send("btn-02", press(3));
  const events = journalOf(folder.path).filter((e) => e.device === "baolong/btn-02");
  assert.ok(events.some((e) => e.type === "device-restarted" && e.lastSeq === 500 && e.seq === 3));
  assert.ok(events.some((e) => e.type === "press-repeated" && e.lastSeq === 3));
});

test("BI-6: ts in 1970 or 2099 is not believed; the press is", async () => {
  const devices = ["baolong/btn-09", "baolong/btn-10"];
  const client = await connectAs(gateway, deviceCredential(folder.path, ...devices));
  const when = [0, Date.UTC(2099, 0, 1)];
  for (const [i, ts] of when.entries()) {
    const topic = `${root}/${devices[i]}/event`;
    await client.publishAsync(topic, press(1, ts), { qos: 1 });
    const [alarm] = raised(devices[i]?.slice(8) ?? "");
    assert.deepEqual(alarm?.marks, ["clock-not-believed"]);
  }
  client.end(true);
});

test("BI-7: the same press again, by QoS 1 or by the device, decides nothing more", async () => {
  const payload = press(600);
  await send("btn-02", payload);
  const before = journalOf(folder.path).length;
  for (let n = 0; n < 5; n += 1) await send("btn-02", payload);
  assert.equal(journalOf(folder.path).length, before);
});

test("BI-8: a retained press is a live press and stays for nobody", async () => {
  const client = await connectAs(gateway, deviceCredential(folder.path, "baolong/btn-17"));
  const topic = `${root}/baolong/btn-17/event`;
  await client.publishAsync(topic, press(1), { qos: 1, retain: true });
  assert.equal(raised("btn-17").length, 1);
  assert.equal(await metric('firelink_received_total{note="retained-press"}'), 1);
  client.end(true);
});

test("BI-9: 50,000 presses in a second from one device: the others' are as fast, none is lost", async () => {
  const client = await connectAs(gateway, deviceCredential(folder.path, "baolong/btn-30"));
  const topic = `${root}/baolong/btn-30/event`;
  const count = 50_000;
  for (let seq = 1; seq <= count; seq += 1) client.publish(topic, press(seq), { qos: 0 });
  const waits: number[] = [];
  for (let n = 0; n < 30; n += 1) {
    goodSeq += 1;
    const started = performance.now();
    await good.publishAsync(`${root}/baolong/btn-20/event`, press(goodSeq), { qos: 1 });
    waits.push(performance.now() - started);
  }
  const worst = Math.max(...waits);
  assert.ok(worst < 1000, `another device's press waited ${worst.toFixed(0)} ms`);
  const counted = (): number =>
    journalOf(folder.path)
      .filter((e) => e.device === "baolong/btn-30" && e.type === "press-repeated")
      .reduce((sum, e) => sum + Number(e.count), 1);
  await until("every press is counted", () => counted() === count, 20_000);
  client.end(true);
});

test("BI-10: an oversized packet ends that connection, and no other", async () => {
  const client = await connectAs(gateway, deviceCredential(folder.path, "baolong/btn-18"));
  const closed = new Promise<void>((resolve) => client.once("close", () => resolve()));
  client.publish(`${root}/baolong/btn-18/event`, Buffer.alloc(70_000), { qos: 1 });
  await closed;
  assert.equal(await metric('firelink_mqtt_refused_total{code="packet-too-large"}'), 1);
});

test("BI-11: a reply that makes no sense changes nothing and is counted", async () => {
  const credential = deviceCredential(folder.path, "baolong/btn-19");
  const stranger = await connectAs(gateway, credential);
  await stranger.publishAsync(`${root}/station/KQ-07/reply`, "{}", { qos: 1 });
  await stranger.publishAsync(`${root}/station/KQ-07/reply`, "no json", { qos: 1 });
  stranger.end(true);
  assert.ok((await metric('firelink_mqtt_refused_total{code="not-your-station"}')) >= 2);
  const station = await connectAs(gateway, stationCredential(folder.path, "KQ-07"));
  for (const payload of ["{}", "no json", '{"v":1,"order":"O1","revision":1,"reply":"maybe"}']) {
    await station.publishAsync(`${root}/station/KQ-07/reply`, payload, { qos: 1 });
  }
  station.end(true);
  assert.equal(await metric('firelink_received_total{note="unreadable-reply"}'), 3);
  // The clocks of the orders before go on meanwhile: only replies must not stand in the journal.
  const replies = journalOf(folder.path).filter((event) => event.type === "order-replied");
  assert.deepEqual(replies, []);
});
