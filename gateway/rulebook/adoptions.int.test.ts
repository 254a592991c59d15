/** Rules adopted in a running gateway: shown, refused, in force at once, rolled back, told of. */
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { initialState } from "#rules/state.ts";
import { ask } from "../control.ts";
import { createIds } from "../id.ts";
import { genesis } from "../journal/chain.ts";
import { encodeEvent, record } from "../journal/codec.ts";
import { JournalFile } from "../journal/file.ts";
import {
  firelink,
  journalOf,
  makeFolder,
  type Started,
  startGateway,
  until,
} from "../testing/process.ts";
import type { BacktestResult } from "./backtest-worker.ts";
import { readPacks } from "./packs.ts";
import { readProfiles } from "./profiles.ts";
import { storedPacks } from "./stored.ts";

const folder = makeFolder();
const files = makeFolder();
const house = readFileSync(join(import.meta.dirname, "../../rules/packs/pump-room.yaml"), "utf8");
const warehouse = readFileSync(
  join(import.meta.dirname, "../../rules/packs/sprinkler.yaml"),
  "utf8",
);
const packs = readPacks(readProfiles());
const count = { packs: packs.length, rules: packs.flatMap(({ rules }) => rules).length };
const counted = `${count.packs} packs, ${count.rules} rules`;
let gateway: Started;

before(async () => {
  gateway = await startGateway({ folder: folder.path, demo: true });
});

after(async () => {
  await gateway.stop();
  folder.remove();
  files.remove();
});

const run = (...args: string[]) => firelink(folder.path, ["rules", ...args]);
const write = (name: string, text: string): string => {
  const path = join(files.path, name);
  writeFileSync(path, text);
  return path;
};
/** The same as the command line does, without starting a process for it. */
const asked = (...paths: string[]): Promise<unknown> =>
  ask(folder.path, { do: "rules-adopt", source: { files: paths }, whole: false, dryRun: false });
type Row = Record<string, unknown>;
const events = (type: string): Row[] => journalOf(folder.path).filter((one) => one.type === type);
const adoptions = (): Row[] =>
  events("artefact-adopted").filter(({ artefact }) => artefact === "packs");
const alarmsOf = (rule: string): Row[] => events("alarm-raised").filter((one) => one.rule === rule);

/** The pack of the pump room with another hold of P03. */
const quick = house.replace("setAfterMs: 120000", "setAfterMs: 700");

test("RA-9: the difference is shown rule by rule, in both languages; nothing is changed by looking", () => {
  assert.equal(adoptions().length, 1);
  assert.equal(adoptions()[0]?.by, "P-system");
  const dry = run("diff", write("pump-room.yaml", quick));
  assert.equal(dry.status, 0, dry.stderr);
  assert.match(dry.stdout, /^~ pump-room\/P03 {2}泵未在自动 · Not in AUTO$/m);
  assert.match(dry.stdout, /^ {4}触发延时 hold to set: 2 min → 700 ms$/m);
  assert.match(dry.stdout, /1 rule would change; nothing has been changed yet/);
  assert.match(run("diff", "--house").stdout, /^no difference: [0-9a-f]{8} /);
  assert.equal(adoptions().length, 1);
});

test("RA-10: what is wrong is refused whole with file, line and reason; a press is not muted, a fire not lowered", async () => {
  const muted = warehouse.replace(
    'when: "{as}"',
    'when: { all: [ "{as}", { unless: c01_flow_indicator } ] }',
  );
  const cases: readonly (readonly [string, string, RegExp])[] = [
    ["muted.yaml", muted, /muted\.yaml:13: rules\.0\.when law 3: all could mute a press; allowed/],
    [
      "late.yaml",
      warehouse.replace("setAfterMs: 0", "setAfterMs: 86400001"),
      /late\.yaml:14: .*allowed: ms, 0 to a day/,
    ],
    [
      "lowered.yaml",
      warehouse.replace("priority: P0", "priority: P1"),
      /law 3: P1 lowers a fire that is P0/,
    ],
    ["gone.yaml", warehouse.replace("id: F05", "id: F55"), /law 3: fire rule F05 .* would be gone/],
    [
      "twice.yaml",
      house.replace("pack: pump-room", "pack: more"),
      /twice\.yaml:\d+: rules\.0\.id S02 stands in pack pump-room too/,
    ],
    [
      "site.yaml",
      "v: 1\nsite: nowhere\nrules:\n  pump-room/P06: { setAfterMs: 20000 }\n",
      /there is no site nowhere/,
    ],
    [
      "law.yaml",
      "v: 1\nsite: baolong\nrules:\n  sprinkler/F01: { setAfterMs: 1 }\n",
      /law\.yaml:4: .*law 3: nothing of a press/,
    ],
    [
      "key.yaml",
      "v: 1\nsite: baolong\nrules:\n  sprinkler/F02: { priority: P3 }\n",
      /key\.yaml:4: .*no such key here/,
    ],
  ];
  for (const [name, text, expected] of cases) {
    await assert.rejects(asked(write(name, text)), (error: Error) => {
      assert.match(error.message, expected, name);
      assert.match(error.message, /nothing was changed: the rules in force stay in force/);
      return true;
    });
  }
  const none = run("adopt", join(files.path, "none.yaml"));
  assert.equal(none.status, 1);
  assert.match(none.stderr, /none\.yaml:1: cannot be read/);
  assert.match(
    run("adopt", write("a.yaml", quick), write("b.yaml", quick)).stderr,
    /b\.yaml:4: pack pump-room stands in .*a\.yaml too/,
  );
  assert.equal(run("adopt").status, 2);
  assert.equal(adoptions().length, 1);
});

