/** Minutes of water: measured, by the design flow, or unknown with its reason, and never more than there is. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { type PoolWater, waterLeft } from "./water.ts";

const known = (value: number) => ({ value, at: 1000 });
const pool = { volumeM3: 1400, depthM: 3.5, designFlowLps: 150 };
const full: PoolWater = { level: known(3.2), flows: [known(45), known(80)], pool };
const said = (of: Partial<PoolWater>) => {
  const { minutes, by, why } = waterLeft({ ...full, ...of });
  return [minutes, by, why];
};

test("WM-1: the volume through what is drawn, rounded down; full is full, and the level keeps its age", () => {
  // 3.2 of 3.5 m are 1,280 m³; through 125 L/s they last 170 min.
  const left = waterLeft(full);
  assert.deepEqual([left.minutes, left.by, left.why, left.at], [170, "measured", null, 1000]);
  assert.deepEqual([Math.round(left.volumeM3 ?? 0), left.percent, left.flowLps], [1280, 91, 125]);
  assert.equal(waterLeft({ ...full, level: known(4) }).volumeM3, 1400);
  assert.deepEqual(said({ level: known(0) }), [0, "measured", null]);
});

test("WM-2: nothing drawn, no meter or one that is not known: by the design flow, marked, and why", () => {
  assert.deepEqual(said({ flows: [known(0), known(0.4)] }), [142, "design", null]);
  assert.deepEqual(said({ flows: [] }), [142, "design", "no-meter"]);
  assert.deepEqual(said({ flows: [known(45), null] }), [142, "design", "flow-unknown"]);
});

test("WM-3: without level, volume or flow nobody knows; it is neither zero nor enough", () => {
  assert.deepEqual(said({ level: null }), [null, null, "level-unknown"]);
  assert.deepEqual(said({ pool: null }), [null, null, "volume-unknown"]);
  const bare = { volumeM3: 1400, depthM: 3.5, designFlowLps: null };
  assert.deepEqual(said({ pool: bare, flows: [] }), [null, null, "no-meter"]);
  assert.deepEqual(said({ pool: bare }), [170, "measured", null]);
});
