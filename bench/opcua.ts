/**
 * opcua: 10,000 items of one server that changes 300 of them each second. The connection is cut 20
 * times while the server lives, it is frozen 5 times, and killed and started again 20 times. Every
 * change is counted at both ends: none may be missing, and all items live again soon.
 */
import { OpcuaAdapter } from "#gateway/adapters/opcua/adapter.ts";
import type { ItemReading, OpcuaLink } from "#gateway/adapters/opcua/protocol.ts";
import {
  atEnd,
  deviceAt,
  endAll,
  folder,
  OpcuaServer,
  pointsOf,
  startProxy,
} from "#gateway/testing/opcua-peers.ts";
import { until } from "#gateway/testing/process.ts";
import { atMost, type Benchmark, quantile } from "./bench.ts";
import { footprints } from "./opcua/footprint.ts";

type Size = {
  readonly items: number;
  readonly steadyMs: number;
  readonly kills: number;
  readonly cuts: number;
  readonly freezes: number;
};

const full: Size = { items: 10_000, steadyMs: 20_000, kills: 20, cuts: 20, freezes: 5 };
/** To start a server takes half of the time there is: one cut, and no kill. */
const short: Size = { items: 300, steadyMs: 600, kills: 0, cuts: 1, freezes: 0 };

const perSecond = 300;
const freezeMs = 7000;
const liveWithinMs = 30_000;
const key = "s/d";

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** What came, item by item: how often each has changed since the server started. */
class Tally {
  #changes: number[] = [];
  #last: (unknown | undefined)[] = [];
  latencies: number[] = [];
  /** Latencies are of a server at rest only: what waits for a connection is counted apart. */
  isSteady = false;
  readings = 0;

  constructor() {
    this.reset();
  }

  reset(): void {
    this.#changes = [];
    this.#last = [];
  }

  take(readings: readonly ItemReading[]): void {
    this.readings += readings.length;
    for (const [point, { value, quality }, sourceTs] of readings) {
      const i = Number(point.slice(1));
      // A resumed session tells the last value once more: it is no change.
      if (quality !== "good" || value === this.#last[i]) continue;
      const isFirst = this.#last[i] === undefined;
      this.#last[i] = value;
      if (isFirst) continue;
      this.#changes[i] = (this.#changes[i] ?? 0) + 1;
      if (this.isSteady && sourceTs !== null) this.latencies.push(Date.now() - sourceTs);
    }
  }

  /** Changes that the server made and nobody told us of. */
  missing(made: readonly number[]): number {
    return made.reduce((sum, count, i) => sum + Math.max(0, count - (this.#changes[i] ?? 0)), 0);
  }
}

class Run {
  readonly #size: Size;
  readonly #server: OpcuaServer;
  readonly #adapter: OpcuaAdapter;
  readonly tally = new Tally();
  /** How long each took, by what was done to the server. */
  readonly liveAgainS = { kill: [] as number[], cut: [] as number[], freeze: [] as number[] };
  missing = 0;
  changes = 0;
  overflows = 0;

  constructor(size: Size, server: OpcuaServer, endpoint: string) {
    this.#size = size;
    this.#server = server;
    this.#adapter = new OpcuaAdapter({
      pkiFolder: folder(),
      resolve: () => endpoint,
      read: (_key, readings) => this.tally.take(readings),
      changed: (_key, link) => {
        this.overflows = Math.max(this.overflows, link.overflows);
      },
    });
    this.#adapter.watch([deviceAt(endpoint, pointsOf(size.items))]);
  }

  get link(): OpcuaLink | null {
    return this.#adapter.link(key);
  }

  async live(): Promise<number> {
    const began = performance.now();
    await until("live", () => this.link?.state === "live", liveWithinMs);
    return (performance.now() - began) / 1000;
  }

  firstLive(): Promise<number> {
    this.#adapter.retry(key);
    return this.live();
  }

  async noticed(): Promise<void> {
    await until("noticed", () => this.link?.state !== "live", liveWithinMs);
  }

  drive(on: boolean): Promise<unknown> {
    return this.#server.ask({
      do: "drive",
      nodes: this.#size.items,
      perSecond: on ? perSecond : 0,
    });
  }

