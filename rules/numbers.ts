/**
 * Named numbers of rules that the core decides, by the id of their rule: what they are without a pack,
 * and within what a pack or a site may set them. Units stand last in each name. A rule that is not here
 * has none: a number that nobody reads would be a promise that nobody keeps.
 */
import { overridesAt } from "./override.ts";
import type { Packs } from "./rulebook.ts";

/** `is` where no pack says otherwise; others are refused outside `least` to `most`. */
export type RuleNumber = { readonly is: number; readonly least: number; readonly most: number };

const of = (is: number, least: number, most: number): RuleNumber => ({ is, least, most });
const s = 1000;
const min = 60 * s;
const h = 60 * min;
const day = 24 * h;

export const ruleNumbers = {
  /** 值守查岗. */
  S01: { answerWithinMs: of(10 * min, min, 10 * min) },
  /** 重复误报. */
  C01: {
    falseAlarmsLeast: of(3, 2, 10),
    withinMs: of(7 * day, day, 30 * day),
    siteFalsePerDay: of(5, 1, 20),
  },
  /** 抖动抑制. */
  C02: {
    edgesLeast: of(6, 4, 60),
    withinMs: of(min, 10 * s, 10 * min),
    quietMs: of(min, 10 * s, 10 * min),
  },
  /** 告警洪泛: new alarms of one seat, and how many keep it up (ISA-18.2: 5). The bounds meet. */
  C03: { alarmsMost: of(10, 5, 50), withinMs: of(10 * min, min, h), alarmsLeast: of(5, 1, 5) },
  /** 试验窗口: neither may be longer than the law of tests has it (GB 25201). */
  T01: { longestMs: of(4 * h, 10 * min, 4 * h), announcedWithinMs: of(2 * min, 30 * s, 2 * min) },
  /** 未应答升级: bounds that meet keep the steps in their order (NFPA 72: verified within 90 s). */
  E01: {
    secondDeskMs: of(30 * s, 5 * s, 45 * s),
    shiftLeaderMs: of(min, 45 * s, 90 * s),
    townLeaderMs: of(3 * min, 90 * s, 10 * min),
    otherShiftLeaderMs: of(5 * min, min, 15 * min),
    otherTechnicianMs: of(30 * min, 15 * min, 2 * h),
  },
  /** 消防设施停用 (GB 25201: 24 h). */
  E02: { impairmentReportMs: of(day, h, day) },
  /** 试泵逾期 (GB 50974 14.0.4: weekly, monthly, quarterly). */
  P13: {
    autoStartMs: of(7 * day, day, 7 * day),
    manualRunMs: of(31 * day, day, 31 * day),
    flowTestMs: of(92 * day, day, 92 * day),
  },
  /** 动火未报备: evidence for so long, and no permit so near. */
  H01: { withinMs: of(2 * min, 30 * s, 10 * min), nearM: of(50, 10, 200) },
  /** 气体分析过期 (GB 30871-2022 5.3). */
  H03: {
    oldestMs: of(30 * min, 5 * min, 30 * min),
    breakMs: of(30 * min, 5 * min, 30 * min),
    breakSecondClassMs: of(h, 5 * min, h),
  },
  /** 监护缺失. */
  H04: { checkInMs: of(15 * min, min, 15 * min), nearM: of(30, 5, 100) },
  /** 收工复查, after the end of the work (NFPA 51B). */
  H05: { firstMs: of(30 * min, 10 * min, 30 * min), secondMs: of(h, 30 * min, h) },
  /** 动火区火警: a wider zone or a longer time is always safe, a smaller one never. */
  H06: { nearM: of(50, 50, 500), afterEndMs: of(h, h, day) },
  /** 检测器屏蔽跟踪. */
  H07: { afterPermitMs: of(30 * min, 0, 30 * min) },
  /** Of no one rule, and of no pack: how long an alarm may be put aside (ISA-18.2, shelving). */
  shelving: { longestMs: of(8 * h, 8 * h, 8 * h) },
} as const satisfies Readonly<Record<string, Readonly<Record<string, RuleNumber>>>>;

export type RuleWithNumbers = keyof typeof ruleNumbers;
export type NumberName<R extends RuleWithNumbers> = keyof (typeof ruleNumbers)[R] & string;

/** As it is in force, at the site where it is given: the site's own, the pack's, else the table's. */
export function numberOf<R extends RuleWithNumbers>(
  packs: Packs,
  rule: R,
  name: NumberName<R>,
  site: string | null = null,
): number {
  for (const { pack, rules } of packs) {
    const own = rules.find(({ id, numbers }) => id === rule && numbers)?.numbers;
    if (!own) continue;
    const atSite = overridesAt(packs, site)?.[`${pack}/${rule}`]?.numbers;
    return atSite?.[name] ?? own[name] ?? usual(rule, name);
  }
  return usual(rule, name);
}

function usual<R extends RuleWithNumbers>(rule: R, name: NumberName<R>): number {
  return (ruleNumbers[rule] as Readonly<Record<string, RuleNumber>>)[name]?.is ?? Number.NaN;
}

/** The numbers of a rule, by name; none of one that has none. */
export function numbersOf(rule: string): Readonly<Record<string, RuleNumber>> {
  return Object.hasOwn(ruleNumbers, rule) ? ruleNumbers[rule as RuleWithNumbers] : {};
}
