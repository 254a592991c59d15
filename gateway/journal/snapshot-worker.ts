/**
 * The snapshot worker: folds the journal for itself through a connection that only reads, writes a
 * snapshot when it is asked, and keeps closed incidents in the archive before they leave the state. What it writes is the journal's state, never the loop's.
 */
import { parentPort, workerData } from "node:worker_threads";
import type { Recorded } from "#rules/event.ts";
import { initialState, type State } from "#rules/state.ts";
import { Archive } from "./archive.ts";
import { genesis } from "./chain.ts";
import { type Head, JournalFile } from "./file.ts";
import { replay } from "./replay.ts";
import { readSnapshot, writeSnapshot } from "./snapshot.ts";

export type SnapshotAnswer =
  | { readonly ok: true; readonly position: number; readonly ms: number }
  | { readonly ok: false; readonly message: string };

/** The fold so far; made anew after an error, for a state half way through is nobody's state. */
type Fold = { readonly state: State; head: Head };

function begin(folder: string, file: JournalFile, archive: Archive): Fold {
  const snapshot = readSnapshot(folder, file, () => {});
  // An archive that ends before the snapshot has lost something: all of it is folded again.
  if (snapshot && archive.position >= snapshot.head.position) return snapshot;
  return { state: initialState(), head: { position: 0, hash: genesis } };
}

function serve(folder: string): void {
  const port = parentPort;
  if (!port) throw new Error("the snapshot worker runs in a worker thread");
  const file = JournalFile.openForReading(folder);
  const archive = new Archive(folder);
  let fold: Fold | null = null;
  const snapshot = (): SnapshotAnswer => {
    const started = performance.now();
    fold ??= begin(folder, file, archive);
    const { state } = fold;
    archive.begin();
    const before = (event: Recorded, now: State): void => {
      if (event.type === "incident-archived") archive.put(now, event.incident);
    };
    fold.head = replay(file, state, fold.head, { before });
    archive.commit(fold.head.position);
    writeSnapshot(folder, state, fold.head);
    return { ok: true, position: fold.head.position, ms: performance.now() - started };
  };
  port.on("message", () => {
    try {
      port.postMessage(snapshot());
    } catch (error) {
      fold = null;
      archive.rollback();
      const answer: SnapshotAnswer = { ok: false, message: (error as Error).message };
      port.postMessage(answer);
    }
  });
}

serve((workerData as { folder: string }).folder);
