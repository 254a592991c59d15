/** Who is called, what is out of service and what panels said, as screens read them. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { Scenario } from "#rules/scenarios/play.ts";
import { alarmRow, incidentCard } from "./cards.ts";
import { contactsOf } from "./contacts.ts";
import { callsOf, outOfServiceView } from "./holds.ts";
import type { Sight } from "./sight.ts";

const names: Readonly<Record<string, string>> = { "P-shift": "值班长甲", "P-1": "值班员乙" };

function sightOf({ state, world }: Scenario): Sight {
  return { state, world, nameOf: (id) => names[id] ?? null, profileOf: () => null };
}

const staffOf = (id: string) =>
  id === "P-shift" ? { id, name: "值班长甲", role: "duty-leader", phone: "000-0000" } : null;

test("ES-12: whoever is called reads it, the desk has the number, the journal has neither", () => {
  const t = new Scenario();
  t.press("s1", "b1", null, 0);
  t.pass(59_000);
  assert.deepEqual(callsOf(sightOf(t), new Set(["P-shift"])), []);
  t.pass(1000);
  const sight = sightOf(t);
  const [call, ...more] = callsOf(sight, new Set(["P-shift", "P-town"]));
  assert.deepEqual([call?.to, call?.class, more.length], ["shift-leader", "fire", 0]);
  assert.equal(call?.number, t.incident.number);
  assert.deepEqual(callsOf(sight, new Set(["P-1"])), []);
  const [row] = incidentCard(sight, t.incident).alarms;
  assert.deepEqual(
    row?.escalation?.steps.map(({ to, name }) => [to, name]),
    [
      ["second-desk", null],
      ["shift-leader", "值班长甲"],
    ],
  );
  assert.deepEqual(row?.escalation?.nextTo, ["town-leader"]);
  const [first] = contactsOf(sight, t.incident, staffOf).contacts;
  assert.deepEqual([first?.kind, first?.phone], ["escalation", "000-0000"]);
  const [unknown] = contactsOf(sight, t.incident, () => null).contacts;
  assert.deepEqual([unknown?.person, unknown?.phone], ["P-shift", null], "no number is said so");
  const journal = JSON.stringify(t.events);
  assert.ok(journal.includes("P-shift"));
  assert.ok(!journal.includes("值班长甲") && !journal.includes("000-0000"));
  t.command({ command: "acknowledge", alarm: row?.id ?? "" });
  assert.deepEqual(
    contactsOf(sight, t.incident, staffOf).contacts.filter(({ kind }) => kind === "escalation"),
    [],
  );
  assert.notEqual(callsOf(sight, new Set(["P-shift"]))[0]?.acknowledgedAt, null);
});

test("ES-12: of an incident a person has one call, the most urgent, which rings once until it is acknowledged", () => {
  const t = new Scenario();
  const calls = () => callsOf(sightOf(t), new Set(["P-shift"]));
  t.detect("F02", "s1", "b1", { point: "f02.a" });
  t.pass(10_000);
  t.detect("F02", "s1", "b1", { point: "f02.b" });
  t.pass(50_000);
  const [first, ...none] = calls();
  assert.deepEqual([first?.others, none], [0, []]);
  t.pass(10_000);
  assert.deepEqual(calls(), [{ ...first, others: 1 }]);
  t.command({ command: "acknowledge", alarm: first?.alarm ?? "" });
  const [second, ...more] = calls();
  assert.deepEqual([second?.acknowledgedAt, second?.others, more], [null, 0, []]);
  assert.notEqual(second?.alarm, first?.alarm);
  t.command({ command: "acknowledge", alarm: second?.alarm ?? "" });
  assert.deepEqual(
    calls().map(({ acknowledgedAt, others }) => [acknowledgedAt !== null, others]),
    [[true, 1]],
  );
});

test("OS-8: the list has scope, reason, author and end, the one that ends first at the top; others' sites are not in it", () => {
  const t = new Scenario();
  const take = (site: string, hours: number, more: object) =>
    t.command({
      ...{ command: "take-out-of-service", site, device: "b1", reason: "other", ...more },
      until: t.now + hours * 3_600_000,
    });
  take("s1", 8, { points: ["d1"] });
  take("s1", 2, { rule: "P03" });
  take("s2", 1, {});
  const rows = outOfServiceView(sightOf(t), (site) => site === "s1");
  assert.deepEqual(
    rows.map(({ rule, points, byName }) => [rule, points?.map(({ id }) => id) ?? null, byName]),
    [
      ["P03", null, "值班员乙"],
      [null, ["d1"], "值班员乙"],
    ],
  );
  assert.equal(rows[0]?.ruleName?.zh, "P03");
  t.detect("F02", "s1", "b1", { causes: ["d1"] });
  const alarm = [...t.state.alarms.values()].find(({ rule }) => rule === "F02");
  const row = alarm && alarmRow(sightOf(t), alarm);
  assert.deepEqual([row?.hold, row?.outOfService], ["out-of-service", rows[1]?.id]);
});

test("PN-9: the card says what its panels did since it was opened, the newest first", () => {
  const t = new Scenario();
  const says = (point: string, note: "reset" | "muted", value: boolean | number, device = "b1") =>
    t.take({ kind: "panel", site: "s1", device, point, note, value, ts: null });
  says("resets", "reset", 1);
  says("muted", "muted", false);
  says("muted", "muted", true, "b2");
  t.pass(1000);
  t.detect("F02", "s1", "b1");
  t.pass(1000);
  says("muted", "muted", true);
  t.pass(1000);
  says("resets", "reset", 2);
  says("muted", "muted", false, "b2");
  const { panel, alarms } = incidentCard(sightOf(t), t.incident);
  assert.deepEqual(
    panel.map(({ note, value }) => [note, value]),
    [
      ["reset", 2],
      ["muted", true],
    ],
  );
  const fire = alarms.find(({ rule }) => rule === "F02");
  assert.equal(fire?.panelResetAt, t.now);
});
