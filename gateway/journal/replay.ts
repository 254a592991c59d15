/** Replay: the state as the stored bytes give it, the chain checked over every one of them. */

import type { Recorded } from "#rules/event.ts";
import { evolve } from "#rules/evolve.ts";
import type { State } from "#rules/state.ts";
import { plainWriter } from "#rules/writer.ts";
import { nextHash } from "./chain.ts";
import { decodeEvent } from "./codec.ts";
import type { Head, JournalFile, Row } from "./file.ts";

/** The stored bytes are not what was written: `position` is the first that cannot be believed. */
export class JournalDamage extends Error {
  override readonly name = "JournalDamage";
  readonly position: number;

  constructor(position: number, what: string) {
    super(`the journal is damaged at position ${position}: ${what}`);
    this.position = position;
  }
}

/** SQLITE_CORRUPT and SQLITE_NOTADB (sqlite3.h): the file itself is wrong. */
export function isCorruption(error: unknown): boolean {
  const code = ((error as { errcode?: number }).errcode ?? 0) & 0xff;
  return code === 11 || code === 26;
}

/** Rows after `from`, checked one by one; throws JournalDamage at the first wrong one. */
export function* checkedRows(file: JournalFile, from: Head, upTo?: number) {
  let { position, hash } = from;
  const rows = file.read(position, upTo);
  try {
    for (let row = nextRow(rows, position); row; row = nextRow(rows, position)) {
      if (row.position !== position + 1) {
        throw new JournalDamage(position + 1, "events are missing");
      }
      position = row.position;
      hash = nextHash(hash, row.body);
      if (hash.compare(row.hash) !== 0) {
        throw new JournalDamage(position, "the hash does not match");
      }
      yield row;
    }
  } finally {
    // An unfinished statement would hold its read transaction, and with it the log, for ever.
    rows.return(undefined);
  }
}

function nextRow(rows: Generator<Row>, position: number): Row | null {
  try {
    const next = rows.next();
    return next.done ? null : next.value;
  } catch (error) {
    // A busy or failing disk is no damage: a journal is not cut because of it.
    if (!isCorruption(error)) throw error;
    throw new JournalDamage(position + 1, (error as Error).message);
  }
}

export type ReplayOptions = {
  /** The last position to fold; all of them by default. */
  readonly upTo?: number;
  /** The first event that is not folded any more, where there is one. */
  readonly until?: (event: Recorded) => boolean;
  /** Called before an event is folded: what is about to leave the state is still in it. */
  readonly before?: (event: Recorded, state: State) => void;
  readonly after?: (event: Recorded, state: State) => void;
};

/** Folds everything after `from` into `state`; gives the head it ended at. */
export function replay(
  file: JournalFile,
  state: State,
  from: Head,
  { upTo, until, before, after }: ReplayOptions = {},
): Head {
  let head = from;
  for (const row of checkedRows(file, from, upTo)) {
    const event = decodeEvent(row.body);
    if (until?.(event)) break;
    before?.(event, state);
    evolve(state, event, plainWriter);
    after?.(event, state);
    head = { position: row.position, hash: row.hash as Buffer };
  }
  return { position: head.position, hash: Buffer.from(head.hash) };
}
