/** Suppression out of service has a clock: 24 h in all are an alarm and a report (GB 25201). */
import assert from "node:assert/strict";
import { test } from "node:test";
import { Scenario } from "../scenarios/play.ts";

const hour = 3_600_000;

const alarmOf = ({ state }: Scenario) =>
  [...state.alarms.values()].find(({ rule, state: now }) => rule === "E02" && now !== "normal");
const clockOf = ({ state }: Scenario) => state.impairments.get("s1/b1");
const stands = (s: Scenario) => s.detect("P03", "s1", "b1");
const ends = (s: Scenario) => s.detect("P03", "s1", "b1", { level: false });
const work = {
  command: "take-out-of-service",
  ...{ site: "s1", device: "b1", reason: "being-repaired" },
} as const;

test("IP-1: a day of an alarm of that class is E02, P1, and no sooner; whole again it returns", () => {
  const scenario = new Scenario();
  stands(scenario);
  scenario.pass(23 * hour);
  assert.equal(alarmOf(scenario), undefined);
  scenario.pass(hour);
  const alarm = alarmOf(scenario);
  assert.deepEqual(
    [alarm?.priority, alarm?.class, alarm?.site, alarm?.device, alarm?.condition],
    ["P1", "suppression", "s1", "b1", "active"],
  );
  ends(scenario);
  assert.equal(alarmOf(scenario)?.condition, "inactive");
  assert.equal(clockOf(scenario)?.since, null);
});

test("IP-2: hours add up over returns; a whole day without begins anew", () => {
  const scenario = new Scenario();
  for (let n = 0; n < 3; n += 1) {
    assert.equal(alarmOf(scenario), undefined);
    stands(scenario);
    scenario.pass(8 * hour);
    if (n < 2) ends(scenario);
    if (n < 2) scenario.pass(20 * hour);
  }
  assert.ok(alarmOf(scenario), "three times eight hours");
  const slow = new Scenario();
  for (let n = 0; n < 4; n += 1) {
    stands(slow);
    slow.pass(8 * hour);
    ends(slow);
    slow.pass(25 * hour);
    assert.equal(clockOf(slow), undefined);
  }
  assert.equal(alarmOf(slow), undefined);
});

test("IP-3: work on a device that suppresses is an impairment, an unknown alarm is none that is over", () => {
  const scenario = new Scenario();
  scenario.command({ ...work, until: scenario.now + 48 * hour });
  scenario.pass(24 * hour);
  assert.ok(alarmOf(scenario));
  const [record = ""] = scenario.state.outOfService.keys();
  scenario.command({ command: "return-to-service", record });
  assert.equal(alarmOf(scenario)?.condition, "inactive");
  const lost = new Scenario();
  stands(lost);
  lost.detect("P03", "s1", "b1", { level: "unknown" });
  lost.pass(24 * hour);
  assert.ok(alarmOf(lost));
});

test("IP-3: work on a rule that suppresses nothing, or on a point, is none", () => {
  const scenario = new Scenario();
  scenario.command({ ...work, rule: "S02", until: scenario.now + 48 * hour });
  scenario.command({ ...work, points: ["d1"], until: scenario.now + 48 * hour });
  assert.equal(scenario.state.outOfService.size, 2);
  assert.equal(clockOf(scenario), undefined);
});

test("IP-4: the clock survives a restart, and a report is said once", () => {
  const scenario = new Scenario();
  stands(scenario);
  scenario.pass(10 * hour);
  scenario.restart();
  scenario.pass(14 * hour);
  assert.ok(alarmOf(scenario));
  ends(scenario);
  scenario.pass(hour);
  stands(scenario);
  assert.equal(
    alarmOf(scenario)?.condition,
    "active",
    "impaired again within the day: it stands again",
  );
  scenario.pass(100 * hour);
  const said = [...scenario.state.alarms.values()].filter(({ rule }) => rule === "E02");
  assert.equal(said.length, 1);
});

test("IP-5: nobody acknowledges: others are called as for any P1; work on the device does not silence it", () => {
  const scenario = new Scenario();
  stands(scenario);
  scenario.pass(24 * hour);
  const id = alarmOf(scenario)?.id ?? "";
  assert.ok(scenario.state.deadlines.has(`escalate:${id}`));
  scenario.command({ ...work, until: scenario.now + 48 * hour });
  const alarm = alarmOf(scenario);
  assert.deepEqual([alarm?.outOfService, alarm?.sounding], [null, true]);
  scenario.restart();
  assert.equal(alarmOf(scenario)?.condition, "active", "a restart leaves what the core decides");
});
