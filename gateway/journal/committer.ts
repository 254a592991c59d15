/**
 * The main thread's side of the commit worker: one turn in flight, retried with the same bytes
 * until it is on disk. Never row by row, never given up: sockets stay open and PUBACKs wait.
 *
 * A worker that dies is started again; it finds out whether the last turn had made it.
 */
import { Worker } from "node:worker_threads";
import { genesis } from "./chain.ts";
import type { CommitAnswer, CommitRequest } from "./commit-worker.ts";
import type { Head, Turn } from "./file.ts";

/** Where turns go: the worker in the product, the file itself in a simulation. */
export interface Committer {
  readonly head: Head;
  /** Resolves when the turn is on disk; never rejects while the gateway runs. */
  commit(turn: Turn): Promise<Head>;
  close(): Promise<void>;
}

export type CommitterOptions = {
  readonly folder: string;
  /** A try failed; `sinceMs` is how long this turn has been waiting. */
  readonly onTrouble: (trouble: { reason: string; message: string; sinceMs: number }) => void;
  readonly onCommit: (commitMs: number, events: number) => void;
};

/** Waits between tries, ms; the last one repeats. */
const backoffMs = [50, 100, 200, 400, 800] as const;

type Pending = {
  readonly request: CommitRequest;
  readonly resolve: (head: Head) => void;
  readonly since: number;
  tries: number;
};

export class WorkerCommitter implements Committer {
  readonly #options: CommitterOptions;
  #worker: Worker | null = null;
  #pending: Pending | null = null;
  #nextId = 1;
  #closed = false;
  #retry: NodeJS.Timeout | null = null;
  head: Head = { position: 0, hash: genesis };

  constructor(options: CommitterOptions) {
    this.#options = options;
  }

  /** Starts the worker; rejects where the journal cannot be opened for writing. */
  async start(): Promise<void> {
    this.head = await this.#spawn();
  }

  commit(turn: Turn): Promise<Head> {
    if (this.#pending) throw new Error("one turn in flight");
    const bytes = Buffer.concat(turn.bodies);
    let end = 0;
    const ends = turn.bodies.map((body) => {
      end += body.length;
      return end;
    });
    const id = this.#nextId++;
    const request = { id, first: turn.first, bytes, ends, artefacts: [...turn.artefacts] };
    return new Promise((resolve) => {
      this.#pending = { request, resolve, since: performance.now(), tries: 0 };
      this.#send();
    });
  }

  async close(): Promise<void> {
    this.#closed = true;
    if (this.#retry) clearTimeout(this.#retry);
    const worker = this.#worker;
    if (!worker) return;
    const gone = new Promise((resolve) => worker.once("exit", resolve));
    worker.postMessage("close");
    await gone;
  }

  /** For tests of a killed worker: what a crash of the thread looks like. */
  async kill(): Promise<void> {
    await this.#worker?.terminate();
  }

  #send(): void {
    if (this.#pending && this.#worker) this.#worker.postMessage(this.#pending.request);
  }

  #spawn(): Promise<Head> {
    const { folder } = this.#options;
    const url = new URL("./commit-worker.ts", import.meta.url);
    const worker = new Worker(url, { workerData: { folder } });
    return new Promise((resolve, reject) => {
      let ready = false;
      worker.on("message", (answer: CommitAnswer) => {
        if ("ready" in answer) {
          ready = true;
          // Closed in the meantime: nobody would ever end this thread.
          if (this.#closed) return void worker.terminate();
          this.#worker = worker;
          resolve({ position: answer.position, hash: Buffer.from(answer.hash) });
        } else {
          this.#answered(answer);
        }
      });
      worker.on("error", (error) => {
        if (ready) this.#trouble("worker-died", String(error));
        else reject(error);
      });
      worker.on("exit", () => {
        if (this.#worker === worker) this.#worker = null;
        if (!ready) reject(new Error("the commit worker ended before it was ready"));
        if (!this.#closed && ready) this.#respawn(0);
      });
    });
  }

  #respawn(tries: number): void {
    if (this.#closed) return;
    const waitMs = tries === 0 ? 0 : (backoffMs[Math.min(tries, backoffMs.length) - 1] ?? 800);
    this.#retry = setTimeout(() => {
      this.#spawn().then(
        () => this.#send(),
        (error: unknown) => {
          this.#trouble("worker-cannot-start", String(error));
          this.#respawn(tries + 1);
        },
      );
    }, waitMs);
  }

  #answered(answer: Exclude<CommitAnswer, { ready: true }>): void {
    const pending = this.#pending;
    if (!pending || pending.request.id !== answer.id) return;
    if (answer.ok) {
      this.#pending = null;
      this.head = { position: answer.position, hash: Buffer.from(answer.hash) };
      this.#options.onCommit(answer.commitMs, pending.request.ends.length);
      pending.resolve(this.head);
      return;
    }
    this.#trouble(answer.reason, answer.message);
    const waitMs = backoffMs[Math.min(pending.tries, backoffMs.length - 1)] ?? 800;
    pending.tries += 1;
    if (!this.#closed) this.#retry = setTimeout(() => this.#send(), waitMs);
  }

  #trouble(reason: string, message: string): void {
    const since = this.#pending?.since ?? performance.now();
    this.#options.onTrouble({ reason, message, sinceMs: performance.now() - since });
  }
}
