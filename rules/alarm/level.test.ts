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

const { whileFire: _, ...calm } = rule;
const linkLost: RuleSource = {
  ...calm,
  id: "S02",
  class: "supervisory",
  priority: "P2",
  whileIncident: "P1",
  point: "link",
};
const valve: RuleSource = { ...rule, id: "V01", fireIn: "zone", point: "valve" };
const detector: RuleSource = { ...calm, id: "F02", class: "fire", point: "fire" };

/** A pump room of site s1, in another building than its buttons. */
function withPumps(...rules: RuleSource[]): Scenario {
  const scenario = new Scenario();
  const kind = scenario.world.inventory.devices.get("s1/b2")?.kind ?? "";
  const pack = { v: 1, pack: "t", kind, rules: [rule, ...rules] } as const;
  scenario.world = { ...scenario.world, packs: [pack] };
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
    ["alarm-raised", "escalation-armed", "impairment-began"],
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
    ["alarm-condition", "alarm-moved", "impairment-ended"],
  );
});

const types = (scenario: Scenario) => scenario.last.map(({ type }) => type);
const priorityOf = (scenario: Scenario, id: string) =>
  [...scenario.state.alarms.values()].find((alarm) => alarm.rule === id)?.priority;

test("DN-17: what failed before the fire is P0 and part of it from the first order on, once", () => {
  const scenario = withPumps(linkLost);
  scenario.take({ ...level, level: true });
  scenario.take({ ...level, rule: "S02", point: "link", level: true });
  assert.deepEqual([priorityOf(scenario, "P01"), priorityOf(scenario, "S02")], ["P1", "P2"]);
  // Long before: else the incident takes both by their zone.
  scenario.pass(61_000);
  scenario.press("s1", "b1", 1, 0);
  assert.deepEqual([priorityOf(scenario, "P01"), priorityOf(scenario, "S02")], ["P0", "P1"]);
  assert.equal(types(scenario).filter((type) => type === "alarm-priority").length, 2);
  const { incident } = scenario;
  assert.deepEqual([incident.priority, incident.alarms.length], ["P0", 2]);
  assert.equal(incident.stationsOrdered, 3, "the first alarm of a P0");
  const orders = [...scenario.state.orders.values()];
  assert.ok(orders.every(({ revision, priority }) => revision === 1 && priority === "P0"));
  assert.ok(
    orders.every(({ alarm }) => alarm === incident.alarms[0]),
    "sent to where it burns",
  );
  scenario.take({ ...level, level: true });
  assert.deepEqual(types(scenario), []);
  scenario.press("s1", "b2", 1, 0);
  assert.ok(!types(scenario).includes("alarm-priority"));
  assert.equal(scenario.incident.alarms.length, 3);
});

test("DN-17: unknown is not well, returned is; what comes back looks again", () => {
  const scenario = withPumps(linkLost);
  scenario.take({ ...level, level: true });
  scenario.take({ ...level, level: "unknown" });
  scenario.take({ ...level, rule: "S02", point: "link", level: true });
  scenario.take({ ...level, rule: "S02", point: "link", level: false });
  scenario.press("s1", "b1", 1, 0);
  assert.deepEqual([priorityOf(scenario, "P01"), priorityOf(scenario, "S02")], ["P0", "P2"]);
  scenario.take({ ...level, rule: "S02", point: "link", level: true });
  assert.deepEqual(types(scenario), [
    "alarm-condition",
    "alarm-moved",
    "alarm-priority",
    "escalation-armed",
  ]);
  assert.equal(priorityOf(scenario, "S02"), "P1");
});

for (const [when, ms] of [
  ["long", 61_000],
  ["shortly", 1000],
] as const) {
  test(`DN-17: suppression that returned ${when} before the fire and fails in it makes it P0`, () => {
    const scenario = withPumps();
    scenario.take({ ...level, level: true });
    scenario.take({ ...level, level: false });
    scenario.pass(ms);
    scenario.press("s1", "b1", 1, 0);
    assert.equal(scenario.incident.priority, "P1");
    scenario.take({ ...level, level: true });
    assert.deepEqual([scenario.incident.priority, scenario.incident.alarms.length], ["P0", 2]);
  });
}

test("DN-18: a rule of the zone looks at fires of its zone, also one that joins a fire next door", () => {
  const scenario = withPumps(valve);
  // b1 stands in z1, b2 and what it reports in z2.
  scenario.take({ ...level, rule: "V01", point: "valve", level: true });
  scenario.press("s1", "b1", 1, 0);
  assert.deepEqual([priorityOf(scenario, "V01"), scenario.incident.priority], ["P1", "P1"]);
  scenario.press("s1", "b2", 1, 0);
  assert.deepEqual([priorityOf(scenario, "V01"), scenario.incident.priority], ["P0", "P0"]);
  assert.equal(types(scenario).filter((type) => type === "incident-priority-raised").length, 1);
  assert.equal(scenario.incident.alarms.length, 3);
  assert.equal(scenario.state.incidents.size, 1);
});

