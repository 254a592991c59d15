/**
 * Whether a condition can ever be true, and ever be false again: what its points may be by their
 * profile, narrowed by each of its parts. Where it cannot tell, it says that it can.
 */
import { type CelNode, evaluateCel, type Names, parseCel } from "../detect/cel.ts";
import type { ConditionSource, Threshold } from "../detect/condition.ts";
import type { Profile, VoteSource } from "../profile.ts";
import type { Value } from "../sample.ts";
import {
  everyNumber,
  isEmpty,
  meet,
  mirror,
  narrow,
  negate,
  type Operator,
  type Span,
  spanOf,
} from "./span.ts";

/** Points with what is left of them; one that is not named may be anything it can show. */
export type Box = ReadonlyMap<number, Span>;

/** Ways in which it may be true; more of them are not followed up. */
const mostBoxes = 256;
const free: readonly Box[] = [new Map()];

/** What looks only while something is true. */
type Guarded = { readonly while?: string };

export class Reach {
  readonly #profile: Profile;
  readonly #names: Names;
  readonly #sources: Readonly<Record<string, readonly VoteSource[]>>;

  /** `sources`: lists of a part that votes name. */
  constructor(
    profile: Profile,
    names: Names,
    sources: Readonly<Record<string, readonly VoteSource[]>> = {},
  ) {
    this.#profile = profile;
    this.#names = names;
    this.#sources = sources;
  }

  /** False: it can never be so. */
  canBe(source: ConditionSource, wanted: boolean): boolean {
    return this.#boxes(source, wanted).length > 0;
  }

  /** The same of a part of an expression. */
  canNodeBe(node: CelNode, wanted: boolean): boolean {
    return this.#node(node, wanted).length > 0;
  }

