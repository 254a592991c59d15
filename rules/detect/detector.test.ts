import assert from "node:assert/strict";
import { test } from "node:test";
import type { Profile } from "../profile.ts";
import type { Sample, Value } from "../sample.ts";
import type { Level } from "../signal.ts";
import { compileCel, Names } from "./cel.ts";
import { Detector } from "./detector.ts";
import { type CompiledPack, compilePack, type PackSource, type RuleSource } from "./pack.ts";

const text = { zh: "x", en: "x" };
const profile: Profile = {
  kind: "k",
  name: text,
  points: [
    { id: "p", name: text, type: "number", poll: "analog" },
    { id: "limit", name: text, type: "number", poll: "settings" },
    { id: "on", name: text, type: "boolean", poll: "status" },
  ],
};
const base: RuleSource = {
  id: "R1",
  name: text,
  class: "fault",
  priority: "P3",
  point: "x",
  when: "on",
  setAfterMs: 0,
  clearAfterMs: 0,
  act: text,
  basis: "design",
};

function packOf(rule: Partial<RuleSource>): PackSource {
  return { v: 1, pack: "t", kind: "k", rules: [{ ...base, ...rule }] };
}

function compiled(rule: Partial<RuleSource>): CompiledPack {
  const pack = compilePack(packOf(rule), profile);
  assert.ok(!Array.isArray(pack), JSON.stringify(pack));
  return pack;
}

/** A detector with one device, and a short way to feed it; gives the levels as words. */
function bench(rule: Partial<RuleSource>) {
  const detector = new Detector();
  const words = (levels: Level[]) => levels.map((l) => (l.worse ? "worse" : String(l.level)));
  const first = detector.watch({ key: "s/d", site: "s", device: "d" }, compiled(rule), profile, 0);
  return {
    detector,
    first: words(first),
    put: (point: string, value: Value | null, at: number) => {
      const quality = value === null ? "bad" : "good";
      const sample: Sample = { point, value, quality, reason: null, at, sourceTs: null };
      return words(detector.take("s/d", [sample], at));
    },
    tick: (at: number) => words(detector.tick(at)),
    incident: (open: boolean, at: number) => words(detector.incident("s", open, at)),
  };
}

test("DN-1: a hold must last to set, and again to clear; its end is found by time alone", () => {
  const b = bench({ setAfterMs: 10_000, clearAfterMs: 5000 });
  assert.deepEqual(b.put("on", false, 0), ["false"]);
  assert.deepEqual(b.put("on", true, 1000), []);
  assert.equal(b.detector.nextAt(), 11_000);
  assert.deepEqual(b.tick(10_999), []);
  assert.deepEqual(b.tick(11_000), ["true"]);
  assert.deepEqual(b.put("on", false, 12_000), []);
  assert.deepEqual(b.put("on", true, 14_000), [], "back before its end: it still stands");
  assert.deepEqual(b.put("on", false, 15_000), []);
  assert.deepEqual(b.tick(20_000), ["false"]);
  assert.equal(b.detector.nextAt(), null);
});

test("DN-2: unknown sets nothing, ends nothing, and does not begin a hold anew", () => {
  const b = bench({ setAfterMs: 10_000 });
  b.put("on", true, 0);
  assert.deepEqual(b.put("on", null, 5000), ["unknown"]);
  assert.deepEqual(b.tick(10_000), [], "nothing is set while it is unknown");
  assert.deepEqual(b.put("on", true, 12_000), ["true"], "the hold ran on");
  assert.deepEqual(b.put("on", null, 13_000), ["unknown"]);
  assert.deepEqual(b.put("on", true, 14_000), ["true"]);
  assert.deepEqual(b.put("on", false, 15_000), ["false"]);
});

test("DN-3: after a start a rule is silent until it knows, so that no standing alarm is ended", () => {
  const b = bench({ setAfterMs: 10_000 });
  assert.deepEqual(b.first, []);
  assert.deepEqual(b.put("on", true, 0), [], "a hold that runs is neither true nor false");
  assert.deepEqual(b.tick(10_000), ["true"]);
});

test("DN-4: a threshold keeps its dead band, against a number or against another point", () => {
  const b = bench({ when: { threshold: { point: "p", below: "limit", deadBand: 0.03 } } });
  assert.deepEqual(b.put("p", 0.5, 0), ["unknown"], "the limit is not known yet");
  assert.deepEqual(b.put("limit", 0.54, 1), ["true"]);
  assert.deepEqual(b.put("p", 0.55, 2), [], "within the band");
  assert.deepEqual(b.put("p", 0.571, 3), ["false"]);
  assert.deepEqual(b.put("p", 0.55, 4), [], "coming from above");
  assert.deepEqual(b.put("p", 0.53, 5), ["true"]);
});

