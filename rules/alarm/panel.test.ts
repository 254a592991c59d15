/** What a panel says of itself (PN), and a point that fires again after its panel was reset. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { Scenario } from "../scenarios/play.ts";
import type { Alarm } from "./alarm.ts";
import type { PanelNote } from "./panel.ts";

class Panel extends Scenario {
  says(note: PanelNote, value: boolean | number, device = "b1"): void {
    this.take({ kind: "panel", site: "s1", device, point: note, note, value, ts: this.now - 5 });
  }

  get types(): string[] {
    return this.last.map(({ type }) => type);
  }

  of(rule: string): Alarm[] {
    return [...this.state.alarms.values()].filter((alarm) => alarm.rule === rule);
  }
}

test("PN-1: each word of a panel is journalled once, with the time of its source; the first is no act", () => {
  const t = new Panel();
  const noted = () => t.events.filter((event) => event.type === "panel-noted");
  for (const [note, first, next] of [
    ["auto", true, false],
    ["muted", false, true],
    ["disabled", 0, 2],
    ["reset", 7, 8],
  ] as const) {
    t.says(note, first);
    t.says(note, first);
    t.restart();
    t.says(note, first);
    t.says(note, next);
  }
  assert.deepEqual(
    noted().map(({ note, value, first = false }) => [note, value, first]),
    [
      ["auto", true, true],
      ["auto", false, false],
      ["muted", false, true],
      ["muted", true, false],
      ["disabled", 0, true],
      ["disabled", 2, false],
      ["reset", 7, true],
      ["reset", 8, false],
    ],
  );
  assert.ok(noted().every(({ at, ts }) => ts === at - 5));
});

test("PN-2: reset before a result: an alarm of the incident, once until somebody has seen it; nothing is closed", () => {
  const t = new Panel();
  t.says("reset", 0);
  t.detect("F02", "s1", "b1");
  t.says("reset", 1);
  assert.deepEqual(t.types, ["panel-noted", "alarm-raised", "escalation-armed", "incident-joined"]);
  const [alarm] = t.of("G06");
  assert.deepEqual([alarm?.priority, alarm?.class], ["P1", "supervisory"]);
  assert.equal(alarm?.incident, t.incident.id);
  assert.equal(t.incident.closedAt, null);
  t.says("reset", 2);
  assert.deepEqual(t.types, ["panel-noted"]);
  t.command({ command: "acknowledge", alarm: alarm?.id ?? "" });
  t.says("reset", 3);
  assert.equal(t.of("G06").length, 2);
});

test("PN-3: a count that begins anew is a reset; another panel's, or one after the result, is none", () => {
  const t = new Panel();
  t.says("reset", 9);
  t.says("reset", 3, "b2");
  t.detect("F02", "s1", "b1");
  t.says("reset", 4, "b2");
  assert.deepEqual(t.types, ["panel-noted"]);
  t.says("reset", 0);
  assert.equal(t.of("G06").length, 1);
  t.command({ command: "verify", incident: t.incident.id, result: "confirmed" });
  t.says("reset", 1);
  assert.equal(t.of("G06").length, 1);
});

test("PN-4: mute, AUTO and disablement of the panel end no alarm and silence none", () => {
  const t = new Panel();
  t.detect("F02", "s1", "b1");
  const [alarm] = t.of("F02");
  for (const [note, value] of [
    ["muted", false],
    ["muted", true],
    ["auto", false],
    ["disabled", 1],
  ] as const) {
    t.says(note, value);
  }
  assert.deepEqual([alarm?.sounding, alarm?.state], [true, "unacknowledged"]);
});

test("PN-5: fires again after a reset: a new alarm that joins, sounds and begins its own clock", () => {
  const t = new Panel();
  t.says("reset", 0);
  t.detect("F02", "s1", "b1");
  const [first] = t.of("F02");
  const orders = t.state.orders.size;
  t.command({ command: "acknowledge", alarm: first?.id ?? "" });
  t.detect("F02", "s1", "b1", { level: false });
  t.says("reset", 1);
  t.detect("F02", "s1", "b1");
  assert.deepEqual(t.types, ["alarm-moved", "alarm-raised", "escalation-armed", "incident-joined"]);
  assert.equal(t.state.incidents.size, 1);
  assert.equal(t.state.orders.size, orders, "nobody is sent twice");
  const second = t.of("F02").at(-1);
  assert.deepEqual([second?.sounding, second?.incident], [true, t.incident.id]);
  t.detect("F02", "s1", "b1");
  assert.deepEqual(t.types, []);
});

test("PN-6: of a link that was lost and is whole again nothing is new, unless the panel was reset meanwhile", () => {
  for (const isReset of [false, true]) {
    const t = new Panel();
    t.says("reset", 0);
    t.detect("F02", "s1", "b1");
    t.detect("F02", "s1", "b1", { level: "unknown" });
    assert.equal(t.of("F02")[0]?.condition, "unknown");
    t.away(60_000);
    if (isReset) t.says("reset", 1);
    t.detect("F02", "s1", "b1");
    assert.equal(t.of("F02").length, isReset ? 2 : 1);
  }
});

test("PN-10: a panel that is reset again and again leaves two to acknowledge, and the newest sounds", () => {
  const t = new Panel();
  t.says("reset", 0);
  t.detect("F02", "s1", "b1");
  for (let n = 1; n <= 20; n += 1) {
    t.says("reset", n);
    t.detect("F02", "s1", "b1", { level: false });
    t.detect("F02", "s1", "b1");
  }
  const waiting = t.of("F02").filter(({ state }) => state === "unacknowledged");
  assert.equal(waiting.length, 2);
  assert.equal(waiting.at(-1)?.sounding, true);
  assert.equal(t.state.incidents.size, 1);
});
