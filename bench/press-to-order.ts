/**
 * press-to-order: from PUBLISH of a press to the order on the nearest station's topic, idle and
 * beside telemetry; in the same rounds Node-RED behind Mosquitto doing the same without committing
 * anything, and Mosquitto alone passing one message on.
 */
import { type ChildProcess, fork, spawn } from "node:child_process";
import { existsSync, mkdtempSync, writeFileSync } from "node:fs";
import { connect as connectTcp, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { MqttClient } from "mqtt";
import { inventoryYaml } from "#gateway/inventory/write.ts";
import {
  type Credential,
  connectAs,
  deviceCredential,
  stationCredential,
} from "#gateway/testing/client.ts";
import { firelink, makeFolder, startGateway, until } from "#gateway/testing/process.ts";
import { atMost, type Benchmark, median, quantile } from "./bench.ts";
import { inventoryFor } from "./press-to-order/inventory.ts";
import { installNodeRed, startNodeRed } from "./press-to-order/node-red.ts";

const root = "firelink/v1";
const stations = Array.from({ length: 20 }, (_, i) => `KQ-${String(i + 1).padStart(2, "0")}`);
const telemetryDevices = 20;
const betweenPressesMs = 5;
const steadyAfterMs = 3000;
const mosquittoPath = ".cache/debian/usr/sbin/mosquitto";
const libraries = ".cache/debian/usr/lib/x86_64-linux-gnu:.cache/debian/lib/x86_64-linux-gnu";

/** One contestant, ready: how to press, who receives orders, where telemetry goes. */
type Field = {
  readonly url: string;
  readonly press: (site: number, payload: string) => void;
  readonly box: MqttClient;
  readonly telemetry: Credential;
  readonly stop: () => Promise<unknown>;
};

/** Devices of one site gateway's credential: the command line takes 200 words. */
const devicesPerLogin = 190;

async function startOurs(presses: number): Promise<Field> {
  const { path: folder, remove } = makeFolder();
  const env = { FIRELINK_LOG_LEVEL: "error", FIRELINK_MQTT_RATE_PER_SECOND: "100000" };
  const gateway = await startGateway({ folder, env });
  const file = join(folder, "inventory.yaml");
  writeFileSync(file, inventoryYaml(inventoryFor(presses)));
  const { status, stderr } = firelink(folder, ["import", file]);
  if (status !== 0) throw new Error(stderr);
  const keys = Array.from({ length: presses }, (_, i) => `p${i}/b`);
  const parts: Credential[] = [];
  for (let i = 0; i < keys.length; i += devicesPerLogin) {
    parts.push(deviceCredential(folder, ...keys.slice(i, i + devicesPerLogin)));
  }
  const clients = await Promise.all(parts.map((credential) => connectAs(gateway, credential)));
  const box = await connectAs(gateway, stationCredential(folder, ...stations));
  await listenToOrders(box);
  const names = Array.from({ length: telemetryDevices }, (_, i) => `baolong/t${i}`);
  return {
    url: gateway.mqttUrl,
    press: (i, payload) =>
      clients[Math.floor(i / devicesPerLogin)]?.publish(`${root}/p${i}/b/event`, payload, {
        qos: 1,
      }),
    box,
    telemetry: deviceCredential(folder, ...names),
    stop: async () => {
      for (const client of [...clients, box]) client.end(true);
      await gateway.kill();
      remove();
    },
  };
}

async function startPeer(presses: number): Promise<Field> {
  const broker = await startMosquitto();
  const nodeRed = await startNodeRed(broker.port, inventoryFor(presses));
  const anyone = { username: "any", password: "any" };
  const mqttUrl = `mqtt://127.0.0.1:${broker.port}`;
  const buttons = await connectAs({ mqttUrl }, anyone);
  const box = await connectAs({ mqttUrl }, anyone);
  await listenToOrders(box);
  return {
    url: mqttUrl,
    press: (i, payload) => buttons.publish(`${root}/p${i}/b/event`, payload, { qos: 1 }),
    box,
    telemetry: anyone,
    stop: async () => {
      buttons.end(true);
      box.end(true);
      nodeRed.kill("SIGKILL");
      broker.child.kill("SIGKILL");
    },
  };
}

async function listenToOrders(box: MqttClient): Promise<void> {
  await box.subscribeAsync(
    stations.map((id) => `${root}/station/${id}/order`),
    { qos: 1 },
  );
}

/** Latency of each press, ms. Every press is of another device at its own site. */
async function pressAll({ press, box }: Field, presses: number): Promise<number[]> {
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
    press(i, JSON.stringify({ v: 1, seq, ts: Date.now(), event: "press" }));
    await new Promise((resolve) => setTimeout(resolve, betweenPressesMs));
  }
  await until("every press has its order", () => latencies.length === presses, 30_000);
  return latencies;
}

type Round = { readonly p50: number; readonly p99: number; readonly loadPerSecond: number };

