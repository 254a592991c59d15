/** Rules as a screen shows them: in words, with who brought them into force and since when. */
import type { Adoption } from "#rules/adoption.ts";
import type { ConditionSource } from "#rules/detect/condition.ts";
import { fill, isReported, type Thing, thingsOf } from "#rules/detect/pack.ts";
import type { Text } from "#rules/inventory.ts";
import { seenWithinMs } from "#rules/periodic/periodic.ts";
import type { Profile } from "#rules/profile.ts";
import { conditionWords } from "#rules/text/condition.ts";
import type { Language } from "#rules/text/render.ts";
import type { AdoptionList, RulePageView, RuleRow } from "../api/contract.ts";
import type { Gateway } from "../gateway.ts";
import { siteWords } from "../rulebook/difference.ts";
import type { RuleEntry, RulePage } from "../rulebook/list.ts";
import { both } from "./sight.ts";

export function rulePageView(gateway: Gateway, page: RulePage): RulePageView {
  const { state } = gateway.committed;
  return {
    position: state.position,
    hash: state.adopted.packs,
    newerHouse: gateway.rules.newerHouse() !== null,
    rules: page.rules.map((entry) => rowOf(gateway, entry)),
    total: page.total,
    kinds: page.kinds.map(({ kind, count }) => ({ kind, name: kindName(gateway, kind), count })),
    next: page.next,
  };
}

export function adoptionsView(gateway: Gateway): AdoptionList {
  const { state } = gateway.committed;
  return {
    position: state.position,
    hash: state.adopted.packs,
    newerHouse: gateway.rules.newerHouse() !== null,
    adoptions: state.adoptions.toReversed().map((one) => ({
      ...personOf(gateway, one),
      hash: one.hash,
      summary: { ...one.summary },
      isHouse: one.hash === one.house,
      reason: one.reason ?? null,
    })),
  };
}

function rowOf(gateway: Gateway, { pack, kind, rule, since, sites }: RuleEntry): RuleRow {
  const { inventory } = gateway.artefacts.world(gateway.committed.state);
  const { each, until } = rule;
  const profile = profileOf(gateway, kind);
  const [first] = profile && each !== undefined ? thingsOf(rule, profile) : [];
  const inWords = (source: ConditionSource): Text =>
    both((language) => {
      const names = profile ? namesIn(profile, language) : null;
      return conditionWords(language, first ? fill(source, first.words) : source, names);
    });
  return {
    pack,
    kind,
    id: rule.id,
    name: rule.name,
    class: rule.class,
    priority: rule.priority,
    whileFire: rule.whileFire ?? null,
    whileIncident: rule.whileIncident ?? null,
    atNight: rule.atNight ?? null,
    each: eachOf(each),
    when: inWords(rule.when),
    example: first && each ? exampleOf(each, first) : null,
    until: until === undefined ? null : inWords(until),
    reported: isReported(rule),
    seenWithinMs: seenWithinMs(rule, Array.isArray(each) ? (each[0]?.as ?? null) : null),
    setAfterMs: rule.setAfterMs,
    setAfterInIncidentMs: rule.setAfterInIncidentMs ?? null,
    clearAfterMs: rule.clearAfterMs,
    worseAfterMs: rule.worseAfterMs ?? null,
    numbers: { ...rule.numbers },
    act: rule.act,
    basis: rule.basis,
    guard: rule.guard ?? null,
    since: since && personOf(gateway, since),
    sites: sites.map(({ site, numbers }) => ({
      site,
      name: inventory.sites.get(site)?.name ?? { zh: site, en: site },
      numbers: siteWords(numbers),
    })),
  };
}

const namesOf = new WeakMap<Profile, Map<Language, ReadonlyMap<string, string>>>();

/** Names of points, made once: a warehouse has thousands, and a page of rules asks for each rule. */
function namesIn(profile: Profile, language: Language): ReadonlyMap<string, string> {
  const known = namesOf.get(profile) ?? new Map<Language, ReadonlyMap<string, string>>();
  namesOf.set(profile, known);
  const names =
    known.get(language) ?? new Map(profile.points.map(({ id, name }) => [id, name[language]]));
  known.set(language, names);
  return names;
}

/** A kind whose profile is made for each building is seen in one that stands. */
function profileOf({ telemetry }: Gateway, kind: string) {
  const live = telemetry.devices.all().find((device) => device.kind === kind);
  return live?.profile ?? telemetry.profiles.get(kind);
}

/** Of several things, the one that the sentence speaks of. */
function exampleOf(each: NonNullable<RuleEntry["rule"]["each"]>, { words }: Thing): Text | null {
  if (!("part" in each)) return each.length > 1 ? (each[0]?.name ?? null) : null;
  return { zh: filled(each.name.zh, words), en: filled(each.name.en, words) };
}

function filled(text: string, words: Thing["words"]): string {
  return String(fill(text, words));
}

/** Of parts that a profile has many of, the pattern of their names without its braces. */
function eachOf(each: RuleEntry["rule"]["each"]): Text[] {
  if (each === undefined) return [];
  if (!("part" in each)) return each.map(({ name }) => name);
  const pattern = (text: string): string => text.replaceAll(/\{\w+\}/g, "…");
  return [{ zh: pattern(each.name.zh), en: pattern(each.name.en) }];
}

/** Kinds without a profile: their rules are reported, not detected. */
const otherKinds: Readonly<Record<string, Text>> = {
  button: { zh: "一键报警", en: "One-button alarm" },
  permit: { zh: "动火作业票", en: "Hot-work permit" },
  site: { zh: "单位", en: "Site" },
};

function kindName({ telemetry }: Gateway, kind: string): Text {
  const name = Object.hasOwn(otherKinds, kind) ? otherKinds[kind] : undefined;
  return telemetry.profiles.get(kind)?.name ?? name ?? { zh: kind, en: kind };
}

function personOf(
  { door }: Gateway,
  { position, at, by }: Pick<Adoption, "position" | "at" | "by">,
) {
  return { position, at, by, byName: door.people.nameOf(by) };
}
