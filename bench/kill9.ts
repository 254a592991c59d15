/**
 * kill9: the gateway is killed at random moments under load, started again on the same folder, and
 * in the end every acknowledged press must be in the journal, once. Under strace, an fsync must lie
 * between the receipt of each press and its PUBACK.
 */
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { decodeEvent } from "#gateway/journal/codec.ts";
import { JournalFile } from "#gateway/journal/file.ts";
import { type Credential, connectAs, deviceCredential } from "#gateway/testing/client.ts";
import { makeFolder, type Started, startGateway, until } from "#gateway/testing/process.ts";
import { atMost, type Benchmark } from "./bench.ts";

const root = "firelink/v1";
const devices = Array.from(
  { length: 20 },
  (_, i) => `baolong/btn-${String(i + 1).padStart(2, "0")}`,
);
/** Presses of one device without PUBACK; far below the window of 64. */
const inFlight = 8;

type Press = { readonly seq: number; readonly ts: number };

/** A device that keeps each press until its PUBACK, over every death of the gateway. */
class LoadDevice {
  readonly key: string;
  readonly pending = new Map<number, Press>();
  readonly acknowledged = new Set<string>();
  made = 0;
  #client: Awaited<ReturnType<typeof connectAs>> | null = null;
  #pressing = false;

  constructor(key: string) {
    this.key = key;
  }

  async connect(gateway: Started, credential: Credential, clientId: string): Promise<void> {
    this.#client = await connectAs(gateway, credential, { clientId });
    for (const press of this.pending.values()) this.#send(press);
  }

  /** Presses as fast as they are acknowledged. */
  start(): void {
    this.#pressing = true;
    while (this.#pressing && this.pending.size < inFlight) this.#press();
  }

  stop(): void {
    this.#pressing = false;
  }

  disconnect(): void {
    this.#client?.end(true);
    this.#client = null;
  }

  #press(): void {
    this.made += 1;
    const press = { seq: this.made, ts: Date.now() };
    this.pending.set(press.seq, press);
    this.#send(press);
  }

