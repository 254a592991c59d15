import assert from "node:assert/strict";
import { test } from "node:test";
import type { PackSource, RuleSource } from "../detect/pack.ts";
import { numberOf } from "../numbers.ts";
import { rulesAt, type SiteOverrides, sitePack } from "../override.ts";
import type { Profile } from "../profile.ts";
import { type Packs, ruleOf } from "../rulebook.ts";
import { checkPacks } from "./set.ts";

const text = { zh: "x", en: "x" };
const profile: Profile = {
  kind: "k",
  name: text,
  points: [
    { id: "mcp1", name: text, type: "boolean", poll: "status" },
    { id: "mcp2", name: text, type: "boolean", poll: "status" },
    { id: "p", name: text, type: "number", unit: "MPa", range: [0, 10], poll: "analog" },
    { id: "on", name: text, type: "boolean", poll: "status" },
    { id: "test", name: text, type: "boolean", poll: "status" },
  ],
  parts: ["mcp1", "mcp2"].map((as) => ({ as, class: "call-point", zone: null, words: {} })),
};
const profiles = new Map([["k", profile]]);
const base: RuleSource = {
  id: "R1",
  name: text,
  class: "suppression",
  priority: "P1",
  point: "x",
  when: { threshold: { point: "p", below: 3, deadBand: 0.5 } },
  setAfterMs: 10_000,
  clearAfterMs: 10_000,
  worseAfterMs: 60_000,
  act: text,
  basis: "design",
};
const press: RuleSource = {
  ...base,
  id: "F01",
  class: "fire",
  point: "press",
  each: { part: "call-point", name: text },
  when: "{as}",
  setAfterMs: 0,
  worseAfterMs: 5000,
};
const flow: RuleSource = {
  ...base,
  id: "F06",
  class: "fire",
  priority: "P1",
  point: "flow",
  when: { threshold: { point: "p", above: 8, deadBand: 0.5 } },
  setAfterMs: 30_000,
};

const packOf = (rules: readonly RuleSource[], pack = "one"): PackSource => {
  return { v: 1, pack, kind: "k", rules };
};

function faults(packs: Packs, before: Packs = []): string {
  const found = checkPacks(packs, { profiles, before });
  return found.map(({ pack, path, message }) => `${pack} ${path.join(".")}: ${message}`).join("\n");
}
const press_ = (of: Partial<RuleSource>): string => faults([packOf([{ ...press, ...of }])]);

test("RA-4: nothing may mute, delay or lower a press; the reason is given", () => {
  assert.equal(press_({}), "");
  assert.equal(press_({ priority: "P0", when: "{as} == true" }), "");
  assert.match(press_({ setAfterMs: 1 }), /F01|rules\.0\.setAfterMs: law 3: a press is never held/);
  assert.match(press_({ setAfterInIncidentMs: 1 }), /law 3/);
  assert.match(press_({ class: "fault", priority: "P3" }), /law 3: a press is a fire/);
  assert.match(press_({ priority: "P2" }), /law 3: a fire is never P2/);
  assert.match(press_({ whileFire: "P2" }), /law 3: P2 would make a fire less urgent/);
  assert.match(press_({ until: "on" }), /law 3: a press ends by nothing but its own release/);
  for (const when of [
    "{as} && !test",
    "test ? false : {as}",
    "!({as} && on)",
    { all: ["{as}", { unless: "test" }] },
    { votes: { least: 2, withinMs: 1000, of: ["{as}", "on"] } },
  ] as const) {
    assert.match(press_({ when }), /law 3: .* could mute a press/, JSON.stringify(when));
  }
});

test("RA-4: call points that no rule hears, a fire that is gone, lowered or held for long: refused", () => {
  const before = [packOf([press, flow])];
  assert.equal(faults([packOf([press, flow])], before), "");
  assert.equal(faults([packOf([press]), packOf([flow], "two")], before), "", "in another pack");
  assert.match(faults([packOf([press])], before), /law 3: fire rule F06 .* would be gone/);
  assert.match(faults([packOf([flow])]), /law 3: call point mcp1 is read by no rule F01/);
  const one = { ...press, when: "mcp1", each: [{ as: "n1", name: text }] };
  assert.match(faults([packOf([one])]), /call point mcp2 is read by no rule F01/);
  const p0 = [packOf([press, { ...flow, priority: "P0" as const }])];
  assert.match(faults(before, p0), /law 3: P1 lowers a fire that is P0/);
  const fault = { ...flow, class: "fault", priority: "P3" } as const;
  assert.match(faults([packOf([press, fault])], before), /law 3: F06 is a fire, not fault/);
  assert.match(
    faults([packOf([press, { ...flow, setAfterMs: 60_001, worseAfterMs: 90_000 }])]),
    /law 3: a fire is not held for 60001 ms/,
  );
});

