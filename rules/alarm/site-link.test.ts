/** The link of a whole site: one alarm, with those of its devices beneath it (rules S02, G07). */
import assert from "node:assert/strict";
import { test } from "node:test";
import { Scenario } from "../scenarios/play.ts";
import { alarmText } from "../text/render.ts";
import { holdOf } from "./lifecycle.ts";

/** s1 has four devices, of which three are more than a fifth and a line. */
const lose = (s: Scenario, ...devices: string[]) => {
  for (const device of devices) s.detect("S02", "s1", device);
};
const find = (s: Scenario, device: string) => s.detect("S02", "s1", device, { level: false });
const siteAlarm = ({ state }: Scenario) =>
  [...state.alarms.values()].find(({ rule, state: now }) => rule === "G07" && now !== "normal");
const atDesk = ({ state }: Scenario) =>
  [...state.alarms.values()]
    .filter((alarm) => alarm.state !== "normal" && holdOf(alarm) === null)
    .map(({ rule, device }) => `${rule} ${device}`)
    .sort();

test("SL-1: more than a fifth of a site not heard is one alarm, P1; those of its devices are kept beneath it", () => {
  const scenario = new Scenario();
  lose(scenario, "b1", "b2");
  assert.deepEqual(atDesk(scenario), ["S02 b1", "S02 b2"], "two are no line");
  lose(scenario, "b3");
  assert.deepEqual(atDesk(scenario), ["G07 site"]);
  const alarm = siteAlarm(scenario);
  assert.ok(alarm);
  assert.deepEqual([alarm.priority, alarm.class, alarm.sounding], ["P1", "supervisory", true]);
  assert.equal(alarmText("en", alarm, scenario.world), "s1: link lost, 3 of 4 devices not heard");
  lose(scenario, "poisoned");
  assert.deepEqual(atDesk(scenario), ["G07 site"], "one more is beneath it from the beginning");
  const deadlines = [...scenario.state.deadlines.values()].filter(
    ({ kind }) => kind === "escalate",
  );
  assert.deepEqual(
    deadlines.map(({ subject }) => subject),
    [alarm.id],
    "it is called for once",
  );
});

test("SL-2: at half of that it is over, and what is still lost is at the desk by itself", () => {
  const scenario = new Scenario();
  lose(scenario, "b1", "b2", "b3", "poisoned");
  find(scenario, "b1");
  assert.equal(siteAlarm(scenario)?.condition, "active", "three are lost still");
  find(scenario, "b2");
  assert.equal(siteAlarm(scenario)?.condition, "inactive");
  assert.deepEqual(
    atDesk(scenario),
    ["G07 site", "S02 b1", "S02 b2", "S02 b3", "S02 poisoned"],
    "those that have returned wait for their acknowledgement",
  );
  lose(scenario, "b1", "b2");
  assert.equal(siteAlarm(scenario)?.condition, "active");
  assert.deepEqual(atDesk(scenario), ["G07 site"], "lost again, the same alarm stands again");
});

test("SL-7: a link that is lost again within the hour is over only after five minutes, and sounds once", () => {
  const scenario = new Scenario();
  const minute = 60_000;
  const flap = () => {
    for (const device of ["b1", "b2", "b3"]) find(scenario, device);
    scenario.pass(minute);
    lose(scenario, "b1", "b2", "b3");
    scenario.pass(minute);
  };
  lose(scenario, "b1", "b2", "b3");
  flap();
  scenario.command({ command: "acknowledge", alarm: siteAlarm(scenario)?.id ?? "" });
  for (let n = 0; n < 5; n += 1) flap();
  const alarm = siteAlarm(scenario);
  assert.deepEqual(
    [alarm?.condition, alarm?.state, alarm?.sounding],
    ["active", "acknowledged", false],
  );
  for (const device of ["b1", "b2", "b3"]) find(scenario, device);
  scenario.restart();
  scenario.pass(5 * minute - 1);
  assert.equal(siteAlarm(scenario)?.condition, "active");
  scenario.pass(1);
  assert.equal(siteAlarm(scenario), undefined, "acknowledged and over");
  scenario.pass(60 * minute);
  lose(scenario, "b1", "b2", "b3");
  find(scenario, "b1");
  assert.equal(siteAlarm(scenario)?.condition, "inactive", "an hour later it is over at once");
});

test("SL-3: unknown is lost still; a lost link returns nothing else, and a fire is heard beneath it", () => {
  const scenario = new Scenario();
  scenario.detect("P03", "s1", "b1");
  lose(scenario, "b1", "b2", "b3");
  scenario.detect("S02", "s1", "b1", { level: "unknown" });
  assert.equal(siteAlarm(scenario)?.condition, "active");
  scenario.press("s1", "b2", 1, 0);
  const fire = [...scenario.state.alarms.values()].find(({ rule }) => rule === "F01");
  assert.deepEqual([fire?.sounding, fire && holdOf(fire)], [true, null]);
  const pump = [...scenario.state.alarms.values()].find(({ rule }) => rule === "P03");
  assert.equal(pump?.condition, "active");
});

test("SL-4: other sites are not touched, what is out of service is not lost, and a restart changes nothing", () => {
  const scenario = new Scenario();
  for (const device of ["b1", "b2"]) scenario.detect("S02", "s2", device);
  const until = scenario.now + 3_600_000;
  const out = { command: "take-out-of-service", site: "s1", reason: "other", until } as const;
  scenario.command({ ...out, device: "b3" });
  lose(scenario, "b1", "b2", "b3");
  assert.equal(siteAlarm(scenario), undefined);
  lose(scenario, "poisoned");
  assert.ok(siteAlarm(scenario));
  scenario.restart();
  assert.ok(siteAlarm(scenario));
  assert.deepEqual(atDesk(scenario), ["G01 gateway", "G07 site", "S02 b1", "S02 b2"]);
});

test("SL-5: a press or a red code leaves them beneath it; a reset with a reason does not end it", () => {
  const scenario = new Scenario();
  lose(scenario, "b1", "b2", "b3");
  scenario.command({
    ...{ command: "set-site-code", site: "s1" },
    ...{ colour: "red", reason: "hazard-found" },
  });
  assert.deepEqual(atDesk(scenario), ["G07 site"]);
  scenario.press("s1", "b1", 1, 0);
  assert.deepEqual(atDesk(scenario), ["F01 b1", "G07 site"]);
  const [alarm] = [siteAlarm(scenario)?.id ?? ""];
  scenario.command({ command: "reset", alarm, reason: "other" });
  assert.equal(siteAlarm(scenario)?.condition, "active");
});

test("SL-6: what is put aside stays so when the link of its site comes and goes, and calls nobody", () => {
  const scenario = new Scenario();
  lose(scenario, "b1");
  const [shelved = ""] = scenario.state.alarms.keys();
  const until = scenario.now + 7_200_000;
  scenario.command({ command: "shelve", alarm: shelved, reason: "other", until });
  lose(scenario, "b2", "b3");
  find(scenario, "b2");
  assert.equal(siteAlarm(scenario)?.condition, "inactive");
  const one = scenario.state.alarms.get(shelved);
  assert.deepEqual([one && holdOf(one), one?.byDesign, one?.sounding], ["shelved", null, false]);
  assert.equal(scenario.state.deadlines.has(`escalate:${shelved}`), false);
});
