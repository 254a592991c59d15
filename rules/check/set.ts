/**
 * Packs that are to be in force together: each rule by itself, then what only shows beside the others:
 * an id that stands twice, alarms of two rules at one point, one condition said with two priorities,
 * a fire or a press that would be lost. Pure; files and lines are the shell's.
 */
import { namesOf } from "../detect/condition.ts";
import { compilePack, isReported, type PackSource, type RuleSource } from "../detect/pack.ts";
import type { Profile } from "../profile.ts";
import { type Packs, rulebook } from "../rulebook.ts";
import { explainedFaults } from "./explained.ts";
import type { RuleFault } from "./fault.ts";
import { lawFaults, lossFaults } from "./law.ts";
import { Meaning } from "./meaning.ts";
import { numberFaults, seenWithinFaults } from "./numbers.ts";
import { siteFaults } from "./site.ts";

/** `path` begins at the pack. */
export type PackSetFault = RuleFault & {
  readonly pack: string;
  /** The other one that it contradicts. */
  readonly beside?: { readonly pack: string; readonly path: RuleFault["path"] };
};

export type Known = {
  readonly profiles: ReadonlyMap<string, Profile>;
  /** What was in force, and what the house ships: no fire of theirs may be lost. */
  readonly before: Packs;
};

/** Packs that cannot be compiled are told of, and not looked at further. */
export function checkPacks(packs: Packs, { profiles, before }: Known): PackSetFault[] {
  const faults: PackSetFault[] = [];
  for (const pack of packs) {
    if (pack.site === undefined) faults.push(...packFaults(pack, profiles));
  }
  const kinds = new Set([...packs, ...before].flatMap(({ site, kind }) => site ?? kind));
  for (const kind of kinds) {
    const ofKind = packs.filter((pack) => pack.kind === kind && pack.site === undefined);
    faults.push(...besideEachOther(ofKind), ...explainedFaults(ofKind));
    faults.push(...losses(ofKind, kind, before, profiles.get(kind) ?? null));
  }
  for (const pack of packs) {
    if (pack.site === undefined) continue;
    faults.push(
      ...siteFaults(pack, packs, profiles).map((fault) => ({ ...fault, pack: pack.pack })),
    );
  }
  return faults;
}

function packFaults(pack: PackSource, profiles: ReadonlyMap<string, Profile>): PackSetFault[] {
  const own = (fault: RuleFault): PackSetFault => ({ ...fault, pack: pack.pack });
  const profile = profiles.get(pack.kind);
  const numbers = pack.rules.flatMap((rule, i) =>
    [...numberFaults(rule.id, rule.numbers), ...seenWithinFaults(rule)].map(within(i)),
  );
  // A kind whose rules others report needs no points; the laws hold for it too.
  if (!profile && pack.rules.every(isReported)) {
    const none: Profile = { kind: pack.kind, name: { zh: pack.kind, en: pack.kind }, points: [] };
    const laws = pack.rules.flatMap((rule, i) =>
      lawFaults(rule, none, namesOf(none)).map(within(i)),
    );
    return [...laws, ...numbers].map(own);
  }
  if (!profile) {
    const known = [...profiles.keys()].join(", ");
    return [own({ path: ["kind"], message: `${pack.kind} has no profile; allowed: ${known}` })];
  }
  const names = namesOf(profile);
  const laws = pack.rules.flatMap((rule, i) => lawFaults(rule, profile, names).map(within(i)));
  const compiled = compilePack(pack, profile);
  if (Array.isArray(compiled)) return [...compiled, ...laws, ...numbers].map(own);
  const meaning = new Meaning(profile, names);
  const meant = pack.rules.flatMap((rule, i) =>
    isReported(rule) ? [] : meaning.faults(rule).map(within(i)),
  );
  return [...laws, ...numbers, ...meant].map(own);
}

function within(i: number): (fault: RuleFault) => RuleFault {
  return (fault) => ({ ...fault, path: ["rules", i, ...fault.path] });
}

type Placed = { readonly pack: string; readonly i: number; readonly rule: RuleSource };

