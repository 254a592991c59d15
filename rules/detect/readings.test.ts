/** Readings counted one by one, in the detector as in the gateway. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Profile } from "../profile.ts";
import type { Quality, Value } from "../sample.ts";
import { Detector } from "./detector.ts";
import { compilePack, type RuleSource } from "./pack.ts";

const text = { zh: "x", en: "x" };
const profile: Profile = {
  kind: "k",
  name: text,
  isCounted: true,
  points: [
    { id: "battery", name: text, type: "number", poll: "status" },
    { id: "other", name: text, type: "number", poll: "status" },
  ],
};
const rule: RuleSource = {
  id: "S04",
  name: text,
  class: "fault",
  priority: "P3",
  point: "battery",
  when: { readings: { point: "battery", below: 20, least: 3 } },
  until: "battery >= 25.0",
  setAfterMs: 0,
  clearAfterMs: 0,
  act: text,
  basis: "design",
};

function bench() {
  const pack = compilePack({ v: 1, pack: "t", kind: "k", rules: [rule] }, profile);
  assert.ok(!Array.isArray(pack), JSON.stringify(pack));
  const detector = new Detector();
  detector.watch({ key: "s/d", site: "s", device: "d" }, pack, profile, 0);
  let at = 0;
  return (value: Value | null, quality: Quality = "good", point = "battery") => {
    at += 60_000;
    const sample = { point, value, quality, reason: null, at, sourceTs: null };
    return detector.take("s/d", [sample], at).map(({ level }) => level);
  };
}

test("DN-42: three readings in a row are three, also where they are the same; two are none", () => {
  const read = bench();
  assert.deepEqual([read(19), read(30), read(19), read(19)].flat(), [false]);
  assert.deepEqual(read(19), [true]);
  assert.deepEqual([read(22), read(24.9)].flat(), [], "within its band it stands");
  assert.deepEqual(read(25), [false]);
});

test("DN-42: what grows old is no reading; one that is not believed ends the row; others count for nothing", () => {
  const read = bench();
  read(19);
  read(19, "stale");
  read(50, "good", "other");
  assert.deepEqual([read(19), read(19, "stale"), read(19)].flat(), [false, "unknown", true]);
  const broken = bench();
  broken(19);
  broken(19);
  broken(null, "bad");
  assert.deepEqual([broken(19), broken(19)].flat(), [false]);
  assert.deepEqual(broken(19), [true]);
});

test("DN-42: it is refused where only changes are judged", () => {
  const { isCounted: _none, ...polled } = profile;
  const faults = compilePack({ v: 1, pack: "t", kind: "k", rules: [rule] }, polled);
  assert.ok(Array.isArray(faults));
  assert.match(faults[0]?.message ?? "", /only changes of this kind are judged; allowed: a kind/);
});
