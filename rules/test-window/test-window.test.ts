/** Tests (试验) in the core: what is expected is shown as a test, everything else is real. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { PackSource } from "../detect/pack.ts";
import { Scenario } from "../scenarios/play.ts";
import type { Expected } from "./test-window.ts";

const text = { zh: "x", en: "x" };
const rule = { name: text, setAfterMs: 0, clearAfterMs: 0, act: text, basis: "design" } as const;
const when = { when: "x" } as const;
const pack: PackSource = {
  v: 1,
  pack: "p",
  kind: "button",
  rules: [
    { ...rule, ...when, id: "F02", class: "fire", priority: "P1", point: "fire" },
    { ...rule, ...when, id: "F03", class: "fire", priority: "P0", point: "two-signals" },
    { ...rule, ...when, id: "P03", class: "suppression", priority: "P1", point: "auto" },
  ],
};

const hour = 3_600_000;
const at = (device: string, ...points: string[]): Expected[] =>
  points.map((point) => ({ device, point }));

class Trial extends Scenario {
  constructor() {
    super();
    this.world = { ...this.world, packs: [pack] };
  }

  open(expected: readonly Expected[], forMs = hour): string {
    const endsAt = this.now + forMs;
    const tester = "P-7";
    this.command({ command: "open-test", site: "s1", tester, linkage: "auto", endsAt, expected });
    return [...this.state.tests.keys()].at(-1) ?? assert.fail("no test");
  }

  level(rule: string, causes: string[], level: boolean | "unknown" = true, device = "b1"): void {
    this.take({ kind: "level", rule, site: "s1", device, level, since: this.now, causes });
  }

  get alarms(): string[] {
    return [...this.state.alarms.values()]
      .filter(({ state, rule }) => state !== "normal" && rule !== "G01")
      .map(({ rule, priority, class: of, sounding }) => {
        return `${rule} ${priority} ${of}${sounding ? " sounds" : ""}`;
      });
  }

  get refused(): string {
    const [event] = this.last;
    return event?.type === "signal-refused" ? event.reason : "";
  }

  get openIncidents(): number {
    return [...this.state.incidents.values()].filter(({ closedAt }) => closedAt === null).length;
  }
}

test("TW-1: what is listed shows as a test, sounds once, sends nobody, and is over with the test", () => {
  const t = new Trial();
  const id = t.open(at("b1", "smoke", "press"));
  t.level("F02", ["smoke"]);
  assert.deepEqual(t.alarms, ["F02 P4 test sounds"]);
  assert.equal(t.openIncidents, 0);
  assert.equal(t.state.orders.size, 0);
  t.restart();
  t.level("F02", ["smoke"], false);
  t.command({ command: "announce-press", test: id, device: "b1", point: "press" });
  t.press("s1", "b1", null, 0);
  t.press("s1", "b1", null, 0);
  assert.equal(t.openIncidents, 0);
  t.command({ command: "end-test", test: id });
  assert.deepEqual(t.alarms, []);
  assert.equal(t.state.tests.size, 0);
  assert.equal(t.state.deadlines.size, 0);
});

test("TW-2: an unlisted point is real, and so is a vote with one unlisted device", () => {
  const t = new Trial();
  t.open(at("b1", "smoke1", "smoke2"));
  t.level("F03", ["smoke1", "smoke2"]);
  assert.deepEqual(t.alarms, ["F03 P4 test sounds"]);
  // A third detector of the zone votes as well, and nobody has listed it.
  t.level("F03", ["smoke1", "smoke2", "smoke3"]);
  assert.deepEqual(t.alarms, ["F03 P0 fire sounds"]);
  assert.equal(t.openIncidents, 1);
  assert.ok(t.state.orders.size > 0);
  const other = new Trial();
  other.open(at("b1", "smoke1"));
  other.level("F02", ["smoke2"]);
  assert.equal(other.openIncidents, 1);
  other.press("s2", "b1", null, 0);
  assert.equal(other.openIncidents, 2, "another site is no part of it");
});

test("TW-3: a press of the test that was not announced in the last 120 s is real (law 3)", () => {
  const t = new Trial();
  t.open(at("b1", "press"));
  t.press("s1", "b1", null, 0);
  assert.equal(t.openIncidents, 1);
  const late = new Trial();
  const again = late.open(at("b1", "press"));
  late.command({ command: "announce-press", test: again, device: "b1", point: "press" });
  late.press("s1", "b1", null, 0);
  assert.equal(late.openIncidents, 0);
  late.pass(121_000);
  late.press("s1", "b1", null, 0);
  assert.equal(late.openIncidents, 1);
  assert.deepEqual(late.alarms, ["F01 P1 fire sounds"], "the test row has made way");
  late.command({ command: "announce-press", test: again, device: "b2", point: "press" });
  assert.equal(late.refused, "not-listed");
  late.command({ command: "announce-press", test: "T0", device: "b1", point: "press" });
  assert.equal(late.refused, "unknown-test");
});

test("TW-4: a press of a call point over OPC UA must be announced as well", () => {
  const t = new Trial();
  const mcp = at("b1", "mcp1");
  const id = t.open(mcp);
  t.command({ command: "announce-press", test: id, device: "b1", point: "mcp1" });
  t.level("F01", ["mcp1"]);
  assert.equal(t.openIncidents, 0);
  const silent = new Trial();
  silent.open(mcp);
  silent.level("F01", ["mcp1"]);
  assert.equal(silent.openIncidents, 1);
});

test("TW-5: at its end, by time and after a restart, what is not back is real, what did not come a fault", () => {
  const t = new Trial();
  t.open([...at("b1", "smoke", "smoke2", "auto"), ...at("b2", "flow")]);
  t.level("P03", ["auto"]);
  t.level("F02", ["smoke"]);
  t.pass(hour - 1);
  assert.deepEqual(t.alarms, ["P03 P4 test sounds", "F02 P4 test sounds"]);
  t.restart();
  t.pass(1);
  assert.deepEqual(t.alarms.sort(), [
    "F02 P1 fire sounds",
    "G05 P3 fault sounds",
    "G05 P3 fault sounds",
    "P03 P1 suppression sounds",
  ]);
  assert.equal(t.openIncidents, 1);
  const ended = t.events.find((event) => event.type === "test-ended");
  assert.ok(ended?.type === "test-ended" && ended.why === "time");
  assert.deepEqual(ended.missing, [...at("b1", "smoke2"), ...at("b2", "flow")]);
  assert.equal(ended.notBack.length, 2);
});

test("TW-6: unknown is not back; two detectors of one zone that stay are one incident", () => {
  const t = new Trial();
  const id = t.open([...at("b1", "smoke"), ...at("b2", "smoke")]);
  t.level("F02", ["smoke"]);
  t.level("F02", ["smoke"], true, "b2");
  t.level("F02", [], "unknown", "b2");
  t.command({ command: "end-test", test: id });
  t.pass(0);
  assert.equal(t.openIncidents, 1, "the two zones are neighbours");
  assert.deepEqual(t.alarms, ["F02 P1 fire sounds", "F02 P1 fire sounds"]);
});

test("TW-7: 真实火警,结束试验: ends it and orders at once, whether or not a signal stands", () => {
  for (const stands of [true, false]) {
    const t = new Trial();
    const id = t.open(at("b1", "smoke"));
    t.level("F02", ["smoke"]);
    if (!stands) t.level("F02", ["smoke"], false);
    t.command({ command: "end-test", test: id, fire: true });
    assert.equal(t.openIncidents, 1, String(stands));
    const rescue = [...t.state.orders.values()].filter((o) => o.stationKind === "rescue");
    assert.equal(rescue.length, 1, "nobody is sent to look first");
    assert.equal(t.state.tests.size, 0);
  }
});

test("TW-8: a test is refused that is too long, empty, elsewhere, doubled, or while something burns", () => {
  const t = new Trial();
  const body = { command: "open-test", site: "s1", tester: "P-7", linkage: "manual" } as const;
  const expected = at("b1", "press");
  const endsAt = t.now + hour;
  const refusals = [
    { ...body, endsAt: t.now + 4 * hour + 1, expected },
    { ...body, endsAt: t.now, expected },
    { ...body, endsAt, expected: [] },
    { ...body, endsAt, expected: at("nobody", "press") },
    { ...body, site: "s9", endsAt, expected },
    { ...body, endsAt, expected: Array.from({ length: 2001 }, (_, i) => at("b1", `p${i}`)).flat() },
  ].map((command) => {
    t.command(command);
    return t.refused;
  });
  assert.deepEqual(refusals, [
    "longer-than-allowed",
    "ends-in-the-past",
    "nothing-expected",
    "unknown-device",
    "unknown-site",
    "too-many-expected",
  ]);
  t.open(expected);
  t.command({ ...body, endsAt, expected });
  assert.equal(t.refused, "listed-in-another-test");
  t.press("s1", "b2", null, 0);
  t.command({ ...body, endsAt, expected: at("b3", "press") });
  assert.equal(t.refused, "incident-open");
});
