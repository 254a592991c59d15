import assert from "node:assert/strict";
import { test } from "node:test";
import type { RuleSource } from "../detect/pack.ts";
import { Scenario } from "../scenarios/play.ts";

const text = { zh: "启泵超时", en: "Pump did not start" };
const rule: RuleSource = {
  id: "P01",
  name: text,
  class: "suppression",
  priority: "P1",
  whileFire: "P0",
  point: "start",
  when: "x",
  setAfterMs: 0,
  clearAfterMs: 0,
  act: text,
  basis: "design",
};

/** A pump room of site s1, in another building than its buttons. */
function withPumps(): Scenario {
  const scenario = new Scenario();
  const kind = scenario.world.inventory.devices.get("s1/b2")?.kind ?? "";
  scenario.world = { ...scenario.world, packs: [{ v: 1, pack: "t", kind, rules: [rule] }] };
  return scenario;
}

const level = {
  kind: "level",
  rule: "P01",
  site: "s1",
  device: "b2",
  point: "start",
  since: 0,
} as const;

test("DN-12: suppression that fails during a fire is P0 and part of it; crews still go where it burns", () => {
  const scenario = withPumps();
  scenario.press("s1", "b1", 1, 0);
  const fire = scenario.incident.alarms[0];
  scenario.take({ ...level, level: true });
  const raised = scenario.last.find((event) => event.type === "alarm-raised");
  assert.deepEqual([raised?.rule, raised?.priority], ["P01", "P0"]);
  assert.deepEqual([scenario.incident.priority, scenario.incident.alarms.length], ["P0", 2]);
  const told = scenario.events.filter(
    (event) => event.type === "order-issued" || event.type === "order-revised",
  );
  assert.ok(told.some(({ type }) => type === "order-revised"));
  assert.deepEqual([...new Set(told.map(({ alarm }) => alarm))], [fire]);
});

test("DN-13: without a fire it is P1, opens no incident, and is said again once when it is worse", () => {
  const scenario = withPumps();
  scenario.take({ ...level, level: true });
  assert.deepEqual(
    scenario.last.map(({ type }) => type),
    ["alarm-raised"],
  );
  scenario.take({ ...level, level: "unknown" });
  scenario.take({ ...level, level: true, worse: true });
  assert.deepEqual(
    scenario.last.map(({ type }) => type),
    ["alarm-condition", "alarm-worse"],
  );
  scenario.take({ ...level, level: true, worse: true });
  assert.deepEqual(scenario.last, []);
  scenario.take({ ...level, level: false });
  assert.deepEqual(
    scenario.last.map(({ type }) => type),
    ["alarm-condition", "alarm-moved"],
  );
});
