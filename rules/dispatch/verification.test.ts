/** Somebody is sent to look, and nobody waits for that for ever: who goes, until when, who follows. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { Inventory, Responder } from "../inventory.ts";
import { indexInventory } from "../inventory-index.ts";
import { districtInventory } from "../scenarios/fixture.ts";
import { Scenario } from "../scenarios/play.ts";
import { promptText } from "../text/render.ts";
import { treatedAsRealAt } from "./verification.ts";

/** A second micro station at s1, further away than M1; `change` is made to both. */
function withTwoMicros(change: (micro: Responder) => Partial<Responder> = () => ({})): Scenario {
  const scenario = new Scenario();
  const more = districtInventory.responders.flatMap((r) => {
    if (r.kind !== "micro") return r;
    const second = { ...r, id: "M2", position: { ...r.position, lat: r.position.lat + 0.01 } };
    return [r, second].map((micro): Responder => ({ ...micro, ...change(micro) }));
  });
  const inventory: Inventory = { ...districtInventory, responders: more };
  scenario.world = { ...scenario.world, inventory: indexInventory(inventory) };
  return scenario;
}

/** One detector, and a desk that has seen it: no escalation beside the clock of the look. */
function detected(scenario: Scenario): void {
  scenario.detect("F02", "s1", "b1");
  const alarm = scenario.incident.alarms.at(-1) ?? "";
  scenario.command({ command: "acknowledge", alarm });
}

/** Who goes, in the order of the orders: not who stands by. */
const stationsOf = (scenario: Scenario) =>
  [...scenario.state.orders.values()].flatMap(({ kind, station }) =>
    kind === "stand-by" ? [] : station,
  );
const prompts = (scenario: Scenario) =>
  scenario.events.flatMap((e) => (e.type === "operator-prompted" ? e.code : []));

function reply(scenario: Scenario, station: string, said: "accepted" | "refused"): void {
  const { id: order, revision } = scenario.orderOf(station);
  scenario.take({ kind: "reply", station, order, revision, reply: said, seq: null, ts: null });
}

for (const authority of ["notify", "via-119"] as const) {
  test(`VC-1: where the nearest micro station is ${authority}, the next one that may be ordered looks`, () => {
    const scenario = withTwoMicros(({ id }) => (id === "M1" ? { authority } : {}));
    detected(scenario);
    assert.deepEqual(stationsOf(scenario), ["M2"]);
    scenario.pass(90_000);
    assert.deepEqual(stationsOf(scenario), ["M2", "R1", "R2", "R3"]);
    assert.ok(prompts(scenario).includes("verifier-silent"));
  });
}

test("VC-1: a press orders the one that may be ordered, and tells it where none may", () => {
  const one = withTwoMicros(({ id }) => (id === "M1" ? { authority: "notify" } : {}));
  one.press("s1", "b1", 1, 0);
  assert.deepEqual(stationsOf(one), ["M2", "R1"]);
  const none = withTwoMicros(() => ({ authority: "notify" }));
  none.press("s1", "b1", 1, 0);
  assert.deepEqual(stationsOf(none), ["M1", "R1"]);
  assert.equal(none.orderOf("M1").kind, "notify");
});

test("VC-2: another micro station that has accepted is waited for; the last that refuses is not", () => {
  const scenario = withTwoMicros();
  detected(scenario);
  scenario.command({ command: "order", incident: scenario.incident.id, station: "M2" });
  reply(scenario, "M2", "accepted");
  reply(scenario, "M1", "refused");
  assert.ok(prompts(scenario).includes("station-refused"));
  scenario.pass(100_000);
  assert.deepEqual(stationsOf(scenario), ["M1", "M2"]);
  // Its crew cannot go after all.
  reply(scenario, "M2", "refused");
  assert.deepEqual(stationsOf(scenario).toSorted(), ["M1", "M2", "R1"]);
  assert.ok(prompts(scenario).includes("verifier-refused"));
  assert.notEqual(treatedAsRealAt(scenario.state, scenario.incident.id), null);
});

test("VC-3: the first alarm is said with its instant, and its reason with the seconds in force", () => {
  const scenario = new Scenario();
  const dispatch = { ...scenario.world.settings.dispatch, unverifiedAfterMs: 240_000 };
  scenario.world = { ...scenario.world, settings: { ...scenario.world.settings, dispatch } };
  const begin = scenario.now;
  detected(scenario);
  const at = () => treatedAsRealAt(scenario.state, scenario.incident.id);
  assert.equal(at(), begin + 90_000);
  scenario.pass(89_999);
  reply(scenario, "M1", "accepted");
  assert.equal(at(), begin + 240_000);
  scenario.pass(150_000);
  assert.deepEqual(stationsOf(scenario), ["M1"]);
  scenario.pass(1);
  assert.deepEqual(stationsOf(scenario), ["M1", "R1", "R2", "R3"]);
  assert.equal(at(), null);
  const step = scenario.last.find((event) => event.type === "escalation-stepped");
  assert.equal(step?.step, "unverified");
  assert.match(promptText("zh", "unverified", scenario.world), /^240 秒内没有核实结果/);
  assert.match(promptText("en", "unverified", scenario.world), /^No result .* in 240 s/);
  assert.match(promptText("zh", "verifier-silent", scenario.world), /^90 秒未接令/);
});

