import assert from "node:assert/strict";
import { test } from "node:test";
import type { PackSource, RuleSource } from "../detect/pack.ts";
import { numberOf, ruleNumbers } from "../numbers.ts";
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

test("EX-3: a fire, itself, a rule that is not there: none of these explains a rule", () => {
  const explained = (by: string[], more: Partial<RuleSource> = {}): string =>
    faults([packOf([press, { ...base, suppressedBy: by, ...more }])]);
  assert.equal(explained(["S02"]), "", "a rule of the gateway itself");
  assert.equal(explained(["F01"]), "");
  assert.match(explained(["R9"]), /rules\.1\.suppressedBy: there is no rule R9/);
  assert.match(explained(["R1"]), /R1 would explain itself/);
  assert.match(
    explained(["S02"], { class: "fire", priority: "P1" }),
    /law 3: a fire is explained by nothing/,
  );
  const other = { ...base, id: "R2", point: "y", when: "on", suppressedBy: ["R1"] };
  const circle = faults([packOf([press, { ...base, suppressedBy: ["R2"] }, other])]);
  assert.match(circle, /R1 would explain itself[\s\S]*R2 would explain itself/);
});

test("RA-4: the laws hold for rules that others report, of a kind without points too", () => {
  const { each: _each, worseAfterMs: _worse, ...said } = { ...press, when: { reported: true } };
  const reported = (of: Partial<RuleSource>): string =>
    faults([{ v: 1, pack: "one", kind: "nobody", rules: [{ ...said, ...of } as RuleSource] }]);
  assert.equal(reported({}), "");
  assert.match(reported({ setAfterMs: 1 }), /law 3: a press is never held back/);
  assert.match(reported({ notWhileIncident: true }), /law 3: a fire is said whatever stands/);
  assert.match(reported({ id: "F02", notWhileIncident: true }), /law 3: a fire is said/);
  assert.match(reported({ id: "H06", priority: "P2" }), /law 3: a fire is never P2/);
  assert.match(reported({ id: "H06", atNight: "P2" }), /law 3: P2 would make a fire less/);
  assert.match(reported({ id: "H06", whenWorse: "P2" }), /law 3: P2 would make a fire less/);
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
});

test("RA-6: the numbers of a guard are numbers too", () => {
  const guarded: RuleSource = {
    ...base,
    when: { all: ["on", { unless: { votes: { least: 1, withinMs: 60_000, of: ["test"] } } }] },
  };
  const packs = (withinMs: number): Packs => [
    packOf([press, guarded]),
    sitePack("s1", { "one/R1": { limits: { votes: { withinMs } } } }),
  ];
  assert.equal(faults(packs(30_000)), "");
  assert.match(JSON.stringify(rulesAt(packs(30_000), "k", "s1")[1]?.when), /"withinMs":30000/);
  assert.match(faults(packs(-1)), /-1 is not allowed; allowed: 0 or more/);
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

test("RA-17: a named number is one that the core reads, within its bounds, in a pack and at a site", () => {
  const reported = { ...base, worseAfterMs: undefined, when: { reported: true } } as const;
  const core = (id: string, numbers: Readonly<Record<string, number>>): PackSource => {
    const { worseAfterMs: _none, ...rule } = { ...reported, id, numbers };
    return { v: 1, pack: "core", kind: "site", rules: [rule] };
  };
  assert.equal(faults([core("E01", { townLeaderMs: 240_000 })]), "");
  assert.match(
    faults([core("E01", { townLeaderMs: 86_400_000 })]),
    /core rules\.0\.numbers\.townLeaderMs: 86400000 is not allowed; allowed: 90000 … 600000/,
  );
  assert.match(faults([core("T01", { longestMs: 86_400_000 })]), /allowed: 600000 … 14400000/);
  assert.match(faults([core("E02", { reportMs: 1 })]), /no number reportMs; allowed: impairment/);
  assert.match(faults([core("E02", { constructor: 1 })]), /E02 has no number constructor/);
  assert.match(faults([core("X9", { anyMs: 1 })]), /X9 has no number anyMs; allowed: none/);
  assert.match(faults([packOf([press, { ...base, numbers: { anyMs: 1 } }])]), /R1 has no number/);
  const packs = [core("T01", { longestMs: 7_200_000 })];
  const at = (longestMs: number) => sitePack("s1", { "core/T01": { numbers: { longestMs } } });
  assert.match(faults([...packs, at(14_400_001)]), /14400001 is not allowed; allowed: 600000 …/);
  const both = [...packs, at(3_600_000)];
  assert.equal(faults(both), "");
  const longest = (site: string) => numberOf(both, "T01", "longestMs", site);
  assert.deepEqual([longest("s1"), longest("s2")], [3_600_000, 7_200_000]);
  assert.equal(numberOf(both, "T01", "announcedWithinMs", "s1"), 120_000, "nobody has changed it");
  assert.equal(numberOf([], "E01", "secondDeskMs"), 30_000, "without packs");
});

test("RA-17: what a number is without a pack lies within its own bounds", () => {
  for (const [rule, numbers] of Object.entries(ruleNumbers)) {
    for (const [name, { is, least, most }] of Object.entries(numbers)) {
      assert.ok(least <= is && is <= most, `${rule} ${name}`);
      assert.match(name, /(?:Ms|M|Least|Most|PerDay)$|^messages$/, `${rule} ${name} has a unit`);
    }
  }
});
