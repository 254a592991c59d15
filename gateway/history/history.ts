/**
 * History on the main thread: gathers samples into batches for its worker, one under way at a time,
 * and asks it for trends. Where the worker falls behind, the oldest that wait are shed, counted and
 * reported (invariant I7); nothing else waits for it.
 */
import { Worker } from "node:worker_threads";
import type { Sample } from "#rules/sample.ts";
import type { Clock } from "../clock.ts";
import { Refused } from "../errors.ts";
import type { Place } from "./follow.ts";
import type { HistoryAnswer, HistoryRequest, HistorySettings } from "./history-worker.ts";
import { Packer } from "./packed.ts";
import type { Dropped } from "./store.ts";
import type { Trend } from "./thin.ts";

export type HistoryOptions = {
  readonly folder: string;
  readonly clock: Clock;
  readonly mostBytes: number;
  /** Somebody hands on what comes, in its order. */
  readonly isFollowed?: boolean;
  /** Size of days by minute and hour. */
  readonly mostLongBytes?: number;
  /** So much of the disk is left to others, the journal before all. */
  readonly keepFreeBytes?: number;
  readonly stored: (count: number) => void;
  /** Samples that are lost to history, and why; or days that were dropped to make room. */
  readonly shed: (count: number, why: string) => void;
};

const flushEveryMs = 1000;
/**
 * Samples that may wait for the worker (invariant I8): a quarter of a minute of 20,000 messages of three
 * a second, 21 MB. A worker that had no turn for some seconds is no reason to lose any.
 */
const mostWaiting = 1_000_000;
/**
 * One batch: a second of 20,000 messages of three, so that each series of a flood is one block in it. What
 * is shed is shed by as many: moving the rest costs once.
 */
const mostInBatch = 65_536;
/** Trends that the worker may be asked for at once. */
const mostTrends = 8;
/** Samples of one trend; a screen has fewer columns. */
const mostInTrend = 2000;
/** Alarms and places that wait for a worker; it is there again after a second. */
const mostOwed = 10_000;
const answerWithinMs = 10_000;
const lateAfterMs = 60_000;

type Waiting = {
  readonly resolve: (trend: Trend) => void;
  readonly reject: (error: Error) => void;
};

export class History {
  readonly #o: HistoryOptions;
  readonly #trends = new Map<number, Waiting>();
  #worker: Worker | null = null;
  readonly #packer = new Packer(mostInBatch);
  #underWay = 0;
  /** What a worker that is not there yet has to be told. */
  readonly #owed: HistoryRequest[] = [];
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

