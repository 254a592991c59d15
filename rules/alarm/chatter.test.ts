import assert from "node:assert/strict";
import { test } from "node:test";
import type { PackSource } from "../detect/pack.ts";
import { Scenario } from "../scenarios/play.ts";
import { ruleText } from "../text/render.ts";
import { unknownLevels } from "./level.ts";

const s = 1000;

/** A contact of s1/b1 by rule S05 (supervisory) that changes every `everyMs`, beginning with true. */
function shake(scenario: Scenario, times: number, everyMs = s, rule = "S05"): void {
  for (let n = 0; n < times; n += 1) {
    say(scenario, rule, n % 2 === 0);
    scenario.pass(everyMs);
  }
}

function say(scenario: Scenario, rule: string, level: boolean | "unknown", more = {}): void {
  const at = { site: "s1", device: "b1", since: scenario.now };
  scenario.take({ kind: "level", rule, level, ...at, ...more });
}

const count = ({ events }: Scenario, type: string, rule?: string): number =>
  events.filter((e) => e.type === type && (rule === undefined || ("rule" in e && e.rule === rule)))
    .length;

const open = ({ state }: Scenario, rule: string) =>
  [...state.alarms.values()].find((alarm) => alarm.rule === rule && alarm.state !== "normal");

const acknowledge = (scenario: Scenario, rule: string): void =>
  scenario.command({
    command: "acknowledge",
    alarm: open(scenario, rule)?.id ?? assert.fail(rule),
  });

test("CH-1: six edges within 60 s are one alarm that stands, and one fault; five are none", () => {
  const five = new Scenario();
  shake(five, 5);
  assert.equal(count(five, "chatter-held"), 0);
  const six = new Scenario();
  shake(six, 6);
  assert.equal(open(six, "S05")?.chatters, true);
  const fault = open(six, "C02") ?? assert.fail();
  assert.deepEqual([fault.priority, fault.class, fault.device], ["P3", "fault", "b1"]);
  assert.equal(ruleText("zh", fault, six.world), "抖动抑制 · 防拆报警");
  assert.equal(ruleText("en", fault, six.world), "Chatter · Tamper");
  acknowledge(six, "S05");
  shake(six, 200);
  assert.equal(count(six, "alarm-raised", "S05"), 1);
  assert.equal(count(six, "alarm-raised", "C02"), 1);
  assert.equal(open(six, "S05")?.state, "acknowledged", "it neither returns nor sounds again");
  assert.equal(open(six, "S05")?.sounding, false);
});

test("CH-1: an alarm that is acknowledged each time, and so is new each time, is held as well", () => {
  const scenario = new Scenario();
  for (let n = 0; n < 20; n += 1) {
    say(scenario, "S05", true);
    if (open(scenario, "S05")?.state === "unacknowledged") acknowledge(scenario, "S05");
    scenario.pass(s);
    say(scenario, "S05", false);
    scenario.pass(s);
  }
  assert.equal(count(scenario, "alarm-raised", "S05"), 3, "until the sixth edge");
  assert.ok(open(scenario, "S05")?.chatters);
});

test("CH-2: 60 s of quiet after the last edge end it: then it is what its contact says", () => {
  for (const last of [true, false]) {
    const scenario = new Scenario();
    shake(scenario, last ? 7 : 6);
    acknowledge(scenario, "S05");
    scenario.pass(58 * s);
    assert.ok(open(scenario, "S05")?.chatters, "not yet");
    scenario.restart();
    scenario.pass(s);
    assert.equal(open(scenario, "S05")?.state, last ? "acknowledged" : undefined);
    assert.equal(open(scenario, "S05")?.chatters ?? false, false);
    assert.equal(open(scenario, "C02")?.state, "returned-unacknowledged");
    assert.equal(
      [...scenario.state.deadlines.keys()].filter((id) => /^chatter/.test(id)).length,
      0,
    );
  }
});

test("CH-3: a fire is never held: each press and each fire signal is said and journalled", () => {
  const scenario = new Scenario();
  for (let n = 0; n < 30; n += 1) {
    scenario.press("s1", "b1", null, 0);
    assert.ok(scenario.last.some(({ type }) => /alarm-raised|press-repeated/.test(type)));
    assert.ok(open(scenario, "F01")?.sounding, "heard");
    scenario.command({ command: "silence", alarm: open(scenario, "F01")?.id ?? "" });
    say(scenario, "F02", n % 2 === 0);
    scenario.pass(s);
  }
  assert.equal(scenario.state.alarms.get(open(scenario, "F01")?.id ?? "")?.presses, 30);
  assert.equal(count(scenario, "alarm-condition"), 29);
  assert.equal(count(scenario, "chatter-held"), 0);
  assert.equal(count(scenario, "alarm-raised", "C02"), 0);
});

test("CH-4: an alarm that is held still becomes more urgent when it burns, and worse when it is", () => {
  const pump: PackSource = {
    v: 1,
    pack: "pump",
    kind: "button",
    rules: [
      {
        ...{ id: "P03", name: { zh: "x", en: "x" }, act: { zh: "x", en: "x" }, basis: "made" },
        ...{ class: "supervisory", priority: "P2", point: "auto", when: "x" },
        ...{ setAfterMs: 0, clearAfterMs: 0, whileFire: "P0" },
      },
    ],
  };
  const scenario = new Scenario();
  scenario.world = { ...scenario.world, packs: [pump] };
  shake(scenario, 6, s, "P03");
  scenario.press("s1", "b2", null, 0);
  assert.equal(open(scenario, "P03")?.priority, "P2", "its contact is closed again at this moment");
  say(scenario, "P03", true);
  const alarm = open(scenario, "P03") ?? assert.fail();
  assert.deepEqual([alarm.priority, alarm.sounding, alarm.chatters], ["P0", true, true]);
  acknowledge(scenario, "P03");
  say(scenario, "P03", true, { worse: true, evidence: [] });
  assert.deepEqual([open(scenario, "P03")?.worse, open(scenario, "P03")?.sounding], [true, true]);
});

test("CH-5: a link that comes and goes is no contact that chatters", () => {
  const scenario = new Scenario();
  say(scenario, "S05", true);
  for (let n = 0; n < 20; n += 1) {
    say(scenario, "S05", n % 2 === 0 ? "unknown" : true);
    scenario.pass(s);
  }
  assert.equal(count(scenario, "chatter-held"), 0);
});

test("CH-6: a start does not take the core's own alarms for conditions that nobody knows", () => {
  const scenario = new Scenario();
  shake(scenario, 6);
  const asked = unknownLevels(scenario.state, scenario.now).map(
    (level) => "rule" in level && level.rule,
  );
  assert.deepEqual(asked, ["S05"]);
});

test("CH-7: what the state keeps of contacts goes after ten minutes of quiet", () => {
  const scenario = new Scenario();
  for (let n = 0; n < 100; n += 1) {
    const at = { site: "s1", device: `x${n}`, since: 0 } as const;
    scenario.take({ kind: "level", rule: "S05", level: true, ...at });
  }
  assert.equal(scenario.state.rates.edges.size, 100);
  scenario.pass(601 * s);
  say(scenario, "S05", true);
  assert.equal(scenario.state.rates.edges.size, 1);
});
