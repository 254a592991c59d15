/** Two signals of one compartment: the window, the hold, the unknown, and parts of a device. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Part, Profile } from "../profile.ts";
import type { Value } from "../sample.ts";
import type { Level } from "../signal.ts";
import { Detector } from "./detector.ts";
import { compilePack, type RuleSource } from "./pack.ts";

const text = { zh: "x", en: "x" };
const bool = (id: string) => ({ id, name: text, type: "boolean", poll: "status" }) as const;
const part = (as: string, sources: Part["sources"]): Part => ({
  as,
  class: "compartment",
  zone: as.toUpperCase(),
  words: { n: as.slice(1), flow: `${as}_flow` },
  ...(sources ? { sources } : {}),
});
const profile: Profile = {
  kind: "k",
  name: text,
  points: ["c1_a", "c1_b", "c1_flow", "c2_a", "c2_flow", "test"].map(bool),
  parts: [
    part("c1", { fire: ["c1_a", "c1_b", { when: "c1_flow", forMs: 10_000 }] }),
    part("c2", { fire: ["c2_a", { when: "c2_flow", forMs: 10_000 }] }),
  ],
};
const rule: RuleSource = {
  id: "F03",
  name: text,
  class: "fire",
  priority: "P0",
  point: "two",
  each: { part: "compartment", name: { zh: "{n}号", en: "compartment {n}" } },
  when: { votes: { least: 2, withinMs: 300_000, of: "fire" } },
  setAfterMs: 0,
  clearAfterMs: 0,
  act: text,
  basis: "design",
};

function bench(of: Partial<RuleSource> = {}) {
  const pack = compilePack({ v: 1, pack: "t", kind: "k", rules: [{ ...rule, ...of }] }, profile);
  assert.ok(!Array.isArray(pack), JSON.stringify(pack));
  const detector = new Detector();
  detector.watch({ key: "s/d", site: "s", device: "d" }, pack, profile, 0);
  const said = (levels: Level[]) => levels.map(({ each, level }) => `${each} ${level}`);
  const put = (point: string, value: Value | null, at: number): string[] => {
    const quality = value === null ? "bad" : "good";
    return said(
      detector.take("s/d", [{ point, value, quality, reason: null, at, sourceTs: null }], at),
    );
  };
  for (const { id } of profile.points) put(id, false, 1);
  return { detector, put, tick: (at: number) => said(detector.tick(at)) };
}

test("DN-14: two independent signals of one compartment are a fire, two of two compartments are none", () => {
  const { put, detector } = bench();
  assert.deepEqual(put("c1_a", true, 1000), []);
  assert.deepEqual(put("c2_a", true, 2000), []);
  assert.deepEqual(put("c1_b", true, 3000), ["c1 true"]);
  const state = detector.take("s/d", [], 3000);
  assert.deepEqual(state, []);
});

test("DN-14: a signal that has ended votes for its window, and not after", () => {
  const { put, tick, detector } = bench();
  put("c1_a", true, 1000);
  put("c1_a", false, 2000);
  assert.equal(detector.nextAt(), 302_000, "time alone ends the vote");
  assert.deepEqual(put("c1_b", true, 301_000), ["c1 true"]);
  const late = bench();
  late.put("c1_a", true, 1000);
  late.put("c1_a", false, 2000);
  late.tick(302_000);
  assert.deepEqual(late.put("c1_b", true, 303_000), []);
  assert.deepEqual(tick(302_000), ["c1 false"], "one of the two is over");
});

test("DN-15: a flow indicator votes when it has held; one that chatters never does", () => {
  const { put, tick, detector } = bench();
  put("c1_a", true, 1000);
  assert.deepEqual(put("c1_flow", true, 2000), []);
  assert.equal(detector.nextAt(), 12_000);
  assert.deepEqual(tick(12_000), ["c1 true"]);
  const chatter = bench();
  chatter.put("c1_a", true, 1000);
  for (let at = 2000; at < 60_000; at += 4000) {
    assert.deepEqual(chatter.put("c1_flow", true, at), []);
    assert.deepEqual(chatter.put("c1_flow", false, at + 2000), []);
  }
});

test("DN-15: an unknown source is no vote; where it could be the second, the whole is unknown", () => {
  const { put } = bench();
  assert.deepEqual(put("c1_a", null, 1000), [], "one unknown alone decides nothing");
  assert.deepEqual(put("c1_b", true, 2000), ["c1 unknown"]);
  assert.deepEqual(put("c1_a", true, 3000), ["c1 true"]);
  assert.deepEqual(put("c1_a", null, 4000), [], "it has voted already");
});

test("DN-15: a vote that becomes unknown ends with its window, and is not kept by being unknown", () => {
  const { put, tick, detector } = bench();
  put("c1_a", true, 1000);
  put("c1_a", null, 600_000);
  assert.equal(detector.nextAt(), 900_000, "it was true until then");
  assert.deepEqual(put("c1_flow", false, 700_000), []);
  tick(900_000);
  assert.deepEqual(put("c1_b", true, 901_000), ["c1 unknown"], "one vote and one unknown");
});

test("DN-27: a press that comes and goes within one message is judged, each of its values", () => {
  const { detector } = bench({ each: { part: "compartment", name: text }, when: "{flow}" });
  const sample = {
    point: "c1_flow",
    quality: "good",
    reason: null,
    at: 2000,
    sourceTs: null,
  } as const;
  const samples = [true, false, true].map((value) => ({ ...sample, value }));
  const levels = detector.take("s/d", samples, 2000).map(({ level }) => level);
  assert.deepEqual(levels, [true, false, true]);
});

test("DN-16: a guard holds back only what it knows", () => {
  const guarded = bench({ when: { all: ["{flow}", { unless: "test" }] } });
  assert.deepEqual(guarded.put("c1_flow", true, 1000), ["c1 true"]);
  assert.deepEqual(guarded.put("test", true, 2000), ["c1 false"]);
  assert.deepEqual(guarded.put("test", null, 3000), ["c1 true"], "unknown holds back no fire");
});

test("DN-16: a guard of votes holds back for their window, and never what it does not know", () => {
  const votes = { least: 1, withinMs: 60_000, of: ["test"] };
  const { put, tick } = bench({ when: { all: ["{flow}", { unless: { votes } }] } });
  assert.deepEqual(put("test", true, 1000), []);
  put("test", false, 2000);
  assert.deepEqual(put("c1_flow", true, 3000), []);
  assert.deepEqual(tick(61_999), []);
  assert.deepEqual(tick(62_000), ["c1 true"], "its window is over");
  assert.deepEqual(put("test", null, 63_000), [], "unknown holds back no fire");
});

test("DN-16: levels of a part carry its zone and its words; a class that is none is refused", () => {
  const { detector, put } = bench();
  put("c1_a", true, 1000);
  const sample = { quality: "good", reason: null, at: 2000, sourceTs: null } as const;
  const [level] = detector.take("s/d", [{ point: "c1_b", value: true, ...sample }], 2000);
  assert.deepEqual([level?.zone, level?.words?.n, level?.point], ["C1", "1", "two.c1"]);
  const faults = compilePack(
    {
      v: 1,
      pack: "t",
      kind: "k",
      rules: [
        { ...rule, each: { part: "room", name: text } },
        { ...rule, id: "X", when: "{no}" },
      ],
    },
    profile,
  );
  assert.ok(Array.isArray(faults));
  assert.match(faults[0]?.message ?? "", /no such part; allowed: compartment/);
  assert.equal(faults.length, 2, "what is wrong for one part is said once");
});
