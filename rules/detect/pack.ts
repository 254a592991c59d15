/**
 * Packs: rules as data, and their compilation against the profile of the kind of device they speak
 * of. Pure: reading YAML and naming lines is the shell's (gateway/rulebook).
 */
import type { AlarmClass, Priority } from "../alarm/alarm.ts";
import type { Text } from "../inventory.ts";
import type { Profile } from "../profile.ts";
import { type Condition, ConditionCompiler, type ConditionSource } from "./condition.ts";

/** One of the things a rule is about: its words replace `{…}` in the rule's conditions. */
export type Each = { readonly as: string; readonly name: Text; readonly [word: string]: unknown };

export type RuleSource = {
  readonly id: string;
  readonly name: Text;
  readonly class: AlarmClass;
  readonly priority: Priority;
  /** Of a new or worse alarm while a fire alarm stands open at the site. */
  readonly whileFire?: Priority;
  /** While an incident is open at the site. */
  readonly whileIncident?: Priority;
  /** The abnormal thing of the device, one open alarm for each; with `each`, of each. */
  readonly point: string;
  readonly each?: readonly Each[];
  readonly when: ConditionSource;
  /** Ends it; where it is absent, the end of `when` does. */
  readonly until?: ConditionSource;
  readonly setAfterMs: number;
  /** Instead, while an incident is open at the site. */
  readonly setAfterInIncidentMs?: number;
  readonly clearAfterMs: number;
  /** Still true so long after it became true: said again, as worse. */
  readonly worseAfterMs?: number;
  /** What a person does about it. */
  readonly act: Text;
  /** The clause it rests on, or "design". */
  readonly basis: string;
  readonly guard?: Text;
};

export type PackSource = {
  readonly v: 1;
  readonly pack: string;
  /** Kind of device: its profile types the conditions. */
  readonly kind: string;
  readonly rules: readonly RuleSource[];
};

/** A rule for one of its things, ready to run. */
export type CompiledRule = {
  readonly id: string;
  readonly each: string | null;
  readonly point: string;
  readonly source: RuleSource;
  readonly when: Condition;
  readonly until: Condition | null;
  /** Length of the memory that both conditions share. */
  readonly memory: number;
  readonly reads: readonly number[];
};

export type CompiledPack = {
  readonly kind: string;
  readonly rules: readonly CompiledRule[];
  /** By slot of the profile: rules to look at when that point changes. */
  readonly readers: readonly (readonly number[])[];
  /** Rules that read no point: they look at the device as a whole. */
  readonly whole: readonly number[];
};

export type PackFault = { readonly path: readonly (string | number)[]; readonly message: string };

/** Sites override numbers, never the laws: no condition may cost more than this. */
const mostCost = 400;

export function compilePack(pack: PackSource, profile: Profile): CompiledPack | PackFault[] {
  const faults: PackFault[] = [];
  const rules: CompiledRule[] = [];
  const seen = new Set<string>();
  pack.rules.forEach((rule, i) => {
    if (seen.has(rule.id)) {
      faults.push({ path: ["rules", i, "id"], message: `${rule.id} stands in the pack twice` });
    }
    seen.add(rule.id);
    for (const each of rule.each ?? [null]) {
      const compiled = compileRule(rule, each, profile, ["rules", i], faults);
      if (compiled) rules.push(compiled);
    }
  });
  if (faults.length > 0) return faults;
  const readers = profile.points.map((_point, slot) =>
    rules.flatMap(({ reads }, n) => (reads.includes(slot) ? [n] : [])),
  );
  const whole = rules.flatMap(({ reads }, n) => (reads.length === 0 ? [n] : []));
  return { kind: pack.kind, rules, readers, whole };
}

function compileRule(
  rule: RuleSource,
  each: Each | null,
  profile: Profile,
  path: readonly (string | number)[],
  faults: PackFault[],
): CompiledRule | null {
  const compiler = new ConditionCompiler(profile);
  const when = compiler.compile(fill(rule.when, each), [...path, "when"]);
  const until =
    rule.until === undefined ? null : compiler.compile(fill(rule.until, each), [...path, "until"]);
  faults.push(...compiler.faults);
  if (!when || (rule.until !== undefined && !until)) return null;
  const cost = when.cost + (until?.cost ?? 0);
  if (cost > mostCost) {
    const message = `costs ${cost} steps each time; allowed: ${mostCost}`;
    faults.push({ path: [...path, "when"], message });
    return null;
  }
  return {
    id: rule.id,
    each: each?.as ?? null,
    point: pointOf(rule, each?.as ?? null),
    source: rule,
    when,
    until,
    memory: compiler.memory,
    reads: [...new Set([...when.reads, ...(until?.reads ?? [])])],
  };
}

/** The point of the alarm: of a rule over several things, one for each of them. */
export function pointOf(rule: RuleSource, each: string | null): string {
  return each === null ? rule.point : `${rule.point}.${each}`;
}

function fill(source: ConditionSource, each: Each | null): ConditionSource {
  if (each === null) return source;
  const json = JSON.stringify(source).replace(/\{(\w+)\}/g, (whole, word: string) =>
    Object.hasOwn(each, word) && typeof each[word] === "string"
      ? JSON.stringify(each[word]).slice(1, -1)
      : whole,
  );
  return JSON.parse(json) as ConditionSource;
}
