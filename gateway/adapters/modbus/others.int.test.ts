/** With Modbus that we did not write: pymodbus as slave, mbpoll as master, a serial line by socat. */
import assert from "node:assert/strict";
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readlinkSync, realpathSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { PumpRoomSimulator } from "#devices/pump-room/simulator.ts";
import { until } from "../../testing/process.ts";
import { ModbusLink } from "./link.ts";
import { decode, type Register } from "./register.ts";

/** Debian's own: only it finds Debian's packages. */
const python = "/usr/bin/python3";
const slaveScript = join(import.meta.dirname, "../../testing/pymodbus-slave.py");
const has = (command: string, ...args: string[]) => spawnSync(command, args).status === 0;
const noPymodbus = has(python, "-c", "import pymodbus, serial") ? false : "no python3-pymodbus";
const noSocat = has("socat", "-V") ? false : "no socat";
const noMbpoll = has("mbpoll", "-V") ? false : "no mbpoll";

const children: ChildProcess[] = [];
after(() => {
  for (const child of children) child.kill("SIGKILL");
});

function run(command: string, ...args: string[]): number {
  const child = spawn(command, args, { stdio: "ignore" });
  children.push(child);
  return child.pid ?? 0;
}

/** What is asked before somebody listens would stand in the line, and be answered all at once. */
function holds(pid: number, path: string): boolean {
  try {
    const folder = `/proc/${pid}/fd`;
    return readdirSync(folder).some((fd) => readlinkSync(join(folder, fd)) === path);
  } catch {
    return false;
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address ? address.port : 0));
    });
  });
}

/** What the slave holds, read through a line of ours. */
async function readsAll(link: ModbusLink): Promise<void> {
  const first = await until("the slave answers", async () => {
    link.retry();
    return link.read(1, "discrete-input", 0, 40).catch(() => null);
  });
  assert.deepEqual(first.slice(0, 4), [true, false, true, false]);
  assert.equal(first.length, 40);
  const float = { scale: 1, offset: 0, sentinels: [], as: "float32" } as const;
  const words = await link.read(1, "input-register", 10, 4);
  const read = (order: Register["order"], from: number) => {
    const at = { id: "f", table: "input-register", address: from } as const;
    return decode({ ...float, ...at, order }, words.slice(from, from + 2)).value;
  };
  assert.deepEqual([read("ABCD", 0), read("CDAB", 2)], [0.65, 0.65]);
  assert.equal((await link.read(1, "holding-register", 0, 125))[124], 1124);
  await assert.rejects(link.read(1, "holding-register", 195, 10), {
    fault: "exception",
    exception: 2,
  });
  assert.deepEqual(await link.read(1, "coil", 1, 2), [false, true]);
}

test("MB-13: pymodbus over TCP is read right, and its exception told", {
  skip: noPymodbus,
}, async () => {
  const port = await freePort();
  run(python, slaveScript, "tcp", String(port));
  const link = new ModbusLink(`tcp://127.0.0.1:${port}`, { timeoutMs: 1000 });
  await readsAll(link);
  link.close();
});

test("MB-14: pymodbus on a serial line, and an absent unit beside it", {
  skip: noPymodbus || noSocat,
}, async () => {
  const folder = mkdtempSync(join(tmpdir(), "firelink-line-"));
  const [ours, theirs] = [join(folder, "ours"), join(folder, "theirs")];
  run("socat", `pty,raw,echo=0,link=${ours}`, `pty,raw,echo=0,link=${theirs}`);
  const path = await until("the line is there", () => {
    try {
      return realpathSync(theirs) && realpathSync(ours);
    } catch {
      return null;
    }
  });
  const slave = run(python, slaveScript, "rtu", realpathSync(theirs));
  await until("the slave listens", () => holds(slave, realpathSync(theirs)));
  const link = new ModbusLink(`rtu:${path}?baud=19200`, { timeoutMs: 400 });
  await readsAll(link);
  await assert.rejects(link.read(9, "coil", 0, 1), { fault: "timeout" });
  assert.deepEqual(await link.read(1, "input-register", 100, 2), [1100, 1101]);
  link.close();
  rmSync(folder, { recursive: true, force: true });
});

test("PU-8: mbpoll reads the simulated pump room, and may not write to it", {
  skip: noMbpoll,
}, async () => {
  const room = new PumpRoomSimulator();
  const port = String(await room.start());
  const poll = (...args: string[]) =>
    new Promise<string>((resolve) => {
      const child = spawn("mbpoll", ["-m", "tcp", "-p", port, "-a", "1", "-0", ...args]);
      let out = "";
      child.stdout.on("data", (chunk) => {
        out += chunk;
      });
      child.stderr.on("data", (chunk) => {
        out += chunk;
      });
      child.once("close", () => resolve(out));
    });
  const once = ["-1", "-r", "0"];
  assert.match(
    await poll(...once, "-t", "3:float", "-B", "-c", "2", "127.0.0.1"),
    /\[0\]:\s+0\.6[45]/,
  );
  assert.match(
    await poll(...once, "-t", "4", "-c", "2", "127.0.0.1"),
    /\[0\]:\s+620[\s\S]*\[1\]:\s+680/,
  );
  assert.match(await poll(...once, "-t", "1", "-c", "4", "127.0.0.1"), /\[2\]:\s+1/);
  assert.match(await poll("-r", "0", "-t", "0", "127.0.0.1", "1"), /Illegal function/i);
  await room.stop();
});
