/** Whole rosters are called out, each person answers once for all, and nobody is called twice. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Inventory, Responder } from "../inventory.ts";
import { indexInventory } from "../inventory-index.ts";
import { districtInventory } from "../scenarios/fixture.ts";
import { Scenario } from "../scenarios/play.ts";
import { deserializeState, serializeState } from "../state.ts";
import { type LogNames, logText } from "../text/log.ts";
import { isWithin, judgeAnswer, ringAround } from "./call-out.ts";

const many = (of: string, n: number) => Array.from({ length: n }, (_, i) => `P-${of}-${i + 1}`);

function parkOf(people: number): Scenario {
  const scenario = new Scenario();
  const rosters: Readonly<Record<string, string[]>> = { M1: many("m", 8), B1: many("b", 3) };
  const inventory: Inventory = {
    ...districtInventory,
    sites: districtInventory.sites.map((s) =>
      s.id === "s1" ? { ...s, roster: [...many("m", 8), ...many("park", people)] } : s,
    ),
    responders: districtInventory.responders.map((r): Responder => {
      const roster = rosters[r.id];
      return roster ? { ...r, roster } : r;
    }),
  };
  scenario.world = { ...scenario.world, inventory: indexInventory(inventory) };
  scenario.press("s1", "b1", 1, 0);
  return scenario;
}

const callOutOf = (scenario: Scenario) => {
  const found = [...scenario.state.callOuts.values()].at(-1);
  assert.ok(found);
  return found;
};
const refusalOf = (scenario: Scenario) => {
  const [event] = scenario.last;
  return event?.type === "signal-refused" ? event.reason : null;
};

test("RC-1: one command calls a whole park; who stands on two rosters is called once", () => {
  const scenario = parkOf(132);
  const { id: incident } = scenario.incident;
  scenario.command({ command: "call-out", incident, rosters: ["M1"], site: true });
  assert.equal(scenario.last.length, 1, "one event, whatever their number");
  const { people, by } = callOutOf(scenario);
  assert.equal(people.size, 140);
  assert.equal(by, "P-1");
  scenario.command({ command: "call-out", incident, rosters: ["M1"] });
  assert.equal(refusalOf(scenario), "already-called");
  scenario.command({ command: "call-out", incident, rosters: ["R1"] });
  assert.equal(refusalOf(scenario), "nobody-to-call");
  scenario.command({ command: "call-out", incident, rosters: ["none"] });
  assert.equal(refusalOf(scenario), "unknown-station");
  scenario.command({ command: "call-out", incident: "I0", site: true });
  assert.equal(refusalOf(scenario), "unknown-incident");
});

test("RC-2: 来, 不来 and 已到 are counted, may change until somebody is here, and survive a restart", () => {
  const scenario = parkOf(5);
  const { id: incident } = scenario.incident;
  scenario.command({ command: "call-out", incident, site: true });
  const { id: callOut } = callOutOf(scenario);
  const say = (person: string, answer: "comes" | "cannot" | "arrived") =>
    scenario.take({ kind: "call-answer", callOut, person, answer, via: "link" });
  say("P-park-1", "cannot");
  say("P-park-1", "comes");
  say("P-park-1", "comes");
  assert.equal(scenario.last.length, 0, "the same again is nothing new");
  say("P-park-1", "arrived");
  say("P-park-1", "cannot");
  assert.equal(refusalOf(scenario), "has-arrived");
  say("P-stranger", "comes");
  assert.equal(refusalOf(scenario), "not-called");
  scenario.command({ command: "answer-call-out", callOut, person: "P-park-2", answer: "comes" });
  scenario.take({ kind: "call-delivery", callOut, person: "P-park-3" });
  scenario.take({ kind: "call-delivery", callOut, person: "P-park-3" });
  assert.equal(scenario.last.length, 0);
  scenario.restart();
  const { people } = callOutOf(scenario);
  const of = (id: string) => people.get(id);
  assert.equal(of("P-park-1")?.answer, "arrived");
  assert.deepEqual([of("P-park-2")?.answer, of("P-park-2")?.via], ["comes", "desk"]);
  assert.deepEqual([of("P-park-3")?.answer, of("P-park-3")?.delivered], [null, true]);
  assert.equal(
    serializeState(deserializeState(serializeState(scenario.state))),
    serializeState(scenario.state),
  );
});

test("RC-3: an area calls its village and enterprise brigades, by town or by ring, and orders each once", () => {
  const scenario = parkOf(0);
  const { id: incident } = scenario.incident;
  const around = (lng: number, lat: number) =>
    [
      [lng - 0.01, lat - 0.01],
      [lng + 0.01, lat - 0.01],
      [lng + 0.01, lat + 0.01],
      [lng - 0.01, lat + 0.01],
      [lng - 0.01, lat - 0.01],
    ] as const;
  scenario.command({ command: "call-out", incident, area: { ring: around(120.3, 30) } });
  assert.equal(refusalOf(scenario), "nobody-to-call");
  scenario.command({ command: "call-out", incident, area: { ring: around(120.49, 30.09) } });
  assert.equal(scenario.orderOf("B1").why, "by-person");
  assert.equal(callOutOf(scenario).people.size, 3);
  scenario.command({ command: "call-out", incident, area: { town: "T1" } });
  assert.equal(refusalOf(scenario), "already-called");
  assert.ok(isWithin({ lng: 120.49, lat: 30.09 }, around(120.49, 30.09)));
  assert.ok(!isWithin({ lng: 120.51, lat: 30.09 }, around(120.49, 30.09)));
});

test("RC-13: an area of more brigades than one turn can order is refused, and orders nobody", () => {
  const scenario = parkOf(0);
  const { inventory } = scenario.world;
  const model = inventory.responders.get("B1");
  assert.ok(model);
  const many = Array.from({ length: 201 }, (_, i) => ({ ...model, id: `V${i}` }));
  const { responders } = districtInventory;
  const more = { ...districtInventory, responders: [...responders, ...many] };
  scenario.world = { ...scenario.world, inventory: indexInventory(more) };
  const { id: incident } = scenario.incident;
  scenario.command({ command: "call-out", incident, area: { town: "T1" } });
  assert.equal(refusalOf(scenario), "too-many-brigades");
});

test("RC-4: after the incident nobody answers any more, and its archive forgets who was called", () => {
  const scenario = parkOf(2);
  const { id: incident } = scenario.incident;
  scenario.command({ command: "call-out", incident, site: true });
  const { id: callOut } = callOutOf(scenario);
  for (const order of [...scenario.state.orders.values()]) {
    scenario.command({ command: "recall", order: order.id, reason: "false-alarm" });
  }
  scenario.command({ command: "verify", incident, result: "false", cause: "B2" });
  if (scenario.incident.closedAt === null) return;
  scenario.take({ kind: "call-answer", callOut, person: "P-park-1", answer: "comes", via: "page" });
  assert.equal(refusalOf(scenario), "closed");
  scenario.pass(86_400_000);
  assert.equal(scenario.state.callOuts.size, 0);
});

test("RC-5: merged into another incident, the call-out goes with it", () => {
  const scenario = parkOf(2);
  const { id: from } = scenario.incident;
  scenario.command({ command: "call-out", incident: from, site: true });
  scenario.press("s2", "b1", 1, 0);
  const into = scenario.incident.id;
  scenario.command({ command: "merge", into, from, reason: "same-fire" });
  assert.equal(callOutOf(scenario).incident, into);
});

test("RC-10: an answer may change a few times, then with pauses, then by the desk alone; nothing new is no event", () => {
  const scenario = parkOf(2);
  scenario.command({ command: "call-out", incident: scenario.incident.id, site: true });
  const { id: callOut } = callOutOf(scenario);
  const person = "P-park-1";
  const turn = (i: number) => (i % 2 === 0 ? "comes" : "cannot");
  const say = (answer: "comes" | "cannot") =>
    scenario.take({ kind: "call-answer", callOut, person, answer, via: "link" });
  for (let i = 0; i < 5; i += 1) say(turn(i));
  say(turn(4));
  assert.equal(scenario.last.length, 0);
  const judge = (answer: "comes" | "cannot") =>
    judgeAnswer(scenario.state, { callOut, person, answer }, scenario.now);
  const { is, why, inMs } = judge(turn(5));
  assert.deepEqual([is, why, inMs], ["refused", "too-many-answers", 60_000]);
  scenario.restart();
  assert.equal(judge(turn(5)).is, "refused", "the count is state");
  for (let i = 5; i < 20; i += 1) {
    scenario.pass(60_000);
    say(turn(i));
  }
  assert.equal(callOutOf(scenario).people.get(person)?.answers, 20);
  scenario.pass(60_000);
  assert.deepEqual(judge(turn(20)), { is: "refused", why: "too-many-answers" });
  scenario.command({ command: "answer-call-out", callOut, person, answer: turn(20) });
  assert.equal(callOutOf(scenario).people.get(person)?.answer, "comes");
});

test("RC-11: the desk enters an answer on somebody's report, by radio or telephone", () => {
  const scenario = parkOf(2);
  scenario.command({ command: "call-out", incident: scenario.incident.id, site: true });
  const { id: callOut } = callOutOf(scenario);
  const said = {
    command: "answer-call-out",
    callOut,
    person: "P-park-1",
    answer: "comes",
  } as const;
  scenario.command({ ...said, reportedBy: "P-park-2", via: "radio" });
  const [event] = scenario.last;
  assert.ok(event?.type === "call-out-answered");
  assert.deepEqual([event.by, event.reportedBy, event.reportedVia], ["P-1", "P-park-2", "radio"]);
  const entered = { by: "P-1", reportedBy: "P-park-2", via: "radio" };
  assert.deepEqual(callOutOf(scenario).people.get("P-park-1")?.entered, entered);
  const names = { person: (id: string) => id } as LogNames;
  assert.match(logText("en", event, names), /P-park-1: Coming.* report of P-park-2 by radio/);
  scenario.command({ ...said, person: "P-nobody" });
  assert.equal(refusalOf(scenario), "not-called");
  scenario.command({ ...said, answer: "arrived", reportedBy: "P-stranger" });
  assert.equal(refusalOf(scenario), "unknown-reporter");
});

test("RC-12: what stands within some kilometres of a place is an area", () => {
  const at = { lng: 120.49, lat: 30.09 };
  const ring = ringAround(at, 1);
  assert.deepEqual(ring[0], ring.at(-1));
  const north = (km: number) => ({ lng: at.lng, lat: at.lat + km / 111.32 });
  assert.deepEqual([isWithin(north(0.97), ring), isWithin(north(1.03), ring)], [true, false]);
});
