/**
 * History on the main thread: gathers samples into batches for its worker, and asks it for ranges.
 * Where the worker falls behind, the oldest batch is shed, counted and reported (invariant I7);
 * nothing else waits for it.
 */
import { Worker } from "node:worker_threads";
import type { Sample } from "#rules/sample.ts";
import type { Clock } from "../clock.ts";
import { Refused } from "../errors.ts";
import type { StoredSample } from "./day-file.ts";
import type { HistoryAnswer, HistoryRequest } from "./history-worker.ts";
import type { Row } from "./store.ts";

export type HistoryOptions = {
  readonly folder: string;
  readonly clock: Clock;
  readonly mostBytes: number;
  readonly stored: (count: number) => void;
  /** Samples that are lost to history, and why; or days that were dropped to make room. */
  readonly shed: (count: number, why: string) => void;
};

const flushEveryMs = 1000;
/** Samples that may wait for the worker (invariant I8): ten seconds of 20,000 a second. */
const mostWaiting = 200_000;
const answerWithinMs = 10_000;

type Waiting = {
  readonly resolve: (samples: readonly StoredSample[]) => void;
  readonly reject: (error: Error) => void;
};

export class History {
  readonly #o: HistoryOptions;
  readonly #ranges = new Map<number, Waiting>();
  #worker: Worker | null = null;
  #rows: Row[] = [];
  #underWay = 0;
  #nextId = 1;
  #stopFlush: (() => void) | null = null;
  #closed = false;

  constructor(options: HistoryOptions) {
    this.#o = options;
  }

  start(): void {
    this.#spawn();
    this.#stopFlush = this.#o.clock.every(flushEveryMs, () => this.#flush());
  }

  append(device: string, samples: readonly Sample[], at: number): void {
    if (this.#rows.length + this.#underWay + samples.length > mostWaiting) {
      return this.#o.shed(samples.length, "history falls behind");
    }
    for (const { point, value, quality } of samples) {
      this.#rows.push([device, { point, value, quality, at }]);
    }
  }

  /** Stored samples of a point, oldest first; what is not on disk yet comes with the next flush. */
  range(
    device: string,
    point: string,
    from: number,
    to: number,
    limit: number,
  ): Promise<readonly StoredSample[]> {
    this.#flush();
    const id = this.#nextId++;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#ranges.delete(id);
        reject(new Refused({ code: "history-busy", message: "history does not answer in time" }));
      }, answerWithinMs);
      const end = <T>(run: (value: T) => void) => {
        return (value: T): void => {
          clearTimeout(timer);
          run(value);
        };
      };
      this.#ranges.set(id, { resolve: end(resolve), reject: end(reject) });
      this.#send({ do: "range", id, device, point, from, to, limit });
    });
  }

  async close(): Promise<void> {
    this.#stopFlush?.();
    this.#flush();
    this.#closed = true;
    const worker = this.#worker;
    if (!worker) return;
    const gone = new Promise((resolve) => worker.once("exit", resolve));
    this.#send({ do: "close" });
    await gone;
  }

  #flush(): void {
    if (this.#rows.length === 0 || !this.#worker) return;
    const rows = this.#rows;
    this.#rows = [];
    this.#underWay += rows.length;
    this.#send({ do: "append", rows });
  }

  #send(request: HistoryRequest): void {
    this.#worker?.postMessage(request);
  }

  #spawn(): void {
    const { folder, mostBytes } = this.#o;
    const url = new URL("./history-worker.ts", import.meta.url);
    const worker = new Worker(url, { workerData: { folder, mostBytes } });
    this.#worker = worker;
    worker.on("message", (answer: HistoryAnswer) => this.#take(answer));
    worker.on("error", (error) => this.#died(String(error)));
  }

  /** A worker that dies takes what was on its way; another one goes on. */
  #died(why: string): void {
    this.#worker = null;
    if (this.#underWay > 0) this.#o.shed(this.#underWay, why);
    this.#underWay = 0;
    for (const { reject } of this.#ranges.values()) reject(new Error(why));
    this.#ranges.clear();
    if (this.#closed) return;
    const { clock } = this.#o;
    clock.wakeAt(clock.now() + flushEveryMs, () => {
      if (!this.#closed) this.#spawn();
    });
  }

  #take(answer: HistoryAnswer): void {
    if (answer.kind === "range" || answer.kind === "no-range") {
      const waiting = this.#ranges.get(answer.id);
      this.#ranges.delete(answer.id);
      if (answer.kind === "range") waiting?.resolve(answer.samples);
      else waiting?.reject(new Error(answer.message));
      return;
    }
    this.#underWay -= answer.count;
    if (answer.kind === "failed") return this.#o.shed(answer.count, answer.message);
    this.#o.stored(answer.count);
    for (const day of answer.dropped) this.#o.shed(0, `day ${day} dropped: over the size limit`);
  }
}
