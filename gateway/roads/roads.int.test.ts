/**
 * Roads through the whole service: a press in the town of canals goes to the nearest by road, whatever
 * the route engine does meanwhile.
 */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { MqttClient } from "mqtt";
import { southBridge, startRoadServer, townFile } from "../testing/canal-town/town.ts";
import { connectAs, deviceCredential, stationCredential } from "../testing/client.ts";
import {
  firelink,
  firelinkJson,
  journalOf,
  makeFolder,
  type Started,
  startGateway,
  until,
} from "../testing/process.ts";
import type { RoadsStatus } from "./status.ts";

const folder = makeFolder();
const road = await startRoadServer();
const env = { FIRELINK_ROADS_URL: road.url, FIRELINK_ROADS_API: "valhalla" };
const root = "firelink/v1";
let gateway: Started;
let button: MqttClient;
let box: MqttClient;
let seq = 0;
const orders: { station: string; at: number; seq: number; why: string }[] = [];

before(async () => {
  gateway = await startGateway({ folder: folder.path, env });
  const imported = firelink(folder.path, ["import", townFile]);
  assert.equal(imported.status, 0, imported.stderr);
  const sites = ["mill", "temple", "market"];
  button = await connectAs(gateway, deviceCredential(folder.path, ...sites.map((s) => `${s}/btn`)));
  const stations = ["CT-E", "CT-W", "CT-N", "CT-F"];
  box = await connectAs(gateway, stationCredential(folder.path, ...stations));
  box.on("message", (topic, payload) => {
    const said = JSON.parse(payload.toString()) as { seq: number; why: { zh: string } };
    const station = topic.split("/").at(-2) ?? "";
    orders.push({ station, at: performance.now(), seq: said.seq, why: said.why.zh });
  });
  for (const station of stations) await box.subscribeAsync(`${root}/station/${station}/order`);
});

after(async () => {
  await button?.endAsync(true);
  await box?.endAsync(true);
  await gateway.stop();
  await road.close();
  folder.remove();
});

function status(): RoadsStatus {
  return firelinkJson(folder.path, ["roads", "status"]);
}

/** Somebody presses at the site; gives whom the order reached, what it says, and after how long. */
async function press(site: string) {
  seq += 1;
  const mine = seq;
  const began = performance.now();
  const payload = { v: 1, seq: mine, ts: Date.now(), event: "press" };
  await button.publishAsync(`${root}/${site}/btn/event`, JSON.stringify(payload), { qos: 1 });
  const order = await until("an order", () => orders.find((one) => one.seq === mine));
  return { ...order, ms: order.at - began };
}

/** The incident of the site is over: the next press opens another one. */
function finish(): void {
  const events = journalOf(folder.path);
  const open = events.filter((e) => e.type === "incident-opened").at(-1);
  const send = (command: object): void => {
    const { status: exit, stderr } = firelink(folder.path, ["command", JSON.stringify(command)]);
    assert.equal(exit, 0, stderr);
  };
  send({ command: "verify", incident: open?.incident, result: "false", cause: "B2" });
  for (const { order } of events.filter((e) => e.type === "order-issued")) {
    if (events.some((e) => e.type === "order-replied" && e.order === order)) continue;
    firelink(folder.path, [
      "command",
      JSON.stringify({ command: "reply-by-radio", order, reply: "returned" }),
    ]);
  }
  send({ command: "reset", alarm: open?.alarm });
}

test("RO-11: the ways are computed when an inventory comes, and a press goes to the nearest by road", async () => {
  const now = await until("a matrix", () => {
    const { matrix, ...rest } = status();
    return matrix?.isCurrent ? { ...rest, matrix } : null;
  });
  assert.equal(now.matrix.places, 3);
  assert.equal(now.matrix.ways, 12);
  const order = await press("temple");
  assert.equal(order.station, "CT-W", "CT-N is nearer by line, beyond the canal");
  assert.match(order.why, /行车约 \d+ 分钟\(路网\)/);
  const ranked = journalOf(folder.path).findLast((e) => e.type === "dispatch-ranked");
  const candidates = ranked?.candidates as { station: string; source: string }[];
  assert.deepEqual(
    candidates.map(({ source }) => source),
    ["matrix", "matrix", "matrix", "matrix"],
  );
  finish();
});

test("RO-12: a closed bridge is said at once, and gone round as soon as the ways are computed anew", async () => {
  const first = await press("mill");
  assert.equal(first.station, "CT-E", "over the bridge it is the nearest");
  finish();
  road.mood = "hangs";
  const { lng, lat } = southBridge;
  const closed = firelink(folder.path, [
    ...["roads", "close", "south", `${lng},${lat}`, "--until", "2h", "--reason", "works"],
    ...["--name", "南桥"],
  ]);
  assert.equal(closed.status, 0, closed.stderr);
  const second = await press("mill");
  assert.ok(second.ms < 3000, `the order left after ${second.ms} ms`);
  assert.match(second.why, /途经道路可能封闭/);
  finish();
  assert.equal(status().matrix?.isCurrent, false);
  road.mood = "well";
  firelinkJson(folder.path, ["roads", "closures"]);
  await until("the way round", () => status().matrix?.isCurrent, 30_000);
  const third = await press("mill");
  assert.equal(third.station, "CT-W", "the east bank has to go round");
  assert.doesNotMatch(third.why, /可能封闭/);
  finish();
  assert.equal(firelink(folder.path, ["roads", "open", "south"]).status, 0);
  await until("the bridge is open again", () => status().matrix?.isCurrent, 30_000);
  assert.equal((await press("mill")).station, "CT-E");
  finish();
});

test("RO-13: an engine that hangs, fails or is gone changes neither the order nor its time", async () => {
  for (const mood of ["hangs", "fails", "babbles"] as const) {
    road.mood = mood;
    const order = await press("temple");
    assert.equal(order.station, "CT-W");
    assert.match(order.why, /路网/);
    assert.ok(order.ms < 3000, `${mood}: ${order.ms} ms`);
    finish();
  }
});

test("RO-14: after a restart the stored ways are those of before, and the journal is whole", async () => {
  await button.endAsync(true);
  await box.endAsync(true);
  await gateway.stop();
  road.mood = "hangs";
  const verified = firelink(folder.path, ["journal", "verify"]);
  assert.equal(verified.status, 0, verified.stdout);
  gateway = await startGateway({ folder: folder.path, env });
  button = await connectAs(gateway, deviceCredential(folder.path, "temple/btn", "mill/btn"));
  await button.publishAsync(
    `${root}/temple/btn/event`,
    JSON.stringify({ v: 1, seq: 9000, ts: Date.now(), event: "press" }),
    { qos: 1 },
  );
  const order = await until("an order", () =>
    journalOf(folder.path).findLast((e) => e.type === "order-issued"),
  );
  assert.deepEqual([order.station, order.source], ["CT-W", "matrix"]);
});
