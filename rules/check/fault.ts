/** What is wrong with a rule, where, and what would be allowed: for people, in both languages. */
import type { ConditionFault, ConditionSource } from "../detect/condition.ts";

/** `path`: keys and indexes from the rule on. `zh`: where a desk reads it too. */
export type RuleFault = ConditionFault & { readonly zh?: string };

/** Conditions that are made of others; null where it is one by itself. */
export function partsOf(
  source: ConditionSource,
): readonly [word: "any" | "all", parts: readonly ConditionSource[]] | null {
  if (typeof source === "string") return null;
  if ("any" in source) return ["any", source.any];
  return "all" in source ? ["all", source.all] : null;
}
