/**
 * The contract, continued: rules, their adoption and what is tried out of them; and why there is an
 * alarm. Screens import these types through contract.ts.
 */
import Type, { type Static } from "typebox";
import { adoptReasons } from "#rules/reasons.ts";
import { qualities } from "#rules/sample.ts";
import { byPin, id, oneOf } from "./bodies.ts";

const text = Type.Object({ zh: Type.String(), en: Type.String() });
const nullable = <T extends Type.TSchema>(schema: T) => Type.Union([schema, Type.Null()]);
const at = Type.Integer();

/** `GET /api/v1/alarms/{id}/explanation`. */
export const explanation = Type.Object({
  alarm: Type.String(),
  rule: Type.String(),
  /** Hash of the packs whose rule it is; null of a rule of the gateway itself. */
  packs: nullable(Type.String()),
  sentence: text,
  /** From the sample to the disk, each step with its time. */
  trace: text,
  /** Since when its condition was true; null where it was told and not found. */
  since: nullable(at),
  raisedAt: at,
  decidedAt: nullable(at),
  committedAt: nullable(at),
  /** What the rule read: first what made it true. */
  inputs: Type.Array(
    Type.Object({
      point: Type.String(),
      value: Type.Union([Type.Number(), Type.Boolean(), Type.String(), Type.Null()]),
      unit: nullable(Type.String()),
      quality: oneOf([...qualities]),
      at: nullable(at),
      /** With its name, quality, time, and what it was compared with. */
      text,
    }),
  ),
});
export type Explanation = Static<typeof explanation>;

const person = Type.Object({
  position: Type.Integer(),
  at,
  by: Type.String(),
  /** Null where the person has been deleted, and of the platform itself. */
  byName: nullable(Type.String()),
});
const className = oneOf([
  "fire",
  "emergency",
  "suppression",
  "supervisory",
  "fault",
  "test",
  "system",
]);
const priority = oneOf(["P0", "P1", "P2", "P3", "P4"]);
const maybePriority = nullable(priority);
const maybeMs = nullable(Type.Integer());

export const ruleRow = Type.Object({
  pack: Type.String(),
  kind: Type.String(),
  id: Type.String(),
  name: text,
  class: className,
  priority,
  whileFire: maybePriority,
  whileIncident: maybePriority,
  atNight: maybePriority,
  /** What it is about, one by one; empty where it is about the device. */
  each: Type.Array(text),
  /** The condition in words, points by their names. */
  when: text,
  /** Of several things, the one that the words are about; null of a device as a whole. */
  example: nullable(text),
  until: nullable(text),
  /** No detector looks: another part of the platform says it. */
  reported: Type.Boolean(),
  /** Of what must be seen again and again: within which time, of its first thing. */
  seenWithinMs: Type.Union([Type.Number(), Type.Null()]),
  setAfterMs: Type.Integer(),
  setAfterInIncidentMs: maybeMs,
  clearAfterMs: Type.Integer(),
  worseAfterMs: maybeMs,
  numbers: Type.Record(Type.String(), Type.Number()),
  act: text,
  basis: Type.String(),
  guard: nullable(text),
  /** The adoption with which it became what it is; null where it is older than what is known. */
  since: nullable(person),
  /** Sites with numbers of their own. */
  sites: Type.Array(Type.Object({ site: Type.String(), name: text, numbers: text })),
});
export type RuleRow = Static<typeof ruleRow>;

/** `GET /api/v1/rules`. */
export const rulePage = Type.Object({
  position: Type.Integer(),
  /** Of the packs in force; null where none have been adopted. */
  hash: nullable(Type.String()),
  /** The program ships others that nobody has looked at. */
  newerHouse: Type.Boolean(),
  rules: Type.Array(ruleRow),
  total: Type.Integer(),
  kinds: Type.Array(Type.Object({ kind: Type.String(), name: text, count: Type.Integer() })),
  next: nullable(Type.String()),
});
export type RulePageView = Static<typeof rulePage>;

/** `GET /api/v1/rules/adoptions`: newest first, the last hundred. */
export const adoptionList = Type.Object({
  position: Type.Integer(),
  hash: nullable(Type.String()),
  newerHouse: Type.Boolean(),
  adoptions: Type.Array(
    Type.Object({
      ...person.properties,
      hash: Type.String(),
      summary: Type.Record(Type.String(), Type.Number()),
      /** What the program itself ships. */
      isHouse: Type.Boolean(),
      reason: nullable(oneOf(adoptReasons)),
    }),
  ),
});
export type AdoptionList = Static<typeof adoptionList>;

