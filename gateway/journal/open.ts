/**
 * The one way a journal is opened at start: newest believed snapshot, then the tail, the chain
 * checked. Damage is never passed over in silence: the damaged file is put aside, the intact part
 * goes on in a new one, and the caller is told what is known to be lost.
 */
import { existsSync, renameSync, rmSync } from "node:fs";
import { initialState, type State } from "#rules/state.ts";
import { UnknownEvent } from "#rules/upcast.ts";
import { type Alive, readAlive } from "./alive.ts";
import { genesis } from "./chain.ts";
import { type Head, JournalFile } from "./file.ts";
import { checkedRows, JournalDamage, replay } from "./replay.ts";
import { readSnapshot } from "./snapshot.ts";

export type Opened = {
  readonly state: State;
  readonly head: Head;
  readonly alive: Alive | null;
  readonly artefacts: ReturnType<JournalFile["artefacts"]>;
  /** Where the intact journal ends, and events known to be gone; null where nothing is. */
  readonly damage: { readonly position: number; readonly lost: number } | null;
  /** The damaged file, where there is one. */
  readonly aside: string | null;
};

export type Report = (what: string, detail: string) => void;

/** Throws UnknownEvent where a newer program wrote the journal: that is no damage. */
export function openJournal(folder: string, report: Report): Opened {
  const alive = readAlive(folder);
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
    const head = replay(file, state, snapshot?.head ?? { position: 0, hash: genesis });
    const artefacts = file.artefacts();
    return { state, head, alive, artefacts, damage: lostTail(file, head, alive) };
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
  if (error instanceof JournalDamage || error instanceof SyntaxError) return true;
  const code = ((error as { errcode?: number }).errcode ?? 0) & 0xff;
  // SQLITE_CORRUPT, SQLITE_NOTADB (sqlite3.h).
  return code === 11 || code === 26;
}

/** Puts the damaged file aside and copies what can be believed; gives the name of the old one. */
function salvage(folder: string): string {
  const path = JournalFile.path(folder);
  const aside = freeName(path);
  renameSync(path, aside);
  for (const end of ["-wal", "-shm"]) {
    if (existsSync(path + end)) renameSync(path + end, aside + end);
  }
  const fresh = JournalFile.openForWriting(folder);
  try {
    copyIntact(aside, fresh);
  } finally {
    fresh.close();
  }
  return aside;
}

/** Rows copied in one transaction. */
const batch = 10_000;

function copyIntact(aside: string, fresh: JournalFile): void {
  const damaged = JournalFile.openAt(aside);
  let head: Head = { position: 0, hash: genesis };
  let bodies: Uint8Array[] = [];
  const artefacts = attempt(() => damaged.artefacts()) ?? [];
  const flush = (): void => {
    if (bodies.length === 0 && head.position > 0) return;
    head = fresh.append({ first: head.position + 1, bodies, artefacts }, head);
    bodies = [];
  };
  try {
    for (const row of checkedRows(damaged, head)) {
      bodies.push(row.body);
      if (bodies.length === batch) flush();
    }
  } catch (error) {
    if (!isDamage(error)) throw error;
  }
  flush();
  attempt(() => damaged.close());
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
  for (const end of ["", "-wal", "-shm"]) {
    rmSync(JournalFile.path(folder) + end, { force: true });
  }
}
