import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { compileCel } from "../detect/cel.ts";
import { type ConditionSource, namesOf } from "../detect/condition.ts";
import type { RuleSource } from "../detect/pack.ts";
import type { Profile } from "../profile.ts";
import { Meaning } from "./meaning.ts";
import { Reach } from "./reach.ts";

const text = { zh: "x", en: "x" };
const profile: Profile = {
  kind: "k",
  name: text,
  points: [
    { id: "p", name: text, type: "number", unit: "MPa", range: [0, 10], poll: "analog" },
    { id: "q", name: text, type: "number", unit: "MPa", range: [20, 30], poll: "analog" },
    { id: "level", name: text, type: "number", unit: "m", range: [0, 5], poll: "analog" },
    { id: "a", name: text, type: "boolean", poll: "status" },
    { id: "b", name: text, type: "boolean", poll: "status" },
    {
      id: "state",
      name: text,
      type: "number",
      values: [0, 1, 2].map((value) => ({ value, name: text })),
      poll: "status",
    },
  ],
};
const names = namesOf(profile);
const meaning = new Meaning(profile, names);
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

/** What is wrong with it, "path: message" each. */
function wrong(of: Partial<RuleSource>): string {
  const faults = meaning.faults({ ...rule, ...of });
  for (const { zh } of faults) assert.ok(zh && /[一-鿿]/.test(zh), "a desk reads it too");
  return faults.map(({ path, message }) => `${path.join(".")}: ${message}`).join("\n");
}

const threshold = (of: object): ConditionSource => ({
  threshold: { point: "p", deadBand: 0.1, ...of },
});

test("RA-1: a condition that can never be true is named where it is, whatever it is made of", () => {
  const cases: readonly (readonly [ConditionSource, RegExp])[] = [
    ["p > 10.0", /^when: unreachable: p > 10\.0 can never be true/],
    ["p < 0.0 || a", /p < 0\.0 can never be true/],
    ["q < p", /q < p can never be true/],
    ["state == 7.0", /state == 7\.0 can never be true/],
    ["a && !a", /a && !a contradict each other/],
    ["p > 5.0 && b && p < 3.0", /contradict each other/],
    ["state == 1.0 && state == 2.0", /contradict each other/],
    [{ all: ["p > 5.0", "p < 3.0"] }, /^when\.all: unreachable: its parts contradict/],
    [{ all: ["a", { unless: "a" }] }, /^when\.all/],
    [{ all: ["p > 5.0", threshold({ below: 4 })] }, /^when\.all/],
    [{ any: ["a", "p > 10.0"] }, /^when\.any\.1: unreachable/],
    [threshold({ below: 0 }), /^when\.threshold\.below: .*allowed: within 0 … 10 MPa/],
    [threshold({ above: 10 }), /^when\.threshold\.above/],
    [{ threshold: { point: "q", below: "p", deadBand: 0 } }, /q below p can never be true/],
    [{ votes: { least: 2, withinMs: 1000, of: ["a", "p > 99.0"] } }, /votes/],
    ["false", /never be true/],
    [{ edges: { of: "p > 10.0", least: 3, withinMs: 60_000 } }, /edges/],
    [{ differ: { points: ["p", "level"], by: 11 } }, /differ/],
    [{ stuck: { point: "p", forMs: 60_000, while: "a && !a" } }, /stuck/],
  ];
  for (const [when, expected] of cases)
    assert.match(wrong({ when }), expected, JSON.stringify(when));
  assert.match(wrong({ until: "p > 99.0" }), /^until: unreachable/);
});

test("RA-1: what would never end is wrong too; holds have an order", () => {
  assert.match(wrong({ when: "p >= 0.0" }), /always true and would never end/);
  assert.equal(wrong({ when: "p >= 0.0", until: "a" }), "", "it has an end of its own");
  assert.match(wrong({ when: threshold({ below: 9.95 }) }), /deadBand: it would never end/);
  assert.match(wrong({ when: threshold({ above: 0.05 }) }), /cannot come back by 0\.1/);
  assert.match(wrong({ setAfterMs: 5, setAfterInIncidentMs: 6 }), /allowed: 0 to 5/);
  assert.match(wrong({ setAfterMs: 5000, worseAfterMs: 5000 }), /allowed: more than 5000/);
});

