/** Scenarios as they are written: what is read, and each way in which one is refused. */
import assert from "node:assert/strict";
import { globSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { demoSimulated } from "../demo.ts";
import { readScenario, type Scenario } from "./scenario-file.ts";

const there = {
  buttons: ["baolong/btn-07"],
  stations: ["KQ-07"],
  notifiers: [],
  pumpRooms: ["baolong/pump-01"],
  warehouses: ["baolong/wh-01"],
};
const scenarios = join(import.meta.dirname, "../../devices/pump-room/scenarios/*.yaml");

function read(text: string): Scenario {
  const folder = mkdtempSync(join(tmpdir(), "firelink-scenario-"));
  try {
    writeFileSync(join(folder, "x.yaml"), text);
    return readScenario(join(folder, "x.yaml"), there);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What is said of a file, by its name alone. */
function refusal(text: string): string {
  try {
    read(text);
    return "";
  } catch (error) {
    return (error as Error).message.replaceAll(/\S*\/(?=x\.yaml)/g, "");
  }
}

test("PU-20: steps are the words of the command line, and waits move what follows", () => {
  const { name, steps, lastsMs } = read(`# what must be seen
name: { zh: 试 }
steps:
  - press  baolong/btn-07
  - wait 5s
  # a remark
  - fault baolong/pump-01 leak hydrant 2.5
  - wait 2min
  - reply KQ-07 O1 accepted
  - wait 1s
`);
  assert.deepEqual(name, { zh: "试" });
  const acts = steps.filter(({ act }) => act !== null);
  assert.deepEqual(
    acts.map(({ line, atMs, words }) => [line, atMs, words]),
    [
      [4, 0, "press baolong/btn-07"],
      [7, 5000, "fault baolong/pump-01 leak hydrant 2.5"],
      [9, 125_000, "reply KQ-07 O1 accepted"],
    ],
  );
  const words = ["leak", "hydrant", "2.5"];
  const [, leak] = acts;
  assert.deepEqual(leak?.act, { action: "fault", site: "baolong", device: "pump-01", words });
  assert.equal(lastsMs, 126_000);
});

test("PU-20: every scenario that is shipped can be played in the demo's district", () => {
  const files = globSync(scenarios).sort();
  assert.equal(files.length, 4);
  for (const file of files) {
    const { steps } = readScenario(file, demoSimulated());
    const last = steps.findLast(({ act }) => act?.action === "fault")?.words ?? "";
    assert.match(last, / (clear|stop-pumps)$/, `${file} leaves nothing broken`);
  }
});

const head = "name: { zh: 试 }\nsteps:\n";
const steps: readonly (readonly [step: string, why: string])[] = [
  ["prod baolong/btn-07", '3: steps.0 no action "prod baolong/btn-07"; allowed: press, cancel,'],
  ["press", '3: steps.0 no action "press"; allowed:'],
  ["press baolong", '3: steps.0 no action "press baolong"'],
  ["press baolong/btn-07 baolong/btn-08", "3: steps.0 no action"],
  ["press baolong/btn-07/x", "3: steps.0 no action"],
  ["press baolong/btn-99", "3: steps.0 no button baolong/btn-99; there are baolong/btn-07"],
  ["press baolong/pump-01", "3: steps.0 no button baolong/pump-01; there are"],
  ["fault baolong/pump-01", "3: steps.0 no action"],
  [
    "fault baolong/btn-07 clear",
    "3: steps.0 no pump room or warehouse baolong/btn-07; there are baolong/pump",
  ],
  ["fault baolong/pump-01 burn", '3: steps.0 no fault "burn"; there are: no-start PUMP, trip'],
  ["fault baolong/pump-01 trip pump9", '3: steps.0 no pump "pump9"; there are: hydrant_pump1'],
  ["fault baolong/pump-01 leak foam 1", '3: steps.0 no system "foam"; there are: hydrant, sprin'],
  ["fault baolong/pump-01 leak hydrant 900", '"900" is no flow; allowed: 0 to 200 L/s'],
  ["fault baolong/pump-01 leak hydrant", '"" is no flow; allowed: 0 to 200 L/s'],
  [
    "fault baolong/pump-01 trip hydrant_pump1 hydrant_pump2",
    '3: steps.0 "hydrant_pump2" is too much; allowed: trip PUMP',
  ],
  ["battery baolong/btn-07", '3: steps.0 no action "battery baolong/btn-07"; allowed: press'],
  ["battery baolong/btn-07 full", "battery SITE/DEVICE MV (0 to 4000)"],
  ["battery baolong/pump-01 3100", "3: steps.0 no button baolong/pump-01; there are"],
  ["clock baolong/btn-07 90000", "clock SITE/DEVICE SECONDS (ahead, 0 to 86400)"],
  ["reply KQ-99 O1 accepted", "3: steps.0 no station KQ-99; there are KQ-07"],
  ["reply KQ-07 O1 perhaps", "3: steps.0 no such reply; allowed: reply STATION ORDER accepted|"],
  ["tour", '3: steps.0 no action "tour"'],
  ["wait", '3: steps.0 "wait" is no time to wait; allowed: wait 1s to wait 60min'],
  ["wait 30", '"wait 30" is no time to wait'],
  ["wait -5s", "is no time to wait"],
  ["wait 0s", "is no time to wait"],
  ["wait 61min", "is no time to wait"],
  ["wait 5s 5s", "is no time to wait"],
  ["'wait 5s\t'", '3: steps.0 "wait 5s\\t" is not allowed; allowed: one line in the words'],
  ["{ wait: 5s }", '3: steps.0 {"wait":"5s"} is not allowed; allowed: one line in the words'],
  ["wait: 5s", '3: steps.0 {"wait":"5s"} is not allowed'],
  ["5", "3: steps.0 5 is not allowed"],
  ["", "3: steps.0 null is not allowed"],
  ["*press", "3: an alias (*) is not allowed"],
];
for (const [step, why] of steps) {
  test(`PU-21: a step is refused with its line and what is allowed: "${step}"`, () => {
    const said = refusal(`${head}  - ${step}\n`);
    assert.ok(said.startsWith("x.yaml:3: ") && said.includes(why), said);
  });
}

const files: readonly (readonly [why: string, text: string, said: string])[] = [
  ["empty", "", "x.yaml:1: "],
  ["no name", "steps: [ wait 1s ]\n", "x.yaml:1: name is missing"],
  ["no Chinese name", "name: { en: a }\nsteps: [ wait 1s ]\n", "x.yaml:1: name.zh is missing"],
  ["no steps", "name: { zh: 试 }\n", "x.yaml:1: steps is missing"],
  ["an empty list", `${head.trim()} []\n`, "x.yaml:2: steps [] is not allowed; allowed: a list of"],
  ["a text for a list", `${head.trim()} wait 1s\n`, "x.yaml:2: steps "],
  ["an unknown key", `${head}  - wait 1s\nspeed: 2\n`, "x.yaml:4: speed there is no such key here"],
  ["a key twice", `name: { zh: a }\n${head}  - wait 1s\n`, "x.yaml:2: Map keys must be unique"],
  ["a bracket too few", "name: { zh: 试\nsteps: [ wait 1s ]\n", "x.yaml:2: "],
  ["two documents", `${head}  - wait 1s\n---\na: 1\n`, "x.yaml:"],
];
for (const [why, text, said] of files) {
  test(`PU-21: a file is refused with its line: ${why}`, () => {
    const told = refusal(text);
    assert.ok(told.startsWith(said), told);
  });
}

test("PU-21: every fault of a file is told at once; what is no file is said so", () => {
  const said = refusal(`${head}  - wait 5\n  - wait 5s\n  - press baolong/btn-99\n`).split("\n");
  assert.deepEqual(
    said.map((one) => one.split(" ")[0]),
    ["x.yaml:3:", "x.yaml:5:"],
  );
  for (const path of ["not-there.yaml", tmpdir()]) {
    assert.throws(() => readScenario(path, there), { code: "bad-file" });
  }
});
