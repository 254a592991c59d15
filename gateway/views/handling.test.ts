/** A confirmed fire as screens read it: the checklist with names, who is phoned, what is said to 119. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { Scenario } from "#rules/scenarios/play.ts";
import { incidentCard } from "./cards.ts";
import { contactsOf } from "./contacts.ts";
import { call119Of } from "./handling.ts";
import type { Sight } from "./sight.ts";

const names: Readonly<Record<string, string>> = { "P-shift": "值班长甲", "P-1": "王某" };
const sightOf = ({ state, world }: Scenario): Sight => ({
  ...{ state, world, profileOf: () => null },
  nameOf: (id) => names[id] ?? null,
});

function confirmed(): Scenario {
  const scenario = new Scenario();
  scenario.press("s1", "b1", 1, 0);
  scenario.command({ command: "verify", incident: scenario.incident.id, result: "confirmed" });
  return scenario;
}

test("FC-7: the card has each row with who and when, by name; the journal has ids", () => {
  const scenario = confirmed();
  const { id: incident } = scenario.incident;
  const opened = incidentCard(sightOf(scenario), scenario.incident).checklist;
  assert.equal(opened?.overdueAt, scenario.now + 60_000);
  assert.deepEqual(
    opened?.rows.map(({ state }) => state),
    Array(6).fill("open"),
  );
  scenario.command({ command: "note-checklist", incident, row: "call-119", state: "done" });
  const { checklist } = incidentCard(sightOf(scenario), scenario.incident);
  const row = checklist?.rows.find((one) => one.row === "call-119");
  assert.deepEqual([row?.state, row?.byName, row?.at], ["done", "王某", scenario.now]);
  assert.equal(checklist?.overdueAt, null);
  assert.ok(!JSON.stringify(scenario.events).includes("王某"));
});

test("FC-8: while 119 is not logged the shift leader stands first among those to be phoned", () => {
  const scenario = confirmed();
  const leader = () =>
    contactsOf(sightOf(scenario), scenario.incident, () => null).contacts.filter(
      ({ kind }) => kind === "escalation",
    );
  assert.deepEqual(leader(), []);
  scenario.pass(60_000);
  assert.equal(leader()[0]?.person, "P-shift");
  const { id: incident } = scenario.incident;
  scenario.command({ command: "note-checklist", incident, row: "call-119", state: "done" });
  assert.deepEqual(leader(), []);
});

test("FC-11: what is said to 119 is what is listed; what nobody has listed is null and not made up", () => {
  const scenario = confirmed();
  const caller = { name: "王某", phone: "000-0000" };
  const said = call119Of(sightOf(scenario), scenario.incident, caller);
  assert.deepEqual([said.address, said.chemicals, said.gates], [null, null, []]);
  assert.deepEqual([said.siteName.zh, said.place.zh, said.what.zh], ["s1", "s1 b1", "手动报警"]);
  assert.deepEqual([said.building?.zh, said.caller], ["h1", caller]);
});

test("AU-3: to whom 119 leads nothing is sent, and the checklist names them", () => {
  const scenario = new Scenario();
  scenario.adopt("R1", (responder) => ({ ...responder, authority: "via-119" }));
  scenario.press("s1", "b1", 1, 0);
  scenario.command({ command: "verify", incident: scenario.incident.id, result: "confirmed" });
  assert.ok(![...scenario.state.orders.values()].some(({ station }) => station === "R1"));
  const { checklist } = incidentCard(sightOf(scenario), scenario.incident);
  assert.deepEqual(
    checklist?.via119.map(({ zh }) => zh),
    ["R1"],
  );
});
