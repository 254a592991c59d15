/**
 * The document of a site: it may change numbers of rules within bounds, and nothing that is a law. A
 * press stays untouched; a fire may only be told sooner.
 */

import type { AlarmClass } from "../alarm/alarm.ts";
import { namesOf } from "../detect/condition.ts";
import type { PackSource, RuleSource } from "../detect/pack.ts";
import { type SiteNumbers, siteTimes, structuresOf, withNumbers } from "../override.ts";
import type { Profile } from "../profile.ts";
import type { Packs } from "../rulebook.ts";
import type { RuleFault } from "./fault.ts";
import { pressRule } from "./law.ts";
import { Meaning } from "./meaning.ts";
import { numberFaults } from "./numbers.ts";

const dayMs = 86_400_000;
/** How long a site may hold a rule back, by its class; of a fire only what the pack holds. */
const longestHoldMs: Readonly<Record<AlarmClass, number>> = {
  fire: 0,
  emergency: 0,
  suppression: 600_000,
  supervisory: 3_600_000,
  fault: dayMs,
  test: dayMs,
  system: 0,
};

/** Paths begin at the document: ["rules", "PACK/RULE", key]. */
export function siteFaults(
  { overrides = {} }: PackSource,
  packs: Packs,
  profiles: ReadonlyMap<string, Profile>,
): RuleFault[] {
  return Object.entries(overrides).flatMap(([key, numbers]) => {
    const [name, id] = key.split("/");
    const pack = packs.find((one) => one.pack === name && one.site === undefined);
    const rule = pack?.rules.find((one) => one.id === id);
    if (!pack || !rule) return [unknown(key, packs)];
    const profile = profiles.get(pack.kind);
    return ruleFaults(rule, numbers, profile ?? null).map((fault) => ({
      ...fault,
      path: ["rules", key, ...fault.path],
    }));
  });
}

function unknown(key: string, packs: Packs): RuleFault {
  const [name] = key.split("/");
  const own = packs.filter((one) => one.site === undefined);
  const pack = own.find((one) => one.pack === name);
  const known = pack
    ? pack.rules.map(({ id }) => `${name}/${id}`).slice(0, 20)
    : own.map((one) => `${one.pack}/…`);
  return {
    path: ["rules", key],
    message: `there is no rule ${key}; allowed: ${known.join(", ")}`,
    zh: `没有规则 ${key};允许:${known.join(", ")}`,
  };
}

function ruleFaults(rule: RuleSource, numbers: SiteNumbers, profile: Profile | null): RuleFault[] {
  if (rule.id === pressRule) {
    const message = `law 3: nothing of a press is changed at a site; allowed: nothing of ${pressRule}`;
    return [{ path: [], message, zh: `违反第三条:园区不得更改手动报警规则 ${pressRule}` }];
  }
  const faults = [
    ...siteTimes.flatMap((key) => timeFault(rule, key, numbers[key]) ?? []),
    ...limitFaults(rule, numbers.limits ?? {}),
    ...namedFaults(rule, numbers.numbers ?? {}),
  ];
  if (faults.length > 0 || !profile) return faults;
  // The rule with its new numbers must still mean something: reachable, and able to end.
  const meaning = new Meaning(profile, namesOf(profile));
  return meaning.faults(withNumbers(rule, numbers)).map((fault) => ({ ...fault, path: [] }));
}

function timeFault(
  rule: RuleSource,
  key: (typeof siteTimes)[number],
  value: number | undefined,
): RuleFault | null {
  if (value === undefined) return null;
  const own = rule[key];
  if (own === undefined && key !== "setAfterInIncidentMs") {
    return {
      path: [key],
      message: `${rule.id} has no ${key}; allowed: numbers that the pack has`,
      zh: `规则 ${rule.id} 没有 ${key};允许:规则包中已有的数值`,
    };
  }
  // How soon it is told is bounded; that it ends later than the pack says holds nothing back.
  const isHold = key !== "clearAfterMs";
  const most = isHold ? Math.max(own ?? 0, longestHoldMs[rule.class]) : dayMs;
  if (value >= 0 && value <= most) return null;
  return outside([key], value, `0 … ${most}`);
}

function outside(path: RuleFault["path"], value: number, allowed: string): RuleFault {
  const message = `${value} is not allowed; allowed: ${allowed}`;
  return { path, message, zh: `不允许 ${value};允许:${allowed}` };
}

function limitFaults(rule: RuleSource, limits: NonNullable<SiteNumbers["limits"]>): RuleFault[] {
  const conditions = [rule.when, ...(rule.until === undefined ? [] : [rule.until])];
  const known = conditions.flatMap(structuresOf);
  const named = new Map(known.map(({ name, fields }) => [name, fields] as const));
  return Object.entries(limits).flatMap(([name, fields]): RuleFault[] => {
    const own = named.get(name);
    if (!own) {
      const allowed = [...named.keys()].join(", ") || "none";
      const message = `${rule.id} has no limit of that name; allowed: ${allowed}`;
      return [
        { path: ["limits", name], message, zh: `规则 ${rule.id} 没有该限值;允许:${allowed}` },
      ];
    }
    return Object.entries(fields).flatMap(([field, value]) => {
      const fault = limitFault(rule, own, field, value);
      return fault === null ? [] : [{ ...fault, path: ["limits", name, field] }];
    });
  });
}

function limitFault(
  rule: RuleSource,
  fields: Readonly<Record<string, unknown>>,
  field: string,
  value: number,
): RuleFault | null {
  const own = fields[field];
  if (typeof own !== "number") {
    const numbers = Object.keys(fields).filter((one) => typeof fields[one] === "number");
    const allowed = numbers.join(", ") || "none";
    const message = `${field} is no number in the pack; allowed: ${allowed}`;
    return { path: [], message, zh: `${field} 在规则包中不是数值;允许:${allowed}` };
  }
  if (rule.class === "fire") {
    const isSooner = field === "below" ? value >= own : sooner.has(field) && value <= own;
    if (isSooner) return null;
    const message = `law 3: a fire is only told sooner at a site, ${field} ${value} is not; allowed: below from ${own} up, above, by and least down to it`;
    return { path: [], message, zh: `违反第三条:园区只能使火警更早报出(${field}:${own})` };
  }
  return value < 0 && own >= 0 ? outside([], value, "0 or more") : null;
}

/** Limits at which a lower number is reached sooner. */
const sooner: ReadonlySet<string> = new Set(["above", "by", "least"]);

/** Those of the pack, within the bounds that hold for a pack too. */
function namedFaults(rule: RuleSource, numbers: Readonly<Record<string, number>>): RuleFault[] {
  const own = rule.numbers ?? {};
  const isOwn = (name: string): boolean => Object.hasOwn(own, name);
  const strange = Object.keys(numbers).filter((name) => !isOwn(name));
  const allowed = Object.keys(own).join(", ") || "none";
  return [
    ...strange.map((name) => ({
      path: ["numbers", name],
      message: `${rule.id} has no number ${name}; allowed: ${allowed}`,
      zh: `规则 ${rule.id} 没有数值 ${name};允许:${allowed}`,
    })),
    ...numberFaults(
      rule.id,
      Object.fromEntries(Object.entries(numbers).filter(([name]) => isOwn(name))),
    ),
  ];
}
