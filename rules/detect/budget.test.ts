/** A rule that takes too much of the thread: it is parked, that is said, and the others go on. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { unknownLevels } from "../alarm/level.ts";
import type { Profile } from "../profile.ts";
import type { Value } from "../sample.ts";
import { Scenario } from "../scenarios/play.ts";
import type { Level } from "../signal.ts";
import { alarmText } from "../text/render.ts";
import { budgetWindowMs, mostOfLookMs, mostOfWindowMs, parkedForMs } from "./budget.ts";
import { Detector } from "./detector.ts";
import { type CompiledPack, compilePack, type RuleSource } from "./pack.ts";

const text = { zh: "x", en: "x" };
const profile: Profile = {
  kind: "k",
  name: text,
  points: [
    { id: "p", name: text, type: "boolean", poll: "status" },
    { id: "q", name: text, type: "boolean", poll: "status" },
  ],
};
const slow: RuleSource = {
  id: "R1",
  name: text,
  class: "fault",
  priority: "P3",
  point: "x",
  when: "p",
  setAfterMs: 0,
  clearAfterMs: 0,
  act: text,
  basis: "design",
};
const other: RuleSource = { ...slow, id: "R2", point: "y", when: "q" };

function compiled(...rules: RuleSource[]): CompiledPack {
  const pack = compilePack({ v: 1, pack: "t", kind: "k", rules }, profile);
  assert.ok(!Array.isArray(pack), JSON.stringify(pack));
  return pack;
}

/** Two devices of a kind, and a meter on which a look takes as long as is said. */
function bench(first: RuleSource = slow) {
  let [elapsed, looksTake] = [0, 0];
  const detector = new Detector(() => {
    elapsed += looksTake;
    return elapsed;
  });
  const watch = (device: string, ...rules: RuleSource[]): Level[] => {
    looksTake = 0;
    return detector.watch(
      { key: `s/${device}`, site: "s", device },
      compiled(...rules),
      profile,
      0,
    );
  };
  watch("d1", first, other);
  watch("d2", first, other);
  const put = (point: string, value: Value, takes: number, device = "d1"): Level[] => {
    looksTake = takes;
    const sample = { point, value, quality: "good", reason: null, at: 1, sourceTs: null } as const;
    return detector.take(`s/${device}`, [sample], 1);
  };
  const pass = (ms: number): void => {
    elapsed += ms;
  };
  return { watch, put, pass };
}

/** Looks that are over the budget together. */
function tooMuch(put: ReturnType<typeof bench>["put"]): Level[] {
  const looks = mostOfWindowMs / mostOfLookMs + 1;
  return Array.from({ length: looks }, () => put("p", true, mostOfLookMs)).flat();
}

const words = (levels: readonly Level[]) => levels.map((l) => `${l.rule} ${l.point} ${l.level}`);

test("DN-40: a rule over its budget is parked and that is a fault; what it raised is unknown, the others go on", () => {
  const { put } = bench();
  assert.deepEqual(words(put("p", true, 10)), ["R1 x true"]);
  const looks = mostOfWindowMs / mostOfLookMs;
  for (let n = 1; n < looks; n += 1) put("p", true, mostOfLookMs);
  assert.deepEqual(words(put("p", true, mostOfLookMs)), [
    ...["R1 x unknown", "R1 x unknown"],
    "G04 parked.k/R1 true",
  ]);
  assert.deepEqual(put("p", false, 0), [], "it judges nothing any more");
  assert.deepEqual(put("p", true, 0, "d2"), [], "of no device");
  assert.deepEqual(words(put("q", true, 1)), ["R2 y true"]);
});

test("DN-40: the budget is of a window, and not of a life", () => {
  const { put, pass } = bench();
  for (let i = 0; i < 20; i += 1) {
    for (let n = 0; n < 5; n += 1) put("p", i % 2 === 0, mostOfLookMs);
    pass(budgetWindowMs);
  }
  assert.deepEqual(words(put("p", true, 1)), ["R1 x true"]);
});

test("DN-40: another version of the rule is tried again; the same one stays parked", () => {
  const { watch, put } = bench();
  put("q", false, 0);
  tooMuch(put);
  assert.deepEqual(words(watch("d1", { ...slow }, other)), []);
  assert.deepEqual(put("p", false, 0), []);
  const changed = { ...slow, clearAfterMs: 1 };
  assert.deepEqual(words(watch("d1", changed, other)), ["G04 parked.k/R1 false", "R1 x true"]);
});

test("DN-40: the fault names the rule and its kind, and ends after a restart: nothing is parked then", () => {
  const { put } = bench();
  const scenario = new Scenario();
  for (const level of tooMuch(put)) scenario.take(level);
  const fault = [...scenario.state.alarms.values()].find(({ rule }) => rule === "G04");
  assert.ok(fault);
  assert.deepEqual([fault.priority, fault.class, fault.marks], ["P2", "system", []]);
  assert.match(alarmText("en", fault, scenario.world), /^Rule R1 \(k\) takes too long/);
  for (const level of unknownLevels(scenario.state, 5)) scenario.take(level);
  assert.equal(scenario.state.alarms.get(fault.id)?.condition, "inactive");
});

test("DN-40: a machine that stood still is not the rule's cost, and a rule of fire is never parked", () => {
  const { put } = bench();
  assert.deepEqual(words(put("p", true, 600_000)), ["R1 x true"]);
  assert.deepEqual(words(put("p", false, 1)), ["R1 x false"]);
  const fire = bench({ ...slow, class: "fire", priority: "P1" });
  assert.deepEqual(words(tooMuch(fire.put)), ["R1 x true"]);
  assert.deepEqual(words(fire.put("p", false, 0)), ["R1 x false"]);
});

test("DN-40: what is parked is tried again after a while", () => {
  const { put, pass } = bench();
  tooMuch(put);
  pass(parkedForMs);
  assert.deepEqual(words(put("p", false, 0)), ["G04 parked.k/R1 false", "R1 x false"]);
});
