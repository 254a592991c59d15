import assert from "node:assert/strict";
import { test } from "node:test";
import { SystemClock } from "./clock.ts";

/** A wall clock and a monotonic one that the test turns. */
function source(wall: number) {
  const state = { wall, monotonic: 0 };
  const clock = new SystemClock(0, {
    wall: () => state.wall,
    monotonic: () => state.monotonic,
  });
  const pass = (ms: number): void => {
    state.wall += ms;
    state.monotonic += ms;
  };
  return { state, clock, pass };
}

test("CK-1: the clock never goes backwards, and never before the last journalled instant", () => {
  const { state, clock, pass } = source(1_000_000);
  const before = clock.now();
  state.wall -= 500_000;
  clock.check();
  let last = before;
  for (let n = 0; n < 1000; n += 1) {
    pass(10);
    const now = clock.now();
    assert.ok(now >= last);
    last = now;
  }
  const late = new SystemClock(5_000_000, { wall: () => 1_000_000, monotonic: () => 0 });
  assert.equal(late.now(), 5_000_000);
});

test("CK-2: a wall jump of more than 2 s is told once and slewed; less is drift", () => {
  const { state, clock, pass } = source(1_000_000);
  pass(1000);
  assert.equal(clock.check(), 0);
  state.wall += 1500;
  assert.equal(clock.check(), 0);
  state.wall += 3_600_000;
  assert.equal(clock.check(), 3_600_000);
  assert.equal(clock.check(), 0);
});

test("CK-3: no deadline fires or waits because of a jump: 20 s stay within 2 % of 20 s", () => {
  for (const jump of [3_600_000, -3_600_000]) {
    const { state, clock, pass } = source(10_000_000);
    const began = clock.now();
    state.wall += jump;
    clock.check();
    let passed = 0;
    while (clock.now() - began < 20_000) {
      pass(10);
      passed += 10;
    }
    assert.ok(passed >= 19_600 && passed <= 20_410, `${passed} ms for 20 s after ${jump}`);
  }
});

test("CK-4: a difference is made up for in time, at 2 %", () => {
  const { state, clock, pass } = source(1_000_000);
  state.wall += 10_000;
  clock.check();
  for (let n = 0; n < 60_000; n += 1) {
    pass(10);
    clock.now();
  }
  assert.ok(Math.abs(state.wall - clock.now()) <= 1);
});