test("RA-1: what can be true is left alone", () => {
  for (const when of [
    "p > 9.9 || q < 20.1",
    "p < 1.0 && p > 0.5",
    "p != 3.0 && p >= 3.0",
    "a == true && b != true",
    "state == 2.0 && state != 1.0",
    "p + q > 39.0",
    "p * 100.0 > 999.0",
    "a ? p > 5.0 : p < 3.0",
    { all: ["a", { unless: "b" }, { not: { threshold: { point: "p", below: 3, deadBand: 0 } } }] },
    { votes: { least: 1, withinMs: 1000, of: ["a", { when: "b", forMs: 10 }] } },
    { silent: true },
    { edges: { of: "a || p > 9.0", least: 3, withinMs: 60_000 } },
    { differ: { points: ["p", "q"], by: 29 } },
    { rate: { point: "p", above: 1, overMs: 60_000, while: "a" } },
  ] as const) {
    assert.equal(wrong({ when }), "", JSON.stringify(when));
  }
});

test("RA-2: a wrong unit is named: two points, a sum, a unit that the number is said to have", () => {
  assert.match(wrong({ when: "p < level" }), /wrong unit: MPa \("p < level"\) beside m/);
  assert.match(wrong({ when: "a && p + level > 3.0" }), /"p \+ level"/);
  assert.match(wrong({ when: "p > 2.0 * level" }), /wrong unit/);
  assert.match(
    wrong({ when: { differ: { points: ["p", "level"], by: 1 } } }),
    /^when\.differ\.points: wrong unit: level m beside p MPa/,
  );
  assert.equal(wrong({ when: "p / level > 3.0" }), "", "of two units comes a third");
  assert.equal(wrong({ when: "p + 15.0 < q" }), "");
  const limit = { point: "p", below: "level", deadBand: 0 };
  assert.match(
    wrong({ when: { threshold: limit } }),
    /level m beside p MPa; allowed: a point in MPa/,
  );
  assert.match(wrong({ when: threshold({ below: 3, unit: "kPa" }) }), /unit: .*kPa .*allowed: MPa/);
  assert.equal(wrong({ when: threshold({ below: 3, unit: "MPa" }) }), "");
});

test("RA-3: what is called unreachable is true of no values, and what never ends is false of none", () => {
  const leaf = fc.oneof(
    fc.constantFrom("a", "b", "true", "false"),
    fc
      .tuple(
        fc.constantFrom("p", "q", "state", "p + q", "q - p", "2.0 * p"),
        fc.constantFrom("<", "<=", ">", ">=", "==", "!="),
        fc.oneof(
          fc.integer({ min: -2, max: 42 }).map((n) => (n < 0 ? `-${-n}.0` : `${n}.0`)),
          fc.constantFrom("p", "q"),
        ),
      )
      .map(([left, operator, right]) => `${left} ${operator} ${right}`),
  );
  const { expression } = fc.letrec<{ expression: string }>((tie) => ({
    expression: fc.oneof(
      { maxDepth: 3 },
      leaf,
      fc
        .tuple(tie("expression"), fc.constantFrom("&&", "||"), tie("expression"))
        .map(([left, operator, right]) => `(${left}) ${operator} (${right})`),
      tie("expression").map((of) => `!(${of})`),
      fc
        .tuple(tie("expression"), tie("expression"), tie("expression"))
        .map(([which, yes, no]) => `(${which}) ? (${yes}) : (${no})`),
    ),
  }));
  const values = fc.tuple(
    fc.integer({ min: 0, max: 10 }),
    fc.integer({ min: 20, max: 30 }),
    fc.constant(1),
    fc.boolean(),
    fc.boolean(),
    fc.integer({ min: 0, max: 2 }),
  );
  const reach = new Reach(profile, names);
  let never = 0;
  fc.assert(
    fc.property(expression, fc.array(values, { minLength: 5, maxLength: 30 }), (source, all) => {
      const compiled = compileCel(source, names);
      assert.ok("run" in compiled, `${source}: ${JSON.stringify(compiled)}`);
      const can = { yes: reach.canBe(source, true), no: reach.canBe(source, false) };
      never += Number(!can.yes);
      for (const one of all) {
        const is = compiled.run(one);
        assert.ok(is === undefined || (is ? can.yes : can.no), `${source} is ${is} of ${one}`);
      }
    }),
    { numRuns: 500 },
  );
  assert.ok(never > 10, `only ${never} were called unreachable: nothing was tested`);
});
