import assert from "node:assert/strict";
import { test } from "node:test";
import type { Recorded } from "#rules/event.ts";
import { Scenario } from "#rules/scenarios/play.ts";
import type { Sight } from "../views/sight.ts";
import { dayMs, type Figures, keptDays, noFigures, note } from "./fold.ts";
import { FigureKeeper } from "./keeper.ts";
import { figuresView } from "./view.ts";

const s = 1000;
const min = 60 * s;

function fold(events: readonly Recorded[]): Figures {
  const figures = noFigures(480);
  for (const event of events) note(figures, event);
  return figures;
}

function view(scenario: Scenario) {
  const sight = {
    state: scenario.state,
    world: scenario.world,
    nameOf: () => null,
    profileOf: () => null,
  } satisfies Sight;
  const shown = figuresView(fold(scenario.events), sight, scenario.now, true);
  return { ...shown, of: (id: string) => shown.figures.find((one) => one.id === id) };
}

function say(scenario: Scenario, device: string, level: boolean): void {
  const at = { site: "s1", device, since: scenario.now } as const;
  scenario.take({ kind: "level", rule: "S05", level, ...at });
}

test("FG-1: new alarms are counted by day, hour and ten minutes, each beside its target", () => {
  const scenario = new Scenario();
  for (let n = 0; n < 30; n += 1) {
    say(scenario, `x${n % 3}`, true);
    scenario.pass(2 * s);
    say(scenario, `x${n % 3}`, false);
    scenario.pass(4 * min);
  }
  const shown = view(scenario);
  const sum = (list: readonly { count: number }[]) => list.reduce((all, one) => all + one.count, 0);
  assert.equal(sum(shown.tens), 30);
  assert.equal(sum(shown.hours), 30);
  assert.equal(sum(shown.days), 30);
  assert.deepEqual(shown.of("per-day"), {
    ...{ id: "per-day", value: 30, unit: "alarms", sense: "at-most", target: 150, met: true },
  });
  assert.deepEqual([shown.of("per-hour")?.value, shown.of("per-hour")?.met], [14.9, false]);
  assert.equal(shown.of("peak-ten-minutes")?.value, 3);
  assert.equal(shown.of("fleeting")?.value, 30, "gone by themselves within 60 s");
  assert.equal(shown.of("priority-medium")?.value, 100);
  assert.deepEqual(
    shown.topTen.map(({ device, count }) => `${device} ${count}`),
    ["x0 10", "x1 10", "x2 10"],
  );
});

test("FG-2: tests, what is put aside and the alarms about alarms are no new alarms", () => {
  const scenario = new Scenario();
  for (let n = 0; n < 11; n += 1) say(scenario, `x${n}`, true);
  const [first] = scenario.state.alarms.values();
  const until = scenario.now + 60 * min;
  scenario.command({ command: "shelve", alarm: first?.id ?? "", reason: "other", until });
  say(scenario, "x0", false);
  say(scenario, "x0", true);
  const shown = view(scenario);
  assert.equal(shown.of("peak-ten-minutes")?.value, 11, "the flood itself is none of them");
  assert.equal(shown.floods.length, 1);
});

test("FG-3: time in flood, chatter and what has stood for a day are figures of their own", () => {
  const scenario = new Scenario();
  for (let n = 0; n < 6; n += 1) {
    say(scenario, "b1", n % 2 === 0);
    scenario.pass(s);
  }
  for (let n = 0; n < 20; n += 1) say(scenario, `x${n}`, true);
  scenario.pass(25 * 60 * min);
  const shown = view(scenario);
  assert.equal(shown.of("chattering")?.value, 1);
  assert.equal(shown.stale.length, 20, "the contact that chattered is closed again");
  assert.equal(shown.of("stale")?.met, false);
  assert.equal(shown.floods.length, 1);
  const [flood] = shown.floods;
  assert.equal((flood?.to ?? 0) - (flood?.from ?? 0), 10 * min);
  assert.equal(shown.of("time-in-flood")?.value, 0.7);
});

test("FG-4: ten points that were false most, each with the mix of its causes", () => {
  const scenario = new Scenario();
  for (const cause of ["A4", "A4", "B2"] as const) {
    scenario.press("s1", "b1", null, 0);
    const incident = scenario.incident.id;
    scenario.command({
      command: "verify",
      incident,
      result: "false",
      look: { how: "camera", found: "nothing" },
      cause,
    });
    scenario.pass(5 * min);
  }
  const [worst, ...others] = view(scenario).falseTen;
  assert.deepEqual(others, []);
  assert.deepEqual([worst?.device, worst?.count], ["b1", 3]);
  assert.deepEqual(worst?.causes, [
    { cause: "A4", count: 2 },
    { cause: "B2", count: 1 },
  ]);
});

test("FG-5: what is older than 30 days is gone, and no count of points grows without end", () => {
  const scenario = new Scenario();
  for (let n = 0; n < 20; n += 1) say(scenario, `x${n}`, true);
  scenario.pass((keptDays + 1) * dayMs);
  say(scenario, "b2", true);
  const figures = fold(scenario.events);
  assert.deepEqual([...figures.points.keys()], ["s1/b2#tamper"]);
  assert.equal(figures.tens.size, 1);
  assert.equal(figures.floods.length, 0);
  const raised = scenario.events.find(({ type }) => type === "alarm-raised");
  assert.ok(raised?.type === "alarm-raised");
  for (let n = 0; n < 6000; n += 1) {
    const position = figures.position + 1;
    note(figures, { ...raised, at: scenario.now + n, position, alarm: `A${n}`, device: `y${n}` });
  }
  assert.equal(figures.points.size, 5000);
  assert.ok(figures.points.has("s1/y5999#tamper"));
});

test("FG-6: what is committed while the journal is read is in them once; a failure is tried again", async () => {
  const scenario = new Scenario();
  for (let n = 0; n < 8; n += 1) say(scenario, `x${n}`, true);
  const { events } = scenario;
  let [reads, failures] = [0, 0];
  let go: (figures: Figures) => void = () => {};
  const keeper = new FigureKeeper({
    read: () => {
      reads += 1;
      if (reads === 1) return Promise.reject(new Error("the disk"));
      return new Promise((resolve) => {
        go = resolve;
      });
    },
    now: () => scenario.now,
    utcOffsetMin: () => 480,
    failed: () => {
      failures += 1;
    },
  });
  await keeper.start();
  assert.deepEqual([failures, keeper.now.complete], [1, false]);
  const ready = keeper.start();
  // Read up to the fifth; the fourth to the last are committed meanwhile.
  keeper.committed(events.slice(3));
  go(structuredClone(fold(events.slice(0, 5))));
  await ready;
  assert.equal(keeper.now.complete, true);
  assert.deepEqual(keeper.now.figures, fold(events));
});
