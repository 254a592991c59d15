/**
 * What a point may be: a few values, or a length of numbers. Pure; whoever asks whether a condition can
 * ever be true narrows spans until nothing is left.
 */
import type { ProfilePoint } from "../profile.ts";
import type { Value } from "../sample.ts";

export type Span =
  | { readonly values: readonly Value[] }
  | {
      readonly from: number;
      readonly to: number;
      /** Whether the end itself is left out. */
      readonly fromOpen: boolean;
      readonly toOpen: boolean;
    };

export type Operator = "==" | "!=" | "<" | "<=" | ">" | ">=";

const opposite: Readonly<Record<Operator, Operator>> = {
  "==": "!=",
  "!=": "==",
  "<": ">=",
  "<=": ">",
  ">": "<=",
  ">=": "<",
};
const mirrored: Readonly<Record<Operator, Operator>> = {
  "==": "==",
  "!=": "!=",
  "<": ">",
  "<=": ">=",
  ">": "<",
  ">=": "<=",
};

export const negate = (operator: Operator): Operator => opposite[operator];
/** `5 < p` said of p. */
export const mirror = (operator: Operator): Operator => mirrored[operator];

const { NEGATIVE_INFINITY: lowest, POSITIVE_INFINITY: highest } = Number;
export const everyNumber: Span = { from: lowest, to: highest, fromOpen: false, toOpen: false };

/** What the sensor can show; null of a text, which may be anything. */
export function spanOf({ type, range, values }: ProfilePoint): Span | null {
  if (type === "boolean") return { values: [true, false] };
  if (values) return { values: values.map(({ value }) => value) };
  if (type === "text") return null;
  const [from, to] = range ?? [lowest, highest];
  return { from, to, fromOpen: false, toOpen: false };
}

/** What is left of a span (null: anything) where `x OPERATOR limit` is true; null: all of anything. */
export function narrow(span: Span | null, operator: Operator, limit: Value): Span | null {
  if (span && "values" in span) {
    return { values: span.values.filter((value) => holds(value, operator, limit)) };
  }
  if (typeof limit !== "number") return operator === "==" ? { values: [limit] } : span;
  const of = span ?? everyNumber;
  if (!("from" in of)) return of;
  switch (operator) {
    case "==":
      return meet(of, { from: limit, to: limit, fromOpen: false, toOpen: false });
    case "!=":
      return of.from === limit && of.to === limit ? { ...of, fromOpen: true } : of;
    case "<":
    case "<=":
      return meet(of, { from: lowest, to: limit, fromOpen: false, toOpen: operator === "<" });
    default:
      return meet(of, { from: limit, to: highest, fromOpen: operator === ">", toOpen: false });
  }
}

export function holds(value: Value, operator: Operator, limit: Value): boolean {
  switch (operator) {
    case "==":
      return value === limit;
    case "!=":
      return value !== limit;
    case "<":
      return value < limit;
    case "<=":
      return value <= limit;
    case ">":
      return value > limit;
    default:
      return value >= limit;
  }
}

/** What both allow. */
export function meet(a: Span, b: Span): Span {
  if ("values" in a) {
    return { values: a.values.filter((value) => contains(b, value)) };
  }
  if ("values" in b) return meet(b, a);
  const from = Math.max(a.from, b.from);
  const to = Math.min(a.to, b.to);
  return {
    from,
    to,
    fromOpen: (a.from === from && a.fromOpen) || (b.from === from && b.fromOpen),
    toOpen: (a.to === to && a.toOpen) || (b.to === to && b.toOpen),
  };
}

export function isEmpty(span: Span): boolean {
  if ("values" in span) return span.values.length === 0;
  return span.from > span.to || (span.from === span.to && (span.fromOpen || span.toOpen));
}

function contains(span: Span, value: Value): boolean {
  if ("values" in span) return span.values.includes(value);
  return (
    typeof value === "number" &&
    !isEmpty(meet(span, { from: value, to: value, fromOpen: false, toOpen: false }))
  );
}
