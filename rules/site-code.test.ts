/** The colour of a site's code, set by a person, and what red makes of its alarms (rule E03). */
import assert from "node:assert/strict";
import { test } from "node:test";
import { Scenario } from "./scenarios/play.ts";
import { colourOf } from "./site-code.ts";

const set = (colour: "red" | "yellow" | "green", site = "s1") =>
  ({ command: "set-site-code", site, colour, reason: "hazard-found" }) as const;
const alarmOf = ({ state }: Scenario, rule: string, site = "s1") =>
  [...state.alarms.values()].find((one) => one.rule === rule && one.site === site);

test("RY-1: the colour of a site is what a person has set, over the inventory, and is refused where it says nothing", () => {
  const scenario = new Scenario();
  const colour = () => colourOf(scenario.state, scenario.world.inventory, "s1");
  assert.equal(colour(), "unknown");
  scenario.command(set("red"));
  assert.equal(colour(), "red");
  scenario.restart();
  assert.equal(colour(), "red");
  const refused = (...commands: Parameters<Scenario["command"]>[0][]) =>
    commands.map((command) => {
      scenario.command(command);
      const [event] = scenario.last;
      return event?.type === "signal-refused" ? event.reason : event?.type;
    });
  assert.deepEqual(
    refused(set("red"), set("red", "nowhere"), { ...set("green"), reason: "because" }),
    ["same-colour", "unknown-site", "unknown-reason"],
  );
});

test("RY-2: red makes P2 the second class of P1, standing and new, at that site only, and calls for it", () => {
  const scenario = new Scenario();
  scenario.detect("S02", "s1", "b1");
  scenario.detect("S02", "s2", "b1");
  scenario.command(set("red"));
  const standing = alarmOf(scenario, "S02");
  assert.deepEqual([standing?.priority, standing?.class], ["P1", "supervisory"]);
  const call = scenario.state.deadlines.get(`escalate:${standing?.id}`);
  assert.ok(call, "others are called now where no desk acknowledges");
  assert.equal(alarmOf(scenario, "S02", "s2")?.priority, "P2");
  scenario.detect("S05", "s1", "b2");
  assert.equal(alarmOf(scenario, "S05")?.priority, "P1");
  scenario.command(set("green"));
  scenario.detect("S05", "s1", "b3");
  const priorities = [...scenario.state.alarms.values()]
    .filter(({ rule, site }) => rule === "S05" && site === "s1")
    .map(({ device, priority }) => `${device} ${priority}`);
  assert.deepEqual(priorities, ["b2 P1", "b3 P2"], "what was raised under red stays so");
});

test("RY-3: a fire is what it is under any colour", () => {
  const scenario = new Scenario();
  scenario.command(set("red"));
  scenario.press("s1", "b1", 1, 0);
  assert.equal(alarmOf(scenario, "F01")?.priority, "P1");
  scenario.detect("F02", "s1", "b2");
  assert.equal(alarmOf(scenario, "F02")?.class, "fire");
});
