/** Slices, order, and what a full lane or a broken item does. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { Routine } from "./routine.ts";

const later = () => new Promise<void>((resolve) => setImmediate(resolve));

test("IB-5: state is handled in order, in slices, with the event loop in between", async () => {
  const handled: number[] = [];
  const lane = new Routine<number>((item) => {
    const end = performance.now() + 0.2;
    while (performance.now() < end);
    handled.push(item);
  }, assert.fail);
  for (let i = 0; i < 100; i += 1) lane.push(i);
  assert.equal(handled.length, 0);
  await later();
  // 16 of 0.2 ms are more than a slice: the rest waits for the next one.
  assert.equal(handled.length, 16);
  while (lane.waiting > 0) await later();
  assert.deepEqual(
    handled,
    Array.from({ length: 100 }, (_, i) => i),
  );
});

test("IB-6: a full lane says no and takes again when there is room; one that throws stops nobody", async () => {
  const handled: number[] = [];
  const failed: string[] = [];
  const lane = new Routine<number>(
    (item) => {
      if (item === 1) throw new Error("a bad one");
      handled.push(item);
    },
    (item, error) => failed.push(`${item} ${error}`),
  );
  let taken = 0;
  while (lane.push(taken)) taken += 1;
  assert.equal(taken, 10_000);
  while (lane.waiting > 0) await later();
  assert.deepEqual(failed, ["1 Error: a bad one"]);
  assert.equal(handled.length, taken - 1);
  assert.equal(lane.push(taken), true);
  await later();
  assert.equal(handled.at(-1), taken);
});
