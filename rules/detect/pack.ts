/**
 * Packs: rules as data, and their compilation against the profile of the kind of device they speak
 * of. Pure: reading YAML and naming lines is the shell's (gateway/rulebook).
 */
import type { AlarmClass, Priority } from "../alarm/alarm.ts";
import type { Text } from "../inventory.ts";
import type { SiteOverrides } from "../override.ts";
import type { Part, Profile } from "../profile.ts";
import type { Names } from "./cel.ts";
import { type Condition, ConditionCompiler, type ConditionSource, namesOf } from "./condition.ts";

/** One of the things a rule is about: its words replace `{…}` in the rule's conditions. */
export type Each = { readonly as: string; readonly name: Text; readonly [word: string]: unknown };

/** Every part of a class that the profile has; `{…}` of the name are the words of the part. */
export type EachPart = { readonly part: string; readonly name: Text };

export type RuleSource = {
  readonly id: string;
  readonly name: Text;
  readonly class: AlarmClass;
  readonly priority: Priority;
  /** Of a new or worse alarm while a fire alarm stands open at the site. */
  readonly whileFire?: Priority;
  /** Where the fire must stand for `whileFire`; anywhere at the site, where it does not say. */
  readonly fireIn?: "site" | "zone";
  /** While an incident is open at the site. */
  readonly whileIncident?: Priority;
  /** The abnormal thing of the device, one open alarm for each; with `each`, of each. */
  readonly point: string;
  readonly each?: readonly Each[] | EachPart;
  readonly when: ConditionSource;
  /** Ends it; where it is absent, the end of `when` does. */
  readonly until?: ConditionSource;
  /** By night: fewer people are there to see to it. */
  readonly atNight?: Priority;
  /** Not raised while an incident is open at the site: there it is what everybody expects. */
  readonly notWhileIncident?: true;
  /** It reports a state and is no alarm (rules/alarm/panel.ts). */
  readonly notes?: "running";
  readonly setAfterMs: number;
  /** Instead, while an incident is open at the site. */
  readonly setAfterInIncidentMs?: number;
  readonly clearAfterMs: number;
  /** Instead, of one that has become true again within this time of its end: flapping is one alarm. */
  readonly whenRepeated?: { readonly withinMs: number; readonly clearAfterMs: number };
  /** Once it is worse: by `worseAfterMs`, or because who reports it says so. */
  readonly whenWorse?: Priority;
  /** Still true so long after it became true: said again, as worse. */
  readonly worseAfterMs?: number;
  /** It raises nothing by itself: `when` says that something is being done, and it must be, again and
   * again, within this number of the rule; `{…}` as in `when` (rules/periodic). */
  readonly seenWithin?: string;
  /** Ids of rules: while one of them stands at the device, it explains this one (按设计抑制). */
  readonly suppressedBy?: readonly string[];
  /** Points that nobody may rely on while it stands: for other rules they are unknown, but for those of
   * fire, which no fault of a sensor mutes (law 3). `{…}` as in `when`. */
  readonly distrusts?: readonly string[];
  /** Named numbers of a rule that is decided outside detection. */
  readonly numbers?: Readonly<Record<string, number>>;
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
  /** The document of a site: it has no rules, and changes numbers of those of packs (override.ts). */
  readonly site?: string;
  readonly overrides?: SiteOverrides;
};

/** A rule for one of its things, ready to run. */
export type CompiledRule = {
  readonly id: string;
  readonly each: string | null;
  readonly point: string;
  /** The part it is about; null where it is the device, or one of the things the rule names. */
  readonly part: Part | null;
  readonly source: RuleSource;
  readonly when: Condition;
  readonly until: Condition | null;
  /** Length of the memory that both conditions share. */
  readonly memory: number;
  readonly reads: readonly number[];
  /** Slots that nobody may rely on while it stands. */
  readonly distrusts: readonly number[];
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
  const steps = compileSteps(pack, profile);
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}