  #send(press: Press): void {
    const payload = JSON.stringify({ v: 1, ...press, event: "press" });
    const client = this.#client;
    client?.publish(`${root}/${this.key}/event`, payload, { qos: 1 }, (error) => {
      if (error || client !== this.#client) return;
      this.acknowledged.add(`${press.seq}@${press.ts}`);
      this.pending.delete(press.seq);
      if (this.#pressing) this.#press();
    });
  }
}

/** How often each press of each device stands in the journal. */
function countKeys(folder: string): Map<string, number> {
  const counts = new Map<string, number>();
  const add = (device: string, key: string): void => {
    const name = `${device} ${key}`;
    counts.set(name, (counts.get(name) ?? 0) + 1);
  };
  const file = JournalFile.openForReading(folder);
  for (const { body } of file.read(0)) {
    const event = decodeEvent(body);
    if (event.type === "alarm-raised" && event.key) add(`${event.site}/${event.device}`, event.key);
    if (event.type === "press-repeated") for (const key of event.keys) add(event.device, key);
  }
  file.close();
  return counts;
}

export type KillResult = {
  readonly kills: number;
  readonly acknowledged: number;
  readonly lost: number;
  readonly duplicates: number;
  readonly restartMs: number[];
};

export async function killRounds(kills: number): Promise<KillResult> {
  const folder = makeFolder();
  const load = devices.map((key) => new LoadDevice(key));
  const restartMs: number[] = [];
  let credential: Credential | null = null;
  try {
    for (let round = 0; round <= kills; round += 1) {
      const started = performance.now();
      const gateway = await startGateway({
        folder: folder.path,
        env: { FIRELINK_LOG_LEVEL: "error", FIRELINK_SNAPSHOT_EVERY_EVENTS: "500" },
      });
      restartMs.push(performance.now() - started);
      credential ??= deviceCredential(folder.path, ...devices);
      for (const [i, device] of load.entries()) await device.connect(gateway, credential, `d${i}`);
      if (round === kills) {
        // The last life is a quiet one: whatever was never acknowledged is acknowledged now.
        await until("all is acknowledged", () => load.every((d) => d.pending.size === 0), 20_000);
        for (const device of load) device.disconnect();
        await gateway.stop();
        break;
      }
      for (const device of load) device.start();
      await new Promise((resolve) => setTimeout(resolve, 20 + Math.random() * 300));
      const dead = gateway.kill();
      for (const device of load) device.stop();
      await dead;
      for (const device of load) device.disconnect();
    }
    return { ...judge(folder.path, load), kills, restartMs };
  } finally {
    folder.remove();
  }
}

function judge(folder: string, load: readonly LoadDevice[]) {
  const counts = countKeys(folder);
  let [acknowledged, lost] = [0, 0];
  for (const device of load) {
    for (const key of device.acknowledged) {
      acknowledged += 1;
      if (!counts.has(`${device.key} ${key}`)) lost += 1;
    }
  }
  const duplicates = [...counts.values()].filter((count) => count > 1).length;
  return { acknowledged, lost, duplicates };
}

/** Presses whose PUBACK left without an fsync since they were read; null where strace is missing. */
export async function unsyncedPresses(presses: number): Promise<number | null> {
  if (spawnSync("strace", ["-V"]).error) return null;
  const folder = makeFolder();
  const trace = join(folder.path, "trace");
  const calls = "trace=read,readv,recvmsg,recvfrom,write,writev,sendmsg,sendto,fsync,fdatasync";
  const gateway = await startGateway({
    folder: folder.path,
    wrapper: ["strace", "-f", "-qq", "-s", "400", "-e", calls, "-o", trace],
    withinMs: 60_000,
  });
  try {
    const credential = deviceCredential(folder.path, "baolong/btn-01");
    const client = await connectAs(gateway, credential);
    for (let seq = 1; seq <= presses; seq += 1) {
      const payload = JSON.stringify({ v: 1, seq, ts: Date.now(), event: "press" });
      await client.publishAsync(`${root}/baolong/btn-01/event`, payload, { qos: 1 });
    }
    client.end(true);
    await gateway.stop();
    return unsyncedIn(readFileSync(trace, "latin1"), presses);
  } finally {
    await gateway.kill();
    folder.remove();
  }
}

/** `@`, `\2` and two bytes of packet identifier, in one piece or as a vector. */
const puback = /(write|writev|sendmsg|sendto)\(.*"@(", iov_len=1\}, \{iov_base=")?\\2/;

/** strace lines in time order. */
function unsyncedIn(trace: string, presses: number): number {
  let [waiting, synced, seen, unsynced] = [false, false, 0, 0];
  for (const line of trace.split("\n")) {
    const isRead = /\b(read|readv|recvmsg|recvfrom)\(|<\.\.\. (read|readv|recvmsg)/.test(line);
    // The rehearsal of the start goes over a socket too, and commits nothing.
    if (isRead && /baolong\/btn-01\/event.*\\"seq\\":\d+/.test(line))
      [waiting, synced] = [true, false];
    else if (/\bf(data)?sync\b.*= 0$/.test(line)) synced = true;
    else if (waiting && puback.test(line)) {
      seen += 1;
      if (!synced) unsynced += 1;
      waiting = false;
    }
  }
  // A trace in which the presses cannot be found proves nothing.
  if (seen < presses) throw new Error(`only ${seen} of ${presses} presses are in the trace`);
  return unsynced;
}

export const run: Benchmark = async ({ smoke }) => {
  const { kills, acknowledged, lost, duplicates, restartMs } = await killRounds(smoke ? 1 : 200);
  const unsynced = smoke ? null : await unsyncedPresses(100);
  return {
    figures: {
      kills,
      acknowledged,
      lost,
      duplicates,
      unsynced,
      restart_max_ms: Math.round(Math.max(...restartMs)),
    },
    bars: {
      lost: atMost(lost, 0),
      duplicates: atMost(duplicates, 0),
      unsynced: atMost(unsynced, 0),
    },
  };
};
