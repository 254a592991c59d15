/**
 * Limits of a point, for whoever draws it: the numbers and the points that rules in force compare it
 * with. Asked when a curve is shown, and at no other time. Pure.
 */
import type { Profile } from "../profile.ts";
import { type CelNode, parseCel } from "./cel.ts";
import { type ConditionSource, namesOf, type Threshold } from "./condition.ts";
import { fill, type RuleSource, thingsOf } from "./pack.ts";

export type Limit = {
  readonly rule: string;
  /** On which side of it something is wrong. */
  readonly side: "below" | "above";
  /** In the unit of the point; null where another point has it. */
  readonly value: number | null;
  /** The point that has it; null where the rule has a number. */
  readonly point: string | null;
  /** So far it must come back before it is right again. */
  readonly deadBand: number;
};

type Found = Omit<Limit, "rule"> & { readonly of: string };

/** By point. What a rule says twice (of each of its pumps) stands there once. */
export function limitsOf(
  rules: readonly RuleSource[],
  profile: Profile,
): ReadonlyMap<string, readonly Limit[]> {
  const byPoint = new Map<string, Limit[]>();
  const seen = new Set<string>();
  for (const rule of rules) {
    for (const { words } of thingsOf(rule, profile)) {
      for (const { of, ...found } of limitsIn(fill(rule.when, words), profile)) {
        const limit = { rule: rule.id, ...found };
        const key = JSON.stringify([of, limit]);
        if (seen.has(key)) continue;
        seen.add(key);
        byPoint.set(of, [...(byPoint.get(of) ?? []), limit]);
      }
    }
  }
  return byPoint;
}

function limitsIn(source: ConditionSource, profile: Profile): Found[] {
  if (typeof source === "string") {
    const ast = parseCel(source, namesOf(profile));
    return "message" in ast ? [] : comparisonsIn(ast, profile);
  }
  if ("threshold" in source) return ofThreshold(source.threshold);
  if ("any" in source || "all" in source) {
    const parts = "any" in source ? source.any : source.all;
    return parts.flatMap((part) => limitsIn(part, profile));
  }
  if (!("votes" in source) || typeof source.votes.of === "string") return [];
  return source.votes.of.flatMap((one) =>
    limitsIn(typeof one === "string" ? one : one.when, profile),
  );
}

function ofThreshold({ point: of, below, above, deadBand }: Threshold): Found[] {
  const limit = below ?? above;
  if (limit === undefined) return [];
  const side = below === undefined ? "above" : "below";
  const isPoint = typeof limit === "string";
  const [value, point] = isPoint ? [null, limit] : [limit, null];
  return [{ of, side, value, point, deadBand }];
}

const sides = { "<": "below", "<=": "below", ">": "above", ">=": "above" } as const;
const otherSide = { below: "above", above: "below" } as const;

function comparisonsIn(node: CelNode, profile: Profile): Found[] {
  switch (node.op) {
    case "&&":
    case "||":
      return node.args.flatMap((arg) => comparisonsIn(arg, profile));
    case "<":
    case "<=":
    case ">":
    case ">=": {
      const [a, b] = node.args;
      const side = sides[node.op];
      return [...compared(a, b, side, profile), ...compared(b, a, otherSide[side], profile)];
    }
    default:
      return [];
  }
}

function compared(a: CelNode, b: CelNode, side: Limit["side"], { points }: Profile): Found[] {
  if (a.op !== "id") return [];
  const of = points.find(({ id }) => id === a.args);
  if (of?.type !== "number" || of.values) return [];
  if (b.op === "id") return [{ of: a.args, side, value: null, point: b.args, deadBand: 0 }];
  const value = b.op === "value" ? Number(b.args) : Number.NaN;
  return Number.isFinite(value) ? [{ of: a.args, side, value, point: null, deadBand: 0 }] : [];
}