/** The same, one thing of one rule at a time: whoever has other things to do may do them in between. */
export function* compileSteps(
  pack: PackSource,
  profile: Profile,
): Generator<void, CompiledPack | PackFault[]> {
  const faults: PackFault[] = [];
  const rules: CompiledRule[] = [];
  const names = namesOf(profile);
  const seen = new Set<string>();
  for (const [i, rule] of pack.rules.entries()) {
    if (seen.has(rule.id)) {
      faults.push({ path: ["rules", i, "id"], message: `${rule.id} stands in the pack twice` });
    }
    seen.add(rule.id);
    if (isReported(rule)) continue;
    const things = thingsOf(rule, profile);
    if (things.length === 0) {
      const known = [...new Set(profile.parts?.map((part) => part.class))].join(", ");
      const message = `${profile.kind} has no such part; allowed: ${known || "none"}`;
      faults.push({ path: ["rules", i, "each", "part"], message });
    }
    for (const thing of things) {
      const faultsBefore = faults.length;
      const compiled = compileRule(rule, thing, { profile, names }, ["rules", i], faults);
      // What is wrong with one of a thousand detectors is wrong with all of them.
      if (faults.length > faultsBefore) break;
      if (compiled) rules.push(compiled);
      yield;
    }
  }
  if (faults.length > 0) return faults;
  const readers: number[][] = profile.points.map(() => []);
  rules.forEach(({ reads }, n) => {
    for (const slot of reads) readers[slot]?.push(n);
  });
  const whole = rules.flatMap(({ reads }, n) => (reads.length === 0 ? [n] : []));
  return { kind: pack.kind, rules, readers, whole };
}

/** Another part of the gateway says it. */
export function isReported({ when }: Pick<RuleSource, "when">): boolean {
  return typeof when === "object" && "reported" in when;
}

export type Thing = {
  readonly as: string | null;
  readonly part: Part | null;
  readonly words: Readonly<Record<string, unknown>>;
};

/** What a rule is about, one by one: the device itself, what the rule names, or parts of a class. */
export function thingsOf({ each }: RuleSource, profile: Profile): Thing[] {
  if (each === undefined) return [{ as: null, part: null, words: {} }];
  if (!("part" in each)) return each.map((one) => ({ as: one.as, part: null, words: one }));
  return (profile.parts ?? [])
    .filter((part) => part.class === each.part)
    .map((part) => ({ as: part.as, part, words: { ...part.words, as: part.as } }));
}

function compileRule(
  rule: RuleSource,
  { as, part, words }: Thing,
  { profile, names }: { readonly profile: Profile; readonly names: Names },
  path: readonly (string | number)[],
  faults: PackFault[],
): CompiledRule | null {
  const compiler = new ConditionCompiler(profile, part?.sources, names);
  const when = compiler.compile(fill(rule.when, words), [...path, "when"]);
  const until =
    rule.until === undefined ? null : compiler.compile(fill(rule.until, words), [...path, "until"]);
  faults.push(...compiler.faults);
  if (!when || (rule.until !== undefined && !until)) return null;
  const cost = when.cost + (until?.cost ?? 0);
  if (cost > mostCost) {
    const message = `costs ${cost} steps each time; allowed: ${mostCost}`;
    faults.push({ path: [...path, "when"], message });
    return null;
  }
  const distrusts = distrustedBy(rule, words, profile, path, faults);
  return {
    id: rule.id,
    each: as,
    point: pointOf(rule, as),
    part,
    source: rule,
    when,
    until,
    memory: compiler.memory,
    reads: [...new Set([...when.reads, ...(until?.reads ?? [])])],
    distrusts,
  };
}

function distrustedBy(
  { distrusts = [] }: RuleSource,
  words: Thing["words"],
  profile: Profile,
  path: readonly (string | number)[],
  faults: PackFault[],
): number[] {
  return distrusts.map((source, i) => {
    const id = String(fill(source, words));
    const slot = profile.points.findIndex((point) => point.id === id);
    const message = `there is no point ${id}; allowed: a point of ${profile.kind}`;
    if (slot < 0) faults.push({ path: [...path, "distrusts", i], message });
    return slot;
  });
}

/** The point of the alarm: of a rule over several things, one for each of them. */
export function pointOf(rule: RuleSource, each: string | null): string {
  return each === null ? rule.point : `${rule.point}.${each}`;
}

/** The condition of a compiled rule, for its thing. */
export function whenOf({ source, each, part }: CompiledRule): ConditionSource {
  if (part) return fill(source.when, { ...part.words, as: part.as });
  const { each: things } = source;
  const thing = Array.isArray(things) ? things.find(({ as }) => as === each) : undefined;
  return fill(source.when, thing ?? {});
}

/** The words of a thing in the place of `{…}`. */
export function fill(
  source: ConditionSource,
  words: Readonly<Record<string, unknown>>,
): ConditionSource {
  const json = JSON.stringify(source).replace(/\{(\w+)\}/g, (whole, word: string) =>
    Object.hasOwn(words, word) && typeof words[word] === "string"
      ? JSON.stringify(words[word]).slice(1, -1)
      : whole,
  );
  return JSON.parse(json) as ConditionSource;
}
