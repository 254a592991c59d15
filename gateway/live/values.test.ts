import assert from "node:assert/strict";
import { test } from "node:test";
import type { Profile } from "#rules/profile.ts";
import type { Reading, Sample, Value } from "#rules/sample.ts";
import { DeviceValues, type ValuesOptions } from "./values.ts";

const text = { zh: "x", en: "x" };
const profile: Profile = {
  kind: "k",
  name: text,
  heartbeat: { point: "beat", frozenAfterMs: 10_000 },
  points: [
    { id: "p", name: text, type: "number", poll: "analog", deadBand: 0.01 },
    { id: "beat", name: text, type: "number", poll: "analog" },
    { id: "on", name: text, type: "boolean", poll: "status" },
  ],
};
const polled = { status: 3000, analog: 6000, settings: 10_800_000 };
const good = (value: Value): Reading => ({ value, quality: "good", reason: null });

function make(staleAfterMs: ValuesOptions["staleAfterMs"] = polled) {
  const changed: Sample[] = [];
  const worth: Sample[] = [];
  const woken: boolean[] = [];
  const values = new DeviceValues(
    {
      profile,
      staleAfterMs,
      changed: (samples) => changed.push(...samples),
      worth: (samples) => worth.push(...samples),
      woken: () => woken.push(true),
    },
    0,
  );
  return { values, changed, worth, woken };
}

test("PU-1: what was never read is stale, and a value keeps the time it was read at when it ages", () => {
  const { values } = make();
  assert.equal(values.sample("p")?.reason, "never-read");
  values.take([["p", good(0.6)]], 1000);
  values.sweep(7000);
  const aged = values.sample("p");
  assert.deepEqual(
    [aged?.value, aged?.quality, aged?.reason, aged?.at],
    [0.6, "stale", "no-answer", 1000],
  );
  values.take([["p", good(0.6)]], 8000);
  assert.equal(values.sample("p")?.quality, "good");
});

test("PU-2: a heartbeat that stands still makes everything stale although the link answers", () => {
  const { values, changed, woken } = make();
  for (let at = 0; at <= 12_000; at += 1000) {
    values.take(
      [
        ["on", good(true)],
        ["p", good(0.6)],
        ["beat", good(7)],
      ],
      at,
    );
    values.sweep(at);
  }
  assert.ok(values.isHeartbeatFrozen);
  assert.deepEqual(
    values.samples().map(({ quality }) => quality),
    ["stale", "stale", "stale"],
  );
  assert.equal(values.sample("on")?.reason, "heartbeat-frozen");
  changed.length = 0;
  values.take(
    [
      ["on", good(true)],
      ["p", good(0.6)],
      ["beat", good(8)],
    ],
    13_000,
  );
  assert.deepEqual(
    changed.map(({ quality }) => quality),
    ["good", "good", "good"],
  );
  // Settings are read once an hour: what stands still meanwhile must be asked for again.
  assert.equal(woken.length, 1);
});

test("PU-3: detection hears every change, history what is beyond the dead band or a minute old", () => {
  const { values, changed, worth } = make();
  values.take([["p", good(0.6)]], 0);
  values.take([["p", good(0.605)]], 1000);
  values.take([["p", good(0.605)]], 2000);
  values.take([["p", good(0.62)]], 3000);
  assert.deepEqual(
    changed.map(({ value }) => value),
    [0.6, 0.605, 0.62],
  );
  assert.deepEqual(
    worth.map(({ value }) => value),
    [0.6, 0.62],
  );
  values.take([["p", good(0.62)]], 63_000);
  assert.equal(worth.length, 3);
  values.linkLost(64_000);
  assert.equal(worth.at(-1)?.quality, "stale");
});

test("PU-3: who is told of one device may bring the values of another; a fault in between leaves nothing", () => {
  const kept: string[] = [];
  const names = (samples: readonly Sample[]) =>
    samples.map(({ point, value }) => `${point} ${value}`).join();
  const inner = make();
  let isFaulty = false;
  const outer = new DeviceValues(
    {
      profile,
      staleAfterMs: polled,
      changed: () => {
        inner.values.take([["on", good(false)]], 1000);
        if (isFaulty) throw new Error("a listener");
      },
      worth: (samples) => kept.push(names(samples)),
      woken: () => {},
    },
    0,
  );
  const both = (value: number): [string, Reading][] => [
    ["p", good(value)],
    ["beat", good(value)],
  ];
  outer.take(both(1), 1000);
  isFaulty = true;
  assert.throws(() => outer.take(both(2), 2000));
  isFaulty = false;
  outer.take(
    [
      ["p", good(2.001)],
      ["beat", good(3)],
    ],
    3000,
  );
  assert.deepEqual(kept, ["p 1,beat 1", "beat 3"]);
  assert.equal(names(inner.worth), "on false");
});

test("PU-17: a point that is not read is stale by itself, although others of its class are read", () => {
  const { values, changed } = make();
  for (let at = 0; at <= 7000; at += 1000) {
    values.take(at === 0 ? [["p", good(0.6)]] : [["beat", good(at)]], at);
    values.sweep(at);
  }
  const [p, beat] = [values.sample("p"), values.sample("beat")];
  assert.deepEqual([p?.quality, p?.reason, p?.at], ["stale", "no-answer", 0]);
  assert.equal(beat?.quality, "good");
  assert.equal(
    changed.filter(({ point, quality }) => point === "p" && quality === "stale").length,
    1,
  );
  values.take([["p", good(0.6)]], 8000);
  assert.equal(values.sample("p")?.quality, "good");
});

test("PU-18: what a source of changes said last is so again when its heartbeat moves, or its link is whole", () => {
  const { values } = make(null);
  values.take(
    [
      ["on", good(false)],
      ["beat", good(1)],
    ],
    0,
  );
  values.sweep(11_000);
  assert.ok(values.isHeartbeatFrozen);
  values.take([["on", good(true)]], 12_000);
  assert.deepEqual([values.sample("on")?.value, values.sample("on")?.quality], [false, "stale"]);
  values.take([["beat", good(2)]], 13_000);
  assert.deepEqual([values.sample("on")?.value, values.sample("on")?.quality], [true, "good"]);
  assert.equal(values.sample("p")?.quality, "stale", "what never came is not made up");
  values.linkLost(14_000);
  values.take([["beat", good(3)]], 15_000);
  assert.equal(values.sample("on")?.quality, "stale");
  values.live(16_000);
  assert.equal(values.sample("on")?.quality, "good");
});
