/**
 * press-to-order: from PUBLISH of a press to the order on the nearest station's topic, idle and
 * beside telemetry; beside it, in the same rounds, a bare Mosquitto passing one message on (it
 * decides and commits nothing: what the wire alone costs).
 */
import { type ChildProcess, fork, spawn } from "node:child_process";
import { existsSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { connect, type MqttClient } from "mqtt";
import { demoInventory } from "#gateway/demo.ts";
import { dumpInventory } from "#gateway/inventory.ts";
import {
  type Credential,
  connectAs,
  deviceCredential,
  stationCredential,
} from "#gateway/testing/client.ts";
import {
  firelink,
  makeFolder,
  type Started,
  startGateway,
  until,
} from "#gateway/testing/process.ts";
import { atMost, type Benchmark, median, quantile } from "./bench.ts";

const root = "firelink/v1";
const stations = Array.from({ length: 20 }, (_, i) => `KQ-${String(i + 1).padStart(2, "0")}`);
const telemetryDevices = 20;
const betweenPressesMs = 5;
const mosquittoPath = ".cache/debian/usr/sbin/mosquitto";
const libraries = ".cache/debian/usr/lib/x86_64-linux-gnu:.cache/debian/lib/x86_64-linux-gnu";

/** The district with as many further sites as there are presses, spread over the plain. */
function inventoryFor(sites: number): string {
  const district = demoInventory();
  const [town] = district.towns;
  const made = Array.from({ length: sites }, (_, i) => {
    const position = {
      lng: Number((120.35 + (i % 25) * 0.012).toFixed(4)),
      lat: Number((30.0 + Math.floor(i / 25) * 0.008).toFixed(4)),
      accuracyM: 50,
      source: "benchmark",
    };
    const name = { zh: `园区${i}`, en: `Site ${i}` };
    return { id: `p${i}`, name, town: town?.id ?? "", position };
  });
  const devices = made.map(({ id, name }) => ({ id: "b", site: id, kind: "button", place: name }));
  return dumpInventory({
    ...district,
    sites: [...district.sites, ...made],
    devices: [...district.devices, ...devices],
  });
}

type Field = {
  readonly gateway: Started;
  readonly buttons: MqttClient;
  readonly box: MqttClient;
  readonly telemetry: Credential;
};

async function startField(folder: string, presses: number): Promise<Field> {
  const env = { FIRELINK_LOG_LEVEL: "error", FIRELINK_MQTT_RATE_PER_SECOND: "100000" };
  const gateway = await startGateway({ folder, env });
  const file = join(folder, "inventory.yaml");
  writeFileSync(file, inventoryFor(presses));
  const { status, stderr } = firelink(folder, ["import", file]);
  if (status !== 0) throw new Error(stderr);
  const keys = Array.from({ length: presses }, (_, i) => `p${i}/b`);
  // The command line takes 200 words; the credential of a site gateway comes in parts.
  const parts: Credential[] = [];
  for (let i = 0; i < keys.length; i += 190) {
    parts.push(deviceCredential(folder, ...keys.slice(i, i + 190)));
  }
  const clients = await Promise.all(parts.map((credential) => connectAs(gateway, credential)));
  const buttons = {
    publish: (topic: string, payload: string) => {
      const n = Number(/\/p(\d+)\//.exec(topic)?.[1]);
      clients[Math.floor(n / 190)]?.publish(topic, payload, { qos: 1 });
    },
    end: () => clients.map((client) => client.end(true)),
  } as unknown as MqttClient;
  const box = await connectAs(gateway, stationCredential(folder, ...stations));
  await box.subscribeAsync(
    stations.map((id) => `${root}/station/${id}/order`),
    { qos: 1 },
  );
  const names = Array.from({ length: telemetryDevices }, (_, i) => `baolong/t${i}`);
  return { gateway, buttons, box, telemetry: deviceCredential(folder, ...names) };
}

/** Latency of each press, ms. Every press is of another device at its own site. */
async function pressAll({ buttons, box }: Field, presses: number): Promise<number[]> {
  const sent = new Map<number, number>();
  const latencies: number[] = [];
  box.on("message", (_topic, payload) => {
    const now = performance.now();
    const { seq, why } = JSON.parse(payload.toString()) as { seq: number; why: { en: string } };
    const began = sent.get(seq);
    // The order of the nearest station; a plan may order others a moment later.
    if (began === undefined || !why.en.startsWith("nearest")) return;
    sent.delete(seq);
    latencies.push(now - began);
  });
  for (let i = 0; i < presses; i += 1) {
    const seq = i + 1;
    sent.set(seq, performance.now());
    buttons.publish(
      `${root}/p${i}/b/event`,
      JSON.stringify({ v: 1, seq, ts: Date.now(), event: "press" }),
    );
    await new Promise((resolve) => setTimeout(resolve, betweenPressesMs));
  }
  await until("every press has its order", () => latencies.length === presses, 30_000);
  return latencies;
}

/** One round: a gateway of its own, presses beside `perSecond` messages of telemetry. */
async function round(presses: number, perSecond: number) {
  const folder = makeFolder();
  const field = await startField(folder.path, presses);
  const load = perSecond > 0 ? await startTelemetry(field, perSecond) : null;
  try {
    const latencies = await pressAll(field, presses);
    const loadPerSecond = load ? await load() : 0;
    return { p50: median(latencies), p99: quantile(latencies, 0.99), loadPerSecond };
  } finally {
    field.buttons.end(true);
    field.box.end(true);
    await field.gateway.kill();
    folder.remove();
  }
}

async function startTelemetry(field: Field, perSecond: number): Promise<() => Promise<number>> {
  const child: ChildProcess = fork(join(import.meta.dirname, "press-to-order/telemetry.ts"));
  const topics = Array.from({ length: telemetryDevices }, (_, i) => `${root}/baolong/t${i}/state`);
  child.send({ url: field.gateway.mqttUrl, ...field.telemetry, topics, perSecond });
  await new Promise((resolve) => child.once("message", resolve));
  await new Promise((resolve) => setTimeout(resolve, 500));
  return () =>
    new Promise((resolve) => {
      child.once("message", (message) => resolve((message as { perSecond: number }).perSecond));
      child.send("stop");
    });
}

/** PUBLISH to subscriber through Mosquitto, ms p99; null where it is not there. */
async function mosquittoEcho(presses: number): Promise<number | null> {
  if (!existsSync(mosquittoPath)) return null;
  const port = await freePort();
  const child = spawn(mosquittoPath, ["-p", String(port)], {
    env: { ...process.env, LD_LIBRARY_PATH: libraries },
    stdio: "ignore",
  });
  const client = connect(`mqtt://127.0.0.1:${port}`, { reconnectPeriod: 100 });
  client.on("error", () => {});
  try {
    await new Promise<void>((resolve) => client.once("connect", () => resolve()));
    (client.stream as unknown as { setNoDelay(on: boolean): void }).setNoDelay(true);
    await client.subscribeAsync("echo", { qos: 1 });
    const latencies: number[] = [];
    client.on("message", (_topic, payload) => {
      latencies.push(performance.now() - Number(payload.toString()));
    });
    for (let i = 0; i < presses; i += 1) {
      client.publish("echo", String(performance.now()), { qos: 1 });
      await new Promise((resolve) => setTimeout(resolve, betweenPressesMs));
    }
    await until("every echo", () => latencies.length === presses);
    return quantile(latencies, 0.99);
  } finally {
    client.end(true);
    child.kill();
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address ? address.port : 0));
    });
  });
}

