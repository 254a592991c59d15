/**
 * modbus: 200 devices × 100 points polled every second. How late the polls of 140 well devices
 * begin while the other 60 are dead in four ways, beside the same load with none dead; and Node-RED
 * with the same devices.
 */
import { type ChildProcess, fork } from "node:child_process";
import { join } from "node:path";
import { ModbusAdapter, type ModbusDevice } from "#gateway/adapters/modbus/adapter.ts";
import type { PolledPoint } from "#gateway/adapters/modbus/poller.ts";
import { atMost, type Benchmark, median, quantile } from "./bench.ts";
import { gapP99, medians, missed, type Times } from "./modbus/figures.ts";
import { installPeer, nodesVersion, startPeer, usageOf } from "./modbus/node-red.ts";
import type { How, Order, Seen } from "./modbus/servers.ts";

const bits = 64;
const floats = 18;
const words = 18;
const registers = floats * 2 + words;
const periodMs = 1000;
/** As `modbus.timeout-ms` is without configuration. */
const timeoutMs = 1000;
const deadShare = 0.3;
const deaths: readonly How[] = ["refused", "silent", "slow", "resetting"];

type Size = {
  readonly devices: number;
  readonly rounds: number;
  readonly warmUpMs: number;
  readonly windowMs: number;
};

const full: Size = { devices: 200, rounds: 3, warmUpMs: 10_000, windowMs: 20_000 };
/** A window from the first moment on: every device has its turn once in it. */
const short: Size = { devices: 40, rounds: 1, warmUpMs: 0, windowMs: 1050 };

type Measured = Readonly<Record<string, number>>;

/** All of class `status`, whose period is 1 s: the adapter has no periods of the caller's. */
const points: readonly PolledPoint[] = [
  ...Array.from({ length: bits }, (_, i) => point(`b${i}`, "discrete-input", i, "bool")),
  ...Array.from({ length: floats }, (_, i) => point(`f${i}`, "input-register", i * 2, "float32")),
  ...Array.from({ length: words }, (_, i) =>
    point(`w${i}`, "input-register", floats * 2 + i, "uint16"),
  ),
];

function point(
  id: string,
  table: PolledPoint["table"],
  address: number,
  as: PolledPoint["as"],
): PolledPoint {
  const plain = { order: "ABCD", scale: 1, offset: 0, sentinels: [], poll: "status" } as const;
  return { id, table, address, as, ...plain };
}

/** The second process; its devices after the first 70 % are dead, or none is. */
class Servers {
  readonly #child: ChildProcess = fork(join(import.meta.dirname, "modbus/servers.ts"));

  start(hows: readonly How[]): Promise<number[]> {
    return this.#ask({ do: "start", hows }) as Promise<number[]>;
  }

  mark(): Promise<unknown> {
    return this.#ask({ do: "mark" });
  }

  /** When the first `well` servers were asked for their bits since the mark. */
  async take(well: number): Promise<Times[]> {
    const { from, to, asked } = (await this.#ask({ do: "take" })) as Seen;
    return asked.slice(0, well).map((times) => ({ from, to, times: [...times] }));
  }

  stop(): void {
    this.#child.kill("SIGKILL");
  }

  #ask(order: Order): Promise<unknown> {
    return new Promise((resolve) => {
      this.#child.once("message", resolve);
      this.#child.send(order);
    });
  }
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** What the adapter tells, counted while `isOn`. */
class Watch {
  readonly #adapter: ModbusAdapter;
  readonly #devices: readonly ModbusDevice[];
  isOn = false;
  late: number[] = [];
  reads = 0;
  samples = 0;
  otherPolls = 0;
  readonly answered = new Map<string, number[]>();

  constructor(ports: readonly number[], well: number) {
    this.#devices = ports.map((port, i) => ({
      key: `site${i}/d`,
      endpoint: `tcp://127.0.0.1:${port}`,
      unit: 1,
      points,
    }));
    for (const { key } of this.#devices.slice(0, well)) this.answered.set(key, []);
    this.#adapter = new ModbusAdapter({
      timeoutMs,
      resolve: (endpoint) => endpoint,
      changed: () => {},
      began: (key, lateMs) => this.#began(key, lateMs),
      read: (key, readings) => {
        if (!this.isOn) return;
        this.reads += 1;
        this.samples += readings.length;
        if (readings.length === bits) this.answered.get(key)?.push(performance.now());
      },
    });
  }

  start(): void {
    this.#adapter.watch(this.#devices);
  }

  /** Devices that answer now. */
  live(): number {
    return this.#devices.filter(({ key }) => this.#adapter.link(key)?.state === "live").length;
  }

  stop(): void {
    this.#adapter.stop();
  }

  #began(key: string, lateMs: number): void {
    if (!this.isOn) return;
    if (this.answered.has(key)) this.late.push(lateMs);
    else this.otherPolls += 1;
  }
}

