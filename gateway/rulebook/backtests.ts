/**
 * Back-tests on the main thread: one at a time, each in a thread of its own that ends with it. Whoever
 * asks from a screen gets an id and asks again; the last results stay for a while.
 */
import { Worker } from "node:worker_threads";
import { type Device, deviceKey } from "#rules/inventory.ts";
import type { Lookup } from "#rules/inventory-index.ts";
import { Refused } from "../errors.ts";
import type { Gateway } from "../gateway.ts";
import { inSlices } from "../slices.ts";
import type { BacktestAnswer, BacktestResult, BacktestWork } from "./backtest-worker.ts";
import type { RulesSource } from "./prepare.ts";
import { type DeviceProfile, hasProfile } from "./profiles.ts";

export type BacktestRequest = {
  /** Null: a rule in force, as it is. */
  readonly source: RulesSource | null;
  readonly rule: string;
  /** SITE/DEVICE; null: every device of the kind, as many as one run may have. */
  readonly device: string | null;
  readonly from: number;
  readonly to: number;
};

export type BacktestView = {
  readonly id: string;
  readonly state: "running" | "done" | "failed" | "cancelled";
  /** 0 to 1. */
  readonly progress: number;
  readonly startedAt: number;
  readonly result: BacktestResult | null;
  readonly problem: {
    readonly code: string;
    readonly message: string;
    readonly allowed: string | null;
  } | null;
};

/** What one run may be asked for, and take (invariant I8). */
export const longestRangeMs = 31 * 86_400_000;
export const mostDevices = 200;
const longestRunMs = 900_000;
const heapMb = 1024;
/** Of the young heap: the threads that sweep it are shared with those that answer presses. */
const youngMb = 64;
/** Runs that are kept for whoever asks. */
const mostKept = 8;

type Kept = { view: BacktestView; readonly cancel: () => Promise<unknown> };

export class Backtests {
  readonly #gateway: Gateway;
  readonly #kept = new Map<string, Kept>();
  #running: Worker | null = null;
  #stopped = false;
  #next = 1;

  constructor(gateway: Gateway) {
    this.#gateway = gateway;
  }

  /** Resolves with the result. Throws `Refused`: what is wrong with the rules, or with the question. */
  async run(request: BacktestRequest, progress: (share: number) => void): Promise<BacktestResult> {
    return this.#start(await this.#workOf(request), progress).result;
  }

