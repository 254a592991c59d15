import assert from "node:assert/strict";
import { test } from "node:test";
import type { Profile } from "../profile.ts";
import type { Sample, Value } from "../sample.ts";
import type { Level } from "../signal.ts";
import { Detector } from "./detector.ts";
import { type CompiledPack, compilePack, type RuleSource } from "./pack.ts";

const text = { zh: "x", en: "x" };
const profile: Profile = {
  kind: "k",
  name: text,
  points: [
    { id: "p", name: text, type: "number", poll: "analog" },
    { id: "other", name: text, type: "boolean", poll: "status" },
  ],
};
const holds = { setAfterMs: 0, clearAfterMs: 0, act: text, basis: "design", name: text } as const;
const low: RuleSource = {
  ...{ id: "R1", point: "low", class: "suppression", priority: "P1", when: "p < 1.0" },
  ...holds,
};
const fire: RuleSource = { ...low, id: "R2", point: "fire", class: "fire" };
const stuck: RuleSource = {
  ...{ id: "R3", point: "sensor", class: "fault", priority: "P3" },
  ...holds,
  when: "p > 5.0 || (other && p > 0.0)",
  distrusts: ["p"],
};

function compiled(rules: readonly RuleSource[]): CompiledPack {
  const pack = compilePack({ v: 1, pack: "t", kind: "k", rules }, profile);
  assert.ok(!Array.isArray(pack), JSON.stringify(pack));
  return pack;
}

function bench(rules: readonly RuleSource[]) {
  const detector = new Detector();
  const said = (levels: Level[]) => levels.map(({ rule, level }) => `${rule} ${level}`);
  const device = { key: "s/d", site: "s", device: "d" };
  detector.watch(device, compiled(rules), profile, 0);
  return {
    detector,
    put: (point: string, value: Value, at: number) => {
      const sample: Sample = { point, value, quality: "good", reason: null, at, sourceTs: null };
      return said(detector.take("s/d", [sample], at));
    },
    adopt: (next: readonly RuleSource[], at: number) =>
      said(detector.watch(device, compiled(next), profile, at)),
  };
}

test("DN-43: what a sensor shows is unknown to others while a rule says that it is stuck, and known again after", () => {
  const b = bench([low, stuck]);
  b.put("other", false, 0);
  assert.deepEqual(b.put("p", 0.5, 1000), ["R1 true", "R3 false"]);
  assert.deepEqual(b.put("other", true, 2000), ["R3 true", "R1 unknown"]);
  assert.deepEqual(b.detector.distrusted("s/d"), ["p"]);
  assert.deepEqual(b.put("p", 2, 3000), [], "still nobody may rely on it");
  assert.deepEqual(b.put("other", false, 4000), ["R3 false", "R1 false"]);
  assert.deepEqual(b.put("p", 0.5, 5000), ["R1 true"]);
  assert.deepEqual(b.detector.distrusted("s/d"), []);
});

test("DN-43: a fire rule reads it all the same, and so does the rule that distrusts", () => {
  const b = bench([fire, stuck]);
  b.put("other", true, 0);
  assert.deepEqual(b.put("p", 0.5, 1000), ["R2 true", "R3 true"]);
  assert.deepEqual(b.put("p", 0, 2000), ["R3 false"], "R2 stays true");
});

test("DN-43: whoever adopts rules without it relies on the value again", () => {
  const b = bench([low, stuck]);
  b.put("other", true, 0);
  b.put("p", 0.5, 1000);
  assert.ok(b.adopt([low], 2000).includes("R1 true"));
});

test("DN-43: a point that the profile does not have is refused by name", () => {
  const faults = compilePack(
    { v: 1, pack: "t", kind: "k", rules: [{ ...stuck, distrusts: ["{q}"] }] },
    profile,
  );
  assert.ok(Array.isArray(faults));
  assert.deepEqual(faults[0]?.path, ["rules", 0, "distrusts", 0]);
  assert.match(faults[0]?.message ?? "", /there is no point \{q\}; allowed: a point of k/);
});
