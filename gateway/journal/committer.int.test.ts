/** The commit worker under attack: killed in the middle of commits, answers lost. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { makeFolder } from "../testing/process.ts";
import { genesis } from "./chain.ts";
import { WorkerCommitter } from "./committer.ts";
import { JournalFile } from "./file.ts";
import { checkedRows } from "./replay.ts";

test("JO-1: a commit worker killed again and again: every turn on disk, once, in order", async () => {
  const folder = makeFolder();
  const troubles: string[] = [];
  const committer = new WorkerCommitter({
    folder: folder.path,
    onTrouble: ({ reason }) => troubles.push(reason),
    onCommit: () => {},
  });
  await committer.start();
  const killer = setInterval(() => void committer.kill(), 30);
  const turns = 200;
  let first = 1;
  for (let turn = 0; turn < turns; turn += 1) {
    const bodies = Array.from({ length: 3 }, (_, i) => Buffer.from(`{"n":${first + i}}`));
    const head = await committer.commit({ first, bodies, artefacts: [] });
    first += bodies.length;
    assert.equal(head.position, first - 1);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  clearInterval(killer);
  await committer.close();
  const file = JournalFile.openForReading(folder.path);
  const rows = [...checkedRows(file, { position: 0, hash: genesis })];
  assert.equal(rows.length, turns * 3);
  rows.forEach((row, i) => {
    assert.equal(Buffer.from(row.body).toString(), `{"n":${i + 1}}`);
  });
  file.close();
  folder.remove();
});

test("JO-2: a row SQLite refuses stops nothing for ever: the same bytes are tried again", async () => {
  const folder = makeFolder();
  const troubles: string[] = [];
  const committer = new WorkerCommitter({
    folder: folder.path,
    onTrouble: ({ reason }) => troubles.push(reason),
    onCommit: () => {},
  });
  await committer.start();
  // Somebody else holds the write lock for longer than the busy time-out.
  const { DatabaseSync } = await import("node:sqlite");
  const other = new DatabaseSync(JournalFile.path(folder.path));
  other.exec("BEGIN IMMEDIATE");
  const committed = committer.commit({ first: 1, bodies: [Buffer.from("{}")], artefacts: [] });
  await new Promise((resolve) => setTimeout(resolve, 2500));
  assert.deepEqual([...new Set(troubles)], ["busy"]);
  other.exec("ROLLBACK");
  other.close();
  assert.equal((await committed).position, 1);
  await committer.close();
  folder.remove();
});