test("RA-5: what contradicts another rule is named with it: id, alarm point, condition", () => {
  const other = { ...base, id: "R2", point: "y", when: "on" };
  const beside = (of: Partial<RuleSource>): string =>
    faults([packOf([press, base]), packOf([{ ...other, ...of }], "two")]);
  assert.equal(beside({}), "");
  assert.match(beside({ id: "R1" }), /two rules\.0\.id: R1 stands in pack one too/);
  assert.match(
    beside({ point: "x" }),
    /conflict: R2 and R1 \(pack one\) both raise the alarm at x/,
  );
  assert.match(beside({ point: "link" }), /conflict: the alarm point link belongs to S02/);
  assert.match(
    beside({ when: base.when, priority: "P3" }),
    /conflict: R2 \(suppression P3\) says of the same condition something else than R1/,
  );
  const inOne = faults([packOf([press, base, { ...base, when: "on" }])]);
  assert.match(inOne, /R1 stands in the pack twice/);
  // A rule that takes the place of a press would leave nobody to hear it.
  const shadow = { ...press, id: "R3", class: "fault", priority: "P3", when: "on" } as const;
  assert.match(faults([packOf([shadow, press])]), /both raise the alarm at press\.\{call-point\}/);
});

const site = (overrides: SiteOverrides): Packs => [
  packOf([press, base, flow]),
  sitePack("s1", overrides),
];

test("RA-6: a site changes numbers within bounds, and nothing that is a law", () => {
  const at = (overrides: SiteOverrides): string => faults(site(overrides));
  assert.equal(
    at({ "one/R1": { setAfterMs: 20_000, limits: { p: { below: 2, deadBand: 0.4 } } } }),
    "",
  );
  assert.equal(at({ "one/F06": { setAfterMs: 0, limits: { p: { above: 7 } } } }), "", "sooner");
  assert.match(at({ "one/R9": {} }), /no rule one\/R9; allowed: one\/F01, one\/R1, one\/F06/);
  assert.match(at({ "two/R1": {} }), /no rule two\/R1; allowed: one\/…/);
  assert.match(at({ "one/F01": { clearAfterMs: 1 } }), /law 3: nothing of a press is changed/);
  assert.match(
    at({ "one/F06": { setAfterMs: 30_001 } }),
    /30001 is not allowed; allowed: 0 … 30000/,
  );
  assert.match(
    at({ "one/F06": { limits: { p: { above: 9 } } } }),
    /law 3: a fire is only told sooner/,
  );
  assert.match(at({ "one/F06": { limits: { p: { deadBand: 0 } } } }), /law 3/);
  assert.match(at({ "one/R1": { setAfterMs: 600_001 } }), /allowed: 0 … 600000/);
  assert.match(
    at({ "one/R1": { limits: { q: { below: 1 } } } }),
    /no limit of that name; allowed: p/,
  );
  assert.match(at({ "one/R1": { limits: { p: { above: 1 } } } }), /above is no number in the pack/);
  assert.match(
    at({ "one/R1": { limits: { p: { below: -1 } } } }),
    /not allowed; allowed: 0 or more/,
  );
  assert.match(at({ "one/R1": { limits: { p: { below: 0 } } } }), /unreachable: p below 0/);
  assert.match(at({ "one/R1": { worseAfterMs: 5000 } }), /no later than setAfterMs/);
  assert.match(at({ "one/R1": { numbers: { x: 1 } } }), /R1 has no number x; allowed: none/);
  const numbered = (value: number, own: number): string => {
    const rule = { ...base, numbers: { mostMs: value } };
    return faults([
      packOf([press, rule]),
      sitePack("s1", { "one/R1": { numbers: { mostMs: own } } }),
    ]);
  };
  assert.equal(numbered(5000, 3000), "");
  assert.match(numbered(5000, 6000), /6000 is not allowed; allowed: more than 0 … 5000/);
});

test("RA-6: numbers of the core are those it knows; a fire nobody acknowledges is passed on in ten minutes", () => {
  const rule = (id: string, numbers: Readonly<Record<string, number>>): string =>
    faults([packOf([press, { ...base, id, point: "y", when: { reported: true }, numbers }])]);
  assert.equal(rule("E01", { secondDeskMs: 600_000 }), "");
  assert.match(rule("E01", { secondDeskMs: 600_001 }), /allowed: more than 0 … 600000/);
  assert.match(
    rule("E01", { secondDesk: 5 }),
    /E01 has no number secondDesk; allowed: secondDeskMs/,
  );
  assert.match(rule("X1", { anyMs: 1e15 }), /not allowed; allowed: more than 0/);
  assert.match(rule("X1", { count: 0 }), /not allowed/);
  const e01 = { ...base, id: "E01", numbers: { secondDeskMs: 30_000 } };
  const packs = [
    packOf([e01]),
    sitePack("s1", { "one/E01": { numbers: { secondDeskMs: 10_000 } } }),
  ];
  const ms = (at: string | null) => numberOf(packs, "E01", "secondDeskMs", at);
  assert.deepEqual([ms("s1"), ms("s2"), ms(null)], [10_000, 30_000, 30_000]);
});

test("RA-6: at the site the numbers are its own, elsewhere those of the pack", () => {
  const packs = site({ "one/R1": { setAfterMs: 20_000, limits: { p: { below: 2 } } } });
  const [, own] = rulesAt(packs, "k", "s1");
  assert.equal(own?.setAfterMs, 20_000);
  assert.deepEqual(own?.when, { threshold: { point: "p", below: 2, deadBand: 0.5 } });
  const [first, elsewhere] = rulesAt(packs, "k", "s2");
  assert.equal(elsewhere, packs[0]?.rules[1]);
  assert.equal(first, packs[0]?.rules[0]);
  const ruled = (of: string) => ruleOf("R1", packs, "k", of) as unknown as RuleSource;
  assert.deepEqual([ruled("s1").setAfterMs, ruled("s2").setAfterMs], [20_000, 10_000]);
});
