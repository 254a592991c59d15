import assert from "node:assert/strict";
import { test } from "node:test";
import type { Profile } from "../profile.ts";
import type { Value } from "../sample.ts";
import { Detector } from "./detector.ts";
import { compilePack, type RuleSource } from "./pack.ts";
import type { Moment } from "./past.ts";

const text = { zh: "x", en: "x" };
const profile: Profile = {
  kind: "k",
  name: text,
  points: [
    { id: "p", name: text, type: "number", poll: "analog", unit: "MPa" },
    { id: "flow", name: text, type: "boolean", poll: "status" },
  ],
};
const hour = 3_600_000;
const day = 24 * hour;
const begin = 1_795_370_400_000;
const rule: RuleSource = {
  ...{ id: "R1", point: "low", class: "supervisory", priority: "P2", name: text },
  when: { drop: { point: "p", by: 0.2, overMs: 7 * day, deadBand: 0.02, while: "!flow" } },
  ...{ setAfterMs: 0, clearAfterMs: 0, act: text, basis: "design" },
};

function bench() {
  const pack = compilePack({ v: 1, pack: "t", kind: "k", rules: [rule] }, profile);
  assert.ok(!Array.isArray(pack), JSON.stringify(pack));
  const detector = new Detector();
  detector.watch({ key: "s/d", site: "s", device: "d" }, pack, profile, begin);
  let level: unknown = "nothing";
  const put = (point: string, value: Value, at: number): unknown => {
    const sample = { point, value, quality: "good", reason: null, at, sourceTs: null } as const;
    for (const said of detector.take("s/d", [sample], at)) level = said.level;
    return level;
  };
  const recall = (past: readonly Moment[], heldMs: number, at: number): unknown => {
    for (const said of detector.recall("s/d", 0, [{ moments: past, heldMs }], at)) {
      level = said.level;
    }
    return level;
  };
  put("flow", false, begin);
  return { put, recall };
}

/** An hour each, from `from` (hours) on. */
const hours = (count: number, of: (n: number) => number, from = 0): [number, number][] =>
  Array.from({ length: count }, (_, n) => [begin + (from + n) * hour, of(n)]);

test("DN-44: a fifth below what a week was like is said, and over within its dead band of it", () => {
  const { put } = bench();
  for (const [at, value] of hours(7 * 24, (n) => 0.4 + (n % 5) * 0.001)) put("p", value, at);
  const now = begin + 7 * day;
  assert.equal(put("p", 0.33, now), false, "17 % less");
  assert.equal(put("p", 0.31, now + 1000), true, "more than a fifth less");
  assert.equal(put("p", 0.33, now + 2000), true, "not back by the dead band yet");
  assert.equal(put("p", 0.36, now + 3000), false);
});

test("DN-44: before four fifths of a week are known it cannot tell", () => {
  const { put } = bench();
  for (const [at, value] of hours(5 * 24, () => 0.4)) put("p", value, at);
  assert.equal(put("p", 0.2, begin + 5 * day), "unknown");
});

test("DN-44: what flows falls: it is not judged then, and is no part of the median", () => {
  const { put } = bench();
  for (const [at, value] of hours(7 * 24, () => 0.4)) {
    put("p", value, at);
    put("flow", true, at + 30 * 60_000);
    put("p", 0.1, at + 30 * 60_000);
    put("flow", false, at + 36 * 60_000);
    put("p", value, at + 36 * 60_000);
  }
  const now = begin + 7 * day;
  put("flow", true, now);
  assert.equal(put("p", 0.1, now), false);
  put("p", 0.31, now + 1000);
  assert.equal(put("flow", false, now + 2000), true, "0.31 is a fifth below 0.4, not below 0.38");
});

test("DN-45: what was stored of a week is known at once, coarse as it is; gaps stay unknown", () => {
  const moments = (count: number): Moment[] => [
    { point: "flow", value: false, quality: "good", at: begin },
    ...hours(7 * 24, () => 0, 0).map(([at]): Moment => {
      return { point: "flow", value: false, quality: "good", at };
    }),
    ...hours(count, () => 0.4).map(([at, value]): Moment => {
      return { point: "p", value, quality: "good", at };
    }),
  ];
  const now = begin + 7 * day;
  const whole = bench();
  whole.put("flow", false, now);
  assert.equal(whole.put("p", 0.3, now), "unknown");
  assert.equal(whole.recall(moments(7 * 24), 2 * hour, now), true);
  const short = bench();
  short.put("flow", false, now);
  short.put("p", 0.3, now);
  assert.equal(short.recall(moments(4 * 24), 2 * hour, now), "unknown");
});
