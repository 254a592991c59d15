import assert from "node:assert/strict";
import { test } from "node:test";
import { Scenario } from "../scenarios/play.ts";
import { ruleText } from "../text/render.ts";

const day = 86_400_000;

/** Somebody presses, and nothing burns. */
function falsely(scenario: Scenario, device = "b1", cause: "A4" | "B2" = "B2"): void {
  scenario.press("s1", device, null, 0);
  const incident = scenario.incident.id;
  scenario.command({
    command: "verify",
    incident,
    result: "false",
    look: { how: "camera", found: "nothing" },
    cause,
  });
}

const nuisances = ({ state }: Scenario) =>
  [...state.alarms.values()].filter(({ rule, state: now }) => rule === "C01" && now !== "normal");

const point = { site: "s1", device: "b1", point: "press" } as const;
const open = { command: "open-maintenance", ...point, reason: "false-alarms" } as const;
const refused = ({ last }: Scenario) =>
  last.flatMap((event) => (event.type === "signal-refused" ? event.reason : []));

test("NU-1: three times false within 7 days is an alarm of the point, P3; spread wider it is none", () => {
  const scenario = new Scenario();
  for (let n = 0; n < 3; n += 1) {
    assert.equal(nuisances(scenario).length, 0);
    falsely(scenario);
    scenario.pass(3 * day);
  }
  const [alarm, ...others] = nuisances(scenario);
  assert.deepEqual(others, []);
  assert.deepEqual([alarm?.priority, alarm?.class, alarm?.device], ["P3", "fault", "b1"]);
  assert.equal(alarm && ruleText("zh", alarm, scenario.world), "重复误报 · 手动报警");
  const slow = new Scenario();
  for (let n = 0; n < 6; n += 1) {
    falsely(slow);
    slow.pass(4 * day);
  }
  assert.equal(nuisances(slow).length, 0);
});

test("NU-1: it mutes nothing: the next press of that point is a fire as ever", () => {
  const scenario = new Scenario();
  for (let n = 0; n < 4; n += 1) falsely(scenario);
  scenario.press("s1", "b1", null, 0);
  assert.deepEqual(scenario.last.map(({ type }) => type).slice(0, 3), [
    "alarm-moved",
    "alarm-raised",
    "escalation-armed",
  ]);
  assert.ok(scenario.last.some(({ type }) => type === "order-issued"));
});

test("NU-2: more than five false alarms of a site in a day are an alarm of the site", () => {
  const scenario = new Scenario();
  const ofSite = () => nuisances(scenario).filter(({ device }) => device === "site");
  for (let n = 0; n < 5; n += 1) falsely(scenario, `b${(n % 3) + 1}`);
  assert.equal(ofSite().length, 0);
  falsely(scenario, "b1");
  assert.equal(ofSite().length, 1);
  const [alarm] = ofSite();
  scenario.command({ command: "acknowledge", alarm: alarm?.id ?? "" });
  assert.equal(ofSite().length, 0, "it has been seen");
});

test("NU-3: an order has point, reason, who, and ends with a result; with it the alarm ends", () => {
  const scenario = new Scenario();
  for (let n = 0; n < 3; n += 1) falsely(scenario);
  const [order] = scenario.state.maintenance.values();
  assert.deepEqual([order?.by, order?.before, order?.closed], ["P-1", 1, null]);
  assert.equal(order?.reason, "verified-false");
  scenario.command(open, "P-7");
  assert.deepEqual(refused(scenario), ["open-already"]);
  scenario.restart();
  const close = {
    command: "close-maintenance",
    order: order?.id ?? "",
    result: "cleaned",
  } as const;
  scenario.command(close, "P-8");
  const [closed] = scenario.state.maintenance.values();
  assert.deepEqual(closed?.closed, { at: scenario.now, by: "P-8", result: "cleaned" });
  assert.equal(nuisances(scenario)[0]?.state, "returned-unacknowledged");
  scenario.command(close);
  assert.deepEqual(refused(scenario), ["closed"]);
});

test("NU-4: one order of a point at once, of a device that is known", () => {
  const scenario = new Scenario();
  scenario.command({ ...open, device: "nobody" });
  assert.deepEqual(refused(scenario), ["unknown-device"]);
  scenario.command(open);
  scenario.command(open);
  assert.deepEqual(refused(scenario), ["open-already"]);
  scenario.command({ command: "close-maintenance", order: "M0", result: "other" });
  assert.deepEqual(refused(scenario), ["unknown-order"]);
});

test("NU-5: 30 days later the false alarms since are counted beside those before, over an absence too", () => {
  const scenario = new Scenario();
  for (let n = 0; n < 3; n += 1) falsely(scenario);
  const [first] = scenario.state.maintenance.keys();
  scenario.command({ command: "close-maintenance", order: first ?? "", result: "cleaned" });
  falsely(scenario);
  scenario.pass(10 * day);
  falsely(scenario);
  falsely(scenario, "b2");
  scenario.pass(15 * day);
  assert.equal([...scenario.state.maintenance.values()][0]?.after, null);
  scenario.away(10 * day);
  const order = [...scenario.state.maintenance.values()].find((one) => one.before === 4);
  assert.deepEqual([order?.closed, order?.after], [null, 1]);
  assert.ok(scenario.events.some(({ type }) => type === "maintenance-reviewed"));
});

test("NU-6: what the state keeps is bounded: points that are quiet for 30 days go, orders too", () => {
  const scenario = new Scenario();
  falsely(scenario, "b2");
  scenario.pass(31 * day);
  falsely(scenario, "b1");
  assert.deepEqual([...scenario.state.falseAlarms.keys()], ["s1/b1#press"]);
  for (let n = 0; n < 120; n += 1) falsely(scenario);
  assert.equal(scenario.state.falseAlarms.get("s1/b1#press")?.at.length, 100);
  for (let n = 0; n < 510; n += 1) {
    scenario.command(open);
    const order = [...scenario.state.maintenance.keys()].at(-1) ?? "";
    scenario.command({ command: "close-maintenance", order, result: "other" });
    scenario.pass(31 * day);
  }
  assert.equal(scenario.state.maintenance.size, 501, "and the one of b2, which is open");
});