test("DN-18: what the new incident takes by its zone is not taken twice", () => {
  const scenario = withPumps(valve);
  scenario.take({ ...level, rule: "V01", point: "valve", level: true });
  scenario.press("s1", "b2", 1, 0);
  assert.equal(priorityOf(scenario, "V01"), "P0");
  const [fire, ...taken] = scenario.incident.alarms;
  assert.equal(taken.length, 1);
  assert.notEqual(fire, taken[0]);
});

test("DN-19: one detector where suppression has failed is not looked at first: rescue stations go", () => {
  const calmly = withPumps(detector);
  calmly.take({ ...level, rule: "F02", point: "fire", level: true });
  assert.equal(calmly.incident.stationsOrdered, 0);
  const scenario = withPumps(detector);
  scenario.take({ ...level, level: true });
  scenario.take({ ...level, rule: "F02", point: "fire", level: true });
  assert.deepEqual([scenario.incident.priority, scenario.incident.stationsOrdered], ["P0", 3]);
});

test("DN-19: an incident that is opened again finds what has failed since", () => {
  const scenario = withPumps();
  scenario.press("s1", "b1", 1, 0);
  scenario.command({
    command: "verify",
    incident: scenario.incident.id,
    result: "false",
    look: { how: "camera", found: "nothing" },
    cause: "A1",
  });
  assert.notEqual(scenario.incident.closedAt, null);
  scenario.take({ ...level, level: true });
  assert.equal(priorityOf(scenario, "P01"), "P1");
  const { id: incident } = scenario.incident;
  scenario.command({ command: "reopen", incident, reason: "fire-again" });
  assert.equal(priorityOf(scenario, "P01"), "P0");
  assert.deepEqual([scenario.incident.priority, scenario.incident.stationsOrdered], ["P0", 3]);
  assert.equal(scenario.incident.alarms.length, 2);
});

test("DN-26: one detector sends the micro station to look; the second signal orders the plan, once", () => {
  const scenario = new Scenario();
  const kind = scenario.world.inventory.devices.get("s1/b2")?.kind ?? "";
  const fire = { ...rule, class: "fire", priority: "P1" } as const;
  const { whileFire: _none, ...one } = fire;
  const rules: RuleSource[] = [
    { ...one, id: "F02", point: "fire" },
    { ...one, id: "F03", point: "two", priority: "P0" },
  ];
  scenario.world = { ...scenario.world, packs: [{ v: 1, pack: "t", kind, rules }] };
  const ordered = () =>
    scenario.events.flatMap((e) => {
      if (e.type === "order-issued" && e.kind === "turn-out") return e.stationKind;
      return e.type === "order-revised" && e.kind === "turn-out" ? ("rescue" as const) : [];
    });
  scenario.take({ ...level, rule: "F02", point: "fire", level: true });
  assert.deepEqual(ordered(), ["micro"]);
  assert.equal(scenario.incident.ranking.length, 0, "no clock runs for a rescue station");
  scenario.take({ ...level, rule: "F03", point: "two", level: true });
  assert.equal(ordered().filter((of) => of === "micro").length, 1, "it is under way already");
  assert.ok(ordered().filter((of) => of === "rescue").length >= 2);
  assert.equal(scenario.incident.priority, "P0");
  const moves = scenario.events.filter((e) => e.type === "response-moved");
  assert.equal(moves.length, 1);
});

test("DN-28: a press that joins what is only looked at orders at receipt", () => {
  const scenario = new Scenario();
  const kind = scenario.world.inventory.devices.get("s1/b1")?.kind ?? "";
  const { whileFire: _none, ...one } = rule;
  const rules: RuleSource[] = [{ ...one, id: "F02", class: "fire", priority: "P1", point: "fire" }];
  scenario.world = { ...scenario.world, packs: [{ v: 1, pack: "t", kind, rules }] };
  const rescue = () =>
    [...scenario.state.orders.values()].filter(
      (o) => o.stationKind === "rescue" && o.kind === "turn-out",
    ).length;
  scenario.take({ ...level, device: "b1", rule: "F02", point: "fire", level: true });
  assert.equal(rescue(), 0);
  scenario.press("s1", "b1", 1, 0);
  assert.equal(scenario.state.incidents.size, 1, "it is one incident");
  assert.ok(rescue() >= 1);
});
