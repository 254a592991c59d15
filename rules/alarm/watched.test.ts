/** Alarms that nothing watches any more: unknown at once, and ended by a person with a reason. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { RuleSource } from "../detect/pack.ts";
import type { Device } from "../inventory.ts";
import { indexInventory } from "../inventory-index.ts";
import { districtInventory } from "../scenarios/fixture.ts";
import { Scenario } from "../scenarios/play.ts";

const text = { zh: "低压", en: "Low pressure" };
const rule: RuleSource = {
  id: "P06",
  name: text,
  class: "suppression",
  priority: "P1",
  point: "pressure",
  each: [{ as: "hydrant", name: text }],
  when: "x",
  setAfterMs: 0,
  clearAfterMs: 0,
  act: text,
  basis: "design",
};
const pump: Device = {
  id: "pump",
  site: "s1",
  kind: "pump-room",
  place: text,
  modbus: { endpoint: "tcp://127.0.0.1:502", unit: 1 },
};
const level = {
  kind: "level",
  rule: "P06",
  site: "s1",
  device: "pump",
  point: "pressure.hydrant",
  each: "hydrant",
  since: 0,
  evidence: [],
} as const;

/** P06 stands at a pump room; then this is what is left of it. */
function standing(left: Device | null, rules: readonly RuleSource[] = [rule]): Scenario {
  const scenario = new Scenario();
  const of = (device: Device | null, its: readonly RuleSource[]) => {
    const devices = [...districtInventory.devices, ...(device ? [device] : [])];
    scenario.world = {
      ...scenario.world,
      inventory: indexInventory({ ...districtInventory, devices }),
      packs: [{ v: 1, pack: "t", kind: "pump-room", rules: its }],
    };
  };
  of(pump, [rule]);
  scenario.take({ ...level, level: true });
  of(left, rules);
  return scenario;
}

const { modbus: _, ...cut } = pump;
const sprinkler = { ...rule, each: [{ as: "sprinkler", name: text }] };
const gone: [string, Device | null, readonly RuleSource[]][] = [
  ["its device has left the inventory", null, [rule]],
  ["its device has lost its endpoint", cut, [rule]],
  ["its device is of another kind", { ...pump, kind: "boat" }, [rule]],
  ["its rule has left the pack", pump, []],
  ["its rule is no more about that part", pump, [sprinkler]],
];

for (const [why, device, rules] of gone) {
  test(`DN-24: ${why}: unknown, and a person ends it with a reason`, () => {
    const scenario = standing(device, rules);
    const [alarm] = [...scenario.state.alarms.values()];
    assert.ok(alarm);
    scenario.take({ ...level, level: "unknown" });
    assert.equal(alarm.condition, "unknown");
    scenario.command({ command: "reset", alarm: alarm.id });
    assert.equal(scenario.last[0]?.type, "signal-refused");
    scenario.command({ command: "reset", alarm: alarm.id, reason: "no-such-code" });
    assert.equal(scenario.last[0]?.type, "signal-refused");
    scenario.command({ command: "reset", alarm: alarm.id, reason: "device-removed" });
    const moved = scenario.last.findLast(({ type }) => type === "alarm-moved");
    assert.ok(moved?.type === "alarm-moved");
    assert.deepEqual(
      [moved.to, moved.why, moved.by, moved.seat, moved.reason],
      ["normal", "reset", "P-1", "desk", "device-removed"],
    );
    assert.equal(scenario.state.alarms.size, 0);
    assert.equal(scenario.state.openByPoint.size, 0);
  });
}

test("DN-24: one that is still watched is not ended so, whatever is unknown of it", () => {
  const scenario = standing(pump);
  const [alarm = ""] = scenario.state.alarms.keys();
  scenario.take({ ...level, level: "unknown" });
  scenario.command({ command: "reset", alarm, reason: "other" });
  const [refused] = scenario.last;
  assert.ok(refused?.type === "signal-refused" && refused.reason === "still-watched");
  scenario.take({ ...level, level: false });
  scenario.command({ command: "reset", alarm, reason: "other" });
  assert.equal(scenario.state.alarms.size, 1);
});

test("DN-24: what a device that sends by itself has said is watched, though nobody asks it", () => {
  const scenario = new Scenario();
  const { each: _each, ...low } = { ...rule, id: "S04", point: "battery" };
  const link: RuleSource = { ...low, id: "S02", point: "link", when: { reported: true } };
  const packs = [{ v: 1, pack: "t", kind: "button", rules: [low, link] }] as const;
  scenario.world = { ...scenario.world, packs };
  const { each: _thing, ...battery } = { ...level, rule: "S04", device: "b2", point: "battery" };
  scenario.take({ ...battery, level: true });
  const [alarm = ""] = scenario.state.alarms.keys();
  scenario.take({ ...battery, level: "unknown" });
  scenario.command({ command: "reset", alarm, reason: "other" });
  const [refused] = scenario.last;
  assert.ok(refused?.type === "signal-refused" && refused.reason === "still-watched");
});

test("DN-24: one that had returned is ended too, and a press of a removed button", () => {
  const scenario = standing(pump);
  scenario.take({ ...level, level: false });
  scenario.world = { ...scenario.world, inventory: indexInventory(districtInventory) };
  const [alarm = ""] = scenario.state.alarms.keys();
  scenario.command({ command: "reset", alarm, reason: "device-removed" });
  assert.deepEqual(
    scenario.last.map(({ type }) => type),
    ["alarm-moved"],
  );
  assert.equal(scenario.state.alarms.size, 0);
  scenario.press("s1", "stranger", 1, 0);
  const [press = ""] = scenario.state.alarms.keys();
  scenario.command({ command: "reset", alarm: press, reason: "device-removed" });
  assert.equal(scenario.state.alarms.get(press)?.state, "normal");
});
