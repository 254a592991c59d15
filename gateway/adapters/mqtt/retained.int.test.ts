/** Defect 5 over real sockets: stock Aedes beside the same Aedes with its retained topics indexed. */
import assert from "node:assert/strict";
import { type AddressInfo, createServer } from "node:net";
import { after, test } from "node:test";
import { Aedes } from "aedes";
import { connectAsync, type MqttClient } from "mqtt";
import { until } from "../../testing/process.ts";
import { indexRetained } from "./retained.ts";

const retainedTopics = 5000;
const subscribes = 300;

const open: (() => unknown)[] = [];
after(async () => {
  for (const close of open.reverse()) await close();
});

async function start(prepare: (aedes: Aedes) => void): Promise<MqttClient> {
  const aedes = await Aedes.createBroker();
  prepare(aedes);
  const server = createServer({ noDelay: true }, (socket) => void aedes.handle(socket));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const client = await connectAsync(`mqtt://127.0.0.1:${port}`, { reconnectPeriod: 0 });
  open.push(() => {
    client.end(true);
    server.close();
    aedes.close();
  });
  return client;
}

/** What each of `filters` brings, one SUBSCRIBE after the other, and how long all of them take. */
async function subscribeAll(client: MqttClient, filters: readonly string[]) {
  const got: string[] = [];
  const listen = (topic: string, payload: Buffer): void => void got.push(`${topic} ${payload}`);
  client.on("message", listen);
  const started = performance.now();
  for (const filter of filters) await client.subscribeAsync(filter, { qos: 0 });
  const ms = performance.now() - started;
  await until("what is retained", () => got.length >= filters.length);
  client.off("message", listen);
  return { got, ms };
}

async function fill(client: MqttClient): Promise<void> {
  const topics = Array.from({ length: retainedTopics }, (_, i) => `r/s/d${i}/status`);
  const publish = (topic: string) => client.publishAsync(topic, "on", { qos: 1, retain: true });
  await Promise.all(topics.map(publish));
}

test("MQ-16: defect 5: a SUBSCRIBE to one topic does not search every retained topic", async () => {
  const [stock, ours] = [await start(() => {}), await start(indexRetained)];
  await fill(stock);
  await fill(ours);
  const filters = Array.from({ length: subscribes }, (_, i) => `r/s/d${i * 7}/status`);
  const [slow, fast] = [await subscribeAll(stock, filters), await subscribeAll(ours, filters)];
  assert.deepEqual(fast.got, slow.got);
  assert.deepEqual(
    fast.got,
    filters.map((topic) => `${topic} on`),
  );
  assert.ok(fast.ms < slow.ms / 2, `${fast.ms} ms, stock ${slow.ms} ms`);
});

test("MQ-16: the newest is retained, an empty payload clears it, wildcards find all", async () => {
  const client = await start(indexRetained);
  for (const [topic, text] of [
    ["r/a", "1"],
    ["r/a", "2"],
    ["r/b", "1"],
    ["r/b", ""],
    ["r/c", "3"],
  ] as const) {
    await client.publishAsync(topic, text, { qos: 1, retain: true });
  }
  const got: string[] = [];
  client.on("message", (topic, payload, { retain }) => got.push(`${topic} ${payload} ${retain}`));
  await client.subscribeAsync(["r/a", "r/b"], { qos: 1 });
  await until("the newest", () => got.length > 0);
  await client.subscribeAsync("r/+", { qos: 1 });
  await until("all", () => got.length >= 3);
  assert.deepEqual(got, ["r/a 2 true", "r/a 2 true", "r/c 3 true"]);
});
