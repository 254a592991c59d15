/** The history worker: the only thread that writes samples. Alarms share no queue with it. */
import { parentPort, workerData } from "node:worker_threads";
import type { Place } from "./follow.ts";
import type { Packed, SeriesName } from "./packed.ts";
import { type Dropped, SampleStore } from "./store.ts";
import type { Trend } from "./thin.ts";

export type HistoryRequest =
  | {
      readonly do: "append";
      readonly batch: Packed;
      /** Of series whose numbers follow on those that were named before. */
      readonly names: readonly SeriesName[];
    }
  | {
      readonly do: "trend";
      readonly id: number;
      readonly device: string;
      readonly point: string;
      readonly from: number;
      readonly to: number;
      readonly most: number;
    }
  | { readonly do: "forget"; readonly place: Place }
  | { readonly do: "keep"; readonly device: string; readonly at: number }
  | { readonly do: "close" };

export type HistoryAnswer =
  | { readonly kind: "appended"; readonly count: number; readonly dropped: readonly Dropped[] }
  | {
      readonly kind: "failed";
      readonly count: number;
      readonly message: string;
      readonly dropped: readonly Dropped[];
    }
  | { readonly kind: "trend"; readonly id: number; readonly trend: Trend }
  | { readonly kind: "no-trend"; readonly id: number; readonly message: string };

const port = parentPort;
if (!port) throw new Error("the history worker runs in a worker thread");
export type HistorySettings = {
  readonly folder: string;
  readonly mostBytes: number;
  /** Somebody hands on what comes. */
  readonly isFollowed: boolean;
  readonly mostLongBytes: number;
  readonly keepFreeBytes: number;
};

const { folder, mostBytes, ...options } = workerData as HistorySettings;
const names: SeriesName[] = [];
const store = new SampleStore(folder, mostBytes, options);
/** Days that are over are looked for once a minute; a step is 10 ms, or one series. */
const betweenLooksMs = 60_000;
const betweenStepsMs = 20;
let thinning = setTimeout(thinOn, betweenLooksMs / 10);
const answer = (message: HistoryAnswer): void => port.postMessage(message);

port.on("message", (request: HistoryRequest) => {
  if (request.do === "close") {
    clearTimeout(thinning);
    store.close();
    port.close();
  } else if (request.do === "append") append(request);
  else if (request.do === "forget") guarded(() => store.forget(request.place));
  else if (request.do === "keep") guarded(() => store.keep(request.device, request.at));
  else trend(request);
});

function append({ batch, names: more }: HistoryRequest & { do: "append" }): void {
  const { count } = batch;
  for (const name of more) names.push(name);
  try {
    answer({ kind: "appended", count, dropped: store.append(batch, names) });
  } catch (error) {
    failed(count, error);
  }
}

/** What went before it failed went all the same. */
function failed(count: number, error: unknown): void {
  answer({ kind: "failed", count, message: String(error), dropped: store.untold() });
}

/** Nobody waits for it: what failed is said. */
function guarded<T>(run: () => T): T | null {
  try {
    return run();
  } catch (error) {
    failed(0, error);
    return null;
  }
}

/** Between batches, a little at a time. */
function thinOn(): void {
  const isMore = guarded(() => store.thin());
  thinning = setTimeout(thinOn, isMore ? betweenStepsMs : betweenLooksMs);
}

function trend({ id, device, point, from, to, most }: HistoryRequest & { do: "trend" }): void {
  try {
    answer({ kind: "trend", id, trend: store.trend(device, point, from, to, most) });
  } catch (error) {
    answer({ kind: "no-trend", id, message: String(error) });
  }
}
