/** What keeps an alarm from the desk: shelved, explained by another one, out of service; and together. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Command } from "../command.ts";
import type { RuleSource } from "../detect/pack.ts";
import { Scenario } from "../scenarios/play.ts";
import type { Level } from "../signal.ts";
import type { Alarm } from "./alarm.ts";
import { type Hold, holdOf, holdRefusal, holdTable } from "./lifecycle.ts";
import { mostOutOfService } from "./out-of-service.ts";

const hour = 3_600_000;
const text = { zh: "x", en: "x" };
const rule = (id: string, more: Partial<RuleSource> = {}): RuleSource => ({
  ...{ id, name: text, act: text, basis: "design", point: id.toLowerCase(), when: "x" },
  ...{ class: "suppression", priority: "P1", setAfterMs: 0, clearAfterMs: 0 },
  ...more,
});

class Desk extends Scenario {
  constructor(...rules: RuleSource[]) {
    super();
    const own = [rule("F02", { class: "fire" }), rule("S02", { point: "link" }), ...rules];
    this.world = { ...this.world, packs: [{ v: 1, pack: "p", kind: "button", rules: own }] };
  }

  say(id: string, level: Level["level"] = true, more: Partial<Level> = {}): Alarm {
    this.detect(id, "s1", "b1", { level, ...more });
    const { point } = more;
    const of = (a: Alarm) => a.rule === id && (point === undefined || a.point === point);
    return [...this.state.alarms.values()].findLast(of) ?? assert.fail(`no alarm of ${id}`);
  }

  takeOut(more: Partial<Command & { command: "take-out-of-service" }> = {}): string {
    const until = this.now + hour;
    const scope = { site: "s1", device: "b1", reason: "being-repaired", until, ...more };
    this.command({ command: "take-out-of-service", ...scope });
    const [event] = this.last;
    return event?.type === "taken-out-of-service" ? event.record : this.refused;
  }

  get refused(): string {
    const [event] = this.last;
    return event?.type === "signal-refused" ? event.reason : "";
  }

  get open(): number {
    return [...this.state.incidents.values()].filter((i) => i.closedAt === null).length;
  }
}

test("AL-3: who keeps an alarm from the desk, for how long, and what never is (ISA-18.2, G H I)", () => {
  const day = 24 * hour;
  const rows = Object.entries(holdTable).map(([hold, { begins, ends, longestMs, fire }]) => {
    return [hold, begins, ends.join(" "), longestMs, fire];
  });
  assert.deepEqual(rows, [
    ["out-of-service", "person", "person time urgency", 30 * day, true],
    ["by-design", "rule", "rule urgency", null, false],
    ["shelved", "person", "person time urgency", 8 * hour, false],
  ]);
  const kinds = Object.keys(holdTable) as Hold[];
  const press = { rule: "F01", class: "test", priority: "P4" };
  const fire = { rule: "F02", class: "fire", priority: "P1" };
  const failed = { rule: "P01", class: "suppression", priority: "P0" };
  const refusals = (of: typeof fire) => kinds.map((kind) => holdRefusal(kind, of));
  assert.deepEqual(refusals(press), ["never-a-press", "never-a-press", "never-a-press"]);
  assert.deepEqual(refusals(fire), [null, "never-a-fire", "never-a-fire"]);
  assert.deepEqual(refusals(failed), [null, "never-a-fire", "never-a-fire"]);
  assert.deepEqual(refusals({ ...failed, priority: "P1" }), [null, null, null]);
});

test("AL-4: of several the one that counts most is shown, and each must end by itself", () => {
  const t = new Desk(rule("S03", { class: "fault", priority: "P3", suppressedBy: ["S02"] }));
  const alarm = t.say("S03");
  t.command({ command: "shelve", alarm: alarm.id, reason: "other", until: t.now + hour });
  t.say("S02");
  assert.equal(holdOf(alarm), "by-design");
  t.pass(hour);
  assert.deepEqual([holdOf(alarm), alarm.sounding], ["by-design", false]);
  t.command({ command: "shelve", alarm: alarm.id, reason: "other", until: t.now + hour });
  assert.equal(t.refused, "by-design");
  const record = t.takeOut({ rule: "S03" });
  t.say("S02", false);
  assert.deepEqual([holdOf(alarm), alarm.sounding], ["out-of-service", false]);
  t.command({ command: "return-to-service", record });
  t.pass(0);
  assert.deepEqual([holdOf(alarm), alarm.sounding], [null, true]);
});

test("EX-1: what a rule explains is kept from the desk for as long as it stands, unknown included", () => {
  const t = new Desk(rule("S03", { class: "fault", priority: "P3", suppressedBy: ["S02", "P03"] }));
  t.say("S02");
  const first = t.say("S03");
  const types = t.last.map(({ type }) => type);
  assert.deepEqual([holdOf(first), types], ["by-design", ["alarm-raised"]]);
  t.restart();
  t.say("S02", "unknown");
  const alarm = t.say("S03");
  assert.equal(holdOf(alarm), "by-design");
  t.command({ command: "acknowledge", alarm: t.say("S02").id });
  t.detect("S02", "s1", "b1", { level: false });
  assert.deepEqual([holdOf(alarm), alarm.sounding], [null, true]);
});

test("EX-2: of another device, another part or another rule nothing is explained", () => {
  const parts = { each: [{ as: "a", name: text }], suppressedBy: ["V01", "S02"] } as const;
  const t = new Desk(rule("V01", { each: parts.each }), rule("S03", parts));
  const at = (as: string) => ({ each: as, point: `x.${as}` });
  t.say("V01", true, { each: "a", point: "v01.a" });
  const [same, other] = [t.say("S03", true, at("a")), t.say("S03", true, at("b"))];
  assert.deepEqual([holdOf(same), holdOf(other)], ["by-design", null]);
  t.detect("S02", "s1", "b2");
  assert.equal(holdOf(other), null);
  t.say("S02");
  assert.equal(holdOf(other), "by-design", "the whole device");
  t.say("V01", false, { each: "a", point: "v01.a" });
  assert.equal(holdOf(same), "by-design", "another one still explains it");
  t.say("S02", false);
  assert.deepEqual([holdOf(same), holdOf(other)], [null, null]);
});

test("EX-4: what becomes P0 is explained by nothing", () => {
  const explained = { suppressedBy: ["S02"], whileFire: "P0" } as const;
  const t = new Desk(rule("P03", explained));
  t.say("S02");
  const alarm = t.say("P03");
  assert.equal(holdOf(alarm), "by-design");
  t.press("s1", "b1", null, 0);
  assert.deepEqual([alarm.priority, holdOf(alarm), alarm.sounding], ["P0", null, true]);
  t.say("S02", "unknown");
  assert.equal(holdOf(alarm), null);
});

test("OS-1: a detector out of service raises nothing; a vote with one in service is real", () => {
  const t = new Desk(rule("F03", { class: "fire", priority: "P0" }));
  t.takeOut({ points: ["d1", "d2"] });
  const one = t.say("F02", true, { causes: ["d1"], point: "f02.d1" });
  const vote = t.say("F03", true, { causes: ["d1", "d2"] });
  assert.deepEqual([holdOf(one), holdOf(vote), t.open], ["out-of-service", "out-of-service", 0]);
  assert.equal(t.state.deadlines.size, 1, "nobody else is called");
  t.say("F03", true, { causes: ["d1", "d2", "d7"] });
  assert.deepEqual([holdOf(vote), vote.sounding, t.open], [null, true, 1]);
  assert.equal(holdOf(one), "out-of-service");
});

test("OS-2: at its end, by time and after a restart, what stands is real; two of one zone are one incident", () => {
  const t = new Desk();
  t.takeOut();
  t.say("F02", true, { point: "f02.a", causes: ["a"] });
  t.say("F02", true, { point: "f02.b", causes: ["b"] });
  t.pass(hour - 1);
  t.restart();
  assert.equal(t.open, 0);
  t.pass(1);
  assert.equal(t.open, 1);
  const alarms = [...t.state.alarms.values()].filter((a) => a.rule === "F02");
  assert.deepEqual(
    alarms.map((a) => [a.latched, a.sounding, a.incident === t.incident.id]),
    [
      [true, true, true],
      [true, true, true],
    ],
  );
  assert.equal(t.state.outOfService.size, 0);
});

test("OS-3: one that was held with its closed incident fires anew, and outlives the old one's archive", () => {
  const t = new Desk();
  t.say("F02");
  const incident = t.incident.id;
  const look = { how: "camera", found: "nothing" } as const;
  t.command({ command: "verify", incident, result: "false", look, cause: "C1" });
  assert.equal(t.open, 1, "closing waits until its point is normal");
  t.say("F02", false);
  assert.equal(t.open, 0);
  const record = t.takeOut({ rule: "F02" });
  const alarm = t.say("F02");
  assert.equal(holdOf(alarm), "out-of-service");
  t.command({ command: "return-to-service", record });
  t.pass(0);
  assert.equal(t.open, 1);
  const now = alarm.incident;
  assert.notEqual(now, incident);
  t.pass(48 * hour);
  assert.equal(t.state.incidents.has(incident), false);
  assert.equal(t.state.alarms.get(alarm.id)?.incident, now);
});

test("OS-4: what belongs to an open incident or a test is not taken out with its device", () => {
  const t = new Desk();
  const fire = t.say("F02");
  t.takeOut();
  assert.equal(holdOf(fire), null);
  t.say("F02", "unknown");
  assert.equal(holdOf(fire), null);
});

test("OS-5: a narrower record may end while a wider one holds", () => {
  const t = new Desk();
  const narrow = t.takeOut({ rule: "S02" });
  t.takeOut({ until: t.now + 2 * hour });
  const alarm = t.say("S02");
  t.command({ command: "return-to-service", record: narrow });
  t.pass(0);
  assert.equal(holdOf(alarm), "out-of-service");
  t.pass(2 * hour);
  assert.deepEqual([holdOf(alarm), alarm.sounding], [null, true]);
});

test("OS-6: points and records have a limit", () => {
  const t = new Desk();
  const many = Array.from({ length: 101 }, (_, i) => `p${i}`);
  assert.equal(t.takeOut({ points: many }), "too-many-points");
  assert.equal(t.takeOut({ points: [] }), "too-many-points");
  for (let i = 0; i < mostOutOfService; i += 1) t.takeOut({ points: [`p${i}`] });
  assert.equal(t.state.outOfService.size, mostOutOfService);
  assert.equal(t.takeOut({ points: ["one-more"] }), "too-many-out-of-service");
});

test("OS-9: what is out of service, or explained, is no new alarm of a seat: it makes no flood", () => {
  const flooded = (t: Desk, id: string): boolean => {
    for (let n = 0; n < 12; n += 1) t.say(id, true, { point: `p${n}` });
    return [...t.state.alarms.values()].some((alarm) => alarm.rule === "C03");
  };
  const explained = rule("S03", { class: "fault", priority: "P3", suppressedBy: ["S02"] });
  assert.equal(flooded(new Desk(explained), "S03"), true, "so many are a flood");
  const worked = new Desk(explained);
  worked.takeOut();
  assert.equal(flooded(worked, "S03"), false);
  const linkLost = new Desk(explained);
  linkLost.say("S02");
  assert.equal(flooded(linkLost, "S03"), false);
});

test("SH-5: what was put aside as a test is at the desk once it is real", () => {
  const t = new Desk();
  const expected = [{ device: "b1", point: "d1" }];
  const endsAt = t.now + hour;
  const linkage = "auto";
  t.command({ command: "open-test", site: "s1", tester: "P-7", linkage, endsAt, expected });
  const alarm = t.say("F02", true, { causes: ["d1"] });
  t.command({ command: "shelve", alarm: alarm.id, reason: "other", until: t.now + hour / 2 });
  assert.equal(holdOf(alarm), "shelved");
  t.say("F02", true, { causes: ["d1", "d2"] });
  assert.deepEqual([alarm.class, holdOf(alarm), alarm.sounding], ["fire", null, true]);
  assert.equal(
    [...t.state.deadlines.keys()].some((key) => key.startsWith("shelf")),
    false,
  );
});

test("OS-10: a vote with a press in it is real, though the whole device is out of service", () => {
  const desk = new Desk(rule("F03", { class: "fire", priority: "P0", point: "two" }));
  desk.takeOut();
  const press = desk.say("F01", true, { point: "press.mcp1", each: "mcp1" });
  assert.equal(holdOf(press), null);
  const vote = desk.say("F03", true, { causes: ["mcp1", "d1"] });
  assert.deepEqual([holdOf(vote), vote.priority, vote.sounding], [null, "P0", true]);
  assert.equal(desk.open, 1);
});

test("OS-11: the end of one record leaves what another one holds, also where no comparison says why", () => {
  const desk = new Desk();
  const [first, second] = [desk.takeOut({ points: ["d1"] }), desk.takeOut({ points: ["d9"] })];
  const alarm = desk.say("F02", true, { causes: ["d1"] });
  assert.equal(alarm.outOfService?.record, first);
  desk.command({ command: "return-to-service", record: second });
  assert.deepEqual([holdOf(alarm), desk.open], ["out-of-service", 0]);
  desk.command({ command: "return-to-service", record: first });
  desk.pass(0);
  assert.deepEqual([holdOf(alarm), desk.open], [null, 1]);
});
