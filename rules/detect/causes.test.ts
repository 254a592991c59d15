/** What makes a level true: the points of it that are not well, and of a vote those that have voted. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Profile } from "../profile.ts";
import type { Value } from "../sample.ts";
import { Detector } from "./detector.ts";
import { compilePack, type RuleSource } from "./pack.ts";

const text = { zh: "x", en: "x" };
const bool = (id: string, normal: boolean) =>
  ({ id, name: text, type: "boolean", poll: "status", normal }) as const;
const profile: Profile = {
  kind: "k",
  name: text,
  points: [
    ...["a", "b", "c", "valve"].map((id) => bool(id, false)),
    ...["auto1", "auto2"].map((id) => bool(id, true)),
    { id: "pressure", name: text, type: "number", poll: "analog" },
    { id: "limit", name: text, type: "number", poll: "settings" },
  ],
};
const rule: RuleSource = {
  id: "R1",
  name: text,
  class: "fault",
  priority: "P3",
  point: "x",
  when: "a",
  setAfterMs: 0,
  clearAfterMs: 0,
  act: text,
  basis: "design",
};

function bench(when: RuleSource["when"], more: Partial<RuleSource> = {}) {
  const rules = [{ ...rule, when, ...more }];
  const pack = compilePack({ v: 1, pack: "t", kind: "k", rules }, profile);
  assert.ok(!Array.isArray(pack), JSON.stringify(pack));
  const detector = new Detector();
  detector.watch({ key: "s/d", site: "s", device: "d" }, pack, profile, 0);
  const put = (values: Record<string, Value>, at: number) =>
    detector
      .take(
        "s/d",
        Object.entries(values).map(([point, value]) => {
          return { point, value, quality: "good", reason: null, at, sourceTs: null } as const;
        }),
        at,
      )
      .map(({ level, causes = [] }) => `${level} ${causes.join(" ")}`.trim());
  const well = profile.points.map(({ id, normal }) => [id, normal ?? 1] as const);
  put(Object.fromEntries(well), 1);
  return { put, detector };
}

test("DN-29: of several selectors the one in manual is the cause; the second one is said again", () => {
  const { put } = bench("!auto1 || !auto2");
  assert.deepEqual(put({ auto2: false }, 2), ["true auto2"]);
  assert.deepEqual(put({ auto2: false }, 3), [], "a repeat is said once");
  assert.deepEqual(put({ auto1: false }, 4), ["true auto1 auto2"]);
  assert.deepEqual(put({ auto1: true }, 5), [], "one less is no news");
  assert.deepEqual(put({ auto2: true }, 6), ["false"]);
  assert.deepEqual(put({ auto1: false }, 7), ["true auto1"], "what ended is forgotten");
});

test("DN-29: what has come back is no cause of an alarm that waits for its hold to clear", () => {
  const { put } = bench("!auto1 || !auto2", { clearAfterMs: 5000 });
  assert.deepEqual(put({ auto1: false }, 2), ["true auto1"]);
  assert.deepEqual(put({ auto1: true }, 3), [], "auto2 has never been one");
});

test("DN-29: of a vote those are causes that have voted; each further voter is said", () => {
  const { put } = bench({ votes: { least: 2, withinMs: 300_000, of: ["a", "b", "c"] } });
  assert.deepEqual(put({ a: true }, 2000), []);
  assert.deepEqual(put({ c: true }, 3000), ["true a c"]);
  assert.deepEqual(put({ b: true }, 4000), ["true a b c"]);
});

test("DN-29: a guard and a setting are no causes; a number that has no usual value is one", () => {
  const guarded = bench({ all: ["a", { unless: "valve" }] });
  assert.deepEqual(guarded.put({ a: true }, 2), ["true a"]);
  const low = bench({ threshold: { point: "pressure", below: "limit", deadBand: 0 } });
  assert.deepEqual(low.put({ pressure: 0.4 }, 2), ["true pressure"]);
});