test("DN-5: an open incident shortens a hold at once; what lasts long is said to be worse, once", () => {
  const b = bench({ setAfterMs: 120_000, setAfterInIncidentMs: 0, worseAfterMs: 200_000 });
  b.put("on", true, 0);
  assert.deepEqual(b.incident(true, 30_000), ["true"]);
  assert.equal(b.detector.nextAt(), 200_000);
  assert.deepEqual(b.tick(200_000), ["worse"]);
  assert.deepEqual(b.tick(300_000), []);
});

test("DN-6: a device none of whose points is good is silent, from the start on", () => {
  const b = bench({ when: { silent: true }, setAfterMs: 10_000 });
  assert.equal(b.detector.nextAt(), 10_000);
  assert.deepEqual(b.tick(10_000), ["true"]);
  assert.deepEqual(b.put("p", 1, 11_000), ["false"]);
  b.put("p", null, 12_000);
  assert.deepEqual(b.tick(22_000), ["true"]);
});

test("DN-7: a level that found no place is said again", () => {
  const detector = new Detector();
  detector.watch({ key: "s/d", site: "s", device: "d" }, compiled({}), profile, 0);
  const at = { quality: "good", reason: null, at: 1, sourceTs: null } as const;
  const [level] = detector.take("s/d", [{ point: "on", value: true, ...at }], 1);
  assert.equal(level?.level, true);
  const read = { point: "on", value: true, quality: "good", at: 1 };
  assert.deepEqual(level?.evidence, [{ ...read, is: "==", than: true }]);
  detector.unsaid(level as Level);
  assert.equal(detector.nextAt(), 0);
  assert.equal(detector.tick(2)[0]?.level, true);
  const [end] = detector.take("s/d", [{ point: "on", value: false, ...at }], 3);
  detector.unsaid(end as Level);
  assert.equal(detector.tick(4)[0]?.level, false, "an end too, though nothing changes any more");
  assert.equal(detector.nextAt(), null);
});

test("DN-25: a rule that has not known for 5 min while its device answers is blind, and says since when", () => {
  const { detector, put } = bench({ when: "on && p > 1.0" });
  const blind = (at: number) => detector.blind("s/d", at).map(({ rule, since }) => [rule, since]);
  assert.deepEqual(blind(900_000), [], "a silent device has an alarm of its own");
  put("on", true, 1_000_000);
  assert.deepEqual(blind(1_299_999), []);
  assert.deepEqual(blind(1_300_000), [["R1", 1_000_000]]);
  put("p", 2, 1_400_000);
  assert.deepEqual(blind(9_000_000), []);
  put("p", null, 9_000_000);
  put("on", true, 9_200_000);
  assert.deepEqual(blind(9_300_000), [["R1", 9_000_000]], "another reading does not begin anew");
  put("on", false, 9_300_000);
  assert.deepEqual(blind(9_300_000), [], "it knows, whatever p may be");
  put("on", null, 9_400_000);
  assert.deepEqual(blind(99_000_000), []);
});

test("DN-8: conditions are Kleene's, allow no function, and never know what is no number", () => {
  const variables = new Names(
    new Map([
      ["a", { slot: 0, type: "boolean" }],
      ["n", { slot: 1, type: "number" }],
    ] as const),
  );
  const run = (source: string, values: (Value | undefined)[]) => {
    const condition = compileCel(source, variables);
    assert.ok("run" in condition, JSON.stringify(condition));
    return condition.run(values);
  };
  assert.equal(run("a && n > 1.0", [false, undefined]), false);
  assert.equal(run("a && n > 1.0", [true, undefined]), undefined);
  assert.equal(run("a || n > 1.0", [true, undefined]), true);
  assert.equal(run("a || n > 1.0", [false, undefined]), undefined);
  assert.equal(run("!(a && n > 1.0)", [undefined, 0]), true);
  assert.equal(run("n / 0.0 != 0.1", [true, 1]), undefined);
  for (const wrong of [
    "n",
    "b > 1.0",
    "n.matches('x')",
    "[1].exists(x, x > 0)",
    "a &&",
    "a > 1.0",
  ]) {
    assert.ok("message" in compileCel(wrong, variables), wrong);
  }
});

test("DN-9: a pack that is wrong says where: unknown point, wrong type, twice, no side", () => {
  const faults = (rule: Partial<RuleSource>) => compilePack(packOf(rule), profile);
  const at = (rule: Partial<RuleSource>) => {
    const found = faults(rule);
    assert.ok(Array.isArray(found));
    return found.map(({ path, message }) => `${path.join(".")}: ${message}`).join("\n");
  };
  assert.match(at({ when: "q" }), /rules\.0\.when: Unknown variable: q/);
  const threshold = (of: object) => ({ when: { threshold: { point: "p", deadBand: 0, ...of } } });
  assert.match(at(threshold({ point: "on", below: 1 })), /when\.threshold\.point: on is boolean/);
  assert.match(at(threshold({})), /needs one of below and above/);
  assert.match(at({ when: { any: ["on", "q"] } }), /when\.any\.1/);
  const twice = compilePack({ ...packOf({}), rules: [base, base] }, profile);
  assert.ok(Array.isArray(twice) && /stands in the pack twice/.test(twice[0]?.message ?? ""));
});
