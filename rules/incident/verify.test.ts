/** Somebody looks while others stand by, and what has to be so before a fire is called false. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { indexInventory } from "../inventory-index.ts";
import { districtInventory } from "../scenarios/fixture.ts";
import { Scenario } from "../scenarios/play.ts";
import { orderWhat } from "../text/render.ts";
import type { Look } from "./incident.ts";

const refused = ({ last }: Scenario) =>
  last.flatMap((event) => (event.type === "signal-refused" ? event.reason : []));
const prompts = (scenario: Scenario) =>
  scenario.events.flatMap((e) => (e.type === "operator-prompted" ? e.code : []));

function detected(scenario = new Scenario()): Scenario {
  scenario.detect("F02", "s1", "b1");
  scenario.command({ command: "acknowledge", alarm: scenario.incident.alarms.at(-1) ?? "" });
  return scenario;
}

function crowded(): Scenario {
  const scenario = new Scenario();
  const sites = districtInventory.sites.map((site) => ({ ...site, crowded: true }));
  const inventory = indexInventory({ ...districtInventory, sites });
  scenario.world = { ...scenario.world, inventory };
  return scenario;
}

function reply(scenario: Scenario, station: string, revision: number, said = "accepted"): void {
  const { id: order } = scenario.orderOf(station);
  const body = { kind: "reply", station, order, revision, seq: null, ts: null } as const;
  scenario.take({ ...body, reply: said as "accepted" });
}

const camera: Look = { how: "camera", found: "nothing" };
function falsely(scenario: Scenario, look: Look | undefined, more = {}): void {
  const { id: incident } = scenario.incident;
  const act = { command: "verify", incident, result: "false", cause: "A4" } as const;
  scenario.command({ ...act, ...(look ? { look } : {}), ...more });
}

test("VF-1: one signal: the micro station looks, the first-due station is told, and does not go", () => {
  const scenario = detected();
  const [micro, station] = ["M1", "R1"].map((id) => scenario.orderOf(id));
  assert.deepEqual([micro?.kind, station?.kind], ["turn-out", "stand-by"]);
  assert.equal(scenario.incident.stationsOrdered, 0);
  const alarm = scenario.state.alarms.get(station?.alarm ?? "");
  assert.ok(alarm && station && micro);
  assert.match(orderWhat(alarm, station, scenario.world).zh, /^【预警,暂不出动】 /);
  assert.match(orderWhat(alarm, station, scenario.world).en, /^\[Stand by, do not turn out\] /);
  assert.doesNotMatch(orderWhat(alarm, micro, scenario.world).zh, /预警/);
});

test("VF-2: who stands by goes by a revision of the same order, which asks for an answer of its own", () => {
  const scenario = detected();
  reply(scenario, "R1", 1);
  assert.equal(scenario.orderOf("R1").state, "accepted");
  scenario.command({ command: "verify", incident: scenario.incident.id, result: "confirmed" });
  const order = scenario.orderOf("R1");
  assert.deepEqual([order.kind, order.revision, order.state], ["turn-out", 2, "issued"]);
  reply(scenario, "R1", 1);
  assert.deepEqual(refused(scenario), ["of-another-kind"]);
  reply(scenario, "R1", 2);
  assert.equal(scenario.orderOf("R1").state, "accepted");
  assert.equal([...scenario.state.orders.values()].filter((o) => o.station === "R1").length, 1);
});

test("VF-3: at night, in a crowd and under a red code both go at once", () => {
  const kind = (scenario: Scenario) => detected(scenario).orderOf("R1").kind;
  assert.equal(kind(new Scenario()), "stand-by");
  assert.equal(kind(crowded()), "turn-out");
  const red = new Scenario();
  red.command({ command: "set-site-code", site: "s1", colour: "red", reason: "other" });
  assert.equal(kind(red), "turn-out");
  for (const [hours, is] of [
    [12, "turn-out"],
    [19, "turn-out"],
    [20, "stand-by"],
  ] as const) {
    const night = new Scenario();
    night.pass(hours * 3_600_000 + 1000);
    assert.equal(kind(night), is, `10:00 and ${hours} h`);
  }
});

for (const [accepts, afterMs] of [
  [false, 90_000],
  [true, 180_000],
] as const) {
  test(`VF-4: without a result it is treated as real after ${afterMs / 1000} s, by nobody`, () => {
    const scenario = new Scenario();
    scenario.detect("F02", "s1", "b1");
    if (accepts) reply(scenario, "M1", 1);
    scenario.command({ command: "acknowledge", alarm: scenario.incident.alarms[0] ?? "" });
    scenario.detect("F02", "s1", "b1", { level: false });
    scenario.pass(afterMs - 1);
    assert.equal(scenario.incident.verification, "acknowledged");
    scenario.restart();
    scenario.pass(1);
    const moved = scenario.events.findLast((event) => event.type === "verification-moved");
    assert.deepEqual([moved?.to, moved?.by], ["undetermined", null]);
    assert.equal(scenario.incident.priority, "P0");
    assert.equal(scenario.orderOf("R1").kind, "turn-out");
  });
}

test("VF-5: a second independent signal orders at once; the same point again does not", () => {
  const scenario = detected();
  scenario.detect("F02", "s1", "b1");
  assert.equal(scenario.orderOf("R1").kind, "stand-by");
  scenario.detect("F02", "s1", "b2");
  assert.equal(scenario.orderOf("R1").kind, "turn-out");
  assert.ok(prompts(scenario).includes("second-signal"));
});

test("VF-6: false needs a cause, who looked and what was found; each thing that is missing is named", () => {
  const scenario = detected();
  const { now } = scenario;
  const onSite = { how: "on-site", found: "steam-dust" } as const;
  const cases: readonly (readonly [Look | undefined, object, string])[] = [
    [camera, { cause: undefined }, "cause-needed"],
    [undefined, {}, "look-needed"],
    [{ ...camera, how: "by-ear" as "camera" }, {}, "unknown-look"],
    [{ ...camera, found: "?" as "nothing" }, {}, "found-needed"],
    [{ ...camera, how: "hot-work-crew" }, {}, "hot-work-word-alone"],
    [onSite, {}, "witness-needed"],
    [{ ...onSite, person: "P-9" }, {}, "witness-needed"],
    [{ ...onSite, person: "P-9", arrivedAt: now + 1 }, {}, "arrival-in-future"],
  ];
  for (const [look, more, reason] of cases) {
    falsely(scenario, look, more);
    assert.deepEqual(refused(scenario), [reason]);
  }
  const look = { ...onSite, person: "P-9", arrivedAt: now };
  falsely(scenario, look);
  assert.deepEqual(scenario.incident.look, look);
  const two = new Scenario();
  two.detect("F03", "s1", "b1");
  falsely(two, camera, { second: "P-2" });
  assert.deepEqual(refused(two), ["camera-not-enough"]);
});

test("VF-7: a P0 waits 120 s for its second person, who is the shift leader; meanwhile its orders stand", () => {
  const scenario = new Scenario();
  scenario.detect("F03", "s1", "b1");
  const look: Look = { how: "on-site", found: "nothing", person: "P-9", arrivedAt: scenario.now };
  falsely(scenario, look);
  assert.deepEqual(refused(scenario), ["second-person-needed"]);
  falsely(scenario, look, { ask: true });
  const asked = scenario.last.find((event) => event.type === "false-proposed");
  assert.deepEqual(asked?.calls, [{ to: "shift-leader", person: "P-shift" }]);
  const { id: incident } = scenario.incident;
  const answer = (person: string, agrees = true) =>
    scenario.command({ command: "answer-false", incident, agrees }, person);
  answer("P-1");
  assert.deepEqual(refused(scenario), ["second-person-must-differ"]);
  answer("P-2");
  assert.deepEqual(refused(scenario), ["not-the-shift-leader"]);
  scenario.pass(120_000);
  assert.ok(prompts(scenario).includes("second-person-silent"));
  assert.equal(scenario.incident.proposal, null);
  assert.equal(scenario.orderOf("R1").state, "issued");
  falsely(scenario, look, { ask: true });
  answer("P-shift");
  const moved = scenario.last.find((event) => event.type === "verification-moved");
  assert.deepEqual([moved?.to, moved?.by, moved?.second], ["false", "P-1", "P-shift"]);
});

test("VF-8: whoever was told is called back; who has not said that it heard is chased, and named", () => {
  const scenario = new Scenario();
  scenario.press("s1", "b1", 1, 0);
  reply(scenario, "R1", 1);
  reply(scenario, "M1", 1);
  falsely(scenario, camera);
  reply(scenario, "M1", 2);
  assert.equal(scenario.orderOf("M1").recallAwaited, false);
  scenario.pass(60_000);
  const chased = scenario.events.flatMap((e) => (e.type === "recall-unanswered" ? e.order : []));
  assert.deepEqual(chased, [scenario.orderOf("R1").id]);
  const prompt = scenario.events.findLast((event) => event.type === "operator-prompted");
  assert.deepEqual([prompt?.code, prompt?.order], ["recall-unanswered", chased[0]]);
  const { id: order } = scenario.orderOf("R1");
  scenario.command({ command: "reply-by-radio", order, reply: "accepted" });
  assert.notEqual(scenario.incident.closedAt, null, "entered by a person, it is answered");
});

test("VF-9: a false alarm opens a record of repair for each point that said so", () => {
  const scenario = detected();
  falsely(scenario, camera);
  const [record] = scenario.state.maintenance.values();
  assert.deepEqual(
    [record?.device, record?.point, record?.reason, record?.by],
    ["b1", "one", "verified-false", "P-1"],
  );
});

test("VF-10: closing waits until points are normal and the linkage stands as the shift recorded it", () => {
  const scenario = detected();
  const panel = { kind: "panel", site: "s1", device: "b3", point: "mode", note: "auto" } as const;
  scenario.command({ command: "record-linkage", site: "s1", auto: false });
  scenario.take({ ...panel, value: true, ts: null });
  falsely(scenario, camera);
  assert.equal(scenario.incident.closedAt, null);
  scenario.detect("F02", "s1", "b1", { level: "unknown" });
  scenario.take({ ...panel, value: false, ts: null });
  assert.equal(scenario.incident.closedAt, null, "unknown is not normal");
  scenario.take({ ...panel, value: true, ts: null });
  scenario.detect("F02", "s1", "b1", { level: false });
  assert.equal(scenario.incident.closedAt, null, "not as the shift has it");
  scenario.take({ ...panel, value: false, ts: null });
  assert.notEqual(scenario.incident.closedAt, null);
});

test("VF-11: what was called off takes in nothing new: a press, and a point that fires again, are fires", () => {
  const scenario = new Scenario();
  scenario.detect("F02", "s1", "b1");
  falsely(scenario, camera);
  const { id } = scenario.incident;
  assert.equal(scenario.incident.closedAt, null);
  scenario.press("s1", "b1", 1, 0);
  assert.equal(scenario.state.incidents.size, 2);
  assert.notEqual(scenario.incident.alarms, scenario.state.incidents.get(id)?.alarms);
  scenario.detect("F02", "s1", "b1", { level: false });
  scenario.detect("F02", "s1", "b1");
  const [, second] = scenario.state.incidents.values();
  assert.equal(second?.alarms.length, 2, "it joins what burns, not what was false");
});
