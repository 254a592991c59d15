/** What a device may send as a value, and what is made of it. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { readProfiles } from "../../rulebook/profiles.ts";
import { readingsOf } from "./values.ts";

const points = readProfiles().get("button")?.pushed?.points ?? [];

function read(point: string, fields: Readonly<Record<string, unknown>>): string {
  const found = readingsOf(points, fields, null, 7).find(([id]) => id === point);
  if (!found) return "none";
  const [, { value, quality, reason }, sourceTs] = found;
  assert.equal(sourceTs, 7);
  return `${value} ${quality} ${reason ?? ""}`.trim();
}

test("BT-2: what a state brings is believed only with its type and within its range", () => {
  assert.equal(read("battery_mv", { battery_mv: 3580 }), "3580 good");
  assert.equal(read("battery_mv", { battery_mv: 0 }), "0 uncertain out-of-range");
  assert.equal(read("battery_mv", { battery_mv: "3580" }), "null bad wrong-type");
  assert.equal(read("battery_mv", { battery_mv: null }), "null bad sensor-broken");
  assert.equal(read("battery_mv", { battery_mv: [3580] }), "null bad wrong-type");
  assert.equal(read("battery_mv", {}), "none", "what it does not say stays as it was");
  assert.equal(read("temp_c", JSON.parse('{"temp_c":1e999}')), "null bad not-a-number");
  assert.equal(read("temp_c", { temp_c: 300 }), "300 uncertain out-of-range");
  assert.equal(read("tamper", { tamper: 1 }), "null bad wrong-type");
  assert.equal(read("ext_power", { ext_power: false }), "false good");
  assert.equal(read("fw", { fw: "x".repeat(500) }), `${"x".repeat(64)} good`);
  assert.equal(read("temp_c", { __proto__: { temp_c: 20 } }), "none");
});

test("BT-3: the charge is what the device says, else what its voltage means; no cell is not an empty one", () => {
  assert.equal(read("battery_pct", { battery_pct: 55, battery_mv: 3600 }), "55 good");
  for (const [mv, says] of [
    [3700, "100 good"],
    [3600, "100 good"],
    [3200, "20 good"],
    [3150, "10 good"],
    [3100, "0 good"],
    [2900, "0 good"],
  ] as const) {
    assert.equal(read("battery_pct", { battery_mv: mv }), says, String(mv));
  }
  assert.match(read("battery_pct", { battery_mv: 0 }), /uncertain out-of-range/);
  assert.equal(read("battery_pct", { battery_pct: 120 }), "120 uncertain out-of-range");
});

test("BT-3: of its clock something is known only where the message has a time", () => {
  assert.equal(read("clock_off_s", { battery_mv: 3600 }), "none");
  const off = { value: 12, quality: "good", reason: null } as const;
  assert.deepEqual(readingsOf(points, {}, off, null), [["clock_off_s", off, null]]);
});