  /** Ends the changes, waits for the last of them and counts both ends. */
  async settle(): Promise<void> {
    await this.drive(false);
    const made = (await this.#server.ask({ do: "values" })) as number[];
    const all = () => this.tally.missing(made) === 0;
    await until("all changes", all, 5000).catch(() => {});
    this.missing += this.tally.missing(made);
    this.changes += made.reduce((sum, count) => sum + count, 0);
  }

  async kill(): Promise<void> {
    await this.#server.kill();
    await this.noticed();
    this.tally.reset();
    await this.#server.start();
    this.liveAgainS.kill.push(await this.live());
    await this.drive(true);
    await pause(1000);
    await this.settle();
  }

  async cut(cut: () => void): Promise<void> {
    const resumed = this.link?.resumed ?? 0;
    const began = performance.now();
    cut();
    const isBack = () => (this.link?.resumed ?? 0) > resumed && this.link?.state === "live";
    await until("resumed", isBack, liveWithinMs);
    this.liveAgainS.cut.push((performance.now() - began) / 1000);
    await pause(this.#size.steadyMs / 20);
  }

  async freeze(): Promise<void> {
    this.#server.signal("SIGSTOP");
    await pause(freezeMs);
    if (this.link?.state === "live") throw new Error("a frozen server was taken for a living one");
    this.#server.signal("SIGCONT");
    this.liveAgainS.freeze.push(await this.live());
    await pause(1000);
  }

  async sessionsLeft(): Promise<number> {
    return (await this.#server.count()).sessions;
  }

  stop(): Promise<void> {
    return this.#adapter.stop();
  }
}

export const run: Benchmark = async ({ smoke }) => {
  const size = smoke ? short : full;
  try {
    const server = new OpcuaServer({ nodes: size.items });
    atEnd(() => server.kill());
    const proxy = await startProxy(server);
    // The worker is loaded while the server starts.
    const one = new Run(size, server, proxy.endpoint);
    await server.start();
    const firstLiveS = await one.firstLive();
    await one.drive(true);
    one.tally.isSteady = true;
    await pause(size.steadyMs);
    one.tally.isSteady = false;
    for (let i = 0; i < size.cuts; i += 1) await one.cut(proxy.cut);
    for (let i = 0; i < size.freezes; i += 1) await one.freeze();
    await one.settle();
    const sessionsOfLiving = one.link?.sessions ?? 0;
    for (let i = 0; i < size.kills; i += 1) await one.kill();
    const sessionsLeft = await one.sessionsLeft();
    const rssMb = process.memoryUsage.rss() / 2 ** 20;
    await one.stop();
    const { latencies } = one.tally;
    const cost = smoke ? null : await footprints();
    const { kill, cut, freeze } = one.liveAgainS;
    return {
      figures: {
        items: size.items,
        changes: one.changes,
        kills: size.kills,
        cuts: size.cuts,
        freezes: size.freezes,
        first_live_s: round(firstLiveS),
        after_kill_p50_s: figure(quantile(kill, 0.5)),
        after_kill_max_s: figure(quantile(kill, 1)),
        after_cut_max_s: figure(quantile(cut, 1)),
        after_freeze_max_s: figure(quantile(freeze, 1)),
        latency_p50_ms: quantile(latencies, 0.5),
        latency_p99_ms: quantile(latencies, 0.99),
        overflows: one.overflows,
        sessions_before_kills: sessionsOfLiving,
        sessions_after_stop: await one.sessionsLeft(),
        rss_mb: round(rssMb),
        gateway_ready_ms: cost && round(cost.without.readyMs),
        gateway_ready_with_opcua_ms: cost && round(cost.with.readyMs),
        gateway_rss_mb: cost && round(cost.without.rssMb),
        gateway_rss_with_opcua_mb: cost && round(cost.with.rssMb),
      },
      bars: {
        missing: atMost(one.missing, 0),
        live_again_max_s: atMost(quantile([...kill, ...cut, ...freeze], 1), 10),
        sessions_left: atMost(sessionsLeft, 1),
      },
    };
  } finally {
    await endAll();
  }
};

/** Null where a smoke run did not do it. */
function figure(seconds: number): number | null {
  return Number.isNaN(seconds) ? null : round(seconds);
}

function round(value: number): number {
  return Number(value.toFixed(2));
}
