/**
 * The spine from outside: independent MQTT clients (mosquitto_pub, mosquitto_sub) against the
 * gateway as a stranger runs it.
 */
import assert from "node:assert/strict";
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { after, before, test } from "node:test";
import {
  firelink,
  firelinkJson,
  journalOf,
  makeFolder,
  type Started,
  startGateway,
  until,
} from "./testing/process.ts";

type Credential = { readonly username: string; readonly password: string };

const hasMosquitto = spawnSync("mosquitto_pub", ["--help"]).error === undefined;
const skip = hasMosquitto ? false : "mosquitto-clients is not installed (npm run setup:test)";

const root = "firelink/v1";
const folder = makeFolder();
const subscribers: ChildProcess[] = [];
let gateway: Started;
let button: Credential;
let box: Credential;

/** Simulated devices of the demo are not wanted here: the district only. */
before(async () => {
  gateway = await startGateway({ folder: folder.path });
  firelink(folder.path, ["import", "devices/keqiao/inventory.yaml"]);
  button = firelinkJson(folder.path, ["device", "credential", "baolong/btn-07"]);
  box = firelinkJson(folder.path, ["station", "credential", "KQ-07"]);
});

after(async () => {
  for (const child of subscribers) child.kill();
  await gateway.stop();
  folder.remove();
});

function publish(who: Credential, topic: string, payload: string, qos = "1"): void {
  const { status, stderr } = spawnSync(
    "mosquitto_pub",
    [...login(who), "-q", qos, "-t", topic, "-m", payload],
    { encoding: "utf8", timeout: 10_000 },
  );
  assert.equal(status, 0, stderr);
}

function subscribe(who: Credential, topic: string): () => Record<string, unknown>[] {
  const child = spawn("mosquitto_sub", [...login(who), "-q", "1", "-t", topic]);
  subscribers.push(child);
  let text = "";
  child.stdout.on("data", (chunk) => {
    text += chunk;
  });
  return () =>
    text
      .split("\n")
      .filter(Boolean)
      .map((line) => JSON.parse(line) as Record<string, unknown>);
}

function login({ username, password }: Credential): string[] {
  return ["-h", "127.0.0.1", "-p", String(gateway.mqttPort), "-u", username, "-P", password];
}