function howsOf(devices: number, well: number, withDead: boolean): How[] {
  return Array.from({ length: devices }, (_, i) =>
    withDead && i >= well ? (deaths[i % deaths.length] ?? "silent") : "well",
  );
}

const wellOf = ({ devices }: Size): number => devices - Math.round(devices * deadShare);

async function measureOurs(size: Size, withDead: boolean): Promise<Measured> {
  const well = wellOf(size);
  const servers = new Servers();
  const ports = await servers.start(howsOf(size.devices, well, withDead));
  const watch = new Watch(ports, well);
  try {
    watch.start();
    await pause(size.warmUpMs);
    await servers.mark();
    const [from, cpu] = [performance.now(), process.cpuUsage()];
    watch.isOn = true;
    await pause(size.windowMs);
    watch.isOn = false;
    const [to, used] = [performance.now(), process.cpuUsage(cpu)];
    const seconds = (to - from) / 1000;
    const expected = withDead ? well : size.devices;
    if (watch.live() !== expected) throw new Error(`${watch.live()} live and not ${expected}`);
    const answered = [...watch.answered.values()].map((times) => ({ from, to, times }));
    return {
      jitter_p50_ms: median(watch.late),
      jitter_p99_ms: quantile(watch.late, 0.99),
      jitter_max_ms: quantile(watch.late, 1),
      gap_p99_ms: gapP99(await servers.take(well), periodMs),
      missed: missed(answered, periodMs),
      polls_per_s: watch.late.length / seconds,
      reads_per_s: watch.reads / seconds,
      samples_per_s: watch.samples / seconds,
      other_polls_per_s: watch.otherPolls / seconds,
      cpu_percent: (used.user + used.system) / 1e4 / seconds,
      rss_mb: process.memoryUsage.rss() / 2 ** 20,
    };
  } finally {
    watch.stop();
    servers.stop();
  }
}

/** The peer tells nothing of its own: only what the servers and the system see of it. */
async function measurePeer(size: Size, withDead: boolean): Promise<Measured> {
  const well = wellOf(size);
  const servers = new Servers();
  const ports = await servers.start(howsOf(size.devices, well, withDead));
  const peer = await startPeer(ports, bits, registers);
  try {
    await pause(size.warmUpMs);
    await servers.mark();
    const [began, before] = [performance.now(), usageOf(peer)];
    await pause(size.windowMs);
    const seen = await servers.take(well);
    const after = usageOf(peer);
    const seconds = (performance.now() - began) / 1000;
    return {
      gap_p99_ms: gapP99(seen, periodMs),
      missed: missed(seen, periodMs),
      cpu_percent: ((after.cpuS - before.cpuS) / seconds) * 100,
      rss_mb: after.rssMb,
    };
  } finally {
    peer.kill("SIGKILL");
    servers.stop();
  }
}

export const run: Benchmark = async ({ smoke }) => {
  const size = smoke ? short : full;
  const hasPeer = !smoke && installPeer();
  const [dead, free, peerDead, peerFree]: Measured[][] = [[], [], [], []];
  for (let n = 0; n < size.rounds; n += 1) {
    // Neither of the two is always the first.
    for (const withDead of n % 2 === 0 ? [false, true] : [true, false]) {
      (withDead ? dead : free)?.push(await measureOurs(size, withDead));
      if (hasPeer) (withDead ? peerDead : peerFree)?.push(await measurePeer(size, withDead));
    }
  }
  const ours = { ...medians("dead_", dead ?? []), ...medians("free_", free ?? []) };
  const jitter = ours.dead_jitter_p99_ms ?? null;
  const beside = ours.free_jitter_p99_ms ?? null;
  return {
    figures: {
      devices: size.devices,
      dead: size.devices - wellOf(size),
      rounds: size.rounds,
      ...ours,
      nodered_modbus: hasPeer ? nodesVersion : null,
      ...medians("nodered_dead_", peerDead ?? []),
      ...medians("nodered_free_", peerFree ?? []),
    },
    bars: {
      jitter_p99_ms: atMost(jitter, 20),
      ratio_to_no_dead: atMost(jitter === null || beside === null ? null : jitter / beside, 2),
    },
  };
};
