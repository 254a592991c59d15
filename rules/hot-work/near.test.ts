/** Hot work beside an alarm: by place and time, the nearest first, and of the instant that is asked for. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Position } from "../inventory.ts";
import { indexInventory } from "../inventory-index.ts";
import { hotWorkInventory, permitStep } from "../scenarios/permit.ts";
import { Scenario } from "../scenarios/play.ts";
import { hotWorkNear } from "./near.ts";

const hour = 3_600_000;
const at = (lng: number) => ({ lng, lat: 30.08, accuracyM: 5, source: "made" });
const device = (id: string, lng: number, site = "s1") => ({
  ...{ id, site, kind: "button", place: { zh: id, en: id }, position: at(lng) },
});

function atWork(): Scenario {
  const s = new Scenario();
  // The permit's spot is 120.48: 19 m, 192 m, and 19 m behind the fence.
  const placed = [device("n", 120.4802), device("f", 120.482), device("o", 120.4802, "s2")];
  const devices = [...hotWorkInventory.devices, ...placed];
  s.world = { ...s.world, inventory: indexInventory({ ...hotWorkInventory, devices }) };
  s.pass(22 * hour);
  for (const words of ["report first", "ready"]) permitStep(s, words.split(" "));
  s.pass(30 * 60_000);
  for (const words of ["check-in", "start"]) permitStep(s, words.split(" "));
  return s;
}

test("HN-1: near is the zone, 50 m also behind a fence, or a place that nobody knows; further off it is the site's", () => {
  const s = atWork();
  const [permit] = s.state.permits.values();
  const span = { from: s.now, until: s.now };
  const how = (id: string, site = "s1", zone: string | null = "z9") =>
    hotWorkNear(s, [{ site, device: id, zone }], span).map((work) => [work.how, work.distanceM]);
  assert.deepEqual(how("n"), [["near", 19]]);
  assert.deepEqual(how("f"), [["site", 192]]);
  assert.deepEqual(how("f", "s1", permit?.report.zone ?? ""), [["near", 192]]);
  assert.deepEqual(how("o", "s2"), [["near", 19]]);
  assert.deepEqual(how("unknown", "s1", null), [["near", null]]);
  assert.deepEqual(how("unknown", "s2", null), []);
  // What a person has reported is where it was shown, on its site or off every one.
  const says = { kind: "fire", what: "other", via: "phone", caller: null, by: "P-1" } as const;
  const reported = (site: string, position: Position | null) => {
    const of = { ...says, position, town: null };
    const alarms = [{ site, device: "reported", zone: null, reported: of }];
    return hotWorkNear(s, alarms, span).map((work) => [work.how, work.distanceM]);
  };
  assert.deepEqual(reported("alarm", at(120.4802)), [["near", 19]]);
  assert.deepEqual(reported("alarm", at(120.482)), []);
  assert.deepEqual(reported("s1", at(120.482)), [["site", 192]]);
  assert.deepEqual(reported("s1", null), [["near", null]]);
});

test("HN-1: it counts from its start until an hour after its end, whenever that is asked", () => {
  const s = atWork();
  const startedAt = s.now;
  s.pass(20 * 60_000);
  permitStep(s, ["end"]);
  const [permit] = s.state.permits.values();
  const endedAt = permit?.workEndedAt ?? assert.fail();
  s.pass(3 * hour);
  const isNear = (from: number, until = from) =>
    hotWorkNear(s, [{ site: "s1", device: "n", zone: null }], { from, until }).length === 1;
  assert.deepEqual(
    [startedAt - 1, startedAt, endedAt].map((one) => isNear(one)),
    [false, true, true],
  );
  assert.deepEqual([isNear(endedAt + hour), isNear(endedAt + hour + 1)], [true, false]);
  assert.equal(
    isNear(startedAt - hour, startedAt),
    true,
    "an incident that was open when it began",
  );
});
