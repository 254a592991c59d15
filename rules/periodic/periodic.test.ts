import assert from "node:assert/strict";
import { test } from "node:test";
import { Scenario } from "../scenarios/play.ts";
import { pointKey } from "../state.ts";

const day = 86_400_000;
const at = (each: string) => ({ each, point: `due.${each}` });
const said = (s: Scenario, level: boolean | "unknown", each = "hand") =>
  s.detect("P13", "s1", "b1", { level, ...at(each) });
const alarmsOf = ({ state }: Scenario) =>
  [...state.alarms.values()].filter((a) => a.rule === "P13");

test("PD-1: what has to be done again is an alarm when it was not in time, and over once it is", () => {
  const scenario = new Scenario();
  said(scenario, false);
  scenario.pass(31 * day - 1);
  assert.deepEqual(alarmsOf(scenario), []);
  scenario.pass(1);
  const [alarm] = alarmsOf(scenario);
  assert.deepEqual([alarm?.priority, alarm?.class, alarm?.condition], ["P3", "fault", "active"]);
  said(scenario, true);
  assert.equal(alarmsOf(scenario)[0]?.condition, "inactive");
  scenario.pass(31 * day);
  assert.equal(alarmsOf(scenario)[0]?.condition, "active", "and again after as long");
});

test("PD-1: each thing has its own clock", () => {
  const scenario = new Scenario();
  said(scenario, false, "hand");
  said(scenario, false, "flow");
  scenario.pass(10 * day);
  said(scenario, true, "flow");
  scenario.pass(21 * day);
  assert.deepEqual(
    alarmsOf(scenario).map(({ point }) => point),
    ["due.hand"],
  );
});

test("PD-2: unknown is not done: the clock runs on, and begins when a device is first watched", () => {
  const scenario = new Scenario();
  said(scenario, "unknown");
  scenario.pass(20 * day);
  said(scenario, "unknown");
  said(scenario, false);
  scenario.pass(11 * day);
  assert.equal(alarmsOf(scenario).length, 1);
});

test("PD-3: twice overdue is worse, said once; a restart leaves clock and alarm as they are", () => {
  const scenario = new Scenario();
  said(scenario, false);
  scenario.pass(31 * day);
  scenario.restart();
  assert.equal(alarmsOf(scenario)[0]?.condition, "active");
  scenario.pass(31 * day);
  assert.equal(alarmsOf(scenario)[0]?.priority, "P2");
  assert.equal(scenario.last.filter(({ type }) => type === "alarm-worse").length, 1);
  scenario.pass(100 * day);
  assert.equal(scenario.events.filter(({ type }) => type === "alarm-worse").length, 1);
});

test("PD-4: where its rule is gone, nothing is due any more, and its alarm returns", () => {
  const scenario = new Scenario();
  said(scenario, false);
  scenario.pass(31 * day);
  scenario.world = { ...scenario.world, packs: [] };
  scenario.pass(31 * day);
  assert.equal(alarmsOf(scenario)[0]?.condition, "inactive");
  assert.equal(scenario.state.periodic.has(pointKey("s1/b1", "due.hand")), false);
  assert.equal(scenario.state.deadlines.has(`periodic:${pointKey("s1/b1", "due.hand")}`), false);
});

test("PD-5: a site may shorten the time, and its number counts from what is noted next", () => {
  const scenario = new Scenario();
  const overrides = { "made/P13": { numbers: { manualRunMs: day } } };
  const site = { v: 1, pack: "site:s1", kind: "", rules: [], site: "s1", overrides } as const;
  scenario.world = { ...scenario.world, packs: [...scenario.world.packs, site] };
  said(scenario, true);
  said(scenario, false);
  scenario.pass(day);
  assert.equal(alarmsOf(scenario).length, 1);
});
