/**
 * The snapshot worker: folds the journal for itself through a connection that only reads, and
 * writes a snapshot when it is asked. What it writes is the journal's state, never the loop's.
 */
import { parentPort, workerData } from "node:worker_threads";
import { initialState } from "#rules/state.ts";
import { genesis } from "./chain.ts";
import { JournalFile } from "./file.ts";
import { replay } from "./replay.ts";
import { readSnapshot, writeSnapshot } from "./snapshot.ts";

export type SnapshotAnswer =
  | { readonly ok: true; readonly position: number; readonly ms: number }
  | { readonly ok: false; readonly message: string };

function serve(folder: string): void {
  const port = parentPort;
  if (!port) throw new Error("the snapshot worker runs in a worker thread");
  const file = JournalFile.openForReading(folder);
  const start = readSnapshot(folder, file, () => {});
  const state = start?.state ?? initialState();
  let head = start?.head ?? { position: 0, hash: genesis };
  port.on("message", (message: "snapshot" | "close") => {
    if (message === "close") {
      file.close();
      port.close();
      return;
    }
    const started = performance.now();
    try {
      head = replay(file, state, head);
      writeSnapshot(folder, state, head);
      const ms = performance.now() - started;
      port.postMessage({ ok: true, position: head.position, ms } satisfies SnapshotAnswer);
    } catch (error) {
      const message = (error as Error).message;
      port.postMessage({ ok: false, message } satisfies SnapshotAnswer);
    }
  });
}

serve((workerData as { folder: string }).folder);
