/** Links of devices: what lasts is an alarm, what does not is none; who is not heard is named. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { MqttClient } from "mqtt";
import { type Credential, connectAs, deviceCredential } from "./testing/client.ts";
import {
  firelink,
  journalOf,
  makeFolder,
  type Started,
  startGateway,
  until,
} from "./testing/process.ts";

const folder = makeFolder();
const base = "firelink/v1/baolong/btn-01";
const will = {
  topic: `${base}/status`,
  payload: Buffer.from("offline"),
  qos: 1,
  retain: true,
} as const;
let gateway: Started;
let credential: Credential;

before(async () => {
  const env = { FIRELINK_LINK_LOST_AFTER_MS: "700", FIRELINK_UNHEARD_AFTER_MS: "4000" };
  gateway = await startGateway({ folder: folder.path, env });
  firelink(folder.path, ["import", "devices/keqiao/inventory.yaml"]);
  credential = deviceCredential(folder.path, "baolong/btn-01");
});

after(async () => {
  await gateway.stop();
  folder.remove();
});

function connect(): Promise<MqttClient> {
  return connectAs(gateway, credential, { clientId: "btn-01", will });
}

async function arrive(): Promise<MqttClient> {
  const client = await connect();
  await client.publishAsync(`${base}/status`, "online", { qos: 1, retain: true });
  return client;
}

const alarms = () =>
  journalOf(folder.path).filter((e) => e.type === "alarm-raised" && e.rule === "S02");

test("LK-1: a takeover and a short break raise nothing; a link that stays away is one alarm", async () => {
  await arrive();
  const second = await arrive();
  second.stream.destroy();
  const third = await arrive();
  await new Promise((resolve) => setTimeout(resolve, 1000));
  assert.deepEqual(alarms(), []);
  third.stream.destroy();
  const [lost] = await until("the alarm", () => (alarms().length > 0 ? alarms() : null));
  assert.equal(lost?.device, "btn-01");
  assert.equal(lost?.priority, "P2");
});

test("LK-2: the device is back: its alarm returns, and waits for a person", async () => {
  const client = await arrive();
  const moved = await until("it returns", () =>
    journalOf(folder.path).find((e) => e.type === "alarm-moved" && e.why === "return"),
  );
  assert.equal(moved.to, "returned-unacknowledged");
  client.end(true);
});

test("LK-3: after a restart the outage names who has not been heard since", async () => {
  await gateway.kill();
  gateway = await startGateway({ folder: folder.path, env: { FIRELINK_UNHEARD_AFTER_MS: "4000" } });
  const client = await arrive();
  const unheard = await until("they are named", () =>
    journalOf(folder.path).find((e) => e.type === "outage-unheard"),
  );
  const named = unheard.devices as string[];
  assert.ok(named.length > 0 && !named.includes("baolong/btn-01"));
  // All but the one that is back: buttons, the pump room, boxes, siren and board.
  assert.equal(unheard.count, 67);
  client.end(true);
});
