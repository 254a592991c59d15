/** Conditions over the course of a point, against the clock: slopes, increases, edges, standing still. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Profile } from "../profile.ts";
import type { ConditionSource } from "./condition.ts";
import { ConditionCompiler } from "./condition.ts";

const text = { zh: "x", en: "x" };
const profile: Profile = {
  kind: "k",
  name: text,
  points: [
    { id: "p", name: text, type: "number", poll: "analog", range: [0, 10] },
    { id: "q", name: text, type: "number", poll: "analog" },
    { id: "on", name: text, type: "boolean", poll: "status" },
  ],
};
const begin = 1_795_370_400_000;

/** Runs one condition; `to` seconds after the begin, with these values. */
function bench(source: ConditionSource) {
  const compiler = new ConditionCompiler(profile);
  const condition = compiler.compile(source, []);
  assert.ok(condition, JSON.stringify(compiler.faults));
  const memory = Array.from({ length: compiler.memory }, () => 0);
  return {
    memory,
    at: (s: number, p?: number, on?: boolean, q?: number) =>
      condition.run({ values: [p, q, on], good: 1, now: begin + s * 1000 }, memory),
    dueAt: (s: number) => condition.dueAt?.(memory, begin + s * 1000) ?? null,
  };
}

const every = (from: number, to: number, step: number, run: (s: number) => void): void => {
  for (let s = from; s <= to; s += step) run(s);
};

test("DN-30: a slope is that of the regression, per minute, and unknown until four fifths are known", () => {
  const { at } = bench({ rate: { point: "p", above: 2, overMs: 60_000 } });
  const answers: unknown[] = [];
  // Three a minute.
  every(0, 90, 1, (s) => answers.push(at(s, s / 20)));
  assert.equal(answers[30], undefined);
  assert.equal(answers.at(-1), true);
  const slow = bench({ rate: { point: "p", above: 2, overMs: 60_000 } });
  let last: unknown;
  every(0, 120, 1, (s) => {
    last = slow.at(s, s / 40);
  });
  assert.equal(last, false);
});

test("DN-30: noise is no slope; a fall is one of below", () => {
  const { at } = bench({ rate: { point: "p", below: -0.05, overMs: 60_000 } });
  let last: unknown;
  every(0, 120, 1, (s) => {
    last = at(s, 5 + (s % 2) / 2);
  });
  assert.equal(last, false);
  every(121, 240, 1, (s) => {
    last = at(s, 5 - (s - 120) / 600);
  });
  assert.equal(last, true);
});

test("DN-31: what is unknown counts for nothing; a guard that is false begins the window anew", () => {
  const { at } = bench({ rate: { point: "p", above: 2, overMs: 60_000, while: "on" } });
  let last: unknown;
  every(0, 90, 1, (s) => {
    last = at(s, s % 3 === 0 ? undefined : s / 20, true);
  });
  assert.equal(last, undefined, "a third of it is not known");
  assert.equal(at(91, 5, false), false);
  assert.equal(at(92, 5, true), false, "not for a whole window: that is known");
  every(93, 130, 1, (s) => {
    assert.equal(at(s, 5 + s, true), false, "the window has begun anew");
  });
  assert.equal(at(145, 5 + 145, true), true);
  every(146, 220, 1, (s) => {
    last = at(s, 5 + s);
  });
  assert.equal(last, undefined, "a guard nobody knows is no yes");
});

test("DN-32: a counter's increase outlives a restart and a wrap", () => {
  const { at } = bench({ rise: { point: "p", above: 10, withinMs: 60_000 } });
  at(0, 65_530);
  assert.equal(at(10, 65_535), undefined);
  assert.equal(at(20, 6), true, "wrapped: 5 and 7");
  const restarted = bench({ rise: { point: "p", above: 10, withinMs: 60_000 } });
  restarted.at(0, 5000);
  assert.equal(restarted.at(10, 3), undefined, "a restart is no increase");
  assert.equal(restarted.at(70, 9), false);
});

test("DN-33: edges are counted both ways, and leave with the window by time alone", () => {
  const { at, dueAt } = bench({ edges: { of: "on", least: 6, withinMs: 60_000 } });
  let last: unknown;
  every(0, 6, 1, (s) => {
    last = at(s, undefined, s % 2 === 1);
  });
  assert.equal(last, true);
  assert.ok((dueAt(6) ?? 0) > begin + 6000);
  assert.equal(at(70, undefined, false), false);
  assert.equal(dueAt(70), null, "nothing is counted: nothing to wait for");
});

test("DN-34: stuck is no change beyond the dead band; unknown begins anew", () => {
  const { at, dueAt } = bench({ stuck: { point: "p", forMs: 600_000, deadBand: 0.1 } });
  assert.equal(at(0, 5), false);
  assert.equal(dueAt(0), begin + 600_000);
  assert.equal(at(300, 5.05), false);
  assert.equal(at(600, 5), true);
  assert.equal(at(601, 5.2), false);
  assert.equal(at(900), undefined);
  assert.equal(at(1300, 5.2), false);
});

test("DN-35: two points that differ, with a dead band; an end of the range", () => {
  const apart = bench({ differ: { points: ["p", "q"], by: 2, deadBand: 1 } });
  assert.equal(apart.at(0, 5, undefined, 7.5), true);
  assert.equal(apart.at(1, 5, undefined, 6.5), true);
  assert.equal(apart.at(2, 5, undefined, 5.5), false);
  assert.equal(apart.at(3, 5), undefined);
  const rail = bench({ rail: { point: "p", end: "high" } });
  assert.deepEqual([rail.at(0, 9.96), rail.at(1, 0), rail.at(2)], [true, false, undefined]);
});

test("DN-36: a clock that jumps a day and samples long apart do not break a window", () => {
  const { at } = bench({ rate: { point: "p", above: 2, overMs: 60_000 } });
  every(0, 90, 1, (s) => at(s, s / 20));
  assert.equal(at(86_400, 4.5), false, "a value holds until the next one");
  assert.equal(at(86_401, undefined), false);
  assert.equal(at(2 * 86_400, 4.5), undefined);
});

test("DN-37: a wrong one says where and what is allowed", () => {
  const faults = (source: ConditionSource): string[] => {
    const compiler = new ConditionCompiler(profile);
    compiler.compile(source, ["when"]);
    return compiler.faults.map(({ path, message }) => `${path.join(".")} ${message}`);
  };
  assert.match(faults({ rate: { point: "on", above: 1, overMs: 1000 } })[0] ?? "", /on is boolean/);
  assert.match(
    faults({ rate: { point: "p", overMs: 1000 } })[0] ?? "",
    /needs one of below and above/,
  );
  assert.match(faults({ rail: { point: "q" } })[0] ?? "", /q has no range; allowed/);
  assert.match(
    faults({ stuck: { point: "p", forMs: 1, while: "nothing" } })[0] ?? "",
    /stuck.while/,
  );
  assert.match(faults({ any: [{ reported: true }] })[0] ?? "", /reported stands alone/);
});
