/** The other thread of read-ahead.ts: reads, checks the chain, packs. It folds nothing. */
import { type MessagePort, workerData } from "node:worker_threads";
import { type Head, JournalFile } from "./file.ts";
import { mostAhead, type ReadAheadAnswer, type ReadAheadStart } from "./read-ahead.ts";
import { checkedRows, JournalDamage } from "./replay.ts";

const batchRows = 2000;
const comma = Buffer.from(",");
const [opens, closes] = [Buffer.from("["), Buffer.from("]")];

const start = workerData as ReadAheadStart & { readonly port: MessagePort };
const { counters, port } = start;

function send(answer: ReadAheadAnswer, transfer: ArrayBuffer[] = []): void {
  port.postMessage(answer, transfer);
  Atomics.add(counters, 0, 1);
  Atomics.notify(counters, 0);
}

/** Until the other thread has taken enough of what was sent. */
function waitForRoom(): void {
  for (;;) {
    const taken = Atomics.load(counters, 1);
    if (Atomics.load(counters, 0) - taken < mostAhead) return;
    Atomics.wait(counters, 1, taken);
  }
}

function pack(bodies: readonly Uint8Array[], head: Head): void {
  if (bodies.length === 0) return;
  const parts = bodies.flatMap((body, i) => (i === 0 ? [body] : [comma, body]));
  // Of its own, so that it can change threads without a copy.
  const length = parts.reduce((sum, part) => sum + part.length, 2);
  const json = new Uint8Array(length);
  let at = 0;
  for (const part of [opens, ...parts, closes]) {
    json.set(part, at);
    at += part.length;
  }
  waitForRoom();
  send({ first: head.position - bodies.length + 1, json, head }, [json.buffer]);
}

function read(): ReadAheadAnswer {
  const file = JournalFile.openForReading(start.folder);
  let bodies: Uint8Array[] = [];
  let head = start.from;
  try {
    for (const row of checkedRows(file, { ...head, hash: Buffer.from(head.hash) })) {
      bodies.push(row.body);
      head = { position: row.position, hash: Buffer.from(row.hash) };
      if (bodies.length < batchRows) continue;
      pack(bodies, head);
      bodies = [];
    }
    pack(bodies, head);
    return { done: true };
  } catch (error) {
    if (!(error instanceof JournalDamage)) return { failed: (error as Error).message };
    // What comes before the damage is believed, as by a reader that does not read ahead.
    pack(bodies, head);
    return { damage: { position: error.position, message: error.message } };
  } finally {
    file.close();
  }
}

send(read());
