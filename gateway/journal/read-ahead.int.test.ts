/** A long journal is read ahead by another thread: the same state, and the same eyes for damage. */
import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { after, before, test } from "node:test";
import { initialState, serializeState } from "#rules/state.ts";
import { writeHistory } from "../testing/history.ts";
import { makeFolder } from "../testing/process.ts";
import { genesis, nextHash } from "./chain.ts";
import { JournalFile } from "./file.ts";
import { openJournal } from "./open.ts";
import { replay } from "./replay.ts";

const folder = makeFolder();
const count = 60_000;
const start = { position: 0, hash: genesis };

before(() => writeHistory(folder.path, count));
after(() => folder.remove());

/** The state after the first `upTo` events, by one thread alone. */
function plain(path: string, upTo?: number): string {
  const file = JournalFile.openForReading(path);
  const state = initialState();
  replay(file, state, start, upTo === undefined ? {} : { upTo });
  file.close();
  return serializeState(state);
}

/** A copy of the journal in which one row has been changed behind the program's back. */
function changed(change: (db: DatabaseSync) => void) {
  const copy = makeFolder();
  const db = new DatabaseSync(JournalFile.path(folder.path));
  db.exec(`VACUUM INTO '${JournalFile.path(copy.path)}'`);
  db.close();
  const other = new DatabaseSync(JournalFile.path(copy.path));
  other.exec("DROP TRIGGER journal_is_append_only; DROP TRIGGER journal_keeps_everything;");
  change(other);
  other.close();
  return copy;
}

test("JO-17: a long journal read ahead gives the state that one thread alone gives", () => {
  const { state, head, damage } = openJournal(folder.path, () => {});
  assert.equal(damage, null);
  assert.equal(head.position, JournalFile.openForReading(folder.path).head().position);
  assert.equal(serializeState(state), plain(folder.path));
});

test("JO-17: damage in the middle of it is found at its position, and what comes before is kept", () => {
  const at = count - 5000;
  const copy = changed((db) => {
    db.exec(`UPDATE journal SET body = CAST('{"type":"x"}' AS BLOB) WHERE position = ${at}`);
  });
  const told: string[] = [];
  const { state, head, aside } = openJournal(copy.path, (what, detail) =>
    told.push(`${what}: ${detail}`),
  );
  assert.match(told.join("\n"), new RegExp(`journal-damaged: .* position ${at}: the hash`));
  assert.match(aside ?? "", /damaged-1/);
  assert.equal(head.position, at - 1);
  assert.equal(serializeState(state), plain(folder.path, at - 1));
  copy.remove();
});

test("JO-17: a row that is no event is damage too, though its hash is right", () => {
  const at = count - 10;
  const copy = changed((db) => {
    const before = db.prepare("SELECT hash FROM journal WHERE position = ?").get(at - 1);
    const body = Buffer.from("{");
    db.prepare("DELETE FROM journal WHERE position >= ?").run(at);
    const hash = nextHash((before as { hash: Uint8Array }).hash, body);
    db.prepare("INSERT INTO journal (position, body, hash) VALUES (?, ?, ?)").run(at, body, hash);
  });
  const { head, damage } = openJournal(copy.path, () => {});
  assert.equal(head.position, at - 1);
  assert.ok(damage);
  copy.remove();
});