  append(device: string, samples: readonly Sample[], at: number, kind = ""): void {
    const of = this.#packer.device(device, kind);
    for (const sample of samples) this.#packer.put(of, sample, at, isLate(sample, at));
    if (this.#packer.rows + this.#underWay <= mostWaiting) return;
    this.#o.shed(this.#packer.shed(), "history falls behind");
  }

  /** Oldest first, thinned where there are many; what is not on disk yet comes with the next flush. */
  async trend(
    device: string,
    point: string,
    from: number,
    to: number,
    most = mostInTrend,
  ): Promise<Trend> {
    if (this.#trends.size >= mostTrends) throw busy(`${mostTrends} trends are under way`);
    if (!this.#worker) throw busy("history is being started");
    this.#flush();
    const id = this.#nextId++;
    return new Promise((resolve, reject) => {
      // It stays counted until the worker is done with it, although nobody waits any more.
      const late = () => reject(busy("history does not answer in time"));
      const timer = setTimeout(late, answerWithinMs);
      const end = <T>(run: (value: T) => void) => {
        return (value: T): void => {
          clearTimeout(timer);
          run(value);
        };
      };
      this.#trends.set(id, { resolve: end(resolve), reject: end(reject) });
      this.#send({ do: "trend", id, device, point, from, to, most });
    });
  }

  /** The log up to here was handed on for good. */
  forget(place: Place): void {
    this.#send({ do: "forget", place });
  }

  /** An alarm of this device was raised: full rate round it stays as long as the alarm. */
  keep(device: string, at: number): void {
    this.#send({ do: "keep", device, at });
  }

  async close(): Promise<void> {
    this.#stopFlush?.();
    while (this.#packer.rows > 0 && this.#worker) this.#sendBatch(this.#worker);
    this.#closed = true;
    const worker = this.#worker;
    if (!worker) return;
    const gone = new Promise((resolve) => worker.once("exit", resolve));
    this.#send({ do: "close" });
    await gone;
  }

  #flush(): void {
    if (this.#packer.rows === 0 || this.#underWay > 0) return;
    if (this.#worker) this.#sendBatch(this.#worker);
  }

  #sendBatch(worker: Worker): void {
    const taken = this.#packer.take();
    if (!taken) return;
    const { batch, names } = taken;
    this.#underWay += batch.count;
    const { series, at, value, flags } = batch;
    const request: HistoryRequest = { do: "append", batch, names };
    worker.postMessage(request, [series.buffer, at.buffer, value.buffer, flags.buffer]);
  }

  #send(request: HistoryRequest): void {
    if (this.#worker) this.#worker.postMessage(request);
    else if (this.#owed.length < mostOwed) this.#owed.push(request);
  }

  #spawn(): void {
    const { folder, mostBytes, isFollowed = false } = this.#o;
    const { mostLongBytes = Infinity, keepFreeBytes = 0 } = this.#o;
    const url = new URL("./history-worker.ts", import.meta.url);
    const settings = { folder, mostBytes, isFollowed, mostLongBytes, keepFreeBytes };
    const workerData = settings satisfies HistorySettings;
    const worker = new Worker(url, { workerData });
    this.#worker = worker;
    this.#packer.nameAll();
    for (const request of this.#owed.splice(0)) worker.postMessage(request);
    worker.on("message", (answer: HistoryAnswer) => this.#take(answer));
    worker.on("error", (error) => this.#died(String(error)));
  }

  /** A worker that dies takes what was on its way; another one goes on. */
  #died(why: string): void {
    this.#worker = null;
    // Said also where it took nothing along: one that dies at each start stores nothing at all.
    this.#o.shed(this.#underWay, why);
    this.#underWay = 0;
    for (const { reject } of this.#trends.values()) reject(new Error(why));
    this.#trends.clear();
    if (this.#closed) return;
    const { clock } = this.#o;
    clock.wakeAt(clock.now() + flushEveryMs, () => {
      if (!this.#closed) this.#spawn();
    });
  }

  #take(answer: HistoryAnswer): void {
    if (answer.kind === "trend" || answer.kind === "no-trend") {
      const waiting = this.#trends.get(answer.id);
      this.#trends.delete(answer.id);
      if (answer.kind === "trend") waiting?.resolve(answer.trend);
      else waiting?.reject(new Error(answer.message));
      return;
    }
    this.#underWay -= answer.count;
    // Less than a batch waits for the next second.
    if (this.#packer.rows >= mostInBatch) this.#flush();
    if (answer.kind === "failed") this.#o.shed(answer.count, answer.message);
    else this.#o.stored(answer.count);
    for (const one of answer.dropped) this.#o.shed(0, droppedText(one));
  }
}

const reasons: Readonly<Record<Dropped["why"], string>> = {
  size: "over the size limit",
  disk: "the disk is short",
  damage: "the file is damaged, and lies beside the others as .damaged",
};

const droppedWhat: Readonly<Record<Dropped["what"], (day: string) => string>> = {
  samples: (day) => `day ${day} dropped`,
  long: (day) => `minutes and hours of ${day} dropped`,
  kept: () => "full rate round alarms dropped",
  aside: (file) => `${file}, set aside as damaged, dropped`,
};

function droppedText({ day, unsent, what, why }: Dropped): string {
  const dropped = droppedWhat[what](day);
  const reason = reasons[why];
  if (why === "damage" && what === "samples") {
    return `${dropped}: ${reason}; nobody knows what InfluxDB does not have of it`;
  }
  const lost = unsent > 0 ? `, with ${unsent} samples that InfluxDB may not have` : "";
  return `${dropped}: ${reason}${lost}`;
}

/** Its source knew it long before it came: judged by nobody, marked where it is handed on. */
function isLate({ reason, sourceTs }: Sample, at: number): boolean {
  return reason === "came-late" || (sourceTs !== null && at - sourceTs > lateAfterMs);
}

function busy(message: string): Refused {
  return new Refused({ code: "history-busy", message, retryAfterMs: 1000 });
}
