/** The table of a site: what follows one signal and two, delays, feedback, ends, and what is never told. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Inventory, LinkageRow } from "../inventory.ts";
import { indexInventory } from "../inventory-index.ts";
import { districtInventory } from "../scenarios/fixture.ts";
import { Scenario } from "../scenarios/play.ts";

const say = { zh: "{place}发生火警", en: "fire at {place}" };
const of = { site: "s1", class: "fire" } as const;
const siren: LinkageRow = {
  ...of,
  ...{ id: "siren", signals: "one", device: "siren-1", command: "siren", feedbackWithinMs: 10_000 },
};
const board: LinkageRow = {
  ...of,
  ...{ id: "board", signals: "two", afterMs: 5000, device: "board-1", command: "display", say },
};

function withTable(...linkage: LinkageRow[]): Scenario {
  const scenario = new Scenario();
  const inventory: Inventory = {
    ...districtInventory,
    linkage,
    sites: districtInventory.sites.map((s) => ({ ...s, roster: ["P-a", "P-b"] })),
  };
  scenario.world = { ...scenario.world, inventory: indexInventory(inventory) };
  return scenario;
}

const runs = ({ state }: Scenario) => [...state.linkages.values()];
const states = (scenario: Scenario) => runs(scenario).map(({ row, state }) => `${row} ${state}`);
const answer = (scenario: Scenario, feedback: "done" | "failed") =>
  scenario.take({ kind: "linkage-feedback", linkage: runs(scenario)[0]?.id ?? "", feedback });

test("LN-1: an alarm of its class at its site starts a row once for its incident", () => {
  const scenario = withTable(siren);
  scenario.press("s2", "b1", 1, 0);
  scenario.detect("P05", "s1", "b1");
  assert.deepEqual(runs(scenario), []);
  scenario.press("s1", "b1", 1, 0);
  assert.deepEqual(states(scenario), ["siren due"]);
  scenario.press("s1", "b1", 2, 0);
  scenario.press("s1", "b2", 1, 0);
  assert.deepEqual(states(scenario), ["siren due"], "the same incident");
});

test("LN-2: two signals are two sources, not one that comes twice; a vote has its voters (GB 50116 4.1.6)", () => {
  const scenario = withTable(board);
  scenario.press("s1", "b1", 1, 0);
  scenario.pass(1000);
  scenario.press("s1", "b1", 2, 0);
  assert.deepEqual(runs(scenario), []);
  scenario.detect("F02", "s1", "b2");
  assert.deepEqual(states(scenario), ["board waits"]);
  const vote = withTable(board);
  vote.detect("F03", "s1", "b1", { causes: ["d1", "d2"] });
  assert.deepEqual(states(vote), ["board waits"]);
  const single = withTable(board);
  single.detect("F02", "s1", "b1", { causes: ["d1"] });
  assert.deepEqual(runs(single), []);
});

test("LN-3: a delay is a deadline, over a restart too; a false alarm within it stops it", () => {
  const scenario = withTable({ ...board, signals: "one" });
  scenario.press("s1", "b1", 1, 0);
  scenario.pass(4999);
  scenario.restart();
  assert.deepEqual(states(scenario), ["board waits"]);
  scenario.pass(1);
  assert.deepEqual(states(scenario), ["board due"]);
  const none = withTable({ ...board, signals: "one" });
  none.press("s1", "b1", 1, 0);
  none.command({ command: "verify", incident: none.incident.id, result: "test" });
  assert.deepEqual(states(none), ["board cancelled"]);
  none.pass(10_000);
  assert.deepEqual(states(none), ["board cancelled"]);
});

test("LN-4: feedback is awaited until its time, then said to be missing; one that comes late counts", () => {
  const scenario = withTable(siren);
  scenario.press("s1", "b1", 1, 0);
  scenario.pass(10_000);
  assert.equal(runs(scenario)[0]?.feedback, "none");
  answer(scenario, "failed");
  answer(scenario, "done");
  assert.equal(runs(scenario)[0]?.feedback, "done");
  answer(scenario, "done");
  assert.deepEqual(scenario.last, []);
  const quick = withTable(siren);
  quick.press("s1", "b1", 1, 0);
  answer(quick, "done");
  quick.pass(20_000);
  assert.equal(runs(quick)[0]?.feedback, "done");
});

test("LN-5: people and stations are called as by anybody else, once, and within the limit", () => {
  const scenario = withTable(
    { ...of, id: "people", signals: "one", people: { site: true } },
    { ...of, id: "brigade", signals: "one", station: "B1" },
    { ...of, id: "near", signals: "one", station: "R1" },
  );
  scenario.press("s1", "b1", 1, 0);
  assert.deepEqual(states(scenario), ["people due", "brigade due", "near due"]);
  const [called] = scenario.state.callOuts.values();
  assert.deepEqual([called?.by, [...(called?.people.keys() ?? [])]], [null, ["P-a", "P-b"]]);
  assert.equal(scenario.orderOf("B1").why, "linkage");
  const r1 = [...scenario.state.orders.values()].filter(({ station }) => station === "R1");
  assert.equal(r1.length, 1, "the nearest station was ordered already");
  const full = withTable({ ...of, id: "far", signals: "one", station: "R4" });
  full.detect("F03", "s1", "b1");
  assert.deepEqual(
    runs(full).map(({ state, reason }) => [state, reason]),
    [["refused", "most-stations"]],
  );
});

test("LN-6: what sounds ends with the incident; nothing follows a test or what is out of service", () => {
  const scenario = withTable(siren);
  scenario.press("s1", "b1", 1, 0);
  scenario.command({ command: "verify", incident: scenario.incident.id, result: "test" });
  assert.deepEqual(states(scenario), ["siren ended"]);
  const tested = withTable(siren);
  const expected = [{ device: "b1", point: "press" }];
  const endsAt = tested.now + 3_600_000;
  const test = { command: "open-test", site: "s1", tester: "P-t", linkage: "manual" } as const;
  tested.command({ ...test, endsAt, expected });
  const id = [...tested.state.tests.keys()][0] ?? "";
  tested.command({ command: "announce-press", test: id, device: "b1", point: "press" });
  tested.press("s1", "b1", 1, 0);
  assert.deepEqual(runs(tested), []);
});

test("LN-11: who only stands by is not called by that; while 119 commands nobody is", () => {
  const near = { ...of, id: "near", signals: "one", station: "R1" } as const;
  const scenario = withTable(near);
  scenario.detect("F02", "s1", "b1");
  assert.equal(scenario.orderOf("R1").kind, "turn-out");
  const later = withTable({ ...near, afterMs: 5000 });
  later.detect("F02", "s1", "b1");
  assert.equal(later.orderOf("R1").kind, "stand-by");
  later.pass(5000);
  assert.equal(later.orderOf("R1").kind, "turn-out");
  const commanded = withTable({ ...near, station: "R4", afterMs: 5000 });
  commanded.press("s1", "b1", 1, 0);
  commanded.command({ command: "command-119", incident: commanded.incident.id });
  commanded.pass(5000);
  assert.deepEqual(
    runs(commanded).map(({ state, reason }) => [state, reason]),
    [["refused", "command-119"]],
  );
});

test("LN-12: a station that the table has sent is no first alarm: a press still orders the nearest", () => {
  const scenario = withTable({ ...of, id: "far", signals: "one", station: "R4" });
  scenario.detect("F02", "s1", "b1");
  assert.equal(scenario.orderOf("R4").why, "linkage");
  assert.equal(scenario.orderOf("R1").kind, "stand-by");
  scenario.press("s1", "b2", 1, 0);
  assert.equal(scenario.orderOf("R1").kind, "turn-out");
  scenario.pass(120_000);
  assert.ok(scenario.events.some((e) => e.type === "order-issued" && e.station === "R2"));
});

test("LN-13: what was refused for an alarm without an incident leaves the state with the alarm", () => {
  const scenario = withTable({ ...siren, class: "supervisory" });
  scenario.detect("P05", "s1", "b1");
  assert.deepEqual(states(scenario), ["siren refused"]);
  scenario.command({ command: "acknowledge", alarm: [...scenario.state.alarms.keys()][0] ?? "" });
  scenario.detect("P05", "s1", "b1", { level: false });
  assert.deepEqual(runs(scenario), []);
});

test("LN-14: what was wrongly called false and is opened again sounds again", () => {
  const scenario = withTable(siren);
  scenario.press("s1", "b1", 1, 0);
  const incident = scenario.incident.id;
  const look = { how: "camera", found: "nothing" } as const;
  scenario.detect("F02", "s1", "b1");
  scenario.command({ command: "verify", incident, result: "false", cause: "A1", look });
  assert.deepEqual(states(scenario), ["siren ended"]);
  scenario.command({ command: "reopen", incident, reason: "fire-again" });
  assert.deepEqual(states(scenario), ["siren ended", "siren due"]);
  scenario.command({ command: "verify", incident, result: "test" });
  assert.notEqual(scenario.incident.closedAt, null);
  scenario.command({ command: "reopen", incident, reason: "fire-again" });
  assert.deepEqual(states(scenario), ["siren ended", "siren ended", "siren due"]);
});

test("LN-14: a reported fire that was over and burns again sounds again", () => {
  const scenario = withTable(siren);
  const of = { kind: "fire", what: "building", priority: "P1", via: "phone", site: "s1" } as const;
  scenario.command({ command: "report-incident", ...of });
  const incident = scenario.incident.id;
  scenario.command({ command: "verify", incident, result: "test" });
  assert.notEqual(scenario.incident.closedAt, null);
  scenario.command({ command: "reopen", incident, reason: "fire-again" });
  assert.deepEqual(states(scenario), ["siren ended", "siren due"]);
});

test("LN-15: what turns out to be another fire starts its own rows, also those that want two signals", () => {
  const scenario = withTable(siren, board);
  scenario.press("s1", "b1", 1, 0);
  scenario.press("s1", "b2", 1, 0);
  scenario.detect("F02", "s1", "b2");
  const first = scenario.incident.id;
  const alarms = [...scenario.state.alarms.values()].filter(({ device }) => device === "b2");
  scenario.command({
    ...{ command: "split", incident: first, reason: "another-fire" },
    alarms: alarms.map(({ id }) => id),
  });
  const own = runs(scenario).filter(({ incident }) => incident !== first);
  assert.deepEqual(
    own.map(({ row, state }) => `${row} ${state}`),
    ["siren due", "board waits"],
  );
  scenario.command({ command: "verify", incident: first, result: "test" });
  const open = runs(scenario).filter(({ state }) => state === "due" || state === "waits");
  assert.deepEqual(
    open.map(({ id }) => id),
    own.map(({ id }) => id),
  );
});
