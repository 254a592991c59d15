/**
 * Conditions in CEL over the points of a device: parsed and type-checked by cel-js, then compiled
 * from its syntax tree to three-valued closures of our own.
 *
 * A point that is not known is unknown, and so is what depends on it; `false && unknown` is false,
 * `true || unknown` is true (Kleene; the CEL specification says the same of errors). Functions are
 * not allowed: `matches` of one expression can hold a thread for 20 s.
 */
import { type ASTNode, Environment } from "@marcbachmann/cel-js";
import type { Value } from "../sample.ts";

/** Undefined is unknown. */
export type Known<T> = T | undefined;
/** The values of a device, by the slot of each point. */
export type Values = readonly Known<Value>[];
export type Expression = (values: Values) => Known<Value>;

export type Variable = { readonly slot: number; readonly type: "boolean" | "number" | "text" };

export type Compiled = {
  readonly run: (values: Values) => Known<boolean>;
  /** Slots it reads, each once. */
  readonly reads: readonly number[];
  /** Steps of the syntax tree: what one evaluation may cost. */
  readonly cost: number;
};

export type CelNode = ASTNode;

/** `at`: where in the text, characters from 0. */
export type CelFault = { readonly message: string; readonly at: number };

/** Steps that one condition may have. */
export const mostSteps = 200;

const celTypes = { boolean: "bool", number: "double", text: "string" } as const;

/** The names that conditions of one profile know; made once, for a warehouse has 3,000 of them. */
export class Names {
  readonly variables: ReadonlyMap<string, Variable>;
  readonly environment = new Environment({ limits: { maxDepth: 50, maxAstNodes: mostSteps } });

  constructor(variables: ReadonlyMap<string, Variable>) {
    this.variables = variables;
    for (const [name, { type }] of variables) {
      this.environment.registerVariable(name, celTypes[type]);
    }
  }
}

/** The condition, or what is wrong with it. */
export function compileCel(text: string, names: Names): Compiled | CelFault {
  const ast = parseCel(text, names);
  if ("message" in ast) return ast;
  try {
    const compiler = new Compiler(names.variables);
    const run = compiler.compile(ast) as Compiled["run"];
    return { run, reads: [...compiler.reads], cost: compiler.cost };
  } catch (error) {
    return error instanceof NotAllowed ? error : faultOf(error);
  }
}

/** Its syntax tree, typed; for whoever looks at a condition without running it. */
export function parseCel(text: string, { environment }: Names): CelNode | CelFault {
  try {
    const parsed = environment.parse(text);
    const types = parsed.check();
    if (!types.valid) return faultOf(types.error);
    if (types.type !== "bool") return { message: `gives ${types.type}, not true or false`, at: 0 };
    return parsed.ast;
  } catch (error) {
    return faultOf(error);
  }
}

/** What a part of a tree gives for these values; undefined where it is unknown. */
export function evaluateCel(node: CelNode, { variables }: Names, values: Values): Known<Value> {
  return new Compiler(variables).compile(node)(values);
}

function faultOf(error: unknown): CelFault {
  const { message, range } = error as Error & { range?: { start: number } };
  return { message: message.split("\n")[0] ?? message, at: range?.start ?? 0 };
}

class NotAllowed extends Error {
  readonly at: number;

  constructor(node: ASTNode, what: string) {
    super(`${what} is not allowed; allowed: points, numbers, true, false, ${operators}`);
    this.at = node.range.start;
  }
}

const operators = "! && || == != < <= > >= + - * / ?:";

type Binary = (a: Value, b: Value) => Value;

const arithmetic: Readonly<Record<string, (a: number, b: number) => number>> = {
  "+": (a, b) => a + b,
  "-": (a, b) => a - b,
  "*": (a, b) => a * b,
  "/": (a, b) => a / b,
};