/** One round: a contestant of its own, presses beside `perSecond` messages of telemetry. */
async function round(
  start: (presses: number) => Promise<Field>,
  presses: number,
  perSecond: number,
): Promise<Round> {
  const field = await start(presses);
  try {
    const load = perSecond > 0 ? await startTelemetry(field, perSecond) : null;
    const latencies = await pressAll(field, presses);
    const loadPerSecond = load ? await load() : 0;
    return { p50: median(latencies), p99: quantile(latencies, 0.99), loadPerSecond };
  } finally {
    await field.stop();
  }
}

async function startTelemetry(field: Field, perSecond: number): Promise<() => Promise<number>> {
  const child: ChildProcess = fork(join(import.meta.dirname, "press-to-order/telemetry.ts"));
  const topics = Array.from({ length: telemetryDevices }, (_, i) => `${root}/baolong/t${i}/state`);
  child.send({ url: field.url, ...field.telemetry, topics, perSecond });
  await new Promise((resolve) => child.once("message", resolve));
  // Until the generator is compiled: with two cores its compiler would be measured (ADR 30).
  await new Promise((resolve) => setTimeout(resolve, steadyAfterMs));
  return () =>
    new Promise((resolve) => {
      child.once("message", (message) => resolve((message as { perSecond: number }).perSecond));
      child.send("stop");
    });
}

async function startMosquitto(): Promise<{ readonly port: number; readonly child: ChildProcess }> {
  const port = await freePort();
  const config = join(mkdtempSync(join(tmpdir(), "firelink-mosquitto-")), "mosquitto.conf");
  writeFileSync(
    config,
    `listener ${port} 127.0.0.1\nallow_anonymous true\nset_tcp_nodelay true\nmax_queued_messages 0\n`,
  );
  const child = spawn(mosquittoPath, ["-c", config], {
    env: { ...process.env, LD_LIBRARY_PATH: libraries },
    stdio: "ignore",
  });
  await until("Mosquitto listens", () => canConnect(port));
  return { port, child };
}

function canConnect(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connectTcp(port, "127.0.0.1", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => resolve(false));
  });
}

/** PUBLISH to subscriber through Mosquitto alone, ms p99: what the wire costs. */
async function mosquittoEcho(presses: number): Promise<number> {
  const { port, child } = await startMosquitto();
  const anyone = { username: "any", password: "any" };
  const client = await connectAs({ mqttUrl: `mqtt://127.0.0.1:${port}` }, anyone);
  try {
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

/** Medians over the rounds of one contestant at one load. */
class Results {
  readonly #rounds = new Map<string, Round[]>();

  add(name: string, one: Round): void {
    this.#rounds.set(name, [...(this.#rounds.get(name) ?? []), one]);
  }

  of(name: string, pick: keyof Round): number | null {
    const list = this.#rounds.get(name);
    return list ? median(list.map((r) => r[pick])) : null;
  }

  /** Ours over theirs; null where one of them was not measured. */
  ratio(ours: string, theirs: string): number | null {
    const [a, b] = [this.of(ours, "p99"), this.of(theirs, "p99")];
    return a === null || b === null ? null : a / b;
  }
}

export const run: Benchmark = async ({ smoke }) => {
  const presses = smoke ? 30 : 500;
  const rounds = smoke ? 1 : 5;
  const loads = smoke ? [0] : [0, 5000, 20_000];
  const hasMosquitto = !smoke && existsSync(mosquittoPath);
  const hasPeer = hasMosquitto && installNodeRed() !== null;
  const results = new Results();
  const echoes: number[] = [];
  for (let n = 0; n < rounds; n += 1) {
    for (const load of loads) {
      results.add(`ours ${load}`, await round(startOurs, presses, load));
      if (hasPeer) results.add(`peer ${load}`, await round(startPeer, presses, load));
    }
    if (hasMosquitto) echoes.push(await mosquittoEcho(presses));
  }
  return {
    figures: {
      presses,
      rounds,
      idle_p50_ms: results.of("ours 0", "p50"),
      t5k_p50_ms: results.of("ours 5000", "p50"),
      t5k_sent_per_s: results.of("ours 5000", "loadPerSecond"),
      t20k_p50_ms: results.of("ours 20000", "p50"),
      t20k_sent_per_s: results.of("ours 20000", "loadPerSecond"),
      nodered_idle_p50_ms: results.of("peer 0", "p50"),
      nodered_idle_p99_ms: results.of("peer 0", "p99"),
      nodered_t5k_p99_ms: results.of("peer 5000", "p99"),
      nodered_t20k_p99_ms: results.of("peer 20000", "p99"),
      nodered_t20k_sent_per_s: results.of("peer 20000", "loadPerSecond"),
      mosquitto_echo_idle_p99_ms: echoes.length > 0 ? median(echoes) : null,
    },
    bars: {
      idle_p99_ms: atMost(results.of("ours 0", "p99"), 8),
      t5k_p99_ms: atMost(results.of("ours 5000", "p99"), 10),
      t20k_p99_ms: atMost(results.of("ours 20000", "p99"), 25),
      vs_nodered_idle: atMost(results.ratio("ours 0", "peer 0"), 1),
      vs_nodered_t20k: atMost(results.ratio("ours 20000", "peer 20000"), 1),
    },
  };
};
