import assert from "node:assert/strict";
import { test } from "node:test";
import { Scenario } from "../scenarios/play.ts";

const s = 1000;
const min = 60 * s;

/** So many devices of s1 whose cover is opened, one each `everyMs`. */
function come(scenario: Scenario, from: number, count: number, everyMs = s): void {
  for (let n = from; n < from + count; n += 1) {
    const at = { site: "s1", device: `x${n}`, since: scenario.now } as const;
    scenario.take({ kind: "level", rule: "S05", level: true, ...at });
    scenario.pass(everyMs);
  }
}

const types = ({ last }: Scenario) => last.map(({ type }) => type);
const flood = ({ state }: Scenario) =>
  [...state.alarms.values()].find(({ rule, state: now }) => rule === "C03" && now !== "normal");

test("FL-1: the eleventh new alarm within 10 min is a flood, the tenth is none", () => {
  const scenario = new Scenario();
  come(scenario, 0, 10);
  assert.equal(flood(scenario), undefined);
  come(scenario, 10, 1, 0);
  assert.deepEqual(types(scenario), ["alarm-raised", "alarm-raised", "flood-began"]);
  const alarm = flood(scenario) ?? assert.fail();
  assert.deepEqual([alarm.priority, alarm.site, alarm.condition], ["P2", "station", "active"]);
  const slow = new Scenario();
  come(slow, 0, 30, min + s);
  assert.equal(flood(slow), undefined, "ten in 10 min, for half an hour");
});

test("FL-2: it ends when fewer than 5 have come in 10 min, by a deadline that survives a restart", () => {
  const scenario = new Scenario();
  come(scenario, 0, 20);
  scenario.pass(5 * min);
  come(scenario, 20, 3, 0);
  // The start is an alarm itself (G01): the fourth.
  scenario.restart();
  // The fifth newest, that of 19 s, leaves the window at 10 min 19 s.
  scenario.pass(10 * min + 19 * s - (20 * s + 5 * min) - 1);
  assert.equal(flood(scenario)?.condition, "active");
  scenario.pass(1);
  assert.deepEqual(types(scenario), ["flood-ended", "alarm-condition", "alarm-moved"]);
  const [ended] = scenario.last;
  assert.equal(ended?.type === "flood-ended" && ended.count, 24);
  assert.equal(flood(scenario)?.state, "returned-unacknowledged");
  assert.equal(scenario.state.deadlines.has("flood:gateway"), false);
});

test("FL-2: away through its end, the gateway ends it at its start; another one is the same alarm", () => {
  const scenario = new Scenario();
  come(scenario, 0, 11);
  const { id } = flood(scenario) ?? assert.fail();
  scenario.away(60 * min);
  assert.equal(flood(scenario)?.condition, "inactive");
  come(scenario, 20, 10);
  assert.deepEqual([flood(scenario)?.id, flood(scenario)?.state], [id, "unacknowledged"]);
  assert.ok(flood(scenario)?.sounding);
});

test("FL-3: tests and the alarms about alarms count for nothing; what sounds again counts", () => {
  const scenario = new Scenario();
  const expected = [{ device: "b1", point: "tamper" }];
  const endsAt = scenario.now + 60 * min;
  const window = { site: "s1", tester: "P-7", linkage: "auto", endsAt, expected } as const;
  scenario.command({ command: "open-test", ...window });
  for (let n = 0; n < 40; n += 1) {
    const at = { site: "s1", device: "b1", since: scenario.now } as const;
    scenario.take({ kind: "level", rule: "S05", level: n % 2 === 0, ...at });
    assert.equal(types(scenario)[0], n === 0 ? "test-signal-came" : "alarm-condition");
    scenario.pass(s);
  }
  assert.equal(flood(scenario), undefined);
  const again = new Scenario();
  come(again, 0, 5, 0);
  // Three edges each are no chatter: x0 to x4 have come back once more each, and one is new.
  for (const level of [false, true]) {
    for (let n = 0; n < 5; n += 1) {
      const at = { site: "s1", device: `x${n}`, since: again.now } as const;
      again.take({ kind: "level", rule: "S05", level, ...at });
    }
  }
  assert.equal(flood(again), undefined);
  come(again, 9, 1);
  assert.ok(flood(again));
});

test("FL-4: a fire in a flood is as any fire: at once, with its order, sounding", () => {
  const scenario = new Scenario();
  come(scenario, 0, 50, 10);
  scenario.press("s1", "b1", null, 0);
  assert.deepEqual(types(scenario).slice(0, 3), [
    "alarm-raised",
    "escalation-armed",
    "incident-opened",
  ]);
  assert.ok(scenario.last.some(({ type }) => type === "order-issued"));
  const fire = [...scenario.state.alarms.values()].find(({ rule }) => rule === "F01");
  assert.ok(fire?.sounding);
  assert.equal(scenario.events.filter(({ type }) => type === "flood-began").length, 1);
});

test("FL-5: a site's pack may set the numbers within their bounds, and the state stays small", () => {
  const scenario = new Scenario();
  const when = { reported: true } as const;
  const name = { zh: "x", en: "x" };
  const rule = {
    id: "C03",
    name,
    class: "supervisory",
    priority: "P2",
    point: "flood",
    when,
  } as const;
  const holds = { setAfterMs: 0, clearAfterMs: 0, act: name, basis: "made" };
  const rules = [{ ...rule, ...holds, numbers: { alarmsMost: 50, withinMs: 10 * min } }];
  const pack = { v: 1, pack: "site", kind: "site", rules } as const;
  scenario.world = { ...scenario.world, packs: [pack] };
  come(scenario, 0, 50, 10);
  assert.equal(flood(scenario), undefined);
  come(scenario, 50, 1, 10);
  assert.ok(flood(scenario));
  come(scenario, 51, 500, 10);
  assert.ok(scenario.state.rates.recent.length <= 51);
  assert.equal(scenario.state.rates.floodCount, 551);
});