test("SP-2: a press by mosquitto_pub gives the nearest station its order; its reply moves the state", {
  skip,
}, async () => {
  const orders = subscribe(box, `${root}/station/KQ-07/order`);
  const press = { v: 1, seq: 1042, ts: Date.now(), event: "press", channel: 1, hold_ms: 720 };
  publish(button, `${root}/baolong/btn-07/event`, JSON.stringify(press));
  const [order] = await until("an order", () => (orders().length > 0 ? orders() : null));
  assert.equal(order?.kind, "turn-out");
  assert.equal(order?.device, "baolong/btn-07");
  assert.equal(order?.seq, 1042);
  assert.equal(order?.priority, "P1");
  const place = order?.place as Record<string, unknown>;
  assert.equal(place.datum, "WGS-84");
  assert.match(String(place.zh), /宝龙园区 1号仓库 2层中部偏西 7号防火分区\(最近入口:1号门/);

  const reply = { v: 1, order: order?.order, revision: order?.revision, reply: "accepted", seq: 1 };
  publish(box, `${root}/station/KQ-07/reply`, JSON.stringify(reply));
  publish(
    box,
    `${root}/station/KQ-07/reply`,
    JSON.stringify({ ...reply, reply: "turned-out", seq: 2 }),
  );
  const events = await until("the reply is in the journal", () => {
    const all = journalOf(folder.path);
    return all.some((e) => e.type === "order-replied" && e.reply === "turned-out") ? all : null;
  });
  const types = events.filter((e) => e.order === order?.order).map((e) => e.type);
  assert.deepEqual(types, ["order-issued", "order-delivered", "order-replied", "order-replied"]);
  assert.ok(events.some((e) => e.type === "response-moved" && e.to === "turned-out"));
});

test("SP-3: PUBACK says that the press is on disk: it is there after a kill -9", {
  skip,
}, async () => {
  publish(
    button,
    `${root}/baolong/btn-07/event`,
    JSON.stringify({ v: 1, seq: 1043, ts: Date.now(), event: "press" }),
  );
  await gateway.kill();
  const found = journalOf(folder.path).some(
    (e) => e.type === "press-repeated" && e.lastSeq === 1043,
  );
  assert.ok(found, "an acknowledged press is not in the journal");
  gateway = await startGateway({ folder: folder.path });
});

test("SP-4: after a start one P2 outage stands open until a person has checked the panel", async () => {
  const raised = journalOf(folder.path).filter(
    (e) => e.type === "alarm-raised" && e.rule === "G01",
  );
  const [outage] = raised.slice(-1);
  assert.ok(outage, "no outage after the restart");
  assert.equal(outage.priority, "P2");
  const alarm = String(outage.alarm);
  const close = (checkedAtPanel: boolean) =>
    firelink(folder.path, [
      "command",
      JSON.stringify({ command: "close-outage", alarm, checkedAtPanel }),
    ]);
  const refused = close(false);
  assert.equal(refused.status, 1);
  assert.match(refused.stderr, /check/);
  assert.equal(close(true).status, 0);
  const moved = journalOf(folder.path).find((e) => e.type === "alarm-moved" && e.alarm === alarm);
  assert.equal(moved?.by, "P-cli");
});

test("SP-12: the rehearsal happened before the ready line and left nothing in the journal", () => {
  const said = gateway.log().filter((line) => line.msg === "the alarm path was rehearsed");
  assert.equal(said.length, 1);
  const [{ presses, ordered }] = said as [{ presses: number; ordered: number }];
  assert.equal(ordered, presses);
  const sites = new Set(journalOf(folder.path).map((e) => e.site));
  assert.ok(sites.has("baolong"));
  assert.ok(![...sites].some((site) => /^s\d+$/.test(String(site))));
});

test("SP-5: a second gateway on the folder exits 1 and names the pid of the first", () => {
  const { status, stderr } = firelink(folder.path, ["start"]);
  assert.equal(status, 1);
  assert.match(stderr, new RegExp(`pid ${gateway.pid}\\b`));
});

test("SP-6: SIGTERM ends in order: exit 0, the stop journalled, the chain intact", async () => {
  assert.equal(await gateway.stop(), 0);
  const last = journalOf(folder.path).at(-1);
  assert.equal(last?.type, "gateway-stopped");
  assert.equal(last?.reason, "SIGTERM");
  const { status, stdout } = firelink(folder.path, ["journal", "verify", "--json"]);
  assert.equal(status, 0);
  assert.equal((JSON.parse(stdout) as { damage: unknown }).damage, null);
  gateway = await startGateway({ folder: folder.path });
});

test("CL-4: without a running gateway a command runs the same loop once; that is no start and no end of an outage", async () => {
  const other = makeFolder();
  const began = performance.now();
  assert.equal(firelink(other.path, ["import", "devices/keqiao/inventory.yaml"]).status, 0);
  // The silence of a box that it names lasts 35 s: a command does not wait for that.
  assert.ok(performance.now() - began < 25_000, "it ends when it is done");
  assert.match(firelink(other.path, ["export"]).stdout, /baolong/);
  const types = () => journalOf(other.path).map((e) => e.type);
  assert.deepEqual(types(), ["artefact-adopted"]);
  // Never started before: the first start is no outage.
  const first = await startGateway({ folder: other.path });
  await first.stop();
  assert.ok(!types().includes("alarm-raised"));
  const stopped = journalOf(other.path).at(-1);
  await new Promise((resolve) => setTimeout(resolve, 1500));
  const refused = firelink(other.path, ["command", '{"command":"acknowledge","alarm":"A1"}']);
  assert.equal(refused.status, 1);
  assert.match(refused.stderr, /unknown-alarm|acknowledge/);
  const second = await startGateway({ folder: other.path });
  await second.stop();
  const outage = journalOf(other.path).find((e) => e.type === "alarm-raised" && e.rule === "G01");
  assert.ok(outage, "no outage after the second start");
  const { from } = outage.outage as { from: number };
  assert.ok(Math.abs(from - Number(stopped?.at)) < 1200, "the outage begins when nobody watched");
  assert.equal(firelink(other.path, ["journal", "verify"]).status, 0);
  other.remove();
});
