/**
 * The one way a journal is opened at start: newest believed snapshot, then the tail, the chain
 * checked. Damage is never passed over in silence: the damaged file is put aside, the intact part
 * goes on in a new one, and the caller is told what is known to be lost.
 */
import { closeSync, existsSync, fsyncSync, openSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { initialState, type State } from "#rules/state.ts";
import { UnknownEvent } from "#rules/upcast.ts";
import { type Alive, readAlive } from "./alive.ts";
import { genesis } from "./chain.ts";
import { type Head, JournalFile } from "./file.ts";
import { replayAtStart } from "./read-ahead.ts";
import { checkedRows, isCorruption, JournalDamage } from "./replay.ts";
import { readSnapshot } from "./snapshot.ts";

export type Opened = {
  readonly state: State;
  readonly head: Head;
  readonly alive: Alive | null;
  /** Where the intact journal ends, and events known to be gone; null where nothing is. */
  readonly damage: { readonly position: number; readonly lost: number } | null;
  /** The damaged file, where there is one. */
  readonly aside: string | null;
};

/** Until when the gateway lived; null where it never started: what commands have done is no outage. */
export function aliveUntil({ alive, state, damage }: Opened): number | null {
  if (state.startedAt === 0 && !damage) return null;
  return alive?.at ?? state.at;
}

export type Report = (what: string, detail: string) => void;

/** Throws UnknownEvent where a newer program wrote the journal: that is no damage. */
export function openJournal(folder: string, report: Report): Opened {
  const alive = readAlive(folder);
  if (existsSync(salvagedPath(folder))) report("salvage-finished", exchange(folder));
  try {
    return { ...read(folder, alive, report), aside: null };
  } catch (error) {
    if (error instanceof UnknownEvent || !isDamage(error)) throw error;
    report("journal-damaged", (error as Error).message);
    const aside = salvage(folder);
    const opened = read(folder, alive, report);
    const damage = opened.damage ?? { position: opened.head.position, lost: 0 };
    return { ...opened, damage, aside };
  }
}

function read(folder: string, alive: Alive | null, report: Report): Omit<Opened, "aside"> {
  // Opening for writing makes the schema, and lets SQLite recover its own WAL.
  JournalFile.openForWriting(folder).close();
  const file = JournalFile.openForReading(folder);
  try {
    const snapshot = readSnapshot(folder, file, (name, why) =>
      report("snapshot-discarded", `${name}: ${why}`),
    );
    const state = snapshot?.state ?? initialState();
    const from = snapshot?.head ?? { position: 0, hash: genesis };
    const head = replayAtStart(folder, file, state, from);
    return { state, head, alive, damage: lostTail(file, head, alive) };
  } finally {
    file.close();
  }
}

/** The witness saw more, or something else, than the journal holds: its tail is gone. */
function lostTail(file: JournalFile, head: Head, alive: Alive | null): Opened["damage"] {
  if (!alive) return null;
  if (alive.position > head.position) {
    return { position: head.position, lost: alive.position - head.position };
  }
  const same = file.hashAt(alive.position)?.toString("hex") === alive.hash;
  return same ? null : { position: head.position, lost: 0 };
}

function isDamage(error: unknown): boolean {
  return error instanceof JournalDamage || error instanceof SyntaxError || isCorruption(error);
}

const suffixes = ["", "-wal", "-shm"] as const;

/** The copy is complete; whatever ends the process now, the next start finishes the exchange. */
function salvagedPath(folder: string): string {
  return join(folder, "journal-salvaged.db");
}

/**
 * Copies what can be believed beside the damaged file, and only then exchanges the two; gives the
 * name of the old one. A crash at any point loses nothing: before the copy is complete the damaged
 * file still stands, after it `exchange` is taken up again.
 */
function salvage(folder: string): string {
  const making = join(folder, "journal-salvaging.db");
  remove(making);
  const fresh = JournalFile.openForWriting(folder, making);
  try {
    copyIntact(JournalFile.path(folder), fresh);
  } finally {
    // The last connection closes: SQLite moves its log into the file and removes it.
    fresh.close();
  }
  sync(making);
  renameSync(making, salvagedPath(folder));
  return exchange(folder);
}

function exchange(folder: string): string {
  const path = JournalFile.path(folder);
  const aside = freeName(path);
  for (const end of suffixes) {
    if (existsSync(path + end)) renameSync(path + end, aside + end);
  }
  renameSync(salvagedPath(folder), path);
  return aside;
}

/** Rows copied in one transaction. */
const batch = 10_000;

function copyIntact(path: string, fresh: JournalFile): void {
  const damaged = attempt(() => JournalFile.openAt(path));
  if (!damaged) return;
  let head: Head = fresh.append(
    { first: 1, bodies: [], artefacts: readable(damaged.eachArtefact()) },
    { position: 0, hash: genesis },
  );
  let bodies: Uint8Array[] = [];
  const flush = (): void => {
    head = fresh.append({ first: head.position + 1, bodies, artefacts: [] }, head);
    bodies = [];
  };
  for (const row of readable(checkedRows(damaged, head))) {
    // What is no event cannot be replayed: the intact part ends before it.
    if (!attempt(() => JSON.parse(Buffer.from(row.body).toString("utf8")))) break;
    bodies.push(row.body);
    if (bodies.length === batch) flush();
  }
  flush();
  attempt(() => damaged.close());
}

/** Everything up to the first item that cannot be read. */
function* readable<T>(items: Iterable<T>): Generator<T> {
  try {
    yield* items;
  } catch (error) {
    if (!isDamage(error)) throw error;
  }
}

function sync(path: string): void {
  const file = openSync(path, "r");
  fsyncSync(file);
  closeSync(file);
}

function remove(path: string): void {
  for (const end of suffixes) rmSync(path + end, { force: true });
}

function attempt<T>(run: () => T): T | null {
  try {
    return run();
  } catch {
    return null;
  }
}

function freeName(path: string): string {
  for (let n = 1; ; n += 1) {
    const name = path.replace(/\.db$/, `-damaged-${n}.db`);
    if (!existsSync(name)) return name;
  }
}

/** For a restore: the files of a journal that are to be replaced. */
export function removeJournal(folder: string): void {
  remove(JournalFile.path(folder));
}
