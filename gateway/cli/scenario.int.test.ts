/** Scenarios from the command line on a real demo: what is told, what is refused, what is seen. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import {
  environment,
  firelink,
  journalOf,
  makeFolder,
  program,
  type Started,
  startGateway,
  until,
} from "../testing/process.ts";

const folder = makeFolder();
const shipped = join(import.meta.dirname, "../../devices/pump-room/scenarios");
const usage = /^usage: firelink simulate/;
let gateway: Started;

before(async () => {
  gateway = await startGateway({ folder: folder.path, demo: true });
});

after(async () => {
  await gateway.stop();
  folder.remove();
});

function write(name: string, ...steps: readonly string[]): string {
  const path = join(folder.path, name);
  const lines = steps.map((step) => `  - ${step}\n`);
  writeFileSync(path, `name: { zh: 试, en: A trial }\nsteps:\n${lines.join("")}`);
  return path;
}

/** A scenario that is under way. */
function begin(...args: readonly string[]) {
  const child = spawn(process.execPath, [program, "simulate", ...args], {
    env: environment(folder.path),
    stdio: ["ignore", "pipe", "pipe"],
  });
  const said = { out: "", err: "" };
  child.stdout.on("data", (chunk) => {
    said.out += chunk;
  });
  child.stderr.on("data", (chunk) => {
    said.err += chunk;
  });
  const ended = new Promise<number | null>((resolve) => child.once("close", resolve));
  return { child, said, ended };
}

const pressed = (): boolean => journalOf(folder.path).some(({ rule }) => rule === "F01");

test("PU-21: a wrong scenario plays nothing, not even what is right in it; wrong usage is status 2", () => {
  const wrong = write("wrong.yaml", "press baolong/btn-07", "wait 5", "press baolong/btn-99");
  const refused = firelink(folder.path, ["simulate", wrong]);
  assert.equal(refused.status, 1);
  assert.equal(refused.stdout, "");
  const [time = "", button = ""] = refused.stderr.split("\n");
  assert.ok(time.startsWith(`${wrong}:4: `) && time.includes("allowed: wait 1s to wait 60min"));
  assert.ok(button.startsWith(`${wrong}:5: `) && button.includes("there are baolong/btn-01"));
  assert.equal(pressed(), false);
  for (const args of [
    [wrong, "more"],
    [wrong, "--speed", "2"],
    ["press", "x/y", "--dry-run"],
  ]) {
    const { status, stderr } = firelink(folder.path, ["simulate", ...args]);
    assert.equal(status, 2, args.join(" "));
    assert.match(stderr, usage);
  }
});

test("PU-20: --dry-run lists the steps and plays none, with a gateway and without one", () => {
  const other = makeFolder();
  for (const path of [folder.path, other.path]) {
    const file = join(shipped, "left-in-manual.yaml");
    const { status, stdout } = firelink(path, ["simulate", file, "--dry-run"]);
    assert.equal(status, 0);
    assert.match(stdout, /^0:10 {2}press baolong\/btn-07$/m);
    assert.doesNotMatch(stdout, /played/);
  }
  other.remove();
  assert.equal(pressed(), false);
});

test("PU-23: Ctrl-C stops a scenario, and it says what is left undone", async () => {
  const steps = ["fault baolong/pump-01 manual hydrant_pump1", "wait 60s"];
  const file = write("long.yaml", ...steps, "fault baolong/pump-01 clear");
  const { child, said, ended } = begin(file);
  await until("it waits", () => said.out.includes("wait 60s\n"));
  child.kill("SIGINT");
  assert.equal(await ended, 1);
  assert.equal(said.err, "");
  assert.match(said.out, /stopped; left undone:\n +fault baolong\/pump-01 clear\n$/);
  firelink(folder.path, ["simulate", "fault", "baolong/pump-01", "clear"]);
});

test("PU-23: a step the simulator refuses ends it, told with file, line and what is there", () => {
  const file = write("refused.yaml", "tamper baolong/btn-01", "restore baolong/btn-01", "wait 1s");
  writeFileSync(file, "  - untamper baolong/btn-01\n", { flag: "a" });
  const { status, stdout, stderr } = firelink(folder.path, ["simulate", file, "--json"]);
  assert.equal(status, 1);
  assert.equal(
    stderr,
    `${file}:4: restore baolong/btn-01: baolong/btn-01 is not cut; cut are: none\n`,
  );
  const lines = stdout.trim().split("\n");
  const [first, step, end] = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
  assert.deepEqual([lines.length, first?.kind, first?.steps], [3, "begin", 4]);
  assert.deepEqual([step?.kind, step?.line, step?.do], ["step", 3, "tamper baolong/btn-01"]);
  const undone = [{ line: 6, do: "untamper baolong/btn-01" }];
  assert.deepEqual([end?.kind, end?.how, end?.undone], ["end", "refused", undone]);
  firelink(folder.path, ["simulate", "untamper", "baolong/btn-01"]);
});
