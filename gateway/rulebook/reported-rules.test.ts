/**
 * Rules that no detector looks at: another part of the gateway says that they are true. Here levels are
 * written by hand, against the packs as they are shipped, as the producers will send them.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { isReported, type RuleSource } from "#rules/detect/pack.ts";
import { indexInventory } from "#rules/inventory-index.ts";
import { districtInventory } from "#rules/scenarios/fixture.ts";
import { Scenario } from "#rules/scenarios/play.ts";
import { alarmText } from "#rules/text/render.ts";
import { readPacks } from "./packs.ts";
import { readProfiles } from "./profiles.ts";

const packs = readPacks(readProfiles());
const reported = packs.flatMap(({ kind, rules }) =>
  rules.filter(isReported).map((rule) => ({ kind, rule })),
);

/** What each is about: a button of the inventory, a permit, the site. */
const devices: Readonly<Record<string, string>> = {
  ...{ button: "b2", permit: "T-0312", site: "site" },
  "station-box": "box",
};
const box = { id: "box", site: "s1", kind: "station-box", station: "M1" };
const inventory = { ...districtInventory, devices: [...districtInventory.devices, box] };

function site() {
  const scenario = new Scenario();
  scenario.world = { ...scenario.world, packs, inventory: indexInventory(inventory) };
  // By day: what the night adds is a case of its own.
  scenario.pass(8 * 3_600_000);
  return scenario;
}

function level(kind: string, { id, point }: RuleSource) {
  const device = devices[kind] ?? assert.fail(kind);
  return { kind: "level", rule: id, site: "s1", device, point, since: 0 } as const;
}

const raisedBy = ({ last }: Scenario) =>
  last.filter((event) => event.type === "alarm-raised" && event.class !== "system");

for (const { kind, rule } of reported) {
  test(`HR-5: ${kind} ${rule.id}: a level raises it with its words; a repeat, an end, the unknown raise nothing`, () => {
    const scenario = site();
    const said = level(kind, rule);
    for (const nothing of [false, "unknown"] as const) {
      scenario.take({ ...said, level: nothing });
      assert.deepEqual(raisedBy(scenario), []);
    }
    scenario.take({ ...said, level: true });
    const [raised] = raisedBy(scenario);
    assert.ok(raised?.type === "alarm-raised");
    assert.deepEqual(
      [raised.rule, raised.class, raised.priority, raised.latched, raised.marks],
      [rule.id, rule.class, rule.priority, rule.class === "fire", []],
    );
    const alarm = scenario.state.alarms.get(raised.alarm) ?? assert.fail();
    for (const language of ["zh", "en"] as const) {
      assert.ok(alarmText(language, alarm, scenario.world).includes(rule.name[language]));
    }
    scenario.take({ ...said, level: true });
    assert.deepEqual(scenario.last, [], "a repeat decides nothing");
    scenario.take({ ...said, level: "unknown" });
    assert.equal(scenario.state.alarms.get(raised.alarm)?.condition, "unknown");
    scenario.take({ ...said, level: false });
    assert.equal(
      scenario.state.alarms.get(raised.alarm)?.state,
      rule.class === "fire" ? "unacknowledged" : "returned-unacknowledged",
      "a fire is held until it is reset",
    );
  });
}

test("HR-5: a second miss of the duty check and of the watcher is P1; its calls begin then", () => {
  for (const id of ["S01", "H04"]) {
    const { kind, rule } = reported.find((one) => one.rule.id === id) ?? assert.fail();
    const scenario = site();
    const said = level(kind, rule);
    scenario.take({ ...said, level: true });
    const [raised] = raisedBy(scenario);
    assert.ok(raised?.type === "alarm-raised");
    assert.equal(raised.priority, "P2");
    scenario.take({ ...said, level: true, worse: true });
    assert.equal(scenario.state.alarms.get(raised.alarm)?.priority, "P1");
    assert.ok(scenario.last.some(({ type }) => type === "escalation-armed"));
    scenario.take({ ...said, level: true, worse: true });
    assert.deepEqual(scenario.last, [], "once");
  }
});

test("HR-5: a duty check that is missed by night is suppression out of service at once", () => {
  const { kind, rule } = reported.find((one) => one.rule.id === "S01") ?? assert.fail();
  const scenario = site();
  scenario.pass(6 * 3_600_000);
  scenario.take({ ...level(kind, rule), level: true });
  const [raised] = raisedBy(scenario);
  assert.ok(raised?.type === "alarm-raised");
  assert.equal(raised.priority, "P1");
});

test("HR-5: fire in a hot-work zone opens an incident and sends somebody; a missing report does not", () => {
  const scenario = site();
  const of = (id: string) => reported.find((one) => one.rule.id === id) ?? assert.fail();
  const denied = of("H01");
  scenario.take({ ...level(denied.kind, denied.rule), level: true });
  assert.equal(scenario.state.incidents.size, 0);
  const fire = of("H06");
  scenario.take({ ...level(fire.kind, fire.rule), level: true });
  assert.equal(scenario.state.incidents.size, 1);
  assert.ok(scenario.last.some(({ type }) => type === "order-issued"));
});

test("HR-5: a rule that is in no pack raises nothing of a device nobody knows", () => {
  const scenario = site();
  scenario.take({
    kind: "level",
    rule: "X99",
    site: "s1",
    device: "T-0312",
    point: "x",
    level: true,
    since: 0,
  });
  assert.deepEqual(scenario.last, []);
});
