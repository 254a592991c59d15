/** Escalation (E01) and shelving: who is called when no desk acknowledges, and what is put aside. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { PackSource, RuleSource } from "../detect/pack.ts";
import { indexInventory } from "../inventory-index.ts";
import { sitePack } from "../override.ts";
import { districtInventory } from "../scenarios/fixture.ts";
import { Scenario } from "../scenarios/play.ts";
import { upcast } from "../upcast.ts";
import { callOf, escalationSteps } from "./called.ts";

const text = { zh: "x", en: "x" };
const rule = (id: string, more: Partial<RuleSource>): RuleSource => ({
  ...{ id, name: text, act: text, basis: "design", point: id, when: "x" },
  ...{ class: "suppression", priority: "P1", setAfterMs: 0, clearAfterMs: 0 },
  ...more,
});
const pack: PackSource = {
  v: 1,
  pack: "p",
  kind: "button",
  rules: [
    rule("F02", { class: "fire", whenWorse: "P0" }),
    rule("P03", { whileFire: "P0" }),
    rule("P05", { class: "supervisory", priority: "P2" }),
  ],
};

class Watch extends Scenario {
  constructor() {
    super();
    this.world = { ...this.world, packs: [pack] };
  }

  level(id: string, level = true): string {
    this.take({ kind: "level", rule: id, site: "s1", device: "b1", level, since: this.now });
    return [...this.state.alarms.values()].findLast((a) => a.rule === id)?.id ?? "";
  }

  /** Who was called so far, and after how many seconds. */
  get called(): string[] {
    const begin = this.events.find((e) => e.type === "escalation-armed")?.at ?? 0;
    return this.events.flatMap((event) =>
      event.type === "alarm-escalated"
        ? event.calls.map(({ to }) => `${(event.at - begin) / 1000} s ${to}`)
        : [],
    );
  }

  sounds(id: string): boolean {
    return this.state.alarms.get(id)?.sounding === true;
  }
}

const fireSteps = ["30 s second-desk", "60 s shift-leader", "180 s town-leader"];

test("ES-1: a press that no desk acknowledges: second desk, shift leader, town leader, then nobody", () => {
  const t = new Watch();
  t.press("s1", "b1", null, 0);
  t.pass(29_999);
  assert.deepEqual(t.called, []);
  t.pass(600_000);
  assert.deepEqual(t.called, fireSteps);
});

test("ES-2: whoever acknowledges ends it; the clock outlives a restart, and fires when it is back", () => {
  const t = new Watch();
  t.press("s1", "b1", null, 0);
  t.pass(40_000);
  t.restart();
  t.pass(19_000);
  assert.deepEqual(t.called, fireSteps.slice(0, 1));
  t.away(2000);
  assert.deepEqual(t.called.slice(1), ["61 s shift-leader"]);
  const alarm = [...t.state.alarms.values()].find(({ rule: of }) => of === "F01")?.id ?? "";
  t.command({ command: "acknowledge", alarm });
  t.pass(600_000);
  assert.equal(t.called.length, 2);
});

test("ES-3: a look that no desk has seen is a first alarm after 60 s, and nobody has two orders", () => {
  const t = new Watch();
  t.level("F02");
  t.take({ ...replyOf(t, "M1"), reply: "accepted" });
  const rescue = () =>
    [...t.state.orders.values()].filter((o) => o.stationKind === "rescue" && o.kind === "turn-out");
  t.pass(59_000);
  assert.equal(rescue().length, 0);
  t.pass(1000);
  assert.equal(rescue().length, 1);
  assert.ok(t.events.some((e) => e.type === "operator-prompted" && e.code === "unacknowledged"));
  t.pass(600_000);
  const stations = [...t.state.orders.values()].map(({ station }) => station);
  assert.equal(new Set(stations).size, stations.length);
});

function replyOf(t: Watch, station: string) {
  const { id: order, revision } = t.orderOf(station);
  return { kind: "reply", station, order, revision, seq: null, ts: null } as const;
}

test("ES-4: pump to manual at 03:00 and nobody reacts: never a call to the town leader", () => {
  const t = new Watch();
  t.pass(3_600_000);
  t.level("P03");
  t.pass(86_400_000);
  assert.deepEqual(t.called, [
    "300 s shift-leader",
    "1800 s duty-technician",
    "1800 s safety-manager",
  ]);
});

