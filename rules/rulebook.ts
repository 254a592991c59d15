/**
 * What an alarm of each rule is: of the rules the gateway's own parts report, and of the packs in
 * force. The rules of a pack hold for its kind of device and come before the others (domain C4).
 */
import type { AlarmClass, Priority } from "./alarm/alarm.ts";
import type { Each, EachPart, PackSource, RuleSource } from "./detect/pack.ts";
import { overridesAt, withNumbers } from "./override.ts";

export type RuleId =
  | "F01"
  | "S02"
  | "S05"
  | "G01"
  | "G02"
  | "G03"
  | "G04"
  | "G05"
  | "G06"
  | "G07"
  | "G08"
  | "R01"
  | "R02"
  | "R03"
  | "R04";

export type Rule = {
  readonly id: string;
  readonly class: AlarmClass;
  readonly priority: Priority;
  /** The point of the device that stands abnormal. */
  readonly point: string;
  /** Held until reset (fire). */
  readonly latched: boolean;
  readonly opensIncident: boolean;
  /** Of a new or worse alarm while a fire alarm stands open at the site. */
  readonly whileFire?: Priority;
  readonly fireIn?: "site" | "zone";
  /** While an incident is open at the site. */
  readonly whileIncident?: Priority;
  /** By night. */
  readonly atNight?: Priority;
  readonly notWhileIncident?: true;
  /** It reports a state and is no alarm: what panels say of themselves. */
  readonly notes?: "running";
  /** While an alarm of one of these rules stands at the device, this one is explained by it. */
  readonly suppressedBy?: readonly string[];
  /** Once it is said to be worse. */
  readonly whenWorse?: Priority;
  /** Of a pack: see `RuleSource`. */
  readonly seenWithin?: string;
  readonly each?: readonly Each[] | EachPart;
  readonly numbers?: Readonly<Record<string, number>>;
};

/** 接报: a person says so, and no point stands abnormal; it ends with its incident. */
function reportRule(id: RuleId, of: "fire" | "emergency"): Rule {
  const how = { point: "reported", latched: false, opensIncident: true } as const;
  return { id, class: of, priority: "P1", ...how };
}

/** The packs in force, an artefact of the journal. */
export type Packs = readonly PackSource[];

export const rulebook: Readonly<Record<RuleId, Rule>> = {
  /** 手动报警: any single press; incident and order at once (GB 50116 4.1.6). */
  F01: {
    id: "F01",
    class: "fire",
    priority: "P1",
    point: "press",
    latched: true,
    opensIncident: true,
  },
  /** 通信中断: the link is lost; its data are unknown, never normal (law 2). */
  S02: {
    id: "S02",
    class: "supervisory",
    priority: "P2",
    point: "link",
    latched: false,
    opensIncident: false,
  },
  /** 防拆: the cover is open. */
  S05: {
    id: "S05",
    class: "supervisory",
    priority: "P2",
    point: "tamper",
    latched: false,
    opensIncident: false,
  },
  /** 系统中断: nobody watched between two instants; a person closes it at the panel. */
  G01: {
    id: "G01",
    class: "system",
    priority: "P2",
    point: "outage",
    latched: true,
    opensIncident: false,
  },
  /** 记录受损: the journal was found shorter or damaged; the intact part is in force. */
  G02: {
    id: "G02",
    class: "system",
    priority: "P2",
    point: "journal",
    latched: true,
    opensIncident: false,
  },
  /** 座席无人值守: no page with a live stream and running sound; an alarm would reach nobody. */
  G03: {
    id: "G03",
    class: "system",
    priority: "P2",
    point: "seat",
    latched: false,
    opensIncident: false,
  },
  /** 规则停用: it took more than its share of the thread, and watches for nothing any more. */
  G04: {
    id: "G04",
    class: "system",
    priority: "P2",
    point: "parked",
    latched: false,
    opensIncident: false,
  },
  /** 试验信号未到: it was expected in a test and did not come; a person resets it. */
  G05: {
    id: "G05",
    class: "fault",
    priority: "P3",
    point: "test",
    latched: true,
    opensIncident: false,
  },
  /** 未核实即复位: a panel was reset before anybody had said what it was; a person ends it. */
  G06: {
    id: "G06",
    class: "supervisory",
    priority: "P1",
    point: "panel-reset",
    latched: true,
    opensIncident: false,
  },
  /** 单位通信中断: the link of a whole site; those of its devices are kept beneath it. */
  G07: {
    id: "G07",
    class: "supervisory",
    priority: "P1",
    point: "site-link",
    latched: false,
    opensIncident: false,
  },
  /** 时序库滞后: samples wait for the database; they are on this machine's disk. */
  G08: {
    id: "G08",
    class: "fault",
    priority: "P3",
    point: "time-series",
    latched: false,
    opensIncident: false,
  },
  R01: reportRule("R01", "fire"),
  R02: reportRule("R02", "emergency"),
  R03: reportRule("R03", "emergency"),
  R04: reportRule("R04", "emergency"),
};

