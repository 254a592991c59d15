/** What an adoption leaves alone: holds that run, what stands, votes that were cast. */
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
  points: ["a", "b"].map((id) => ({ id, name: text, type: "boolean", poll: "status" })),
};
const base: RuleSource = {
  id: "R1",
  name: text,
  class: "fault",
  priority: "P3",
  point: "x",
  when: "a",
  setAfterMs: 10_000,
  clearAfterMs: 5000,
  act: text,
  basis: "design",
};

function packOf(...rules: Partial<RuleSource>[]): CompiledPack {
  const sources = rules.map((rule, i) => ({
    ...base,
    id: `R${i + 1}`,
    point: `x${i + 1}`,
    ...rule,
  }));
  const pack = compilePack({ v: 1, pack: "t", kind: "k", rules: sources }, profile);
  assert.ok(!Array.isArray(pack), JSON.stringify(pack));
  return pack;
}

function bench(...rules: Partial<RuleSource>[]) {
  const detector = new Detector();
  const said: string[] = [];
  const hear = (levels: readonly Level[], at: number): void => {
    for (const { rule, level } of levels) said.push(`${at} ${rule} ${level}`);
  };
  const device = { key: "s/d", site: "s", device: "d" };
  const adopt = (at: number, ...next: Partial<RuleSource>[]): void =>
    hear(detector.watch(device, packOf(...next), profile, at), at);
  adopt(0, ...rules);
  const put = (point: string, value: Value, at: number): void => {
    const sample: Sample = { point, value, quality: "good", reason: null, at, sourceTs: null };
    hear(detector.take("s/d", [sample], at), at);
  };
  const tick = (at: number): void => hear(detector.tick(at), at);
  return { said, adopt, put, tick, nextAt: () => detector.nextAt() };
}

test("RA-7: a hold that runs goes on through an adoption that does not change its rule", () => {
  const { said, adopt, put, tick, nextAt } = bench({}, { when: "b" });
  put("b", false, 500);
  assert.deepEqual(said.splice(0), ["500 R2 false"]);
  put("a", true, 1000);
  adopt(6000, {}, { when: "b", setAfterMs: 1 });
  assert.equal(nextAt(), 11_000);
  tick(11_000);
  assert.deepEqual(said, ["6000 R2 false", "11000 R1 true"], "what is new says where it stands");
});

test("RA-7: what stands is neither ended nor said again; it ends by the hold of the new rule", () => {
  const { said, adopt, put, tick } = bench({});
  put("a", true, 0);
  tick(10_000);
  assert.deepEqual(said.splice(0), ["10000 R1 true"]);
  adopt(11_000, { clearAfterMs: 20_000 });
  tick(12_000);
  assert.deepEqual(said, [], "nothing is said twice");
  put("a", false, 13_000);
  tick(18_000);
  assert.deepEqual(said, [], "the old hold to clear is no more");
  tick(33_000);
  assert.deepEqual(said, ["33000 R1 false"]);
});

test("RA-7: votes that were cast still count; of another condition nothing is remembered", () => {
  const votes = { least: 2, withinMs: 60_000, of: ["a", "b"] };
  const rule = { when: { votes }, setAfterMs: 0 };
  const kept = bench(rule);
  kept.put("a", false, 500);
  kept.put("b", false, 500);
  kept.put("a", true, 1000);
  kept.put("a", false, 2000);
  kept.adopt(3000, rule, { when: "b" });
  kept.put("b", true, 4000);
  assert.ok(kept.said.includes("4000 R1 true"), String(kept.said));
  const other = bench(rule);
  other.put("b", false, 500);
  other.put("a", true, 1000);
  other.put("a", false, 2000);
  other.adopt(3000, { ...rule, when: { votes: { ...votes, withinMs: 50_000 } } });
  other.put("b", true, 4000);
  assert.ok(!other.said.includes("4000 R1 true"), String(other.said));
});
