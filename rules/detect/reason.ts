/**
 * Why a condition is true: which points made it so, and what each was compared with. Asked when an
 * alarm is raised and at no other time, so it walks the source anew and runs nothing faster.
 */
import type { Profile, VoteSource } from "../profile.ts";
import type { Value } from "../sample.ts";
import type { Comparison } from "../signal.ts";
import { type CelNode, evaluateCel, type Known, type Names, parseCel, type Values } from "./cel.ts";
import { type ConditionSource, namesOf, type Threshold } from "./condition.ts";

type Sources = Readonly<Record<string, readonly VoteSource[]>>;

/** A point, and how the rule compared it; without where nobody can say it in one comparison. */
export type Reason = { readonly point: string } & Partial<Comparison>;

/** `sources`: lists of a part that votes name. */
export function reasonsOf(
  source: ConditionSource,
  profile: Profile,
  values: Values,
  sources: Sources = {},
): Reason[] {
  const reasons = new Why(namesOf(profile), values, sources).condition(source, true);
  const seen = new Set<string>();
  return reasons.filter(({ point }) => !seen.has(point) && seen.add(point));
}

const opposite = { "<": ">=", "<=": ">", ">": "<=", ">=": "<", "==": "!=", "!=": "==" } as const;
const mirrored = { "<": ">", "<=": ">=", ">": "<", ">=": "<=", "==": "==", "!=": "!=" } as const;
type Operator = keyof typeof opposite;

class Why {
  readonly #names: Names;
  readonly #values: Values;
  readonly #sources: Sources;

  constructor(names: Names, values: Values, sources: Sources) {
    this.#names = names;
    this.#values = values;
    this.#sources = sources;
  }