function besideEachOther(packs: Packs): PackSetFault[] {
  const faults: PackSetFault[] = [];
  const ids = new Map<string, Placed>();
  const points = new Map<string, Placed>();
  const meanings = new Map<string, Placed>();
  for (const { pack, rules } of packs) {
    rules.forEach((rule, i) => {
      const own: Placed = { pack, i, rule };
      const twin = ids.get(rule.id);
      // Within one pack its compilation has said so.
      if (twin && twin.pack !== pack) faults.push(twice(own, twin));
      ids.set(rule.id, twin ?? own);
      if (twin) return;
      for (const fault of conflicts(own, points, meanings)) faults.push(fault);
    });
  }
  return faults;
}

function twice(own: Placed, twin: Placed): PackSetFault {
  const { id } = own.rule;
  return {
    ...placed(own, ["id"], twin),
    message: `${id} stands in pack ${twin.pack} too, which is about the same kind of device; allowed: one of them`,
    zh: `${id} 在规则包 ${twin.pack} 中重复;同一类设备只允许一条`,
  };
}

/** Only one alarm can stand at a point: of two rules the later one would never be heard of. */
function conflicts(
  own: Placed,
  points: Map<string, Placed>,
  meanings: Map<string, Placed>,
): PackSetFault[] {
  const { rule } = own;
  const faults: PackSetFault[] = [];
  const reported = Object.values(rulebook).find(({ point }) => point === rule.point);
  if (rule.each === undefined && reported && reported.id !== rule.id) {
    const { id, point } = reported;
    faults.push({
      ...placed(own, ["point"], null),
      message: `conflict: the alarm point ${point} belongs to ${id}; allowed: a point of its own`,
      zh: `冲突:报警点 ${point} 属于规则 ${id};允许:另一个报警点`,
    });
  }
  for (const point of alarmPoints(rule)) {
    const other = points.get(point);
    points.set(point, other ?? own);
    if (!other) continue;
    faults.push({
      ...placed(own, ["point"], other),
      message: `conflict: ${rule.id} and ${other.rule.id} (pack ${other.pack}) both raise the alarm at ${point}, with other definitions: only one of them could stand; allowed: a point of its own`,
      zh: `冲突:${rule.id} 与 ${other.rule.id}(规则包 ${other.pack})对同一报警点 ${point} 定义不同;允许:各用一个报警点`,
    });
    break;
  }
  const meaning = JSON.stringify([rule.when, rule.each ?? null]);
  const same = meanings.get(meaning);
  meanings.set(meaning, same ?? own);
  const word = ({ class: of, priority }: RuleSource): string => `${of} ${priority}`;
  if (same && word(same.rule) !== word(rule) && !("reported" in Object(rule.when))) {
    faults.push({
      ...placed(own, ["when"], same),
      message: `conflict: ${rule.id} (${word(rule)}) says of the same condition something else than ${same.rule.id} (${word(same.rule)}, pack ${same.pack}); allowed: one rule`,
      zh: `冲突:${rule.id}(${word(rule)})与 ${same.rule.id}(${word(same.rule)},规则包 ${same.pack})条件相同而定义不同;只允许一条`,
    });
  }
  return faults;
}

function alarmPoints({ point, each }: RuleSource): string[] {
  if (each === undefined) return [point];
  return "part" in each ? [`${point}.{${each.part}}`] : each.map(({ as }) => `${point}.${as}`);
}

function placed(own: Placed, path: RuleFault["path"], other: Placed | null) {
  const beside = other && { pack: other.pack, path: ["rules", other.i, ...path] };
  return {
    pack: own.pack,
    path: ["rules", own.i, ...path],
    ...(beside ? { beside } : {}),
  };
}

function losses(
  packs: Packs,
  kind: string,
  before: Packs,
  profile: Profile | null,
): PackSetFault[] {
  const rules = packs.flatMap((pack) => pack.rules);
  const old = before.filter((pack) => pack.kind === kind);
  // A kind nobody has had rules for is no loss.
  if (rules.length === 0 && old.length === 0) return [];
  return lossFaults(
    rules,
    old.flatMap((pack) => pack.rules),
    profile,
  ).map(({ id, fault }) => {
    const at = packs.flatMap(({ pack, rules: own }) => {
      const i = own.findIndex((rule) => rule.id === id);
      return i < 0 ? [] : { pack, i };
    })[0];
    if (!at) return { ...fault, pack: packs[0]?.pack ?? old[0]?.pack ?? kind };
    return { ...fault, pack: at.pack, path: ["rules", at.i, ...fault.path] };
  });
}
