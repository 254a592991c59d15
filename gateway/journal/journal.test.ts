/** The journal file, its snapshots, its salvage and its archive. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { test } from "node:test";
import { Worker } from "node:worker_threads";
import type { Recorded } from "#rules/event.ts";
import { initialState, serializeState } from "#rules/state.ts";
import { UnknownEvent } from "#rules/upcast.ts";
import { writeHistory } from "../testing/history.ts";
import { makeFolder } from "../testing/process.ts";
import { readAlive, writeAlive } from "./alive.ts";
import { Archive } from "./archive.ts";
import { genesis, nextHash } from "./chain.ts";
import { encodeEvent, maxEventBytes } from "./codec.ts";
import { JournalFile } from "./file.ts";
import { lockFolder } from "./lock.ts";
import { openJournal } from "./open.ts";
import { checkedRows, JournalDamage, replay } from "./replay.ts";
import { readSnapshot, writeSnapshot } from "./snapshot.ts";
import type { SnapshotAnswer } from "./snapshot-worker.ts";
import { verifyJournal } from "./verify.ts";

const start = { position: 0, hash: genesis };

function withHistory(events: number, run: (folder: string) => void | Promise<void>) {
  return async (): Promise<void> => {
    const folder = makeFolder();
    try {
      writeHistory(folder.path, events);
      await run(folder.path);
    } finally {
      folder.remove();
    }
  };
}

/** Changes the file behind the journal's back; its own triggers would refuse. */
function tamper(folder: string, sql: string): void {
  const db = new DatabaseSync(JournalFile.path(folder));
  db.exec("DROP TRIGGER journal_is_append_only; DROP TRIGGER journal_keeps_everything;");
  db.exec(sql);
  db.close();
}

function fullState(folder: string): string {
  const file = JournalFile.openForReading(folder);
  const state = initialState();
  replay(file, state, start);
  file.close();
  return serializeState(state);
}

test(
  "JO-3: the chain covers the exact bytes: a changed, missing or inserted event is found where it is",
  withHistory(300, (folder) => {
    assert.equal(verifyJournal(folder).damage, null);
    tamper(folder, "DELETE FROM journal WHERE position = 100");
    assert.match(String(verifyJournal(folder).damage), /position 100: events are missing/);
    changeOne(folder);
    assert.match(String(verifyJournal(folder).damage), /position 50: the hash does not match/);
  }),
);

function changeOne(folder: string): void {
  const db = new DatabaseSync(JournalFile.path(folder));
  db.exec("UPDATE journal SET body = CAST(replace(body, '1', '2') AS BLOB) WHERE position = 50");
  db.close();
}

test("JO-4: a turn is whole or not at all, and never out of order", () => {
  const folder = makeFolder();
  const file = JournalFile.openForWriting(folder.path);
  const head = file.append({ first: 1, bodies: [Buffer.from("a")], artefacts: [] }, start);
  assert.deepEqual(head.hash, nextHash(genesis, Buffer.from("a")));
  assert.throws(() => file.append({ first: 3, bodies: [Buffer.from("c")], artefacts: [] }, head));
  const bad = [Buffer.from("b"), null as unknown as Uint8Array];
  assert.throws(() => file.append({ first: 2, bodies: bad, artefacts: [] }, head));
  assert.equal(file.head().position, 1);
  file.close();
  folder.remove();
});

test("JO-5: an event over its size is refused before the turn", () => {
  const event = { type: "gateway-stopped", reason: "x".repeat(maxEventBytes) };
  assert.throws(() => encodeEvent(event as unknown as Recorded), /bytes/);
});

test(
  "JO-6: snapshot and tail give the state of the full replay",
  withHistory(3000, (folder) => {
    const file = JournalFile.openForReading(folder);
    const state = initialState();
    const head = replay(file, state, start, { upTo: 1777 });
    writeSnapshot(folder, state, head);
    file.close();
    const opened = openJournal(folder, (what, detail) => assert.fail(`${what} ${detail}`));
    assert.equal(serializeState(opened.state), fullState(folder));
  }),
);

