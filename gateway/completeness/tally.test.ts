/** 数据归集率 of one device: what it owes, and what of it came. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { PointReading } from "#rules/sample.ts";
import { Tally } from "./tally.ts";

const start = Date.parse("2026-03-01T00:10:00Z");
const second = 1000;
const good = (point: string): PointReading => [point, { value: 1, quality: "good", reason: null }];
const two = (): Tally =>
  new Tally(
    new Map([
      ["a", second],
      ["b", second],
    ]),
    start,
  );

test("DG-1: each reading in its time is one of one, whatever the timer shakes; a repeat counts nothing", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: -300, max: 300 }), { maxLength: 200 }), (shakes) => {
      const tally = two();
      for (const [i, shake] of shakes.entries()) {
        const at = start + (i + 1) * second + Math.round(shake / 2);
        tally.take([good("a")], at);
        tally.take([good("a"), good("b")], at + 20);
        tally.settle(at + 30);
      }
      const { expected, received } = tally.rate(start + shakes.length * second);
      assert.equal(received, expected);
      assert.ok(Math.abs(expected - 2 * shakes.length) <= 2, `${expected}`);
    }),
  );
});

test("DG-2: a lost link, a dead one and single holes are missing exactly; asked twice as often is no more than all", () => {
  const tally = two();
  let at = start;
  for (let i = 1; i <= 60; i += 1) {
    at = start + i * second;
    if (i > 20 && i <= 30) continue;
    tally.take([good("a"), ...(i % 10 === 0 ? [] : [good("b")])], at);
  }
  assert.deepEqual(tally.rate(at), { expected: 119, received: 120 - 20 - 5 });
  for (let i = 1; i <= 20; i += 1) tally.take([good("a"), good("b")], at + i * 500);
  const { expected, received } = tally.rate(at);
  assert.equal(expected - received, 25);
  const dead = new Tally(new Map([["a", second]]), start);
  dead.settle(start + 100 * second);
  assert.deepEqual(dead.rate(start + 100 * second), { expected: 99, received: 0 });
  assert.equal(dead.heardAt, null);
});

test("DG-2: a value that is not known has not come; what the device does not have is not owed", () => {
  const tally = two();
  for (let i = 1; i <= 10; i += 1) {
    const bad: PointReading = ["a", { value: null, quality: "bad", reason: "sensor-broken" }];
    const none: PointReading = ["b", { value: null, quality: "bad", reason: "no-such-address" }];
    tally.take([bad, none], start + i * second);
  }
  tally.settle(start + 10.6 * second);
  assert.deepEqual(tally.rate(start + 11 * second), { expected: 10, received: 0 });
});

test("DG-3: late data fill the gap they are of, each place once, and nothing else", () => {
  const minute = 60_000;
  const tally = new Tally(new Map([["message", minute]]), start);
  const send = (n: number, late: number | null = null): void =>
    tally.message("message", start + n * minute, late === null ? null : start + late * minute);
  for (const n of [1, 2, 3]) send(n);
  send(9);
  assert.deepEqual(tally.rate(start + 9 * minute), { expected: 9, received: 4 });
  // The gateway of the site hands on what it has kept; the last one it sends twice.
  for (const late of [4, 5, 6, 7, 8, 8]) send(9.1, late);
  assert.deepEqual(tally.rate(start + 9 * minute), { expected: 9, received: 9 });
  send(9.2, 2);
  send(9.2, 9);
  assert.deepEqual(tally.rate(start + 9 * minute), { expected: 9, received: 9 });
});

test("DG-3: silence is missing as it goes on, by the hour it was in, and a day later it is forgotten", () => {
  const tally = new Tally(new Map([["a", 10 * second]]), start);
  const hour = 3_600_000;
  tally.settle(start + 5 * hour);
  assert.equal(tally.rate(start + 5 * hour).expected, 1799);
  assert.ok(tally.rate(start + 5 * hour, 1).expected <= 60);
  for (let i = 1; i <= 360; i += 1) tally.take([good("a")], start + 5 * hour + i * 10 * second);
  const now = start + 28.9 * hour;
  tally.skip(now);
  const { expected, received } = tally.rate(now);
  assert.ok(expected === received && received > 50, `${received}/${expected}`);
});

test("DG-4: what is out of service owes nothing", () => {
  const tally = two();
  for (let i = 1; i <= 100; i += 1) tally.skip(start + i * second);
  tally.take([good("a"), good("b")], start + 101 * second);
  assert.deepEqual(tally.rate(start + 101 * second), { expected: 2, received: 2 });
});
