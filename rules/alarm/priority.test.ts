import assert from "node:assert/strict";
import { test } from "node:test";
import { localTime } from "../calendar.ts";
import type { Packs } from "../rulebook.ts";
import { Scenario } from "../scenarios/play.ts";
import { completeSettings, defaultSettings } from "../settings.ts";

const hour = 3_600_000;

/** A supervisory rule of the district that is more urgent by night. */
function scenarioAt(startHour: number): Scenario {
  const scenario = new Scenario();
  const packs = scenario.world.packs.map((pack) => ({
    ...pack,
    rules: pack.rules.map((rule) => (rule.id === "P05" ? { ...rule, atNight: "P1" } : rule)),
  })) as Packs;
  scenario.world = { ...scenario.world, packs };
  const now = localTime(scenario.now, scenario.world.settings.utcOffsetMin).hour;
  scenario.pass(((startHour - now + 24) % 24) * hour);
  return scenario;
}

const priority = (s: Scenario) =>
  [...s.state.alarms.values()].find((a) => a.rule === "P05")?.priority;

test("AL-6: by night a rule may be more urgent than by day, never less; midnight is night", () => {
  for (const [at, is] of [
    [21, "P2"],
    [22, "P1"],
    [0, "P1"],
    [5, "P1"],
    [6, "P2"],
  ] as const) {
    const scenario = scenarioAt(at);
    scenario.detect("P05", "s1", "b1");
    assert.equal(priority(scenario), is, `${at}:00`);
  }
});

test("AL-6: what comes back by night is more urgent then, and sounds", () => {
  const scenario = scenarioAt(20);
  scenario.detect("P05", "s1", "b1");
  const [alarm] = [...scenario.state.alarms.values()].filter((a) => a.rule === "P05");
  scenario.command({ command: "acknowledge", alarm: alarm?.id ?? "" });
  scenario.pass(3 * hour);
  assert.equal(priority(scenario), "P2", "what stands is not said again because the hour strikes");
  scenario.detect("P05", "s1", "b1", { level: false });
  scenario.detect("P05", "s1", "b1");
  assert.equal(priority(scenario), "P1");
});

test("AL-7: settings of an older gateway are complete with what it did not know", () => {
  const { nightFromHour: _, ...dispatch } = defaultSettings.dispatch;
  const old = { ...defaultSettings, dispatch: { ...dispatch, maxStations: 2 } };
  const { dispatch: now } = completeSettings(old as Partial<typeof defaultSettings>);
  assert.deepEqual([now.nightFromHour, now.maxStations], [22, 2]);
});
