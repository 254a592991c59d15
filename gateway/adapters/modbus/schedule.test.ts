/** When polls are due, and how long a silent device is left alone. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { BackOff, defaultBackOff } from "./back-off.ts";
import { incidentPeriods, Schedule, usualPeriods } from "./schedule.ts";

/** A number between 0 and 1 that the test can repeat. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

test("MB-7: 10,000 late polls move none of those that follow", () => {
  const random = seeded(7);
  const [start, phase] = [123.456, 0.25];
  const first = start + phase * 1000;
  const schedule = new Schedule(usualPeriods, start, phase);
  for (let i = 0; i < 10_000; i += 1) {
    const due = schedule.next();
    assert.ok(Math.abs(due - (first + i * 1000)) < 1e-6, `poll ${i} is due at ${due}`);
    // Up to 0.9 s late: a slow answer, a late timer.
    const classes = schedule.take(due + random() * 900);
    assert.ok(classes.includes("status"));
    assert.equal(classes.includes("analog"), i % 2 === 0);
    assert.equal(classes.includes("settings"), i % 3600 === 0);
  }
});

test("MB-7: polls that were missed are not made up for, and the next stands on the grid", () => {
  const schedule = new Schedule(usualPeriods, 0, 0.5);
  schedule.take(500);
  assert.deepEqual(schedule.take(7777), ["status", "analog"]);
  assert.deepEqual(schedule.take(7777), []);
  assert.equal(schedule.next(), 8500);
});

test("MB-7: everything is due at first, and nothing again before its period", () => {
  const schedule = new Schedule(usualPeriods, 0, 0);
  assert.deepEqual(schedule.take(0), ["status", "analog", "settings"]);
  assert.equal(schedule.next(), 1000);
});

test("MB-7: a poll taken at the very instant it is due is not due again in that instant", () => {
  const part = fc.double({ min: 0, max: 1, noNaN: true });
  fc.assert(
    fc.property(fc.nat(1_000_000), part, part, (ms, fraction, phase) => {
      const schedule = new Schedule(usualPeriods, ms + fraction, phase);
      for (let i = 0; i < 20; i += 1) {
        const due = schedule.next();
        schedule.take(due);
        assert.ok(schedule.next() > due + 500, `due at ${due}, again at ${schedule.next()}`);
      }
    }),
  );
});

test("MB-7: each device has its own turn: within the shortest period of its start", () => {
  fc.assert(
    fc.property(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), (phase) => {
      const due = new Schedule(usualPeriods, 5000, phase).next();
      assert.ok(due >= 5000 && due <= 6000);
    }),
  );
  assert.equal(new Schedule(incidentPeriods, 0, 0.5).next(), 250);
});

test("MB-7: an incident makes it quick at once, its end slow again; neither makes a burst", () => {
  const schedule = new Schedule(usualPeriods, 0, 0);
  schedule.take(10);
  assert.equal(schedule.next(), 1000);
  schedule.change(incidentPeriods, 20);
  assert.equal(schedule.periods, incidentPeriods);
  assert.equal(schedule.next(), 500);
  assert.deepEqual(schedule.take(500), ["status", "analog"]);
  assert.equal(schedule.next(), 1000);
  // Said again it changes nothing.
  schedule.change(incidentPeriods, 990);
  assert.equal(schedule.next(), 1000);
  schedule.take(1001);
  schedule.change(usualPeriods, 1002);
  assert.deepEqual(schedule.take(1500), ["status", "analog"]);
  assert.deepEqual(schedule.take(1501), []);
  assert.equal(schedule.next(), 2000);
  assert.deepEqual(schedule.take(2000), ["status", "analog"]);
  assert.deepEqual(schedule.take(3000), ["status"]);
});

test("MB-7: all() makes everything due now, once", () => {
  const schedule = new Schedule(usualPeriods, 0, 0.1);
  schedule.take(100);
  schedule.all(333);
  assert.equal(schedule.next(), 333);
  assert.deepEqual(schedule.take(333), ["status", "analog", "settings"]);
  assert.equal(schedule.next(), 1100);
});

test("MB-8: each failure doubles the pause, up to the longest", () => {
  const backOff = new BackOff(defaultBackOff, () => 0.5);
  const pauses = Array.from({ length: 9 }, () => {
    backOff.fail(5000);
    return backOff.until - 5000;
  });
  assert.deepEqual(pauses, [1000, 2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000, 60_000]);
  for (let i = 0; i < 3000; i += 1) backOff.fail(0);
  assert.equal(backOff.until, 60_000);
});

test("MB-8: the jitter is a quarter to either side, and no more", () => {
  const random = seeded(8);
  const pauses = Array.from({ length: 2000 }, () => {
    const backOff = new BackOff(defaultBackOff, random);
    backOff.fail(0);
    return backOff.until;
  });
  assert.ok(Math.min(...pauses) >= 750 && Math.max(...pauses) <= 1250);
  assert.ok(Math.min(...pauses) < 800 && Math.max(...pauses) > 1200);
});

test("MB-8: lost at the third failure in a row; one answer and it is as if never lost", () => {
  const backOff = new BackOff(defaultBackOff, () => 0.5);
  assert.equal(backOff.until, 0);
  backOff.fail(0);
  backOff.fail(0);
  assert.equal(backOff.isLost, false);
  backOff.fail(0);
  assert.equal(backOff.isLost, true);
  assert.equal(backOff.failures, 3);
  backOff.succeed();
  assert.deepEqual([backOff.failures, backOff.until, backOff.isLost], [0, 0, false]);
  backOff.fail(100);
  assert.equal(backOff.until, 1100);
});

test("MB-8: a person's retry ends the pause; where it fails, the count goes on", () => {
  const backOff = new BackOff(defaultBackOff, () => 0.5);
  for (let i = 0; i < 3; i += 1) backOff.fail(0);
  backOff.retry();
  assert.equal(backOff.until, 0);
  assert.equal(backOff.isLost, true);
  backOff.fail(10_000);
  assert.equal(backOff.until, 18_000);
});
