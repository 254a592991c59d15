/** Named numbers of rules that the core decides: those of the site or pack in force, else these. */
import { type Packs, ruleAt } from "./rulebook.ts";

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

/** The kind of pack that rules of days and of people stand in. */
const kind = "site";

/** `site`: whose own numbers go before those of the pack; null asks for the pack's. */
export function numberOf<R extends keyof Numbers>(
  packs: Packs,
  rule: R,
  name: keyof Numbers[R] & string,
  site: string | null = null,
): number {
  const found = ruleAt(packs, { id: rule, kind, site })?.numbers?.[name];
  return found ?? (ruleNumbers[rule][name] as number);
}
