/** For how long it is believed what a device says that it does not have. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { defaultLessons, Learned } from "./learned.ts";
import { type Block, defaultPlanLimits } from "./planner.ts";

const table = "holding-register";
const make = () => new Learned(defaultPlanLimits, defaultLessons);
const block = (address: number, length: number): Block => ({ table, address, length, points: [] });
const asked = (learned: Learned) => [...(learned.illegal().get(table) ?? [])];

test("MB-16: each time it is said again it is believed for twice as long, at most for an hour", () => {
  const learned = make();
  const pauses: number[] = [];
  for (let now = 0; pauses.length < 12; now = learned.next()) {
    learned.expire(now);
    assert.deepEqual(asked(learned), []);
    learned.lacks(table, [4], now);
    // In the same breath again, by the half of a block: that is no second time.
    learned.lacks(table, [4], now);
    pauses.push((learned.next() - now) / 1000);
    assert.deepEqual(asked(learned), [4]);
  }
  assert.deepEqual(pauses, [10, 20, 40, 80, 160, 320, 640, 1280, 2560, 3600, 3600, 3600]);
});

test("MB-16: a new hole is asked for again in 10 s, however long others are believed", () => {
  const learned = make();
  let now = 0;
  for (let i = 0; i < 10; i += 1, now = learned.next()) {
    learned.expire(now);
    learned.lacks(table, [4], now);
  }
  learned.expire(now);
  learned.lacks(table, [4], now);
  learned.lacks(table, [9], now + 1000);
  assert.equal(learned.next(), now + 11_000);
  assert.deepEqual(learned.expire(now + 11_000)?.get(table), new Set([9]));
  assert.deepEqual(asked(learned), [4]);
  assert.equal(learned.expire(now + 11_001), null);
});

test("MB-16: what was given again is forgotten; until then it is told as missing", () => {
  const learned = make();
  learned.lacks(table, [4, 5, 20], 0);
  learned.expire(10_000);
  assert.deepEqual(asked(learned), []);
  assert.deepEqual(learned.lacking().get(table), new Set([4, 5, 20]));
  learned.gave(block(0, 6));
  assert.deepEqual(learned.lacking().get(table), new Set([20]));
  learned.lacks(table, [4], 10_000);
  assert.equal(learned.next(), 20_000);
});

test("MB-16: how much it gives at once is asked again in the same way", () => {
  const learned = make();
  learned.givesAtMost(table, 60, 0);
  assert.deepEqual(learned.limits(), { ...defaultPlanLimits, registers: 60 });
  assert.deepEqual(learned.expire(10_000), new Map());
  assert.deepEqual(learned.limits(), defaultPlanLimits);
  learned.gave(block(0, 60));
  learned.givesAtMost(table, 60, 10_000);
  assert.equal(learned.next(), 30_000);
  learned.expire(30_000);
  learned.gave(block(0, 61));
  learned.givesAtMost(table, 60, 30_000);
  assert.equal(learned.next(), 40_000);
});