test("RA-11, RA-15, RA-19: adopted rules are in force at once, without a restart; by whom stands in the journal; open alarms stay", async () => {
  assert.match(
    run("adopt", write("pump-room.yaml", quick), "--by", "nobody").stderr,
    /there is no user nobody/,
  );
  const faultedAt = Date.now();
  const fault = firelink(folder.path, [
    "simulate",
    "fault",
    "baolong/pump-01",
    "manual",
    "hydrant_pump1",
  ]);
  assert.equal(fault.status, 0, fault.stderr);
  await new Promise((resolve) => setTimeout(resolve, 2000));
  assert.deepEqual(alarmsOf("P03"), [], "the house holds it for two minutes");
  const { status, stdout, stderr } = run("adopt", write("pump-room.yaml", quick), "--by", "admin");
  assert.equal(status, 0, stderr);
  assert.match(stdout, /1 rule changed: .* adopted at journal position \d+/);
  const [, own] = adoptions();
  assert.match(String(own?.by), /^P-[0-9a-f]{12}$/);
  assert.deepEqual(own?.summary, { ...count, added: 0, gone: 0, changed: 1 });
  await until("P03 by the new rule", () => alarmsOf("P03").length === 1);
  // Two further adoptions while it stands: it neither ends nor comes twice.
  const site = "v: 1\nsite: baolong\nrules:\n  pump-room/P06: { setAfterMs: 20000 }\n";
  assert.equal(run("adopt", write("site.yaml", site)).status, 0);
  assert.match(run("rollback").stdout, /^- site:baolong\/pump-room\/P06/m);
  await new Promise((resolve) => setTimeout(resolve, 1500));
  assert.equal(alarmsOf("P03").length, 1);
  const [alarm] = alarmsOf("P03");
  const ends = events("alarm-condition").filter((one) => one.alarm === alarm?.alarm);
  assert.deepEqual(ends, [], "nobody said that it had ended, nor that it is unknown");
  // Its times follow, and the version of its rule stands in it.
  assert.equal(alarm?.packs, own?.hash);
  type Times = { alarm: string; decidedAt: number; committedAt: number };
  const times = events("alarms-traced")
    .flatMap(({ traces }) => traces as Times[])
    .find((one) => one.alarm === alarm?.alarm);
  assert.ok(times && times.decidedAt >= Number(alarm?.at) && times.committedAt >= times.decidedAt);
  // Tried over what was stored meanwhile, it says what it said: the detector is the same.
  const said = run("backtest", "--rule", "pump-room/P03", "--from", "10min", "--json");
  assert.equal(said.status, 0, said.stderr);
  const tried = JSON.parse(said.stdout);
  const [row, ...others] = (tried as BacktestResult).rows.filter(
    ({ journal }) => journal.length > 0,
  );
  assert.deepEqual([row?.tried.length, row?.journal.length, others.length], [1, 1, 0]);
  const apart = Math.abs((row?.tried[0]?.from ?? 0) - (row?.journal[0]?.from ?? 0));
  const heldMs = Number(alarm?.at) - faultedAt;
  assert.ok(apart < heldMs, `${apart} ms apart: the rule of then held it ${heldMs} ms`);
  assert.match(run("list", "P03").stdout, /^pump-room\/P03 {2}P1 .* 700 ms \/ 3 s {2}since \d{4}-/);
});

