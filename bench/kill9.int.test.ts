/** Twenty kills in every test run, and the order of fsync and PUBACK as the kernel saw it. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { killRounds, unsyncedPresses } from "./kill9.ts";

test("SP-7: 20 kills under load: no acknowledged press is lost, none counts twice", async () => {
  const { acknowledged, lost, duplicates } = await killRounds(20);
  assert.ok(acknowledged > 200, `only ${acknowledged} presses: that is no load`);
  assert.equal(lost, 0);
  assert.equal(duplicates, 0);
});

test("SP-8: an fsync lies between the receipt of each press and its PUBACK (strace)", async (t) => {
  const unsynced = await unsyncedPresses(20);
  if (unsynced === null) return t.skip("strace is not installed (npm run setup:test)");
  assert.equal(unsynced, 0);
});
