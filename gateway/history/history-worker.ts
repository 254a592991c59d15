/** The history worker: the only thread that writes samples. Alarms share no queue with it. */
import { parentPort, workerData } from "node:worker_threads";
import type { StoredSample } from "./day-file.ts";
import { type Row, SampleStore } from "./store.ts";

export type HistoryRequest =
  | { readonly do: "append"; readonly rows: readonly Row[] }
  | {
      readonly do: "range";
      readonly id: number;
      readonly device: string;
      readonly point: string;
      readonly from: number;
      readonly to: number;
      readonly limit: number;
    }
  | { readonly do: "close" };

export type HistoryAnswer =
  | { readonly kind: "appended"; readonly count: number; readonly dropped: readonly string[] }
  | { readonly kind: "failed"; readonly count: number; readonly message: string }
  | { readonly kind: "range"; readonly id: number; readonly samples: readonly StoredSample[] }
  | { readonly kind: "no-range"; readonly id: number; readonly message: string };

const port = parentPort;
if (!port) throw new Error("the history worker runs in a worker thread");
const { folder, mostBytes } = workerData as { folder: string; mostBytes: number };
const store = new SampleStore(folder, mostBytes);
const answer = (message: HistoryAnswer): void => port.postMessage(message);

port.on("message", (request: HistoryRequest) => {
  if (request.do === "close") {
    store.close();
    port.close();
  } else if (request.do === "append") append(request.rows);
  else range(request);
});

function append(rows: readonly Row[]): void {
  try {
    answer({ kind: "appended", count: rows.length, dropped: store.append(rows) });
  } catch (error) {
    answer({ kind: "failed", count: rows.length, message: String(error) });
  }
}

function range({ id, device, point, from, to, limit }: HistoryRequest & { do: "range" }): void {
  try {
    answer({ kind: "range", id, samples: store.range(device, point, from, to, limit) });
  } catch (error) {
    answer({ kind: "no-range", id, message: String(error) });
  }
}
