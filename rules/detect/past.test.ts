/** After a restart windows know what was stored; what nobody saw meanwhile stays unknown. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Profile } from "../profile.ts";
import type { ConditionSource } from "./condition.ts";
import { Detector } from "./detector.ts";
import { compilePack } from "./pack.ts";
import { lookBackOf, type Moment } from "./past.ts";

const text = { zh: "x", en: "x" };
const profile: Profile = {
  kind: "k",
  name: text,
  points: [
    { id: "starts", name: text, type: "number", poll: "analog" },
    { id: "on", name: text, type: "boolean", poll: "status" },
  ],
};
const minute = 60_000;
const began = 1_795_370_400_000;
const windowMs = 30 * minute;

function compiled(when: ConditionSource) {
  const rule = {
    ...({ id: "R1", name: text, class: "fault", priority: "P3", point: "x", when } as const),
    ...{ setAfterMs: 0, clearAfterMs: 0, act: text, basis: "design" },
  };
  const pack = compilePack({ v: 1, pack: "t", kind: "k", rules: [rule] }, profile);
  assert.ok(!Array.isArray(pack), JSON.stringify(pack));
  return pack;
}

const rising: ConditionSource = { rise: { point: "starts", above: 10, withinMs: windowMs } };
const at = (minutes: number, value: number): Moment => {
  return { point: "starts", value, quality: "good", at: began + minutes * minute };
};
const upTo = (minutes: number, value: (n: number) => number): Moment[] =>
  Array.from({ length: minutes }, (_, n) => at(n, value(n)));

/** Watched at a minute with this past; then one value is read. */
function afterRestart(past: readonly Moment[], minutes: number, value: number): unknown[] {
  const detector = new Detector();
  const now = began + minutes * minute;
  const device = { key: "s/d", site: "s", device: "d" };
  assert.deepEqual(detector.watch(device, compiled(rising), profile, now, past), []);
  const sample = { point: "starts", value, quality: "good", reason: null, at: now } as const;
  const levels = detector.take("s/d", [{ ...sample, sourceTs: null }], now + 1000);
  return levels.map(({ level }) => level);
}

test("DN-41: a window knows its past at once, and nothing is said of what was", () => {
  assert.deepEqual(afterRestart([], 30, 5), ["unknown"], "without a past it does not know");
  const calm = upTo(30, () => 5);
  assert.deepEqual(afterRestart(calm, 30, 5), [false]);
  assert.deepEqual(afterRestart(calm.toReversed(), 30, 5), [false], "in any order");
  assert.deepEqual(
    afterRestart(
      upTo(30, (n) => n),
      30,
      30,
    ),
    [true],
  );
});

test("DN-41: what nobody saw is unknown: a long outage, a gap in between, what was not good", () => {
  assert.deepEqual(
    afterRestart(
      upTo(10, () => 5),
      30,
      5,
    ),
    ["unknown"],
  );
  const gap = upTo(30, () => 5).filter((_, n) => n < 10 || n > 20);
  assert.deepEqual(afterRestart(gap, 30, 5), ["unknown"]);
  const bad = upTo(30, () => 5).map((one, n) => ({
    ...one,
    quality: n > 10 && n < 20 ? ("stale" as const) : one.quality,
  }));
  assert.deepEqual(afterRestart(bad, 30, 5), ["unknown"]);
  const short = upTo(30, () => 5).slice(0, 27);
  assert.deepEqual(afterRestart(short, 30, 5), [false], "a short one leaves four fifths known");
});

test("DN-41: growth that nobody saw is not counted: a counter may have been set meanwhile", () => {
  assert.deepEqual(
    afterRestart(
      upTo(28, () => 5),
      30,
      40,
    ),
    [false],
  );
});

test("DN-41: how far back a pack looks, and at which points", () => {
  const both = compiled({ all: ["on", rising] });
  assert.deepEqual(lookBackOf(both), { ms: windowMs, slots: [1, 0] });
  assert.deepEqual(lookBackOf(compiled("on")), { ms: 0, slots: [] });
});
