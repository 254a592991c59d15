/**
 * clients: 5,000 connected devices. Memory; how soon all are back after the gateway was killed, and
 * that this raises no link alarm; what one frozen subscriber costs the others.
 */
import { type ChildProcess, fork } from "node:child_process";
import { readFileSync } from "node:fs";
import { createServer, type Socket } from "node:net";
import { join } from "node:path";
import type { MqttClient } from "mqtt";
import { ask } from "#gateway/control.ts";
import { type Credential, connectAs } from "#gateway/testing/client.ts";
import {
  journalOf,
  makeFolder,
  type Started,
  startGateway,
  until,
} from "#gateway/testing/process.ts";
import { atMost, type Benchmark, median, quantile } from "./bench.ts";

const root = "firelink/v1";
const devicesPerLogin = 100;
const messagesPerSecond = 1000;

async function credential(folder: string, username: string, acting: object): Promise<Credential> {
  const answer = (await ask(folder, { do: "credential", username, acting })) as {
    result: Credential;
  };
  return answer.result;
}

type Login = Credential & { readonly keys: readonly string[] };

async function logins(folder: string, count: number): Promise<Login[]> {
  const list: Login[] = [];
  for (let i = 0; i < count; i += devicesPerLogin) {
    const size = Math.min(devicesPerLogin, count - i);
    const keys = Array.from({ length: size }, (_, n) => `crowd/d${i + n}`);
    const acting = { kind: "device", devices: keys, stations: [] };
    list.push({ ...(await credential(folder, `crowd-${i}`, acting)), keys });
  }
  return list;
}

/** The crowd's process, and how many of it are connected now. */
class Crowd {
  readonly #child: ChildProcess;
  connected = 0;

  constructor(url: string, list: readonly Login[]) {
    this.#child = fork(join(import.meta.dirname, "clients/crowd.ts"));
    this.#child.on("message", (message: { connected: number }) => {
      this.connected = message.connected;
    });
    this.#child.send({ url, root, logins: list });
  }

  stop(): void {
    this.#child.kill("SIGKILL");
  }
}

function residentMb(pid: number): number {
  const match = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, "utf8"));
  return Number(match?.[1] ?? 0) / 1024;
}

/** Latencies from publisher to a healthy subscriber over `seconds`, ms. */
async function latencies(publisher: MqttClient, watcher: MqttClient, seconds: number) {
  const list: number[] = [];
  const listen = (_topic: string, payload: Buffer): void => {
    const { sent } = JSON.parse(payload.toString()) as { sent?: number };
    if (sent !== undefined) list.push(performance.now() - sent);
  };
  watcher.on("message", listen);
  const began = performance.now();
  let count = 0;
  while (performance.now() - began < seconds * 1000) {
    const due = ((performance.now() - began) / 1000) * messagesPerSecond;
    for (; count < due; count += 1) {
      const body = { v: 1, seq: count, points: { a: 1 }, sent: performance.now() };
      publisher.publish(`${root}/crowd/p/state`, JSON.stringify(body), { qos: 0 });
    }
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  await until("what was sent has arrived", () => list.length >= count * 0.99, 20_000);
  watcher.off("message", listen);
  return { p50: median(list), p99: quantile(list, 0.99) };
}

/** Subscribes to everything, then never reads again. */
async function freeze(gateway: Started, { username, password }: Credential): Promise<Socket> {
  const client = await connectAs(gateway, { username, password }, { clientId: "frozen" });
  await client.subscribeAsync(`${root}/#`, { qos: 0 });
  const socket = client.stream as unknown as Socket;
  socket.pause();
  socket.removeAllListeners("readable");
  socket.removeAllListeners("data");
  socket.on("error", () => {});
  return socket;
}

async function frozenRatios(gateway: Started, folder: string, rounds: number, seconds: number) {
  const service = { kind: "service", devices: [], stations: [] };
  const reader = await credential(folder, "watcher", service);
  const device = { kind: "device", devices: ["crowd/p"], stations: [] };
  const sender = await credential(folder, "publisher", device);
  const publisher = await connectAs(gateway, sender, { clientId: "publisher" });
  const watcher = await connectAs(gateway, reader, { clientId: "watcher" });
  await watcher.subscribeAsync(`${root}/crowd/p/state`, { qos: 0 });
  const [free, beside]: { p50: number; p99: number }[][] = [[], []];
  for (let n = 0; n < rounds; n += 1) {
    free?.push(await latencies(publisher, watcher, seconds));
    const frozen = await freeze(gateway, reader);
    beside?.push(await latencies(publisher, watcher, seconds));
    frozen.destroy();
  }
  publisher.end(true);
  watcher.end(true);
  const of = (list: { p50: number; p99: number }[] | undefined, pick: "p50" | "p99") =>
    median((list ?? []).map((r) => r[pick]));
  return {
    p50: of(beside, "p50") / of(free, "p50"),
    p99: of(beside, "p99") / of(free, "p99"),
    free_p99_ms: of(free, "p99"),
  };
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
  const count = smoke ? 200 : 5000;
  const folder = makeFolder();
  const port = await freePort();
  const env = {
    FIRELINK_MQTT_PORT: String(port),
    FIRELINK_LOG_LEVEL: "error",
    FIRELINK_MQTT_RATE_PER_SECOND: "100000",
    // The default of 30 s would hide an alarm that a slow return deserves; 10 s is the bar.
    FIRELINK_LINK_LOST_AFTER_MS: "10000",
  };
  let gateway = await startGateway({ folder: folder.path, env });
  const crowd = new Crowd(gateway.mqttUrl, await logins(folder.path, count));
  try {
    await until("everybody is connected", () => crowd.connected === count, 60_000);
    const rssMb = residentMb(gateway.pid);
    const killed = performance.now();
    await gateway.kill();
    await until("they have noticed", () => crowd.connected < count, 10_000);
    gateway = await startGateway({ folder: folder.path, env });
    await until("everybody is back", () => crowd.connected === count, 60_000);
    const backS = (performance.now() - killed) / 1000;
    await new Promise((resolve) => setTimeout(resolve, smoke ? 200 : 11_000));
    const linkAlarms = journalOf(folder.path).filter((e) => e.rule === "S02").length;
    const ratios = smoke
      ? { p50: null, p99: null, free_p99_ms: null }
      : await frozenRatios(gateway, folder.path, 5, 4);
    return {
      figures: {
        clients: count,
        rss_mb: rssMb,
        back_s: backS,
        link_alarms: linkAlarms,
        free_p99_ms: ratios.free_p99_ms,
      },
      bars: {
        rss_mb: atMost(rssMb, 400),
        back_after_restart_s: atMost(backS, 10),
        frozen_p50_ratio: atMost(ratios.p50, 1.25),
        frozen_p99_ratio: atMost(ratios.p99, 2),
        link_alarms: atMost(linkAlarms, 0),
      },
    };
  } finally {
    crowd.stop();
    await gateway.kill();
    folder.remove();
  }
};
