/** Named numbers of rules that the core decides: of the site, else of the pack in force, else these. */
import { overridesAt } from "./override.ts";
import type { Packs } from "./rulebook.ts";

export const ruleNumbers = {
  E01: {
    secondDeskMs: 30_000,
    shiftLeaderMs: 60_000,
    townLeaderMs: 180_000,
    otherShiftLeaderMs: 300_000,
    otherTechnicianMs: 1_800_000,
  },
  T01: { longestMs: 14_400_000, announcedWithinMs: 120_000 },
} as const;

type Numbers = typeof ruleNumbers;

export function numberOf<R extends keyof Numbers>(
  packs: Packs,
  rule: R,
  name: keyof Numbers[R] & string,
  site: string | null,
): number {
  for (const { pack, rules } of packs) {
    const found = rules.find(({ id }) => id === rule)?.numbers?.[name];
    if (found === undefined) continue;
    return overridesAt(packs, site)?.[`${pack}/${rule}`]?.numbers?.[name] ?? found;
  }
  return ruleNumbers[rule][name] as number;
}