/** The rule of a kind of device, with the numbers of its site; null where nobody knows it. */
export function ruleOf(
  id: string,
  packs: Packs = [],
  kind = "",
  site: string | null = null,
): Rule | null {
  const source = ruleAt(packs, { id, kind, site });
  if (source) {
    const isFire = source.class === "fire";
    return { ...source, latched: isFire, opensIncident: isFire };
  }
  return Object.hasOwn(rulebook, id) ? rulebook[id as RuleId] : null;
}

/** What these rules are about is no device of the inventory: a site as a whole, a permit for hot work. */
const kindsOfNoDevice = ["site", "permit"] as const;

/** Whether a pack has it for a site or a permit: what raises it is then no stranger. */
export function isOfNoDevice(id: string, packs: Packs): boolean {
  return kindsOfNoDevice.some((kind) => indexOf(packs).get(kind)?.has(id));
}

/**
 * The rule as a pack writes it for a kind of device, with the numbers of the site; else as one writes it
 * for a site or a permit.
 */
export function ruleAt(
  packs: Packs,
  { id, kind, site }: { readonly id: string; readonly kind: string; readonly site: string | null },
): RuleSource | null {
  const kinds = [kind, ...kindsOfNoDevice].map((one) => indexOf(packs).get(one)?.get(id));
  const found = kinds.find((one) => one !== undefined);
  if (!found) return null;
  const [pack, rule] = found;
  return withNumbers(rule, overridesAt(packs, site)?.[`${pack}/${id}`]);
}

type Found = readonly [pack: string, rule: RuleSource];
/** By kind and id: a set of packs may have 10,000 rules, and each alarm asks for one. */
const indexes = new WeakMap<Packs, ReadonlyMap<string, ReadonlyMap<string, Found>>>();

function indexOf(packs: Packs): ReadonlyMap<string, ReadonlyMap<string, Found>> {
  const known = indexes.get(packs);
  if (known) return known;
  const index = new Map<string, Map<string, Found>>();
  for (const { pack, kind, rules } of packs) {
    const ofKind = index.get(kind) ?? new Map<string, Found>();
    index.set(kind, ofKind);
    for (const rule of rules) if (!ofKind.has(rule.id)) ofKind.set(rule.id, [pack, rule]);
  }
  indexes.set(packs, index);
  return index;
}

/** Every rule of a kind of device. */
export function rulesOfKind(packs: Packs, kind: string): RuleSource[] {
  return [...(indexOf(packs).get(kind)?.values() ?? [])].map(([, rule]) => rule);
}

/** The first rule of this id in packs that are given. */
export function sourceOf(id: string, packs: Packs): RuleSource | null {
  for (const { rules } of packs) {
    const rule = rules.find((one) => one.id === id);
    if (rule) return rule;
  }
  return null;
}
