import assert from "node:assert/strict";
import { test } from "node:test";
import { LogLimit } from "./log-limit.ts";
import { VirtualClock } from "./simulation/virtual-clock.ts";

test("LG-1: a flood of one kind writes 20 lines a second and says how many it left out", () => {
  const clock = new VirtualClock(1000);
  const limit = new LogLimit(clock);
  const flood = Array.from({ length: 500 }, () => limit.take("bad-credential"));
  assert.equal(flood.filter((left) => left !== null).length, 20);
  assert.equal(limit.take("packet-too-large"), 0);
  clock.advance(1000);
  assert.equal(limit.take("bad-credential"), 480);
  assert.equal(limit.take("bad-credential"), 0);
});
