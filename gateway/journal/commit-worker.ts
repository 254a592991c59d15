/**
 * The commit worker: the only thread that writes the journal. One turn in, one answer out.
 *
 * Here, so that a slow disk blocks this thread and never the main loop. It decides nothing and
 * retries nothing: the committer on the main thread owns both.
 */
import { parentPort, workerData } from "node:worker_threads";
import { type ArtefactRow, type Head, JournalFile } from "./file.ts";

export type CommitRequest = {
  readonly id: number;
  readonly first: number;
  /** The bodies of the turn one after the other; `ends[i]` is where body i stops. */
  readonly bytes: Uint8Array;
  readonly ends: readonly number[];
  readonly artefacts: readonly ArtefactRow[];
};

export type CommitAnswer =
  | { readonly ready: true; readonly position: number; readonly hash: Uint8Array }
  | {
      readonly id: number;
      readonly ok: true;
      readonly position: number;
      readonly hash: Uint8Array;
      readonly commitMs: number;
    }
  | { readonly id: number; readonly ok: false; readonly reason: string; readonly message: string };

/** SQLite's primary result codes (sqlite3.h) that an owner can act on. */
const reasons: Readonly<Record<number, string>> = {
  5: "busy",
  6: "locked",
  8: "read-only",
  10: "io",
  11: "corrupt",
  13: "full",
  14: "cannot-open",
};

function bodiesOf(request: CommitRequest): Uint8Array[] {
  let start = 0;
  return request.ends.map((end) => {
    const body = request.bytes.subarray(start, end);
    start = end;
    return body;
  });
}

/** True where a commit succeeded but its answer was lost with the thread that made it. */
function alreadyThere(journal: JournalFile, request: CommitRequest, head: Head): boolean {
  // Rows of artefacts alone: to write them once more changes nothing.
  if (request.ends.length === 0) return false;
  const last = request.first + request.ends.length - 1;
  if (head.position < last) return false;
  const rows = [...journal.read(request.first - 1, last)];
  const bodies = bodiesOf(request);
  return rows.every((row, i) => Buffer.compare(row.body, bodies[i] ?? Buffer.alloc(0)) === 0);
}

/** Turns after which the WAL is worth moving, and how long nothing must have been asked for. */
const turnsBeforeSettling = 100;
const quietMs = 300;

/**
 * Moves the WAL into the file when nobody waits: in the middle of an incident SQLite's own checkpoint
 * would hold up a press. Artefacts fill it fast: one after each slice takes a few ms, one at the end
 * 60. It is no part of the commit: what fails here is tried again by the next one.
 */
function settle(journal: JournalFile): void {
  try {
    journal.checkpoint();
  } catch {
    // The journal and its WAL together are whole all the same.
  }
}

function serve(folder: string): void {
  const port = parentPort;
  if (!port) throw new Error("the commit worker runs in a worker thread");
  const journal = JournalFile.openForWriting(folder);
  let head = journal.head();
  const answer = (message: CommitAnswer): void => port.postMessage(message);
  let turns = 0;
  let quiet: NodeJS.Timeout | null = null;
  const settleWhenQuiet = (): void => {
    turns += 1;
    if (quiet) clearTimeout(quiet);
    if (turns < turnsBeforeSettling) return;
    quiet = setTimeout(() => {
      turns = 0;
      settle(journal);
    }, quietMs);
  };
  port.on("message", (request: CommitRequest | "close") => {
    if (request === "close") {
      if (quiet) clearTimeout(quiet);
      journal.close();
      port.close();
      return;
    }
    const started = performance.now();
    try {
      if (!alreadyThere(journal, request, head)) {
        const { first, artefacts } = request;
        head = journal.append({ first, bodies: bodiesOf(request), artefacts }, head);
      }
      const { position, hash } = head;
      const commitMs = performance.now() - started;
      answer({ id: request.id, ok: true, position, hash, commitMs });
      if (request.artefacts.length > 0) settle(journal);
      else settleWhenQuiet();
    } catch (error) {
      const code = (error as { errcode?: number }).errcode ?? 0;
      const reason = reasons[code & 0xff] ?? "other";
      answer({ id: request.id, ok: false, reason, message: String(error) });
    }
  });
  answer({ ready: true, position: head.position, hash: head.hash });
}

serve((workerData as { folder: string }).folder);
