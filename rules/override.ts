/**
 * What a site changes of the packs: numbers, never the laws. A site's document names rules of packs
 * and gives them other times and limits; words, class, priority and condition stay the pack's.
 */
import type { ConditionSource } from "./detect/condition.ts";
import type { PackSource, RuleSource } from "./detect/pack.ts";

export const siteTimes = [
  "setAfterMs",
  "setAfterInIncidentMs",
  "clearAfterMs",
  "worseAfterMs",
] as const;
export type SiteTime = (typeof siteTimes)[number];

/** The numbers of one rule at one site. */
export type SiteNumbers = Partial<Readonly<Record<SiteTime, number>>> & {
  /** Of the structures of its condition: by the point they are about (as the rule writes it, `{as}`
   * and all), or by their own word where they are about none (votes): `below`, `deadBand`, … */
  readonly limits?: Readonly<Record<string, Readonly<Record<string, number>>>>;
  /** Named numbers of a rule that the core decides. */
  readonly numbers?: Readonly<Record<string, number>>;
};

/** `PACK/RULE` → its numbers at the site. */
export type SiteOverrides = Readonly<Record<string, SiteNumbers>>;

/** The document of a site stands among the packs, as one without rules of its own. */
export function sitePack(site: string, overrides: SiteOverrides): PackSource {
  return { v: 1, pack: `site:${site}`, kind: "", rules: [], site, overrides };
}

/** Rules of a kind of device as they are in force at a site. */
export function rulesAt(
  packs: readonly PackSource[],
  kind: string,
  site: string | null,
): readonly RuleSource[] {
  const overrides = overridesAt(packs, site);
  const ofKind = packs.filter((pack) => pack.kind === kind && pack.site === undefined);
  if (!overrides) return ofKind.flatMap(({ rules }) => rules);
  return ofKind.flatMap(({ pack, rules }) =>
    rules.map((rule) => withNumbers(rule, overrides[`${pack}/${rule.id}`])),
  );
}

export function overridesAt(
  packs: readonly PackSource[],
  site: string | null,
): SiteOverrides | undefined {
  return site === null ? undefined : packs.find((pack) => pack.site === site)?.overrides;
}

/** What of a site's overrides is about rules of a kind: the same text is the same set of rules. */
export function overrideKey(
  packs: readonly PackSource[],
  kind: string,
  site: string | null,
): string {
  const overrides = overridesAt(packs, site);
  if (!overrides) return "";
  const names = new Set(packs.filter((pack) => pack.kind === kind).map(({ pack }) => pack));
  const own = Object.entries(overrides).filter(([key]) => names.has(key.split("/")[0] ?? ""));
  return own.length === 0 ? "" : JSON.stringify(own);
}

export function withNumbers(rule: RuleSource, numbers: SiteNumbers | undefined): RuleSource {
  if (!numbers) return rule;
  const { limits, numbers: named, ...times } = numbers;
  return {
    ...rule,
    ...times,
    ...(named ? { numbers: { ...rule.numbers, ...named } } : {}),
    ...(limits ? { when: withLimits(rule.when, limits) } : {}),
    ...(limits && rule.until ? { until: withLimits(rule.until, limits) } : {}),
  };
}

/** A structure of a condition that has numbers, and by what name a site speaks of it. */
export type Structure = {
  readonly name: string;
  readonly fields: Readonly<Record<string, unknown>>;
};

/** Structures of a condition, those within others too. */
export function structuresOf(source: ConditionSource): Structure[] {
  const found: Structure[] = [];
  visit(source, (word, fields) => {
    found.push({ name: nameOf(word, fields), fields });
    return fields;
  });
  return found;
}

function withLimits(
  source: ConditionSource,
  limits: NonNullable<SiteNumbers["limits"]>,
): ConditionSource {
  return visit(source, (word, fields) => {
    const name = nameOf(word, fields);
    return Object.hasOwn(limits, name) ? { ...fields, ...limits[name] } : fields;
  }) as ConditionSource;
}

function nameOf(word: string, { point }: Readonly<Record<string, unknown>>): string {
  return typeof point === "string" ? point : word;
}

type Visit = (
  word: string,
  fields: Readonly<Record<string, unknown>>,
) => Readonly<Record<string, unknown>>;

/** A condition is an expression, a list of conditions under a word, or fields under one. */
function visit(source: unknown, change: Visit): unknown {
  if (typeof source !== "object" || source === null) return source;
  if (Array.isArray(source)) return source.map((part) => visit(part, change));
  return Object.fromEntries(
    Object.entries(source).map(([word, value]) => {
      if (typeof value !== "object" || value === null) return [word, value];
      if (Array.isArray(value) || word === "not" || word === "unless")
        return [word, visit(value, change)];
      return [word, change(word, value as Readonly<Record<string, unknown>>)];
    }),
  );
}
