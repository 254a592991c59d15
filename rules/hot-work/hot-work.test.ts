/** Each promise of hot work by the scenarios that show it; and what no scenario can say. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { indexInventory } from "../inventory-index.ts";
import { hotWorkInventory, permitStep } from "../scenarios/permit.ts";
import { play, Scenario } from "../scenarios/play.ts";
import { placeText } from "../text/render.ts";
import { passLimit } from "./gas.ts";
import { drawOf } from "./matching.ts";

const folder = join(import.meta.dirname, "../scenarios");

function plays(...names: string[]) {
  return names.map((name) => play(readFileSync(join(folder, `hot-work-${name}.txt`), "utf8")));
}

test("HW-3: report, check and approval are three records, from the report to the close", () => {
  const [{ events } = assert.fail()] = plays("day");
  const ways = events.flatMap((e) => (e.type === "permit-moved" ? e.to : []));
  const expected = "submitted matched checked active work-ended fire-watch closed";
  assert.equal(ways.join(" "), expected);
  // The check says 合格, and approves nothing.
  assert.equal(events.filter(({ type }) => type === "permit-approved").length, 1);
});

test("HW-4: the class in force is the highest of report, zone, use, night and holiday", () => {
  plays("class", "not-covered");
});

test("HW-5: who inspects: the nearest that can; silence, refusal and an alarm pass it on", () => {
  plays("nobody-inspects", "another-time", "alarm-first", "check-failed", "station-busy");
});

test("HW-13: one engine stays at home with its crew; else the next station inspects", () => {
  const wanted = (onDuty: number) => {
    const s = new Scenario();
    const responders = hotWorkInventory.responders.map((one) =>
      one.id === "R1" ? { ...one, crew: { onDuty, atLeast: 4 } } : one,
    );
    s.world = { ...s.world, inventory: indexInventory({ ...hotWorkInventory, responders }) };
    s.pass(22 * 3_600_000);
    permitStep(s, ["report", "first"]);
    permitStep(s, ["report", "first", "at", "60m", "worker", "P-a", "watcher", "P-b"]);
    return [...s.state.permits.values()].map(({ inspection }) => inspection?.station);
  };
  assert.deepEqual(wanted(8), ["R1", "R1"]);
  assert.deepEqual(wanted(7), ["R1", "R2"]);
  assert.deepEqual(wanted(5), ["R2", "R2"]);
});

test("HW-6: the second class is drawn by the colour of the code, and the draw is in the journal", () => {
  const [{ events } = assert.fail()] = plays("sample");
  const needs = events.flatMap((e) => (e.type === "permit-matched" ? e.need : []));
  assert.deepEqual(
    needs.map((n) => (n.need === "always" ? n : [n.need, n.colour, n.draw < 100])),
    [
      ["drawn", "red", true],
      ["not-drawn", "green", true],
    ],
  );
  // Evenly over ids as the inbox makes them, and the same for the same one.
  const draws = Array.from({ length: 10_000 }, (_, i) => drawOf(`${String(i).padStart(26, "0")}`));
  const yellow = draws.filter((draw) => draw < 50).length;
  assert.ok(yellow > 4500 && yellow < 5500, `${yellow} of 10,000 are under 50`);
  assert.equal(drawOf("0".repeat(26)), drawOf("0".repeat(26)));
});

test("HW-7: gas tests are needed by place, pass by substance, and are made again after a break", () => {
  plays("gas", "gas-special", "lint");
  assert.equal(passLimit("methane"), 0.5);
  assert.equal(passLimit("hydrogen"), 0.5);
  assert.equal(passLimit("toluene"), 0.2);
  assert.equal(passLimit("something-else"), 0.2, "what nobody knows has the strict limit");
});

test("HW-8: the watcher checks in at the place; one miss is an alarm, two stop the work (H04)", () => {
  plays("watcher");
});

test("HW-9: fire watch lasts 30 or 60 min and ends with a photo (H05); a warehouse is empty before", () => {
  plays("final-photo");
});

test("HW-10: work after the end of its permit is H02, and a longer time is a new approval", () => {
  plays("expired");
});

test("HW-11: hot work that nobody has reported is P1 after two minutes (H01)", () => {
  plays("unreported");
});

test("HW-12: outdoors from 5 Beaufort on nothing burns; an unknown wind is asked for", () => {
  plays("wind");
});

test("TG-1: what fails of its protection suspends a permit in the same turn; it goes on when that is over", () => {
  const [{ events } = assert.fail()] = plays("triangle", "and-tests");
  const raised = events.find((e) => e.type === "alarm-raised" && e.rule === "P03");
  const stopped = events.find((e) => e.type === "permit-moved" && e.to === "suspended");
  assert.ok(raised && stopped);
  assert.equal(raised.signal, stopped.signal, "one signal, one turn");
});

test("TG-2: where its protection is impaired nothing is submitted and nothing starts", () => {
  plays("refused-impaired");
});

test("TG-3: nobody says 已停工 within 60 s: the park manager is called, and it is P1", () => {
  plays("stop-unconfirmed");
});

test("TG-4: only a named detector is isolated, and is back 30 min after the work (H07)", () => {
  plays("isolated", "disabled-at-panel", "never-began");
});

test("TG-9: a test that would take the water away from planned hot work is refused beforehand", () => {
  plays("test-planned");
});

test("TK-7: a task is delivered once its own station has confirmed its newest revision", () => {
  plays("task");
});

test("TG-8: for 90 s after a start no work begins or goes on: what has not been heard of is unknown", () => {
  plays("just-started");
});

test("TG-6: an alarm about a permit names it by its number, in both languages", () => {
  const [{ state, world } = assert.fail()] = plays("stop-unconfirmed");
  const alarm = [...state.alarms.values()].find(({ rule }) => rule === "H04");
  assert.ok(alarm);
  assert.equal(placeText("zh", alarm, world), "s1 动火作业票 1124-D-001");
  assert.equal(placeText("en", alarm, world), "s1 hot-work permit 1124-D-001");
});

test("TG-5: a fire inside a permit is shown with it, never ranked lower; its watcher is called after the orders (H06)", () => {
  const [{ events } = assert.fail()] = plays("fire");
  const order = events.findIndex((e) => e.type === "order-issued");
  const call = events.findIndex((e) => e.type === "permit-called" && e.why === "fire");
  assert.ok(order >= 0 && order < call);
});

test("HJ-1: what is wrong with a report is said at once, and the draft is kept; the same twice is one", () => {
  plays("bad-input");
});

test("HJ-2: two permits are 15 m apart, a permit and painting 10 m; a worker is at one place", () => {
  plays("conflict");
});
