/**
 * What an alarm of each rule is: of the rules the gateway's own parts report, and of the packs in
 * force. The rules of a pack hold for its kind of device and come before the others (domain C4).
 */
import type { AlarmClass, Priority } from "./alarm/alarm.ts";
import type { PackSource, RuleSource } from "./detect/pack.ts";

export type RuleId = "F01" | "S02" | "S05" | "G01" | "G02" | "G03" | "G05";

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
};

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
  /** 试验信号未到: it was expected in a test and did not come; a person resets it. */
  G05: {
    id: "G05",
    class: "fault",
    priority: "P3",
    point: "test",
    latched: true,
    opensIncident: false,
  },
};

/** The rule of a kind of device; null where nobody knows it. */
export function ruleOf(id: string, packs: Packs = [], kind = ""): Rule | null {
  const source = sourceOf(
    id,
    packs.filter((pack) => pack.kind === kind),
  );
  if (source) {
    const isFire = source.class === "fire";
    return { ...source, latched: isFire, opensIncident: isFire };
  }
  return Object.hasOwn(rulebook, id) ? rulebook[id as RuleId] : null;
}

/** The rule as a pack writes it: its words and its clause. */
export function sourceOf(id: string, packs: Packs): RuleSource | null {
  for (const { rules } of packs) {
    const rule = rules.find((one) => one.id === id);
    if (rule) return rule;
  }
  return null;
}