const closed = { additionalProperties: false } as const;
/** Characters of all files together: about 3,000 rules; larger sets by the command line. */
export const mostRulesText = 1 << 20;
const fileOfRules = Type.Object(
  {
    name: Type.String({ minLength: 1, maxLength: 128 }),
    text: Type.String({ maxLength: mostRulesText }),
  },
  closed,
);
const hash = Type.String({ pattern: "^[0-9a-f]{64}$" });

/** Files; what the program ships; or a set that was in force. */
export const rulesSource = Type.Union([
  Type.Object({ texts: Type.Array(fileOfRules, { minItems: 1, maxItems: 50 }) }, closed),
  Type.Object({ house: Type.Literal(true) }, closed),
  Type.Object({ adopted: hash }, closed),
]);

/** `GET /api/v1/rules/packs/{pack}`: as a file would have it. */
export const packTextView = Type.Object({ pack: Type.String(), text: Type.String() });
export type PackTextView = Static<typeof packTextView>;

export const lookBody = Type.Object({ source: rulesSource }, closed);

const change = Type.Object({
  kind: oneOf(["added", "gone", "changed"]),
  pack: Type.String(),
  rule: Type.String(),
  name: text,
  keys: Type.Array(
    Type.Object({
      key: Type.String(),
      label: text,
      before: nullable(text),
      after: nullable(text),
    }),
  ),
});

/** `POST /api/v1/rules/look`: what is wrong with them, or what would change. */
export const rulesLook = Type.Object({
  base: nullable(Type.String()),
  hash: nullable(Type.String()),
  faults: Type.Array(
    Type.Object({
      file: Type.String(),
      line: nullable(Type.Integer()),
      key: Type.String(),
      message: Type.String(),
      zh: nullable(Type.String()),
    }),
  ),
  /** Faults that are not told one by one. */
  moreFaults: Type.Integer(),
  changes: Type.Array(change),
  added: Type.Integer(),
  gone: Type.Integer(),
  changed: Type.Integer(),
});
export type RulesLook = Static<typeof rulesLook>;

/** `POST /api/v1/rules/adoptions`. `base` and `hash`: of the look that a person has agreed to. */
export const adoptBody = Type.Object(
  {
    seat: id,
    source: rulesSource,
    base: nullable(hash),
    hash,
    reason: oneOf(adoptReasons),
    by: Type.Optional(byPin),
  },
  closed,
);
export type AdoptBody = Static<typeof adoptBody>;

export const adoptedView = Type.Object({ position: Type.Integer(), hash: Type.String() });

export const backtestBody = Type.Object(
  {
    /** Absent: a rule in force, as it is. */
    source: Type.Optional(rulesSource),
    rule: Type.String({ minLength: 1, maxLength: 65 }),
    device: Type.Optional(
      Type.String({ pattern: "^[A-Za-z0-9][A-Za-z0-9_-]{0,31}/[A-Za-z0-9][A-Za-z0-9_-]{0,31}$" }),
    ),
    from: at,
    to: at,
  },
  closed,
);
export type BacktestBody = Static<typeof backtestBody>;

const span = Type.Object({
  from: at,
  to: nullable(at),
  worseAt: nullable(at),
  unknownMs: Type.Integer(),
  why: nullable(text),
});
const spans = Type.Array(span);

export const backtestView = Type.Object({
  id: Type.String(),
  state: oneOf(["running", "done", "failed", "cancelled"]),
  /** 0 to 1. */
  progress: Type.Number(),
  startedAt: at,
  problem: nullable(
    Type.Object({
      code: Type.String(),
      message: Type.String(),
      allowed: nullable(Type.String()),
    }),
  ),
  result: nullable(
    Type.Object({
      pack: Type.String(),
      rule: Type.String(),
      name: text,
      from: at,
      to: at,
      /** Whether the rules in force have it, and in other words. */
      inForce: oneOf(["same", "other", "none"]),
      devices: Type.Array(
        Type.Object({
          device: Type.String(),
          samples: Type.Integer(),
          firstAt: nullable(at),
          blindMs: Type.Integer(),
        }),
      ),
      totals: Type.Object({
        tried: Type.Integer(),
        inForce: Type.Integer(),
        journal: Type.Integer(),
      }),
      rows: Type.Array(
        Type.Object({
          device: Type.String(),
          point: Type.String(),
          thing: nullable(text),
          from: at,
          to: nullable(at),
          tried: spans,
          inForce: spans,
          journal: spans,
        }),
      ),
      more: Type.Integer(),
    }),
  ),
});
export type BacktestView = Static<typeof backtestView>;
