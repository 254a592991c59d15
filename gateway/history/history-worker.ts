/** The history worker: the only thread that writes samples. Alarms share no queue with it. */
import { parentPort, workerData } from "node:worker_threads";
import type { Row } from "./day-file.ts";
import type { Place } from "./follow.ts";
import { type Dropped, SampleStore } from "./store.ts";
import type { Trend } from "./thin.ts";

export type HistoryRequest =
  | { readonly do: "append"; readonly rows: readonly Row[] }
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
  | { readonly do: "close" };

export type HistoryAnswer =
  | { readonly kind: "appended"; readonly count: number; readonly dropped: readonly Dropped[] }
  | { readonly kind: "failed"; readonly count: number; readonly message: string }
  | { readonly kind: "trend"; readonly id: number; readonly trend: Trend }
  | { readonly kind: "no-trend"; readonly id: number; readonly message: string };

const port = parentPort;
if (!port) throw new Error("the history worker runs in a worker thread");
export type HistorySettings = {
  readonly folder: string;
  readonly mostBytes: number;
  /** Somebody hands on what comes. */
  readonly isFollowed: boolean;
};

const { folder, mostBytes, isFollowed } = workerData as HistorySettings;
const store = new SampleStore(folder, mostBytes, isFollowed);
const answer = (message: HistoryAnswer): void => port.postMessage(message);

port.on("message", (request: HistoryRequest) => {
  if (request.do === "close") {
    store.close();
    port.close();
  } else if (request.do === "append") append(request.rows);
  else if (request.do === "forget") forget(request.place);
  else trend(request);
});

function append(rows: readonly Row[]): void {
  try {
    answer({ kind: "appended", count: rows.length, dropped: store.append(rows) });
  } catch (error) {
    answer({ kind: "failed", count: rows.length, message: String(error) });
  }
}

/** What could not be forgotten now is forgotten with the next. */
function forget(place: Place): void {
  try {
    store.forget(place);
  } catch (error) {
    answer({ kind: "failed", count: 0, message: String(error) });
  }
}

function trend({ id, device, point, from, to, most }: HistoryRequest & { do: "trend" }): void {
  try {
    answer({ kind: "trend", id, trend: store.trend(device, point, from, to, most) });
  } catch (error) {
    answer({ kind: "no-trend", id, message: String(error) });
  }
}
