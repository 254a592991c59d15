import assert from "node:assert/strict";
import { test } from "node:test";
import { addressOf, longestMs, panned, shortestMs, spanOf, viewOf, zoomed } from "./address.ts";

const now = 1_790_000_000_000;
const p = "site/pump-01/pressure";

test("TR-6: the address has points and time; what is wrong in it is left out", () => {
  const view = { points: [p], time: { from: 1000, to: 900_000 } };
  assert.deepEqual(viewOf(addressOf(view)), view);
  assert.deepEqual(viewOf(addressOf({ points: [p, "a/b/c"], time: { last: 600_000 } })), {
    points: [p, "a/b/c"],
    time: { last: 600_000 },
  });
  assert.equal(viewOf("#rules"), null);
  assert.deepEqual(viewOf("#trends?points=<b>,x&from=9&to=3&last=-1"), {
    points: [],
    time: { last: 3_600_000 },
  });
  const many = Array.from({ length: 20 }, (_, i) => `s/d/p${i}`).join();
  assert.equal(viewOf(`#trends?points=${many}`)?.points.length, 8);
});

test("TR-6: zooming keeps the instant under the pointer, following goes on at now, limits hold", () => {
  const view = { points: [], time: { from: now - 1000_000, to: now } };
  const closer = spanOf(zoomed(view, now, 0.5, now - 250_000), now);
  assert.deepEqual(closer, { from: now - 625_000, to: now - 125_000 });
  const live = { points: [], time: { last: 600_000 } };
  assert.deepEqual(zoomed(live, now, 2, null).time, { last: 1_200_000 });
  let out = zoomed(view, now, 1e9, now);
  assert.equal(spanOf(out, now).to - spanOf(out, now).from, longestMs);
  for (let i = 0; i < 60; i += 1) out = zoomed(out, now, 0.5, now - 1);
  assert.equal(spanOf(out, now).to - spanOf(out, now).from, shortestMs);
});

test("TR-6: moving back leaves now, moving on comes back to it", () => {
  const live = { points: [], time: { last: 600_000 } };
  const back = panned(live, now, -0.5);
  assert.deepEqual(back.time, { from: now - 900_000, to: now - 300_000 });
  assert.deepEqual(panned(back, now, 0.5).time, { last: 600_000 });
});
