/** The main thread's side of the snapshot worker: asks for one now and then, and waits at the end. */
import { Worker } from "node:worker_threads";
import type { Recorded } from "#rules/event.ts";
import type { SnapshotAnswer } from "./snapshot-worker.ts";

export type SnapshotsOptions = {
  readonly folder: string;
  /** Events after which a new snapshot is asked for. */
  readonly everyEvents: number;
  readonly done: (answer: SnapshotAnswer) => void;
};

export class Snapshots {
  readonly #o: SnapshotsOptions;
  readonly #worker: Worker;
  #last: number;
  #busy = false;
  /** Since the worker was asked last: nobody finds it before it is in the archive. */
  #archived = false;
  #waiting: (() => void)[] = [];

  constructor(options: SnapshotsOptions, position: number) {
    this.#o = options;
    this.#last = position;
    const url = new URL("./snapshot-worker.ts", import.meta.url);
    this.#worker = new Worker(url, { workerData: { folder: options.folder } });
    this.#worker.unref();
    this.#worker.on("message", (answer: SnapshotAnswer) => this.#answered(answer));
    this.#worker.on("error", (error) => this.#answered({ ok: false, message: String(error) }));
  }

  /** After a commit: where the journal ends now. An incident that left the state is kept soon after. */
  note(position: number, events: readonly Pick<Recorded, "type">[]): void {
    this.#archived ||= events.some(({ type }) => type === "incident-archived");
    if (this.#busy) return;
    if (position - this.#last < this.#o.everyEvents && !this.#archived) return;
    this.#last = position;
    this.#ask();
  }

  /** One last snapshot, then the worker ends; gives up after `withinMs`. */
  async close(withinMs = 5000): Promise<void> {
    const finished = new Promise<void>((resolve) => this.#waiting.push(resolve));
    this.#ask();
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, withinMs);
    });
    await Promise.race([finished, late]);
    clearTimeout(timer);
    await this.#worker.terminate();
  }

  #ask(): void {
    this.#busy = true;
    this.#archived = false;
    this.#worker.postMessage("snapshot");
  }

  #answered(answer: SnapshotAnswer): void {
    this.#busy = false;
    this.#o.done(answer);
    for (const resolve of this.#waiting.splice(0)) resolve();
    if (this.#archived) this.note(this.#last, []);
  }
}
