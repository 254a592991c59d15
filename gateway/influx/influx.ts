/**
 * The InfluxDB writer on the main thread: its worker, what it says of itself, and the alarm G08 where
 * the database is too far behind. Nothing waits for it.
 */
import { Worker } from "node:worker_threads";
import { rulebook } from "#rules/rulebook.ts";
import type { SignalBody } from "#rules/signal.ts";
import { systemDevice, systemSite } from "#rules/system.ts";
import type { Overview } from "../api/contract.ts";
import type { Clock } from "../clock.ts";
import type { Place } from "../history/follow.ts";
import type { Metrics } from "../metrics.ts";
import type { InfluxConfig } from "./config.ts";
import type { InfluxMessage, InfluxSettings } from "./influx-worker.ts";
import type { InfluxStatus } from "./status.ts";

export type InfluxOptions = {
  readonly folder: string;
  /** Null: nothing is written anywhere. */
  readonly config: InfluxConfig | null;
  readonly clock: Clock;
  readonly metrics: Metrics;
  readonly log: { info(fields: object, text: string): void; warn(f: object, text: string): void };
  /** False where the signal could not be taken now. */
  readonly push: (body: SignalBody) => boolean;
  readonly failed: (part: string, error: unknown) => void;
  readonly outOfDoubt: (place: Place) => void;
};

/** What is stored once a second is a few seconds behind by itself. */
const shownFromMs = 15_000;
const againAfterMs = 5000;
const lookEveryMs = 1000;

export class Influx {
  readonly #o: InfluxOptions;
  #worker: Worker | null = null;
  #status: InfluxStatus | null = null;
  /** The samples of the worker before this one, which died. */
  #counted = { samples: 0, events: 0, aside: 0, failures: 0 };
  /** The level that the rules have heard last. */
  #said: boolean | null = null;
  #heardAt = 0;
  #behindSince: number | null = null;
  #stopLooking: (() => void) | null = null;
  #stopped = false;

  constructor(options: InfluxOptions) {
    this.#o = options;
  }

  start(): void {
    this.#heardAt = this.#o.clock.now();
    if (this.#o.config) this.#spawn(this.#o.config);
    this.#stopLooking = this.#o.clock.every(lookEveryMs, () => this.#look());
  }

  /** Null where no database is configured, or none was tried yet. */
  status(): InfluxStatus | null {
    const { config, clock } = this.#o;
    if (!this.#status || !config) return null;
    // A worker that says nothing is behind by as much at least.
    const silentMs = Math.max(0, clock.now() - this.#heardAt - 2 * lookEveryMs);
    return { ...this.#status, lagMs: Math.max(this.#status.lagMs, silentMs) };
  }

  /** As screens show it: while it keeps up nothing of it moves. */
  view(): Overview["timeSeries"] {
    const status = this.status();
    if (!status) return null;
    const { state, server, lagMs } = status;
    const isBehind = state !== "writing" || lagMs >= shownFromMs;
    return {
      state,
      server,
      lagPoints: isBehind ? status.lagPoints : 0,
      lagSeconds: isBehind ? Math.floor(lagMs / 1000) : 0,
    };
  }

  /** It may be in the middle of a request: what was not noted as written is written again. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#stopLooking?.();
    await this.#worker?.terminate();
  }

  #spawn(config: InfluxConfig): void {
    const { folder, clock } = this.#o;
    const workerData: InfluxSettings = { ...config, folder, now: clock.now() };
    const worker = new Worker(new URL("./influx-worker.ts", import.meta.url), { workerData });
    this.#worker = worker;
    worker.on("message", (message: InfluxMessage) => {
      if (message.kind === "out-of-doubt") this.#o.outOfDoubt(message.place);
      else this.#take(message.status);
    });
    worker.on("error", (error) => this.#o.failed("influx", error));
    worker.once("exit", () => {
      this.#worker = null;
      this.#counted = { samples: 0, events: 0, aside: 0, failures: 0 };
      if (this.#stopped) return;
      clock.wakeAt(clock.now() + againAfterMs, () => {
        if (!this.#stopped) this.#spawn(config);
      });
    });
  }

  #take(status: InfluxStatus): void {
    const { metrics, log, clock } = this.#o;
    this.#heardAt = clock.now();
    for (const what of ["samples", "events", "aside"] as const) {
      metrics.influxWritten.inc({ what }, Math.max(0, status[what] - this.#counted[what]));
    }
    metrics.influxFailures.inc(Math.max(0, status.failures - this.#counted.failures));
    if (status.aside > this.#counted.aside) {
      const count = status.aside - this.#counted.aside;
      log.warn({ count }, "InfluxDB: points were set aside");
    }
    const { samples, events, aside, failures, state, server, api, why } = status;
    this.#counted = { samples, events, aside, failures };
    const before = this.#status;
    this.#status = status;
    if (before?.state !== state || before.server !== server) {
      const level = state === "writing" || state === "connecting" ? "info" : "warn";
      log[level]({ state, server, api, why }, "InfluxDB");
    }
    this.#look();
  }

  #look(): void {
    const { config, metrics, clock } = this.#o;
    const status = this.status();
    metrics.influxLagPoints.set(status?.lagPoints ?? 0);
    metrics.influxLag.set((status?.lagMs ?? 0) / 1000);
    const limitMs = config?.lagAlarmMs ?? 0;
    const now = clock.now();
    const lagMs = status?.lagMs ?? (config ? now - this.#heardAt : 0);
    if (config && lagMs >= limitMs) {
      this.#behindSince ??= now - lagMs;
      this.#say(true, this.#behindSince);
    } else if (!config || lagMs < limitMs / 2) {
      // It has caught up, or nearly: between both it stays what it was.
      this.#behindSince = null;
      this.#say(false, now);
    }
  }

  #say(level: boolean, since: number): void {
    if (this.#said === level) return;
    const rule = rulebook.G08.id;
    const at = { site: systemSite, device: systemDevice };
    if (this.#o.push({ kind: "level", rule, ...at, level, since })) this.#said = level;
  }
}