export const run: Benchmark = async ({ smoke }) => {
  const presses = smoke ? 30 : 500;
  const rounds = smoke ? 1 : 5;
  const loads = smoke ? [0] : [0, 5000, 20_000];
  const results = new Map<number, { p50: number; p99: number; loadPerSecond: number }[]>();
  const echoes: number[] = [];
  for (let n = 0; n < rounds; n += 1) {
    for (const perSecond of loads) {
      const list = results.get(perSecond) ?? [];
      list.push(await round(presses, perSecond));
      results.set(perSecond, list);
    }
    const echo = smoke ? null : await mosquittoEcho(presses);
    if (echo !== null) echoes.push(echo);
  }
  const of = (load: number, pick: "p50" | "p99" | "loadPerSecond"): number | null => {
    const list = results.get(load);
    return list ? median(list.map((r) => r[pick])) : null;
  };
  return {
    figures: {
      presses,
      rounds,
      idle_p50_ms: of(0, "p50"),
      t5k_p50_ms: of(5000, "p50"),
      t5k_sent_per_s: of(5000, "loadPerSecond"),
      t20k_p50_ms: of(20_000, "p50"),
      t20k_sent_per_s: of(20_000, "loadPerSecond"),
      mosquitto_echo_idle_p99_ms: echoes.length > 0 ? median(echoes) : null,
    },
    bars: {
      idle_p99_ms: atMost(of(0, "p99"), 8),
      t5k_p99_ms: atMost(of(5000, "p99"), 10),
      t20k_p99_ms: atMost(of(20_000, "p99"), 25),
      // Node-RED is not installed by this benchmark yet.
      vs_nodered_idle: atMost(null, 1),
      vs_nodered_t20k: atMost(null, 1),
    },
  };
};
