import assert from "node:assert/strict";
import { test } from "node:test";
import type { Profile } from "../profile.ts";
import { limitsOf } from "./limits.ts";
import type { RuleSource } from "./pack.ts";

const text = { zh: "", en: "" };
const point = (id: string, type: "number" | "boolean" = "number") =>
  ({ id, name: text, type, poll: "analog" }) as const;
const profile: Profile = {
  kind: "k",
  name: text,
  points: [
    ...[point("a_pressure"), point("b_pressure"), point("a_start"), point("on", "boolean")],
    { ...point("mode"), values: [{ value: 1, name: text }] },
  ],
};
const rule = (id: string, when: RuleSource["when"], more: Partial<RuleSource> = {}) =>
  ({ id, when, ...more }) as RuleSource;

test("TR-4: limits of a point are what rules compare it with: numbers and points, on either side, each once", () => {
  const each = [
    { as: "a", name: text },
    { as: "b", name: text },
  ];
  const limits = limitsOf(
    [
      rule("P1", { threshold: { point: "{as}_pressure", below: 0.3, deadBand: 0.05 } }, { each }),
      rule("P2", {
        all: [
          "on && !(a_pressure > 5.0)",
          { any: ["a_pressure < 0.14 || 1.2 < a_pressure", "mode == 1 && mode < 2"] },
        ],
      }),
      rule("P3", { threshold: { point: "a_pressure", below: "a_start", deadBand: 0 } }),
      rule("P5", {
        votes: { least: 1, withinMs: 1000, of: ["on", { when: "b_pressure > 9.0", forMs: 1 }] },
      }),
      rule("P4", "a_pressure < 0.14 && a_pressure < 0.14"),
    ],
    profile,
  );
  const of = (id: string) =>
    (limits.get(id) ?? []).map(({ rule: by, side, value, point: at, deadBand }) =>
      [by, side, value ?? at, deadBand].join(" "),
    );
  assert.deepEqual(of("a_pressure"), [
    "P1 below 0.3 0.05",
    "P2 below 0.14 0",
    "P2 above 1.2 0",
    "P3 below a_start 0",
    "P4 below 0.14 0",
  ]);
  assert.deepEqual(of("b_pressure"), ["P1 below 0.3 0.05", "P5 above 9 0"]);
  assert.deepEqual([of("mode"), of("on")], [[], []]);
});
