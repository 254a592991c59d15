/** Replay: the state as the stored bytes give it, the chain checked over every one of them. */
import { evolve } from "#rules/evolve.ts";
import type { State } from "#rules/state.ts";
import { plainWriter } from "#rules/writer.ts";
import { nextHash } from "./chain.ts";
import { decodeEvent } from "./codec.ts";
import type { Head, JournalFile } from "./file.ts";

/** The stored bytes are not what was written: `position` is the first that cannot be believed. */
export class JournalDamage extends Error {
  override readonly name = "JournalDamage";
  readonly position: number;

  constructor(position: number, what: string) {
    super(`the journal is damaged at position ${position}: ${what}`);
    this.position = position;
  }
}

/** Rows after `from`, checked one by one; throws JournalDamage at the first wrong one. */
export function* checkedRows(file: JournalFile, from: Head, upTo?: number) {
  let { position, hash } = from;
  const rows = file.read(position, upTo);
  for (;;) {
    let next: ReturnType<typeof rows.next>;
    try {
      next = rows.next();
    } catch (error) {
      throw new JournalDamage(position + 1, (error as Error).message);
    }
    if (next.done) return;
    const row = next.value;
    if (row.position !== position + 1) throw new JournalDamage(position + 1, "events are missing");
    position = row.position;
    hash = nextHash(hash, row.body);
    if (hash.compare(row.hash) !== 0) throw new JournalDamage(position, "the hash does not match");
    yield row;
  }
}

/** Folds everything after `from` (up to a position, if given) into `state`; gives the head. */
export function replay(file: JournalFile, state: State, from: Head, upTo?: number): Head {
  let head = from;
  for (const row of checkedRows(file, from, upTo)) {
    evolve(state, decodeEvent(row.body), plainWriter);
    head = { position: row.position, hash: row.hash as Buffer };
  }
  return { position: head.position, hash: Buffer.from(head.hash) };
}