  /** `wanted`: whether its being true is the reason, or its being false. */
  condition(source: ConditionSource, wanted: boolean): Reason[] {
    if (typeof source === "string") {
      const ast = parseCel(source, this.#names);
      return "message" in ast ? [] : this.#node(ast, wanted);
    }
    if ("threshold" in source) return this.#threshold(source.threshold, wanted);
    if ("not" in source) return this.condition(source.not, !wanted);
    // A guard that does not hold back is no reason.
    if ("unless" in source) return wanted ? [] : this.condition(source.unless, true);
    if ("votes" in source) {
      const { of } = source.votes;
      const listed = typeof of === "string" ? (this.#sources[of] ?? []) : of;
      return listed.flatMap((one) => {
        const when = typeof one === "string" ? one : one.when;
        return this.#is(when) === wanted ? this.condition(when, wanted) : [];
      });
    }
    if ("any" in source || "all" in source) {
      const parts = "any" in source ? source.any : source.all;
      // Of several that would do, those that are so; of all together, each.
      const isEach = "all" in source === wanted;
      return parts.flatMap((part) =>
        isEach || this.#is(part) === wanted ? this.condition(part, wanted) : [],
      );
    }
    if ("edges" in source) {
      const ast = parseCel(source.edges.of, this.#names);
      return "message" in ast ? [] : pointsIn(ast).map((point) => ({ point }));
    }
    return namedPoints(source).map((point) => ({ point }));
  }

  /** As far as it can be said without what it remembers. */
  #is(source: ConditionSource): Known<boolean> {
    if (typeof source === "string") {
      const ast = parseCel(source, this.#names);
      return "message" in ast ? undefined : (this.#value(ast) as Known<boolean>);
    }
    if ("threshold" in source) return this.#isBeyond(source.threshold, source.threshold.deadBand);
    // What has voted is remembered, and not to be seen here.
    if ("unless" in source) return typeof source.unless !== "string" || !this.#is(source.unless);
    if ("any" in source) return source.any.some((part) => this.#is(part) === true);
    if ("all" in source) return source.all.every((part) => this.#is(part) !== false);
    const not = "not" in source ? this.#is(source.not) : undefined;
    return not === undefined ? true : !not;
  }

  #value(node: CelNode): Known<Value> {
    return evaluateCel(node, this.#names, this.#values);
  }

  #at(point: string): Known<Value> {
    const slot = this.#names.variables.get(point)?.slot;
    return slot === undefined ? undefined : this.#values[slot];
  }

  #limit({ below, above }: Threshold): Known<number> {
    const limit = below ?? above;
    const bound = typeof limit === "string" ? this.#at(limit) : limit;
    return typeof bound === "number" ? bound : undefined;
  }

  #isBeyond(of: Threshold, band: number): Known<boolean> {
    const [value, bound] = [this.#at(of.point), this.#limit(of)];
    if (typeof value !== "number" || bound === undefined) return undefined;
    return of.below === undefined ? value > bound - band : value < bound + band;
  }

  #threshold(of: Threshold, wanted: boolean): Reason[] {
    const bound = this.#limit(of);
    if (bound === undefined) return [{ point: of.point }];
    const sense = of.below === undefined ? ">" : "<";
    const limit = of.below ?? of.above;
    // Within its dead band it is still so: what it must come back to is what it is compared with.
    const isWithin = this.#isBeyond(of, 0) !== wanted;
    const band = isWithin ? (sense === "<" ? of.deadBand : -of.deadBand) : 0;
    const is = wanted ? sense : opposite[sense];
    const than = Math.round((bound + band) * 1e9) / 1e9;
    const reason: Reason = { point: of.point, is, than };
    return [typeof limit === "string" && band === 0 ? { ...reason, thanPoint: limit } : reason];
  }

  #node(node: CelNode, wanted: boolean): Reason[] {
    switch (node.op) {
      case "value":
        return [];
      case "id":
        return [{ point: node.args, is: "==", than: wanted }];
      case "!_":
        return this.#node(node.args, !wanted);
      case "&&":
      case "||": {
        const isEach = (node.op === "&&") === wanted;
        return node.args.flatMap((arg) =>
          isEach || this.#value(arg) === wanted ? this.#node(arg, wanted) : [],
        );
      }
      case "?:": {
        const [which, yes, no] = node.args;
        const is = this.#value(which) === true;
        return [...this.#node(which, is), ...this.#node(is ? yes : no, wanted)];
      }
      case "==":
      case "!=":
      case "<":
      case "<=":
      case ">":
      case ">=":
        return this.#comparison(node.args, wanted ? node.op : opposite[node.op]);
      default:
        return pointsIn(node).map((point) => ({ point }));
    }
  }

  #comparison([a, b]: readonly [CelNode, CelNode], is: Operator): Reason[] {
    const [left, right] = [this.#value(a), this.#value(b)];
    if (a.op === "id" && right !== undefined) {
      const reason: Reason = { point: a.args, is, than: right };
      return [b.op === "id" ? { ...reason, thanPoint: b.args } : reason];
    }
    if (b.op === "id" && left !== undefined) {
      return [{ point: b.args, is: mirrored[is], than: left }];
    }
    return [...pointsIn(a), ...pointsIn(b)].map((point) => ({ point }));
  }
}

function pointsIn(node: CelNode): string[] {
  if (node.op === "id") return [node.args];
  const args: readonly unknown[] = Array.isArray(node.args) ? node.args : [node.args];
  return args.flatMap((arg) =>
    typeof arg === "object" && arg !== null && "op" in arg ? pointsIn(arg as CelNode) : [],
  );
}

/** Of a structure that this file does not know: the points it says it is about. */
function namedPoints(source: object): string[] {
  return Object.values(source).flatMap((fields: unknown) => {
    if (typeof fields !== "object" || fields === null) return [];
    const { point, points } = fields as { point?: unknown; points?: unknown };
    const all = [point, ...(Array.isArray(points) ? points : [])];
    return all.filter((one) => typeof one === "string");
  });
}