test("ES-5: what is supervisory calls nobody; what has returned waits for nobody", () => {
  const t = new Watch();
  t.level("P05");
  t.pass(86_400_000);
  assert.deepEqual(t.called, []);
  t.level("P03");
  t.pass(10_000);
  t.level("P03", false);
  t.pass(86_400_000);
  assert.deepEqual(t.called, []);
});

test("ES-6: suppression that fails while it burns is called for as a fire", () => {
  const t = new Watch();
  t.level("P03");
  t.pass(100_000);
  t.press("s1", "b1", null, 0);
  t.pass(31_000);
  assert.deepEqual(new Set(t.called.map((c) => c.split(" ")[2])), new Set(["second-desk"]));
});

test("SH-1: put aside it is silent, comes and goes in silence, and sounds again at its end if it stands", () => {
  const t = new Watch();
  const id = t.level("P05");
  const until = t.now + 3_600_000;
  t.command({ command: "shelve", alarm: id, reason: "being-repaired", until });
  assert.equal(t.sounds(id), false);
  t.command({ command: "acknowledge", alarm: id });
  t.level("P05", false);
  t.restart();
  assert.equal(t.state.alarms.get(id), undefined, "acknowledged and returned: it is over");
  const again = t.level("P05");
  t.command({ command: "shelve", alarm: again, reason: "other", until: t.now + 60_000 });
  t.pass(59_000);
  assert.equal(t.sounds(again), false);
  t.restart();
  t.pass(1000);
  assert.equal(t.sounds(again), true);
  assert.equal(t.state.alarms.get(again)?.shelved, null);
});

test("SH-2: never a fire, never longer than 8 h, never without a reason of the list; ended by a person", () => {
  const t = new Watch();
  const refused = (command: Parameters<Watch["command"]>[0]): string => {
    t.command(command);
    const [event] = t.last;
    return event?.type === "signal-refused" ? event.reason : "";
  };
  const fire = t.level("F02");
  const leak = t.level("P05");
  const until = t.now + 3_600_000;
  const shelve = { command: "shelve", alarm: leak, reason: "other", until } as const;
  assert.deepEqual(
    [
      refused({ ...shelve, alarm: fire }),
      refused({ ...shelve, until: t.now + 8 * 3_600_000 + 1 }),
      refused({ ...shelve, until: t.now }),
      refused({ ...shelve, reason: "我想睡觉" }),
      refused({ ...shelve, alarm: "A0" }),
      refused({ command: "unshelve", alarm: leak }),
    ],
    [
      "never-a-fire",
      "longer-than-8-h",
      "ends-in-the-past",
      "unknown-reason",
      "unknown-alarm",
      "not-shelved",
    ],
  );
  t.command(shelve);
  t.command({ command: "unshelve", alarm: leak });
  assert.equal(t.state.alarms.get(leak)?.shelved, null);
  assert.equal(
    [...t.state.deadlines.keys()].some((key) => key.startsWith("shelf")),
    false,
  );
});

test("SH-3: what becomes worse is taken from the shelf and sounds", () => {
  const t = new Watch();
  const id = t.level("P05");
  t.command({ command: "shelve", alarm: id, reason: "other", until: t.now + 3_600_000 });
  const worse = { kind: "level", rule: "P05", site: "s1", device: "b1", level: true } as const;
  t.take({ ...worse, since: t.now, worse: true, evidence: [] });
  assert.equal(t.state.alarms.get(id)?.shelved, null);
  assert.equal(t.sounds(id), true);
  assert.equal(
    [...t.state.deadlines.keys()].some((key) => key.startsWith("shelf")),
    false,
  );
});

