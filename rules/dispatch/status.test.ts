import assert from "node:assert/strict";
import { test } from "node:test";
import type { Inventory, Vehicle } from "../inventory.ts";
import { indexInventory } from "../inventory-index.ts";
import { districtInventory } from "../scenarios/fixture.ts";
import { Scenario } from "../scenarios/play.ts";
import { adviseMoveUp } from "./move-up.ts";
import { availabilityOf, type Sight, vehicleStatus } from "./status.ts";

const engine = (id: string, station: string): Vehicle => ({
  ...{ id, station, kind: "engine", name: { zh: id, en: id } },
  ...{ seats: 6, crewAtLeast: 4, waterT: 3 },
});

function scenario(change: Partial<Inventory> = {}): Scenario {
  const made = new Scenario();
  const vehicles = [engine("R1-1", "R1"), engine("R1-2", "R1")];
  const responders = districtInventory.responders.map((one) => ({
    ...one,
    crew: { onDuty: 6, atLeast: 4 },
  }));
  const inventory = { ...districtInventory, vehicles, responders, ...change };
  made.world = { ...made.world, inventory: indexInventory(inventory) };
  return made;
}

const sightOf = ({ state, world, now }: Scenario): Sight => ({ state, world, at: now });

function standing(of: Scenario, id = "R1"): string {
  const responder = of.world.inventory.responders.get(id);
  assert.ok(responder);
  const { standing: is, status } = availabilityOf(sightOf(of), responder, null);
  return `${is} ${status}`;
}

const note = (of: Scenario, station: string, status: "in-service" | "out", more = {}) =>
  of.command({ command: "note-status", station, status, ...more });

test("ST-7: an order takes a station and its vehicles out and brings them back; a crew's newer word wins", () => {
  const of = scenario();
  assert.equal(standing(of), "ask null");
  of.press("s1", "b1", null, 0);
  const order = of.orderOf("R1");
  const reply = (word: "accepted" | "on-scene" | "returned") =>
    of.take({
      ...{ kind: "reply", station: "R1", order: order.id, revision: 1, reply: word },
      ...{ seq: null, ts: null },
    });
  reply("accepted");
  assert.equal(standing(of), "busy out");
  const [first, second] = of.world.inventory.vehiclesOf("R1");
  assert.ok(first && second);
  assert.equal(vehicleStatus(of.state.stations.get("R1"), second).status, "out");
  of.pass(5000);
  // The second engine has stayed: the station can be sent to another fire.
  note(of, "R1", "in-service", { vehicle: "R1-2" });
  assert.equal(standing(of), "free in-service");
  assert.equal(vehicleStatus(of.state.stations.get("R1"), first).status, "out");
  of.pass(5000);
  reply("on-scene");
  assert.equal(standing(of), "busy at-scene");
  of.pass(5000);
  reply("returned");
  assert.equal(standing(of), "free in-service");
  assert.equal(vehicleStatus(of.state.stations.get("R1"), first).status, "in-service");
  of.pass(31 * 60_000);
  assert.equal(standing(of), "ask in-service");
});

test("ST-8: too few people, or no engine that stands, is nobody who could come; who returns may be sent", () => {
  const of = scenario();
  note(of, "R1", "in-service", { crew: 3 });
  assert.equal(standing(of), "unable low-crew");
  note(of, "R1", "in-service", { crew: 4 });
  assert.equal(standing(of), "free in-service");
  for (const vehicle of ["R1-1", "R1-2"]) {
    of.command({ command: "note-status", station: "R1", vehicle, status: "maintenance" });
  }
  assert.equal(standing(of), "unable maintenance");
  note(of, "R1", "in-service");
  assert.equal(standing(of), "unable maintenance", "the workshop has them still");
  note(of, "R1", "in-service", { vehicle: "R1-1" });
  assert.equal(standing(of), "free in-service");
  of.command({ command: "note-status", station: "R2", status: "returning" });
  assert.equal(standing(of, "R2"), "returning returning");
});