test(
  "JO-7: a snapshot of another version, with other bytes, or of another journal is not believed",
  withHistory(1000, (folder) => {
    const file = JournalFile.openForReading(folder);
    const state = initialState();
    const head = replay(file, state, start, { upTo: 500 });
    const whyNot = (change: (text: string) => string): string => {
      writeSnapshot(folder, state, head);
      const [name = ""] = readdirSync(folder).filter((n) => n.startsWith("snapshot-"));
      const path = join(folder, name);
      writeFileSync(path, change(readFileSync(path, "utf8")));
      const reasons: string[] = [];
      assert.equal(
        readSnapshot(folder, file, (_name, why) => reasons.push(why)),
        null,
      );
      return reasons.join();
    };
    assert.match(
      whyNot((t) => t.replace(/"stateVersion":\d+/, '"stateVersion":0')),
      /version/,
    );
    assert.match(
      whyNot((t) => t.replace('"startedAt":0', '"startedAt":1')),
      /digest/,
    );
    assert.match(
      whyNot((t) => t.replace(/"hash":"../, '"hash":"zz')),
      /another hash/,
    );
    assert.match(
      whyNot((t) => t.slice(0, 40)),
      /JSON/,
    );
    // And the start goes on without it.
    assert.equal(serializeState(openJournal(folder, () => {}).state), fullState(folder));
    file.close();
  }),
);

function ask(worker: Worker): Promise<SnapshotAnswer> {
  return new Promise((resolve) => {
    worker.once("message", resolve);
    worker.postMessage("snapshot");
  });
}

test(
  "JO-8: a fold that fails half way gives no snapshot, and the next one is right",
  withHistory(2000, async (folder) => {
    const whole = fullState(folder);
    const good = bodyOf(folder, 1500);
    tamper(folder, "UPDATE journal SET body = x'7b7d' WHERE position = 1500");
    const worker = new Worker(new URL("./snapshot-worker.ts", import.meta.url), {
      workerData: { folder },
    });
    const failed = await ask(worker);
    assert.equal(failed.ok, false);
    assert.deepEqual(
      readdirSync(folder).filter((name) => name.startsWith("snapshot-")),
      [],
    );
    const db = new DatabaseSync(JournalFile.path(folder));
    db.prepare("UPDATE journal SET body = ? WHERE position = 1500").run(good);
    db.close();
    assert.equal((await ask(worker)).ok, true);
    await worker.terminate();
    const file = JournalFile.openForReading(folder);
    const snapshot = readSnapshot(folder, file, () => {});
    assert.equal(snapshot && serializeState(snapshot.state), whole);
    file.close();
  }),
);

function bodyOf(folder: string, position: number): Uint8Array {
  const file = JournalFile.openForReading(folder);
  const [row] = [...file.read(position - 1, position)];
  file.close();
  assert.ok(row);
  return Buffer.from(row.body);
}

test(
  "JO-9: closed incidents are in the archive when they leave the state; lost, it is folded again",
  withHistory(60_000, async (folder) => {
    const archivedIds = (): string[] => {
      const file = JournalFile.openForReading(folder);
      const rows = [...checkedRows(file, start)].map(
        (row) => JSON.parse(Buffer.from(row.body).toString()) as Recorded,
      );
      file.close();
      return rows.flatMap((e) => (e.type === "incident-archived" ? e.incident : []));
    };
    const ids = archivedIds();
    assert.ok(ids.length > 10, "the history archives nothing");
    for (let round = 0; round < 2; round += 1) {
      const worker = new Worker(new URL("./snapshot-worker.ts", import.meta.url), {
        workerData: { folder },
      });
      const answer = await ask(worker);
      assert.equal(answer.ok, true, JSON.stringify(answer));
      await worker.terminate();
      const archive = new Archive(folder);
      assert.equal(archive.count, ids.length);
      const incident = archive.get(ids[0] ?? "");
      assert.equal(incident?.verification, "false");
      assert.ok((incident?.alarmsThen.length ?? 0) > 0 && (incident?.ordersThen.length ?? 0) > 0);
      archive.close();
      // The second round: the view is gone, the snapshot is not.
      const db = new DatabaseSync(join(folder, "archive.db"));
      db.exec("DELETE FROM incident; DELETE FROM folded;");
      db.close();
    }
  }),
);

test(
  "JO-10: a journal of a newer program is refused, not repaired",
  withHistory(100, (folder) => {
    const file = JournalFile.openForWriting(folder);
    const head = file.head();
    const position = head.position + 1;
    const body = Buffer.from(JSON.stringify({ type: "moon-landed", v: 1, position, at: 1 }));
    file.append({ first: position, bodies: [body], artefacts: [] }, head);
    file.close();
    assert.throws(() => openJournal(folder, () => {}), UnknownEvent);
    assert.deepEqual(
      readdirSync(folder).filter((name) => name.includes("damaged")),
      [],
    );
  }),
);

test(
  "JO-11: a read that fails is no damage: the journal is not cut because a disk was busy",
  withHistory(100, (folder) => {
    const fail = (): never => {
      throw Object.assign(new Error("disk I/O error"), { errcode: 10 });
    };
    const read = () => ({ next: fail, return: () => {} });
    const busy = { read } as unknown as JournalFile;
    assert.throws(
      () => [...checkedRows(busy, start)],
      (error) => !(error instanceof JournalDamage),
    );
    assert.equal(verifyJournal(folder).damage, null);
  }),
);

test(
  "JO-12: a salvage that was killed between its two steps is finished at the next start",
  withHistory(500, (folder) => {
    const whole = JournalFile.openForReading(folder);
    const { position } = whole.head();
    whole.copyTo(join(folder, "journal-salvaged.db"));
    whole.close();
    // The old file is already aside, the new one not yet in its place.
    renameSync(JournalFile.path(folder), join(folder, "journal-damaged-1.db"));
    for (const end of ["-wal", "-shm"]) {
      try {
        renameSync(JournalFile.path(folder) + end, join(folder, `journal-damaged-1.db${end}`));
      } catch {
        // SQLite had removed it.
      }
    }
    const reports: string[] = [];
    const opened = openJournal(folder, (what) => reports.push(what));
    assert.equal(opened.head.position, position);
    assert.deepEqual(reports, ["salvage-finished"]);
  }),
);

test(
  "JO-13: stored bytes that are no event end the intact part; a second start finds nothing more",
  withHistory(200, (folder) => {
    const file = JournalFile.openForWriting(folder);
    const head = file.head();
    file.append(
      { first: head.position + 1, bodies: [Buffer.from("not json")], artefacts: [] },
      head,
    );
    file.close();
    const first = openJournal(folder, () => {});
    assert.deepEqual(first.damage, { position: head.position, lost: 0 });
    assert.equal(openJournal(folder, () => {}).damage, null);
    const aside = readdirSync(folder).filter((name) => /damaged-\d\.db$/.test(name));
    assert.deepEqual(aside, ["journal-damaged-1.db"]);
  }),
);

test(
  "JO-14: an artefact that was changed is found by its own name",
  withHistory(50, (folder) => {
    const file = JournalFile.openForWriting(folder);
    const head = file.head();
    const position = head.position + 1;
    const hash = "0".repeat(64);
    const event = {
      type: "artefact-adopted",
      artefact: "settings",
      hash,
      summary: {},
      by: "P-1",
      position,
      at: 1,
      signal: "s",
      v: 1,
    } as const;
    file.append(
      {
        first: position,
        bodies: [encodeEvent(event)],
        artefacts: [{ hash, kind: "settings", body: Buffer.from("{}") }],
      },
      head,
    );
    file.close();
    assert.match(String(verifyJournal(folder).damage), /missing or changed/);
  }),
);

test("JO-15: the witness is read back; a torn one is no witness, and no obstacle", () => {
  const folder = makeFolder();
  assert.equal(readAlive(folder.path), null);
  const alive = { at: 5, position: 700, hash: "ab".repeat(32) };
  writeAlive(folder.path, alive);
  assert.deepEqual(readAlive(folder.path), alive);
  const shorter = { at: 6, position: 1, hash: "ab" };
  writeAlive(folder.path, shorter);
  assert.deepEqual(readAlive(folder.path), shorter);
  writeFileSync(join(folder.path, "alive.json"), '{"at":5,"pos');
  assert.equal(readAlive(folder.path), null);
  folder.remove();
});

test("JO-16: a folder has one owner; when it is released the next one has it", () => {
  const folder = makeFolder();
  const lock = lockFolder(folder.path);
  assert.throws(() => lockFolder(folder.path), new RegExp(`pid ${process.pid}`));
  lock.release();
  lockFolder(folder.path).release();
  folder.remove();
});
