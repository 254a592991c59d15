/**
 * Faults of disk and process, on real file systems and with real system calls: nothing acknowledged
 * is lost, nothing is passed over in silence, and the gateway goes on by itself when it can.
 */
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import {
  closeSync,
  copyFileSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";
import type { MqttClient } from "mqtt";
import { connectAs, deviceCredential, stationCredential } from "./testing/client.ts";
import { firelink, journalOf, makeFolder, startGateway, until } from "./testing/process.ts";

const root = "firelink/v1";
const topic = `${root}/baolong/btn-01/event`;
const isRoot = process.getuid?.() === 0;
const needsMount = isRoot ? false : "mounting a file system needs root";
const needsStrace = spawnSync("strace", ["-V"]).error ? "strace is not installed" : false;

const cleanUp: (() => unknown)[] = [];
after(async () => {
  for (const undo of cleanUp.reverse()) await undo();
});

let seq = 0;
function press(client: MqttClient): Promise<unknown> {
  seq += 1;
  const payload = JSON.stringify({ v: 1, seq, ts: Date.now(), event: "press" });
  return client.publishAsync(topic, payload, { qos: 1 });
}

function folderOf(): string {
  const folder = makeFolder();
  cleanUp.push(folder.remove);
  return folder.path;
}

/** A file system of its own, of this size. */
function mount(size: string): string {
  const path = folderOf();
  const { status, stderr } = spawnSync(
    "mount",
    ["-t", "tmpfs", "-o", `size=${size}`, "tmpfs", path],
    {
      encoding: "utf8",
    },
  );
  assert.equal(status, 0, stderr);
  cleanUp.push(() => spawnSync("umount", ["-l", path]));
  return path;
}

/** Writes until the file system has no byte left. */
function fill(path: string): void {
  const file = openSync(join(path, "filler"), "a");
  for (const size of [1 << 20, 4096, 1]) {
    const bytes = Buffer.alloc(size, 1);
    try {
      for (;;) writeSync(file, bytes);
    } catch (error) {
      assert.equal((error as NodeJS.ErrnoException).code, "ENOSPC");
    }
  }
  closeSync(file);
}

async function ready(url: string): Promise<{ status: number; reasons: string[] }> {
  const response = await fetch(`${url}/readyz`);
  const { reasons } = (await response.json()) as { reasons: string[] };
  return { status: response.status, reasons };
}

test("FT-1: full disk: the reserve is given back; then it says so and PUBACK waits; then it goes on", {
  skip: needsMount,
}, async () => {
  const path = mount("420m");
  const gateway = await startGateway({ folder: path });
  cleanUp.push(gateway.kill);
  firelink(path, ["import", "devices/keqiao/inventory.yaml"]);
  const box = await connectAs(gateway, stationCredential(path, "KQ-07"));
  const beats: { recording: boolean; unrecordedCount: number }[] = [];
  box.on("message", (_topic, payload) => beats.push(JSON.parse(payload.toString())));
  await box.subscribeAsync(`${root}/heartbeat`);
  const client = await connectAs(gateway, deviceCredential(path, "baolong/btn-01"));
  await until("the reserve is made", () => readdirSync(path).includes("reserve"));

  fill(path);
  // What the write-ahead log still had room for comes first.
  await until("the reserve is given back", async () => {
    await press(client);
    return !readdirSync(path).includes("reserve");
  });
  assert.equal((await ready(gateway.httpUrl)).status, 200);

  fill(path);
  let acknowledged = 0;
  const waiting: Promise<unknown>[] = [];
  const pressing = setInterval(() => {
    waiting.push(press(client).then(() => (acknowledged += 1)));
  }, 20);
  const down = await until("it says that it is not recording", async () => {
    const now = await ready(gateway.httpUrl);
    return now.status === 503 ? now : null;
  });
  clearInterval(pressing);
  assert.match(down.reasons.join(), /not-recording: full/);
  await until("the boxes are told", () => beats.some((b) => !b.recording && b.unrecordedCount > 0));
  const before = acknowledged;
  await new Promise((resolve) => setTimeout(resolve, 500));
  assert.equal(acknowledged, before, "a PUBACK left without a disk");
  assert.ok(client.connected, "the device was thrown out");

  rmSync(join(path, "filler"));
  await Promise.all(waiting);
  await until("recording again", async () => (await ready(gateway.httpUrl)).status === 200);
  assert.equal(await gateway.stop(), 0);
  const counted = journalOf(path)
    .filter((e) => e.type === "press-repeated")
    .reduce((sum, e) => sum + Number(e.count), 1);
  assert.equal(counted, seq);
  client.end(true);
  box.end(true);
});

test("FT-2: a folder that cannot be written: exit 1 and a reason", { skip: needsMount }, () => {
  const path = mount("16m");
  spawnSync("mount", ["-o", "remount,ro", path]);
  const { status, stderr } = firelink(path, ["start"]);
  assert.equal(status, 1);
  assert.match(stderr, /cannot be written: .*\nallowed: .*FIRELINK_DATA/);
});

/** Who traces each thread of a process; 0 is nobody. */
function tracersOf(pid: number): number[] {
  return readdirSync(`/proc/${pid}/task`).map((thread) => {
    const status = readFileSync(`/proc/${pid}/task/${thread}/status`, "utf8");
    return Number(/TracerPid:\s*(\d+)/.exec(status)?.[1] ?? 0);
  });
}

/** Makes every fsync of a running process slower; gives what ends it. */
async function slowDown(pid: number, delayMs: number, tries = 3): Promise<() => Promise<void>> {
  const inject = `inject=fsync,fdatasync:delay_exit=${delayMs * 1000}`;
  const args = ["-f", "-p", String(pid), "-e", "trace=fsync,fdatasync", "-e", inject];
  const strace = spawn("strace", [...args, "-o", "/dev/null"], { stdio: "ignore" });
  const ended = once(strace, "exit");
  const isWhole = () => tracersOf(pid).every((tracer) => tracer === strace.pid);
  try {
    // The thread that commits may be the last it has.
    await until("every thread is traced", isWhole, 5000);
  } catch (error) {
    // Now and then it does not get all of them; what it holds it lets go.
    strace.kill("SIGKILL");
    if (tries === 1) throw error;
    return slowDown(pid, delayMs, tries - 1);
  }
  return async () => {
    strace.kill("SIGINT");
    // One that sits in a delay is slow to go, and holds the gateway as long.
    const timer = setTimeout(() => strace.kill("SIGKILL"), 6000);
    await ended;
    clearTimeout(timer);
  };
}

test("FT-3: an fsync of 20 ms costs the press 20 ms, and everybody else nothing", {
  skip: needsStrace,
}, async () => {
  const path = folderOf();
  const gateway = await startGateway({ folder: path });
  cleanUp.push(gateway.kill);
  const client = await connectAs(gateway, deviceCredential(path, "baolong/btn-01"));
  const restore = await slowDown(gateway.pid, 20);
  const waits: number[] = [];
  const answers: number[] = [];
  for (let n = 0; n < 30; n += 1) {
    const started = performance.now();
    press(client).then(() => waits.push(performance.now() - started));
    const asked = performance.now();
    await fetch(`${gateway.httpUrl}/healthz`, { signal: AbortSignal.timeout(10_000) });
    answers.push(performance.now() - asked);
    await until(`press ${n} is acknowledged`, () => waits.length > n);
  }
  await restore();
  const middle = (list: number[]): number => list.sort((a, b) => a - b)[list.length >> 1] ?? 0;
  assert.ok(middle(waits) >= 20, `a press took ${middle(waits).toFixed(1)} ms`);
  assert.ok(middle(answers) < 20, `a page took ${middle(answers).toFixed(1)} ms`);
  await gateway.kill();
  client.end(true);
});

test("FT-4: an fsync of 5 s: said after 2 s, nobody is thrown out, and then it is on disk", {
  skip: needsStrace,
}, async () => {
  const path = folderOf();
  const gateway = await startGateway({ folder: path });
  cleanUp.push(gateway.kill);
  const client = await connectAs(gateway, deviceCredential(path, "baolong/btn-01"), {
    keepalive: 10,
  });
  const restore = await slowDown(gateway.pid, 5000);
  let done = false;
  const started = performance.now();
  const sent = press(client).then(() => {
    done = true;
  });
  await until("not recording", async () => (await ready(gateway.httpUrl)).status === 503, 4000);
  const saidAfter = performance.now() - started;
  assert.ok(saidAfter > 1900 && saidAfter < 3500, `said after ${saidAfter.toFixed(0)} ms`);
  assert.equal(done, false);
  await sent;
  assert.ok(performance.now() - started >= 4900);
  assert.ok(client.connected);
  await restore();
  await until("recording again", async () => (await ready(gateway.httpUrl)).status === 200);
  await gateway.kill();
  assert.ok(journalOf(path).some((e) => e.type === "alarm-raised" && e.seq === seq));
  client.end(true);
});

async function liveAndStop(path: string, presses: number): Promise<void> {
  const gateway = await startGateway({ folder: path });
  const client = await connectAs(gateway, deviceCredential(path, "baolong/btn-01"));
  for (let n = 0; n < presses; n += 1) await press(client);
  client.end(true);
  await gateway.stop();
}

test("FT-5: a corrupt last page: put aside, the intact part goes on, and everybody is told", async () => {
  const path = folderOf();
  await liveAndStop(path, 300);
  const before = journalOf(path).length;
  const journal = join(path, "journal.db");
  // The last page holds the newest events; 4096 bytes are SQLite's page.
  const file = openSync(journal, "r+");
  writeSync(file, Buffer.alloc(4096, 0xa5), 0, 4096, statSync(journal).size - 4096);
  closeSync(file);
  const gateway = await startGateway({ folder: path });
  await gateway.stop();
  const events = journalOf(path);
  const damaged = events.find((e) => e.type === "journal-damaged");
  assert.ok(damaged, "the damage is not in the journal");
  assert.ok(Number(damaged.intact) > 0 && Number(damaged.intact) < before);
  assert.equal(Number(damaged.lost), before - Number(damaged.intact));
  assert.ok(events.some((e) => e.type === "alarm-raised" && e.rule === "G02"));
  assert.ok(readdirSync(path).includes("journal-damaged-1.db"));
  assert.equal(firelink(path, ["journal", "verify"]).status, 0);
});

test("FT-6: an older copy put back is noticed: the witness beside it has seen more", async () => {
  const path = folderOf();
  await liveAndStop(path, 5);
  const old = join(path, "old");
  mkdirSync(old);
  copyFileSync(join(path, "journal.db"), join(old, "journal.db"));
  const before = journalOf(path).length;
  await liveAndStop(path, 20);
  const after = journalOf(path).length;
  rmSync(join(path, "journal.db"));
  for (const end of ["-wal", "-shm"]) rmSync(join(path, `journal.db${end}`), { force: true });
  copyFileSync(join(old, "journal.db"), join(path, "journal.db"));
  // A command in between must not take the witness away.
  const between = firelink(path, ["export"]);
  assert.equal(between.status, 1);
  assert.match(between.stderr, /start the gateway first/);
  await liveAndStop(path, 0);
  const damaged = journalOf(path).find((e) => e.type === "journal-damaged");
  assert.equal(damaged?.intact, before);
  assert.equal(damaged?.lost, after - before);
});

test("FT-7: an event changed in the file is found by its position", async () => {
  const path = folderOf();
  await liveAndStop(path, 5);
  const { DatabaseSync } = await import("node:sqlite");
  const db = new DatabaseSync(join(path, "journal.db"));
  assert.throws(
    () => db.exec("UPDATE journal SET body = x'7b7d' WHERE position = 4"),
    /append-only/,
  );
  assert.throws(() => db.exec("DELETE FROM journal WHERE position = 4"), /keeps everything/);
  db.exec(
    "DROP TRIGGER journal_is_append_only; UPDATE journal SET body = x'7b7d' WHERE position = 4",
  );
  db.close();
  const { status, stderr } = firelink(path, ["journal", "verify"]);
  assert.equal(status, 1);
  assert.match(stderr, /position 4/);
});

test("FT-8: a port that is taken: exit 1, and the key that gives another one", async () => {
  const [first, second] = [folderOf(), folderOf()];
  const gateway = await startGateway({ folder: first });
  for (const [key, port] of [
    ["FIRELINK_MQTT_PORT", gateway.mqttPort],
    ["FIRELINK_HTTP_PORT", Number(new URL(gateway.httpUrl).port)],
  ] as const) {
    const { status, stderr } = firelink(second, ["start"], { [key]: String(port) });
    assert.equal(status, 1);
    assert.match(stderr, new RegExp(`port ${port} is taken.*\n.*${key}`));
  }
  await gateway.stop();
});