const comparisons: Readonly<Record<string, Binary>> = {
  "==": (a, b) => a === b,
  "!=": (a, b) => a !== b,
  "<": (a, b) => a < b,
  "<=": (a, b) => a <= b,
  ">": (a, b) => a > b,
  ">=": (a, b) => a >= b,
};

class Compiler {
  readonly reads = new Set<number>();
  readonly #variables: ReadonlyMap<string, Variable>;
  cost = 0;

  constructor(variables: ReadonlyMap<string, Variable>) {
    this.#variables = variables;
  }

  compile(node: ASTNode): Expression {
    this.cost += 1;
    switch (node.op) {
      case "value":
        return literal(node, node.args);
      case "id":
        return this.#variable(node, node.args);
      case "!_":
        return not(this.compile(node.args));
      case "-_":
        return negative(this.compile(node.args));
      case "&&":
        return and(this.compile(node.args[0]), this.compile(node.args[1]));
      case "||":
        return or(this.compile(node.args[0]), this.compile(node.args[1]));
      case "?:": {
        const [condition, yes, no] = node.args;
        return choose(this.compile(condition), this.compile(yes), this.compile(no));
      }
      default:
        return this.#binary(node);
    }
  }

  #binary(node: ASTNode): Expression {
    const { op, args } = node as { op: string; args: readonly [ASTNode, ASTNode] };
    const compare = Object.hasOwn(comparisons, op) ? comparisons[op] : undefined;
    const compute = Object.hasOwn(arithmetic, op) ? arithmetic[op] : undefined;
    if (!compare && !compute) throw new NotAllowed(node, op === "rcall" ? "a function" : op);
    const [a, b] = [this.compile(args[0]), this.compile(args[1])];
    return compare
      ? both(compare, a, b)
      : finite(compute as (a: number, b: number) => number, a, b);
  }

  #variable(node: ASTNode, name: string): Expression {
    const variable = this.#variables.get(name);
    if (!variable) throw new NotAllowed(node, name);
    const { slot } = variable;
    this.reads.add(slot);
    return (values) => values[slot];
  }
}

function literal(node: ASTNode, value: unknown): Expression {
  const plain = typeof value === "bigint" ? Number(value) : value;
  if (typeof plain !== "number" && typeof plain !== "boolean" && typeof plain !== "string") {
    throw new NotAllowed(node, String(value));
  }
  return () => plain;
}

function not(of: Expression): Expression {
  return (values) => {
    const value = of(values);
    return value === undefined ? undefined : !value;
  };
}

function negative(of: Expression): Expression {
  return (values) => {
    const value = of(values);
    return value === undefined ? undefined : -value;
  };
}

function and(a: Expression, b: Expression): Expression {
  return (values) => {
    const left = a(values);
    if (left === false) return false;
    const right = b(values);
    if (right === false) return false;
    return left === undefined || right === undefined ? undefined : true;
  };
}

function or(a: Expression, b: Expression): Expression {
  return (values) => {
    const left = a(values);
    if (left === true) return true;
    const right = b(values);
    if (right === true) return true;
    return left === undefined || right === undefined ? undefined : false;
  };
}

function choose(condition: Expression, yes: Expression, no: Expression): Expression {
  return (values) => {
    const which = condition(values);
    if (which === undefined) return undefined;
    return which ? yes(values) : no(values);
  };
}

function both(compare: Binary, a: Expression, b: Expression): Expression {
  return (values) => {
    const left = a(values);
    if (left === undefined) return undefined;
    const right = b(values);
    return right === undefined ? undefined : compare(left, right);
  };
}

/** What is no number any more (a division by zero) is unknown: `NaN != 0.1` would be true. */
function finite(
  compute: (a: number, b: number) => number,
  a: Expression,
  b: Expression,
): Expression {
  return (values) => {
    const left = a(values);
    const right = b(values);
    if (typeof left !== "number" || typeof right !== "number") return undefined;
    const result = compute(left, right);
    return Number.isFinite(result) ? result : undefined;
  };
}
