/**
 * The reader: a thread with its own read-only connection for what reads more than the main thread
 * may, which is any import, search or list over an inventory of any size.
 */
import { constants, setPriority } from "node:os";
import { parentPort, workerData } from "node:worker_threads";
import { unpack } from "../inventory/pack.ts";
import { JournalFile } from "../journal/file.ts";
import { type Prepared, type PrepareRequest, prepare } from "./prepare.ts";
import { type SitePage, type SiteQuery, SiteSearch } from "./search.ts";

export type ReaderRequest =
  | { readonly do: "prepare"; readonly of: PrepareRequest }
  | {
      readonly do: "search";
      readonly of: { readonly inventory: string; readonly query: SiteQuery };
    };

export type ReaderResult = Prepared | SitePage | null;

export type ReaderAnswer =
  | { readonly id: number; readonly progress: string }
  | { readonly id: number; readonly result: ReaderResult }
  | { readonly id: number; readonly error: string };

function serve(folder: string): void {
  const port = parentPort;
  if (!port) throw new Error("the reader runs in a worker thread");
  // On Linux a priority is a thread's own: the main thread and the commit worker go first.
  setPriority(0, constants.priority.PRIORITY_LOW);
  const journal = JournalFile.openForReading(folder);
  let search: { readonly of: string; readonly is: SiteSearch } | null = null;
  const run = (id: number, request: ReaderRequest): ReaderResult => {
    if (request.do === "prepare") {
      return prepare(journal, request.of, (progress) => port.postMessage({ id, progress }));
    }
    const { inventory, query } = request.of;
    if (search?.of !== inventory) {
      search = { of: inventory, is: new SiteSearch(unpack(inventory, (h) => journal.artefact(h))) };
    }
    return search.is.page(query);
  };
  port.on("message", ({ id, ...request }: ReaderRequest & { readonly id: number }) => {
    try {
      const result = run(id, request as ReaderRequest);
      port.postMessage({ id, result }, buffersOf(result));
    } catch (error) {
      port.postMessage({ id, error: (error as Error).message });
    }
  });
}

/** Every buffer in an answer, each once: they change threads, nothing large is copied. */
function buffersOf(value: unknown, found = new Set<ArrayBuffer>()): ArrayBuffer[] {
  if (value instanceof ArrayBuffer) found.add(value);
  else if (ArrayBuffer.isView(value)) found.add(value.buffer as ArrayBuffer);
  else if (typeof value === "object" && value !== null) {
    for (const part of Object.values(value)) buffersOf(part, found);
  }
  return [...found];
}

serve((workerData as { folder: string }).folder);