  #boxes(source: ConditionSource, wanted: boolean): readonly Box[] {
    if (typeof source === "string") {
      const ast = parseCel(source, this.#names);
      // What is no expression is somebody else's to say.
      return "message" in ast ? free : this.#node(ast, wanted);
    }
    if ("threshold" in source) return this.#threshold(source.threshold, wanted);
    if ("unless" in source) return this.#boxes(source.unless, !wanted);
    if ("not" in source) return this.#boxes(source.not, !wanted);
    if ("votes" in source) {
      const { least, of } = source.votes;
      const listed = typeof of === "string" ? this.#sources[of] : of;
      if (!listed || !wanted) return free;
      const able = listed.filter((one) => {
        return this.canBe(typeof one === "string" ? one : one.when, true);
      });
      return able.length >= least ? free : [];
    }
    if (wanted && !this.#canCome(source)) return [];
    if ("any" in source || "all" in source) {
      const parts = "any" in source ? source.any : source.all;
      const sides = parts.map((part) => () => this.#boxes(part, wanted));
      return "any" in source === wanted ? either(sides) : together(sides);
    }
    return free;
  }

  /** Over the course of a point: what it looks at must be able to be so. */
  #canCome(source: ConditionSource): boolean {
    if (typeof source === "string") return true;
    if ("edges" in source) {
      return this.canBe(source.edges.of, true) && this.canBe(source.edges.of, false);
    }
    if ("differ" in source) {
      const [a, b] = source.differ.points.map((point) => {
        const slot = this.#names.variables.get(point)?.slot;
        return slot === undefined ? null : ends(this.#spanAt(slot));
      });
      return !a || !b || Math.max(a[1] - b[0], b[1] - a[0]) > source.differ.by;
    }
    const { rate, stuck, drop } = source as Partial<Record<"rate" | "stuck" | "drop", Guarded>>;
    const of = rate ?? stuck ?? drop;
    return of?.while === undefined || this.canBe(of.while, true);
  }

  #threshold({ point, below, above }: Threshold, wanted: boolean): readonly Box[] {
    const slot = this.#names.variables.get(point)?.slot;
    const limit = below ?? above;
    if (slot === undefined || limit === undefined) return free;
    const sense: Operator = below === undefined ? ">" : "<";
    const operator = wanted ? sense : negate(sense);
    if (typeof limit === "number") return this.#narrowed(slot, operator, limit);
    const other = this.#names.variables.get(limit)?.slot;
    if (other === undefined) return free;
    return compare(this.#spanAt(slot), operator, this.#spanAt(other)) ? free : [];
  }

  #narrowed(slot: number, operator: Operator, limit: Value): readonly Box[] {
    const span = narrow(this.#spanAt(slot), operator, limit);
    if (!span) return free;
    return isEmpty(span) ? [] : [new Map([[slot, span]])];
  }

  #spanAt(slot: number): Span | null {
    const point = this.#profile.points[slot];
    return point ? spanOf(point) : null;
  }

  #node(node: CelNode, wanted: boolean): readonly Box[] {
    switch (node.op) {
      case "value":
        return node.args === wanted ? free : [];
      case "id": {
        const slot = this.#names.variables.get(node.args)?.slot;
        return slot === undefined ? free : this.#narrowed(slot, "==", wanted);
      }
      case "!_":
        return this.#node(node.args, !wanted);
      case "&&":
      case "||": {
        const sides = node.args.map((arg) => () => this.#node(arg, wanted));
        return (node.op === "||") === wanted ? either(sides) : together(sides);
      }
      case "?:": {
        const [which, yes, no] = node.args;
        return either([
          () => together([() => this.#node(which, true), () => this.#node(yes, wanted)]),
          () => together([() => this.#node(which, false), () => this.#node(no, wanted)]),
        ]);
      }
      case "==":
      case "!=":
      case "<":
      case "<=":
      case ">":
      case ">=":
        return this.#comparison(node.args, wanted ? node.op : negate(node.op));
      default:
        return free;
    }
  }

  #comparison([a, b]: readonly [CelNode, CelNode], operator: Operator): readonly Box[] {
    const [left, right] = [this.#constant(a), this.#constant(b)];
    const slotOf = (node: CelNode) =>
      node.op === "id" ? this.#names.variables.get(node.args)?.slot : undefined;
    const [slotA, slotB] = [slotOf(a), slotOf(b)];
    if (slotA !== undefined && right !== undefined) {
      return this.#narrowed(slotA, operator, right);
    }
    if (slotB !== undefined && left !== undefined) {
      return this.#narrowed(slotB, mirror(operator), left);
    }
    // Truth that is compared with truth: `a == true`.
    if (typeof right === "boolean") return this.#node(a, (operator === "==") === right);
    if (typeof left === "boolean") return this.#node(b, (operator === "==") === left);
    return compare(this.#numbers(a), operator, this.#numbers(b)) ? free : [];
  }

  /** Undefined where it depends on a point. */
  #constant(node: CelNode): Value | undefined {
    return readsPoint(node) ? undefined : evaluateCel(node, this.#names, []);
  }

  /** Between which numbers it lies; null where nobody can say. */
  #numbers(node: CelNode): Span | null {
    const constant = this.#constant(node);
    if (constant !== undefined) return narrow(null, "==", constant);
    if (node.op === "id") {
      const slot = this.#names.variables.get(node.args)?.slot;
      return slot === undefined ? null : this.#spanAt(slot);
    }
    if (node.op !== "+" && node.op !== "-") return everyNumber;
    const [a, b] = node.args.map((arg) => ends(this.#numbers(arg)));
    if (!a || !b) return everyNumber;
    const [from, to] = node.op === "+" ? [a[0] + b[0], a[1] + b[1]] : [a[0] - b[1], a[1] - b[0]];
    return { from, to, fromOpen: false, toOpen: false };
  }
}

function readsPoint(node: CelNode): boolean {
  if (node.op === "id") return true;
  const args: readonly unknown[] = Array.isArray(node.args) ? node.args : [node.args];
  return args.some((arg) => typeof arg === "object" && arg !== null && readsPoint(arg as CelNode));
}

function ends(span: Span | null): readonly [number, number] | null {
  if (!span) return null;
  if ("from" in span) return [span.from, span.to];
  const numbers = span.values.filter((value) => typeof value === "number");
  return numbers.length === 0 ? null : [Math.min(...numbers), Math.max(...numbers)];
}

/** Whether any of the one and any of the other can be so. */
function compare(a: Span | null, operator: Operator, b: Span | null): boolean {
  const [left, right] = [ends(a), ends(b)];
  if (!left || !right) return true;
  const [leastA, mostA] = left;
  const [leastB, mostB] = right;
  switch (operator) {
    case "==":
      return mostA >= leastB && mostB >= leastA;
    case "!=":
      return !(leastA === mostA && leastB === mostB && leastA === leastB);
    case "<":
      return leastA < mostB;
    case "<=":
      return leastA <= mostB;
    case ">":
      return mostA > leastB;
    default:
      return mostA >= leastB;
  }
}

type Side = () => readonly Box[];

function either(sides: readonly Side[]): readonly Box[] {
  const all = sides.flatMap((side) => side());
  return all.length > mostBoxes ? free : all;
}

function together(sides: readonly Side[]): readonly Box[] {
  let all: readonly Box[] = free;
  for (const side of sides) {
    const next = side();
    if (all.length * next.length > mostBoxes) return free;
    all = all.flatMap((one) => next.flatMap((other) => joined(one, other) ?? []));
    if (all.length === 0) return all;
  }
  return all;
}

/** Null where they contradict each other. */
function joined(a: Box, b: Box): Box | null {
  const box = new Map(a);
  for (const [slot, span] of b) {
    const known = box.get(slot);
    const left = known ? meet(known, span) : span;
    if (isEmpty(left)) return null;
    box.set(slot, left);
  }
  return box;
}