test("ES-8: a site calls by its own times", () => {
  const t = new Watch();
  const numbers = { secondDeskMs: 30_000, shiftLeaderMs: 60_000, townLeaderMs: 180_000 };
  const e01 = rule("E01", { numbers, when: { reported: true } });
  const site: PackSource = { v: 1, pack: "site", kind: "site", rules: [e01] };
  const own = sitePack("s1", { "site/E01": { numbers: { secondDeskMs: 20_000 } } });
  t.world = { ...t.world, packs: [pack, site, own] };
  t.press("s1", "b1", null, 0);
  t.pass(25_000);
  assert.deepEqual(t.called, ["20 s second-desk"]);
  const other = new Watch();
  other.world = { ...other.world, packs: [pack, site, own] };
  other.press("s2", "b1", null, 0);
  other.pass(25_000);
  assert.deepEqual(other.called, []);
});

test("SH-3: what becomes more urgent is taken from the shelf and sounds", () => {
  const t = new Watch();
  const id = t.level("P03");
  t.command({ command: "shelve", alarm: id, reason: "announced-work", until: t.now + 3_600_000 });
  t.press("s1", "b1", null, 0);
  assert.equal(t.state.alarms.get(id)?.priority, "P0");
  assert.equal(t.state.alarms.get(id)?.shelved, null);
  assert.equal(t.sounds(id), true);
});

test("ES-9: who is called is an id of the inventory: the unit's, else the park's, else the district's", () => {
  const t = new Watch();
  const source = { ...districtInventory };
  const park = { ...source.sites[0], id: "park", safetyManager: "P-park", technician: "P-own" };
  const unit = { ...source.sites[1], id: "unit", parent: "park" };
  const sites = [...source.sites, park, unit] as typeof source.sites;
  const inventory = indexInventory({ ...source, sites });
  const called = (site: string) =>
    escalationSteps.map((to) => callOf(inventory, site, to).person ?? "nobody");
  assert.deepEqual(called("unit"), ["nobody", "P-shift", "P-own", "P-park", "P-town"]);
  assert.deepEqual(called("s1"), ["nobody", "P-shift", "P-tech", "P-safety", "P-town"]);
  assert.deepEqual(called("s2"), ["nobody", "P-shift", "P-tech", "nobody", "P-town"]);
  assert.deepEqual(called("elsewhere"), ["nobody", "P-shift", "P-tech", "nobody", "nobody"]);
  t.press("s1", "b1", null, 0);
  t.pass(60_000);
  const [alarm] = [...t.state.alarms.values()];
  assert.deepEqual(
    alarm?.escalation?.steps.map(({ to, person }) => [to, person]),
    [
      ["second-desk", null],
      ["shift-leader", "P-shift"],
    ],
  );
});

test("ES-10: what comes back unacknowledged waits anew; what was called before is called again", () => {
  const t = new Watch();
  t.level("P03");
  t.pass(300_000);
  assert.equal(t.called.length, 1);
  t.level("P03", false);
  t.pass(3_600_000);
  t.level("P03");
  t.pass(299_999);
  assert.equal(t.called.length, 1);
  t.pass(1);
  assert.equal(t.called.length, 2);
});

test("ES-11: a press on which the rules threw waits for nobody either", () => {
  const t = new Watch();
  const press = { seq: 1, ts: null, digest: "x" };
  const quarantined = { kind: "press", site: "s1", device: "b1", presses: [press] } as const;
  t.take({ kind: "quarantine", quarantined, error: "TypeError" });
  t.pass(200_000);
  assert.deepEqual(t.called, fireSteps);
});

test("ES-14: a fire that becomes worse is called for no later than it was to be", () => {
  const t = new Watch();
  t.level("F02");
  t.pass(50_000);
  const worse = { kind: "level", rule: "F02", site: "s1", device: "b1", level: true } as const;
  t.take({ ...worse, since: t.now, worse: true, evidence: [] });
  assert.equal([...t.state.alarms.values()][0]?.priority, "P0");
  t.pass(600_000);
  assert.deepEqual(t.called, fireSteps);
});

test("ES-13: what an earlier version has journalled is read: the step, and nobody's id", () => {
  const old = { type: "alarm-escalated", alarm: "A1", to: ["second-desk"], nextAt: 5 };
  const envelope = { position: 1, at: 0, signal: "s" };
  const read = upcast({ ...envelope, ...old, v: 1 });
  const calls = [{ to: "second-desk", person: null }];
  assert.deepEqual(read, { ...envelope, v: 2, type: old.type, alarm: "A1", nextAt: 5, calls });
});
