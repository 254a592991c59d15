/**
 * Snapshots: a state as of a position, so that a start replays only the tail.
 *
 * A snapshot is a cache. It is believed only where its format, its digest and the journal's own
 * hash at that position agree; otherwise the one before it, and then the whole journal, is read.
 */
import {
  closeSync,
  fsyncSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { deserializeState, type State, serializeState, stateVersion } from "#rules/state.ts";
import { artefactHash } from "./chain.ts";
import type { Head, JournalFile } from "./file.ts";

const kept = 2;
const pattern = /^snapshot-(\d{12})\.json$/;

type Header = {
  readonly v: 1;
  readonly stateVersion: number;
  readonly position: number;
  readonly hash: string;
  /** SHA-256 of the state's text. */
  readonly digest: string;
};

/** Writes atomically: header line, state line; then removes all but the newest two. */
export function writeSnapshot(folder: string, state: State, head: Head): void {
  const text = serializeState(state);
  const header: Header = {
    v: 1,
    stateVersion,
    position: head.position,
    hash: head.hash.toString("hex"),
    digest: artefactHash(Buffer.from(text)),
  };
  const path = join(folder, `snapshot-${String(head.position).padStart(12, "0")}.json`);
  const file = openSync(`${path}.new`, "w", 0o600);
  try {
    writeFileSync(file, `${JSON.stringify(header)}\n${text}\n`);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(`${path}.new`, path);
  for (const old of list(folder).slice(kept)) rmSync(join(folder, old), { force: true });
}

/** The newest snapshot up to a position that can be believed; `discarded` is told why another could not. */
export function readSnapshot(
  folder: string,
  file: JournalFile,
  discarded: (name: string, why: string) => void,
  upTo = Number.POSITIVE_INFINITY,
): { readonly state: State; readonly head: Head } | null {
  for (const name of list(folder).filter((one) => Number(pattern.exec(one)?.[1]) <= upTo)) {
    try {
      const [first = "", text = ""] = readFileSync(join(folder, name), "utf8").split("\n");
      const header = JSON.parse(first) as Header;
      const why = distrust(header, text, file);
      if (why === null) {
        const { position, hash } = header;
        const head = { position, hash: Buffer.from(hash, "hex") };
        return { state: deserializeState(text), head };
      }
      discarded(name, why);
    } catch (error) {
      discarded(name, (error as Error).message);
    }
  }
  return null;
}

function distrust(header: Header, text: string, file: JournalFile): string | null {
  if (header.v !== 1 || header.stateVersion !== stateVersion) return "another state version";
  if (artefactHash(Buffer.from(text)) !== header.digest) return "its digest does not match";
  const stored = file.hashAt(header.position);
  if (stored?.toString("hex") !== header.hash) return "the journal has another hash there";
  return null;
}

/** Newest first. */
function list(folder: string): string[] {
  return readdirSync(folder)
    .filter((name) => pattern.test(name))
    .sort()
    .reverse();
}