test("ST-9: what is no station, no vehicle, no status or no number of people is refused with its reason", () => {
  const of = scenario();
  const refused = (more: object): string => {
    const base = { command: "note-status", station: "R1", status: "out" } as const;
    of.command({ ...base, ...more });
    const [event] = of.last;
    return event?.type === "signal-refused" ? event.reason : "taken";
  };
  assert.equal(refused({ station: "R9" }), "unknown-station");
  assert.equal(refused({ vehicle: "R2-1" }), "unknown-vehicle");
  assert.equal(refused({ status: "asleep" }), "unknown-status");
  assert.equal(refused({ crew: 201 }), "unknown-crew");
  assert.equal(refused({ crew: 2.5 }), "unknown-crew");
  assert.equal(refused({ crew: 200 }), "taken");
});

test("ST-10, RN-12: advice names the bare area and the nearest station whose own area stays covered; nobody is moved", () => {
  const firstDue = (town: string) => ({ firstDue: { towns: [town] } });
  const far = { lng: 120.9, lat: 30.1, accuracyM: 1, source: "made" };
  const towns = ["T1", "T2"].map((id) => ({
    ...{ id, name: { zh: id, en: id }, position: far },
    ...{ arrival: "5" as const },
  }));
  const responders = districtInventory.responders.map((one) =>
    one.id === "R4" ? { ...one, ...firstDue("T2"), position: far } : { ...one, ...firstDue("T1") },
  );
  const of = scenario({ responders, towns, vehicles: [] });
  assert.deepEqual(adviseMoveUp(sightOf(of)), [], "nothing is known to be away");
  of.command({ command: "note-status", station: "R4", status: "maintenance" });
  const [advice, ...more] = adviseMoveUp(sightOf(of));
  assert.deepEqual(more, []);
  // R3 is nearer, but nobody would be near enough to its own area then.
  assert.deepEqual([advice?.area, advice?.by, advice?.limitMs], ["R4", "R2", 600_000]);
  // Nobody is moved up who has no road there.
  const waysTo = ({ lng }: { lng: number }) =>
    lng === far.lng ? ({ id }: { id: string }) => (id === "R2" ? ("none" as const) : null) : null;
  const matrix = { without: new Set<string>(), leastMsPerM: 0, waysTo };
  const sight = sightOf(of);
  const byRoad = { ...sight, world: { ...sight.world, roads: { closures: [], matrix } } };
  assert.notEqual(adviseMoveUp(byRoad)[0]?.by, "R2");
  // Who is away cannot stand in; and one that would leave its own area bare does not.
  for (const station of ["R1", "R2", "R3"]) {
    of.command({ command: "note-status", station, status: "out" });
  }
  note(of, "R3", "in-service");
  const alone = adviseMoveUp(sightOf(of)).find(({ area }) => area === "R4");
  assert.deepEqual([alone?.by, alone?.wayMs], [null, null]);
  assert.equal(
    of.events.some(({ type }) => type === "order-issued"),
    false,
  );
  // The far hills are promised nothing.
  const hills = towns.map((one) => ({ ...one, arrival: "best-effort" as const }));
  const promised = scenario({ responders, towns: hills, vehicles: [] });
  promised.command({ command: "note-status", station: "R4", status: "maintenance" });
  assert.deepEqual(adviseMoveUp(sightOf(promised)), []);
});

test("ST-12: a box that repeats itself makes an event only where something changes, or every ten minutes", () => {
  const of = scenario();
  const say = (status: "in-service" | "out", more = {}) => {
    of.take({ kind: "station-status", station: "R1", status, ...more });
    return of.last.length;
  };
  assert.deepEqual([say("in-service", { crew: 6 }), say("in-service", { crew: 6 })], [1, 0]);
  assert.deepEqual([say("in-service"), say("in-service", { crew: 5 })], [0, 1]);
  assert.deepEqual([say("out"), say("in-service")], [1, 1]);
  let events = 0;
  for (let minute = 0; minute < 60; minute += 1) {
    of.pass(60_000);
    events += say("in-service");
    assert.equal(standing(of), "free in-service", "what goes on being said is never old");
  }
  assert.equal(events, 6);
  assert.deepEqual([say("out", { vehicle: "R1-2" }), say("out", { vehicle: "R1-2" })], [1, 0]);
  // Its own word brings everything back, also where it has said the same before.
  assert.deepEqual([say("in-service"), say("in-service")], [1, 0]);
  of.restart();
  of.pass(1_800_001);
  assert.equal(standing(of), "ask in-service");
});