  /** Begins one; throws `Refused` where it cannot begin. */
  async start(request: BacktestRequest): Promise<BacktestView> {
    const work = await this.#workOf(request);
    const id = `B${this.#next++}`;
    const startedAt = this.#gateway.clock.now();
    const put = (change: Partial<BacktestView>): void => {
      const kept = this.#kept.get(id);
      if (kept && kept.view.state === "running") kept.view = { ...kept.view, ...change };
    };
    const { result, cancel } = this.#start(work, (share) => put({ progress: share }));
    const view: BacktestView = {
      id,
      state: "running",
      progress: 0,
      startedAt,
      result: null,
      problem: null,
    };
    const stop = (): Promise<unknown> => {
      put({ state: "cancelled" });
      return cancel();
    };
    this.#kept.set(id, { view, cancel: stop });
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > mostKept && oldest !== undefined) this.#kept.delete(oldest);
    result.then(
      (done) => put({ state: "done", progress: 1, result: done }),
      (error: Error) => {
        const { code, allowed = null } = error instanceof Refused ? error : { code: "failed" };
        put({ state: "failed", problem: { code, message: error.message, allowed } });
      },
    );
    return view;
  }

  view(id: string): BacktestView {
    return this.#find(id).view;
  }

  /** Resolves when its thread has gone. */
  async cancel(id: string): Promise<BacktestView> {
    const kept = this.#find(id);
    await kept.cancel();
    return kept.view;
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#running?.terminate();
  }

  #find(id: string): Kept {
    const kept = this.#kept.get(id);
    if (kept) return kept;
    throw new Refused({ code: "not-found", message: `there is no back-test ${id}` });
  }

  async #workOf(request: BacktestRequest): Promise<BacktestWork> {
    const { source, rule, from, to } = request;
    const { artefacts, committed, config } = this.#gateway;
    if (!(from < to) || to - from > longestRangeMs) {
      const allowed = `from before to, at most ${longestRangeMs / 86_400_000} days`;
      throw new Refused({ code: "bad-time", message: "no such time", allowed });
    }
    const devices = await this.#devices(request.device);
    const { state } = committed;
    const { utcOffsetMin } = artefacts.world(state).settings;
    const base = state.adopted.packs;
    const folder = config.data;
    return { folder, source, base, rule, devices, mostDevices, from, to, utcOffsetMin };
  }

  /** Heard since the start or not: what is stored of a device does not end with the process. */
  async #devices(device: string | null): Promise<readonly Device[]> {
    const { artefacts, committed, telemetry } = this.#gateway;
    const { state } = committed;
    const { devices } = artefacts.world(state).inventory;
    const { profiles } = telemetry;
    const one = device === null ? undefined : devices.get(device);
    if (one && hasProfile(one, profiles)) return [one];
    const isOff = (): boolean => this.#stopped;
    const all = device === null ? await inSlices(mayBeStored(devices, profiles), isOff) : [];
    if (all === null) throw new Refused({ code: "stopping", message: "the gateway is stopping" });
    if (all.length > 0) return all;
    const polled = artefacts.polled(state).slice(0, 10);
    throw new Refused({
      code: "no-such-device",
      message: `${device ?? "the inventory"} has no values`,
      allowed: polled.map(({ site, id }) => deviceKey(site, id)).join(", ") || "none",
    });
  }

  #start(
    work: BacktestWork,
    progress: (share: number) => void,
  ): { readonly result: Promise<BacktestResult>; readonly cancel: () => Promise<unknown> } {
    if (this.#running) {
      const message = "a back-test is under way";
      const allowed = "one at a time: wait for it, or cancel it";
      throw new Refused({ code: "backtest-under-way", message, allowed, retryAfterMs: 5000 });
    }
    const worker = new Worker(new URL("./backtest-thread.ts", import.meta.url), {
      workerData: work,
      resourceLimits: { maxOldGenerationSizeMb: heapMb, maxYoungGenerationSizeMb: youngMb },
    });
    this.#running = worker;
    const result = new Promise<BacktestResult>((resolve, reject) => {
      const cancelled = { code: "cancelled", message: "the back-test was cancelled" };
      // Told when the thread has gone: whoever hears of an end may begin the next one.
      let end = (): void => reject(new Refused(cancelled));
      const late = setTimeout(() => {
        const message = `it has not ended within ${longestRunMs / 60_000} min`;
        const refused = { code: "backtest-too-long", message, allowed: "a shorter time" };
        end = () => reject(new Refused(refused));
        void worker.terminate();
      }, longestRunMs);
      worker.on("message", (answer: BacktestAnswer) => {
        if ("progress" in answer) progress(answer.progress);
        else if ("result" in answer) end = () => resolve(answer.result);
        else end = () => reject(errorOf(answer));
      });
      worker.on("error", (error) => {
        end = () => reject(error);
      });
      worker.on("exit", () => {
        clearTimeout(late);
        if (this.#running === worker) this.#running = null;
        end();
      });
    });
    return { result, cancel: () => worker.terminate() };
  }
}

function errorOf({ error, refused }: Extract<BacktestAnswer, { readonly error: string }>): Error {
  return refused ? new Refused({ message: error, ...refused }) : new Error(error);
}

/** An inventory may be large: of each kind no more than tell that they are too many. */
function* mayBeStored(
  inventory: Lookup<Device>,
  profiles: ReadonlyMap<string, DeviceProfile>,
): Generator<void, Device[]> {
  const counts = new Map<string, number>();
  const found: Device[] = [];
  for (const device of inventory.values()) {
    yield;
    const count = counts.get(device.kind) ?? 0;
    if (count > mostDevices || !hasProfile(device, profiles)) continue;
    counts.set(device.kind, count + 1);
    found.push(device);
  }
  return found;
}
