import assert from "node:assert/strict";
import { test } from "node:test";
import { freshPresses, isRestart, pressKey, recordKeys } from "./press.ts";
import { defaultSettings } from "./settings.ts";
import type { Press } from "./signal.ts";
import { initialState } from "./state.ts";
import { plainWriter } from "./writer.ts";

const { repeat } = defaultSettings;
const made = 1_790_000_000_000;
const press = (seq: number | null, ts: number | null, digest = "d"): Press => ({ seq, ts, digest });

/** A device whose window holds the keys of these presses, recorded at `made`. */
function known(...presses: Press[]) {
  const state = initialState();
  const keys = presses.map(pressKey);
  recordKeys(state, { device: "s/d", keys, lastSeq: null, at: made }, plainWriter);
  const device = state.devices.get("s/d");
  assert.ok(device);
  return device;
}

const isNew = (device: ReturnType<typeof known> | undefined, one: Press, at: number): boolean =>
  freshPresses(device, [one], at, repeat).length === 1;

test("PR-1: the same seq and ts is a repeat for 10 minutes, then a new press", () => {
  const one = press(7, made);
  assert.equal(isNew(known(one), one, made + 600_000), false);
  assert.equal(isNew(known(one), one, made + 600_001), true);
  assert.equal(isNew(known(one), press(7, made + 1), made), true);
  assert.equal(isNew(known(one), press(8, made), made), true);
});

test("PR-2: without a usable ts the payload decides, for 60 seconds", () => {
  for (const ts of [null, 0, 999_999_999_999, 4_000_000_000_000]) {
    const one = press(7, ts);
    assert.equal(isNew(known(one), one, made + 60_000), false);
    assert.equal(isNew(known(one), one, made + 60_001), true);
    assert.equal(isNew(known(one), press(7, ts, "other"), made), true);
  }
});

test("PR-3: the window holds the last 64; what has left it is a new press (in doubt)", () => {
  const presses = Array.from({ length: 65 }, (_, i) => press(i, made));
  const device = known(...presses);
  assert.equal(device.window.length, 64);
  assert.equal(isNew(device, press(0, made), made), true);
  assert.equal(isNew(device, press(1, made), made), false);
});

test("PR-4: repeats that wait together count once", () => {
  const list = [press(1, made), press(1, made), press(2, made), press(1, made)];
  assert.deepEqual(
    freshPresses(undefined, list, made, repeat).map((p) => p.seq),
    [1, 2],
  );
});

test("PR-5: a lower seq is a restarted device; the wrap of a uint32 is not", () => {
  assert.equal(isRestart(500, 3), true);
  assert.equal(isRestart(500, 500), false);
  assert.equal(isRestart(0xffff_fffe, 1), false);
  assert.equal(isRestart(null, 1), false);
  assert.equal(isRestart(5, null), false);
});