test("RA-12: the history says who and when; an earlier adoption comes back by position or hash, nothing else does", () => {
  const lines = run("history").stdout.trim().split("\n");
  assert.equal(lines.length, 4);
  assert.match(
    lines[0] ?? "",
    new RegExp(
      `^\\* \\d+ {2}[0-9a-f]{8} {2}\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d {2}P-cli {2}${counted}`,
    ),
  );
  assert.match(lines[2] ?? "", new RegExp(`admin {2}${counted}, \\+0 ~1 -0$`));
  assert.match(lines[3] ?? "", /P-system .*, of the house$/);
  const [first] = adoptions();
  assert.match(
    run("rollback", "deadbeef").stderr,
    /no such adoption.*\n?allowed: position and hash of one of/s,
  );
  const back = run("rollback", "--to", String(first?.position));
  assert.match(back.stdout, /触发延时 hold to set: 700 ms → 2 min/, back.stderr);
  assert.equal(adoptions().at(-1)?.hash, first?.hash);
  assert.equal(firelink(folder.path, ["journal", "verify"]).status, 0);
});

test("RA-13: what a person adopted stays through restarts; other rules of the program are told of and come by a person only", async () => {
  const own = makeFolder();
  try {
    // The program of then had another clause; somebody has adopted a hold of their own beside it.
    const then = packs.map((pack) => ({
      ...pack,
      rules: pack.rules.map((rule) => (rule.id === "P06" ? { ...rule, basis: "then" } : rule)),
    }));
    const theirs = then.map((pack) => ({
      ...pack,
      rules: pack.rules.map((rule) => (rule.id === "P03" ? { ...rule, clearAfterMs: 4000 } : rule)),
    }));
    writeAdoptions(own.path, [
      ["P-system", storedPacks(then)],
      ["P-1", storedPacks(theirs)],
    ]);
    const adopted = () => journalOf(own.path).filter((one) => one.artefact === "packs");
    const started = await startGateway({ folder: own.path });
    const rules = (...args: string[]) => firelink(own.path, ["rules", ...args]).stdout;
    const warning = started.log().find(({ msg }) => msg === "this program ships other rules");
    assert.equal(warning?.how, "firelink rules diff --house");
    assert.equal(adopted().length, 2, "nothing came by itself");
    assert.match(rules("history"), /this program ships other rules: firelink rules diff --house/);
    assert.match(rules("diff", "--house"), /依据 basis: then → GB 50974/);
    assert.match(rules("list", "P03"), /2 min \/ 4 s/);
    assert.match(rules("adopt", "--house"), /adopted at journal position/);
    assert.doesNotMatch(rules("history"), /ships other rules/);
    await started.stop();
    const again = await startGateway({ folder: own.path });
    assert.ok(!again.log().some(({ msg }) => msg === "this program ships other rules"));
    await again.stop();
    assert.equal(adopted().length, 3);
    // Without a gateway the command takes the folder and does it itself.
    assert.match(rules("rollback"), /恢复延时 hold to clear: 3 s → 4 s/);
    assert.equal(adopted().length, 4);
  } finally {
    own.remove();
  }
});

test("RA-13: where nobody has adopted others, a new version of the program brings its rules", async () => {
  const own = makeFolder();
  try {
    const then = readPacks(readProfiles()).map((pack) => ({
      ...pack,
      rules: pack.rules.slice(0, 1),
    }));
    writeAdoptions(own.path, [["P-system", storedPacks(then)]]);
    const started = await startGateway({ folder: own.path });
    const adopted = journalOf(own.path).filter((one) => one.artefact === "packs");
    assert.deepEqual(
      adopted.map(({ by }) => by),
      ["P-system", "P-system"],
    );
    await started.stop();
  } finally {
    own.remove();
  }
});

/** A journal in which these rules were adopted, one after the other. */
function writeAdoptions(
  path: string,
  list: readonly (readonly [by: string, of: ReturnType<typeof storedPacks>])[],
): void {
  const file = JournalFile.openForWriting(path);
  const newId = createIds();
  const at = 1_790_000_000_000;
  const bodies = list.map(([by, { hash }], i) => {
    const event = { type: "artefact-adopted", artefact: "packs", hash, summary: {}, by } as const;
    const position = initialState().position + i + 1;
    return encodeEvent(record(event, { position, at: at + i, signal: newId(at) }));
  });
  const artefacts = list.flatMap(([, { rows }]) => rows);
  file.append({ first: 1, bodies, artefacts }, { position: 0, hash: genesis });
  file.close();
}
