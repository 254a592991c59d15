import assert from "node:assert/strict";
import { test } from "node:test";
import { indexInventory } from "../inventory-index.ts";
import { districtInventory } from "../scenarios/fixture.ts";
import { Scenario } from "../scenarios/play.ts";
import { arrivalClassOf, limitOf } from "./arrival.ts";

function withClasses(town: "5" | "15" | "best-effort", site?: "5"): Scenario {
  const made = new Scenario();
  const towns = districtInventory.towns.map((one) => ({ ...one, arrival: town }));
  const sites = districtInventory.sites.map((one) => (site ? { ...one, arrival: site } : one));
  const inventory = indexInventory({ ...districtInventory, towns, sites });
  made.world = { ...made.world, inventory };
  return made;
}

const limitMs = (of: Scenario): number | null => {
  const { arrival } = of.incident;
  const at = arrival?.marks.station.limitAt ?? null;
  return at === null ? null : at - (arrival?.from ?? 0);
};

test("TM-1: the limit is that of the site, else of its town, else of the settings; best effort promises nothing", () => {
  const of = (made: Scenario): number | null => {
    made.press("s1", "b1", null, 0);
    return limitMs(made);
  };
  assert.equal(of(withClasses("15")), 900_000);
  assert.equal(of(withClasses("15", "5")), 300_000);
  assert.equal(of(withClasses("best-effort")), null);
  const plain = new Scenario();
  assert.equal(of(plain), 600_000);
  const { inventory, settings } = plain.world;
  assert.equal(limitOf(arrivalClassOf(inventory, "unknown", settings)), 600_000);
});

test("TM-2: the clock runs from receipt, is stopped by who arrives, and says each who is late once", () => {
  const of = withClasses("5");
  of.press("s1", "b1", null, 0);
  const from = of.now;
  of.command({ command: "acknowledge", alarm: [...of.state.alarms.keys()].at(-1) ?? "" });
  of.take({
    ...{ kind: "reply", station: "R1", order: of.orderOf("R1").id, revision: 1 },
    ...{ reply: "accepted", seq: null, ts: null },
  });
  of.pass(4 * 60_000);
  const { marks } = of.incident.arrival ?? {};
  assert.deepEqual(marks?.micro, { limitAt: from + 60_000, reachedAt: null, verdict: "late" });
  assert.equal(marks?.neighbours.verdict, "nobody-sent");
  of.command({ command: "reply-by-radio", order: of.orderOf("R1").id, reply: "on-scene" });
  assert.equal(of.incident.arrival?.marks.station.reachedAt, from + 240_000);
  of.pass(10 * 60_000);
  const late = of.events.filter(({ type }) => type === "arrival-due");
  assert.deepEqual(
    late.map((event) => (event.type === "arrival-due" ? `${event.step} ${event.verdict}` : "")),
    ["micro late", "neighbours nobody-sent"],
  );
});