test("VC-4: crews go to what is left of the incident, not to what was split off", () => {
  const scenario = new Scenario();
  detected(scenario);
  // The same point again, after a reset of its panel, is no second signal.
  const panel = {
    kind: "panel",
    site: "s1",
    device: "b1",
    point: "resets",
    note: "reset",
  } as const;
  scenario.take({ ...panel, value: 1, ts: null });
  scenario.detect("F02", "s1", "b1", { level: false });
  scenario.take({ ...panel, value: 2, ts: null });
  scenario.detect("F02", "s1", "b1");
  const { id: incident, alarms } = scenario.incident;
  const [first = ""] = alarms;
  const second = alarms.at(-1) ?? "";
  scenario.command({ command: "split", incident, alarms: [first], reason: "another-fire" });
  scenario.pass(90_000);
  const left = scenario.state.incidents.get(incident);
  const sent = [...scenario.state.orders.values()].filter(
    (order) => order.incident === incident && order.stationKind === "rescue",
  );
  assert.deepEqual(left?.alarms.at(-1), second);
  assert.deepEqual(
    sent.map(({ station, alarm }) => [station, alarm]),
    [
      ["R1", second],
      ["R2", second],
      ["R3", second],
    ],
  );
});

test("VC-5: what is opened again asks everybody anew, the micro station too", () => {
  const scenario = new Scenario();
  detected(scenario);
  const { id: incident } = scenario.incident;
  scenario.command({
    command: "verify",
    incident,
    result: "false",
    look: { how: "camera", found: "nothing" },
    cause: "A1",
  });
  scenario.detect("F02", "s1", "b1", { level: false });
  assert.notEqual(scenario.incident.closedAt, null);
  scenario.command({ command: "reopen", incident, reason: "fire-again" });
  // The first page to stand by is a recall by now.
  assert.deepEqual(stationsOf(scenario), ["M1", "R1", "M1", "R1"]);
  assert.equal(scenario.incident.response, "ordered");
});

test("VC-7: a result ends the waiting, also where nobody can be ordered for want of a place", () => {
  const scenario = new Scenario();
  detected(scenario);
  const inventory = indexInventory({ ...districtInventory, sites: [], devices: [] });
  scenario.world = { ...scenario.world, inventory };
  const { id: incident } = scenario.incident;
  scenario.command({ command: "verify", incident, result: "confirmed" });
  assert.equal(treatedAsRealAt(scenario.state, incident), null);
  scenario.pass(180_000);
  assert.ok(!prompts(scenario).includes("unverified"));
});

const step = fc.record({ what: fc.nat(9), which: fc.nat(20), waitMs: fc.nat(70_000) });

function act(scenario: Scenario, what: number, which: number): void {
  const { incidents, orders } = scenario.state;
  const of = <T>(all: Iterable<T>): T | undefined => [...all][which % Math.max(1, [...all].length)];
  const incident = of(incidents.keys()) ?? "none";
  const order = of(orders.values());
  const device = `b${(which % 3) + 1}`;
  const site = which % 4 === 0 ? "s2" : "s1";
  if (what < 3) return scenario.detect("F02", site, device);
  if (what === 3) return scenario.detect("F03", site, device);
  if (what === 4) return scenario.press(site, device, null, null);
  if (what === 5 && order) {
    const said = which % 2 === 0 ? "accepted" : "refused";
    return reply(scenario, order.station, said);
  }
  if (what === 6) {
    const station = of(["R1", "R2", "M1", "B1"]) ?? "";
    return scenario.command({ command: "order", incident, station });
  }
  if (what === 7 && order) {
    return scenario.command({ command: "recall", order: order.id, reason: "not-needed" });
  }
  if (what === 8) {
    const from = [...incidents.keys()].at(-1) ?? "none";
    return scenario.command({ command: "merge", into: incident, from, reason: "same-fire" });
  }
  scenario.command({ command: "verify", incident, result: "undetermined" });
}

/** Whom the system ordered while the incident, or one merged into it, had an order to the station. */
function orderedTwice({ events }: Scenario): string[] {
  const asked = new Map<string, Set<string>>();
  const of = (incident: string) => asked.get(incident) ?? new Set();
  return events.flatMap((event) => {
    if (event.type === "incident-merged") {
      asked.set(event.into, of(event.into).union(of(event.incident)));
    }
    if (event.type !== "order-issued") return [];
    const before = of(event.incident);
    asked.set(event.incident, new Set([...before, event.station]));
    return event.by === null && before.has(event.station) ? event.station : [];
  });
}

test("VC-6: the system orders nobody twice for one incident, and never waits without an end", () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const scenario = new Scenario();
      for (const { what, which, waitMs } of steps) {
        act(scenario, what, which);
        scenario.pass(waitMs);
      }
      scenario.pass(180_000);
      for (const incident of scenario.state.incidents.values()) {
        assert.equal(treatedAsRealAt(scenario.state, incident.id), null);
        const waits = incident.closedAt === null && incident.verification === "received";
        assert.ok(!waits || incident.stationsOrdered > 0, `${incident.id}: nobody comes`);
      }
      assert.deepEqual(orderedTwice(scenario), []);
    }),
    { numRuns: 300 },
  );
});
