/**
 * Packs of rules and the documents of sites from their files: shape first, then meaning (check.ts). What
 * is wrong is refused whole, with file, line, what and what is allowed.
 */
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import Type, { type TSchema } from "typebox";
import type { PackSource } from "#rules/detect/pack.ts";
import { type SiteOverrides, sitePack } from "#rules/override.ts";
import type { Profile } from "#rules/profile.ts";
import type { Packs } from "#rules/rulebook.ts";
import { line, object, oneOf, readYaml, text, type YamlFile } from "../yaml-file.ts";
import { checkRules, refuseRules } from "./check.ts";

const folder = join(import.meta.dirname, "../../rules/packs");

const word = Type.String({
  pattern: "^[A-Za-z0-9][A-Za-z0-9_-]{0,31}$",
  allowed: "1 to 32 of A-Z a-z 0-9 _ -, the first one a letter or digit",
});
const ms = Type.Integer({ minimum: 0, maximum: 86_400_000, allowed: "ms, 0 to a day" });
const priority = oneOf(["P0", "P1", "P2", "P3", "P4"]);

const limit = Type.Union([Type.Number(), line], { allowed: "a number or the id of a point" });
const threshold = object({
  point: line,
  below: Type.Optional(limit),
  above: Type.Optional(limit),
  deadBand: Type.Number({ minimum: 0, allowed: "a number that is not negative" }),
  unit: Type.Optional(line),
});
const cel = Type.String({ minLength: 1, maxLength: 2000 });
const allowedCondition =
  "CEL over points; { threshold: { point, below or above, deadBand } }; { silent: true }; { votes: { least, withinMs, of } }; { rate }, { rise }, { edges }, { stuck }, { differ }, { rail } or { readings } of a point; { unless: CEL or { votes } }; { not: { threshold } }; { any: […] } or { all: […] } of these";
const voteSource = Type.Union([
  cel,
  object({ when: cel, forMs: Type.Optional(ms), unless: Type.Optional(cel) }),
]);
const votes = object({
  least: Type.Integer({ minimum: 1, maximum: 100, allowed: "1 to 100" }),
  withinMs: ms,
  of: Type.Union([line, Type.Array(voteSource, { minItems: 1, maxItems: 500 })], {
    allowed: "the name of a list of sources, or a list of CEL and { when, forMs, unless }",
  }),
});
const span = Type.Integer({ minimum: 1000, maximum: 604_800_000, allowed: "ms, 1 s to a week" });
const number = Type.Number({ allowed: "a number" });
const positive = Type.Number({ minimum: 0, allowed: "a number that is not negative" });
const series = [
  object({
    rate: object({
      point: line,
      above: Type.Optional(number),
      below: Type.Optional(number),
      overMs: span,
      while: Type.Optional(cel),
    }),
  }),
  object({ rise: object({ point: line, above: positive, withinMs: span }) }),
  object({
    edges: object({
      of: cel,
      least: Type.Integer({ minimum: 2, maximum: 1000, allowed: "2 to 1000" }),
      withinMs: span,
    }),
  }),
  object({
    stuck: object({
      point: line,
      forMs: span,
      deadBand: Type.Optional(positive),
      while: Type.Optional(cel),
    }),
  }),
  object({
    drop: object({
      point: line,
      by: Type.Number({ minimum: 0.01, maximum: 0.99, allowed: "a share, 0.01 to 0.99" }),
      overMs: span,
      deadBand: Type.Optional(positive),
      while: Type.Optional(cel),
    }),
  }),
  object({
    differ: object({
      points: Type.Tuple([line, line], { allowed: "two ids of points" }),
      by: positive,
      deadBand: Type.Optional(positive),
    }),
  }),
  object({
    readings: object({
      point: line,
      above: Type.Optional(number),
      below: Type.Optional(number),
      least: Type.Integer({ minimum: 2, maximum: 100, allowed: "2 to 100" }),
    }),
  }),
  object({ rail: object({ point: line, end: Type.Optional(oneOf(["low", "high"])) }) }),
];
const leaf = [
  cel,
  object({ threshold }),
  object({ silent: Type.Literal(true) }),
  object({ votes }),
  object({ unless: Type.Union([cel, object({ votes })], { allowed: "CEL or { votes }" }) }),
  ...series,
  object({ not: object({ threshold }) }),
] as const;
/** Two levels deep: more is a rule that nobody can read. */
const branch = (of: readonly TSchema[]): TSchema[] => {
  const list = Type.Array(Type.Union([...of]), { minItems: 1, maxItems: 20 });
  return [object({ any: list }), object({ all: list })];
};
const condition = Type.Union([...leaf, ...branch([...leaf, ...branch(leaf)])], {
  allowed: allowedCondition,
});

export const packSchema = object({
  v: Type.Literal(1),
  pack: word,
  kind: word,
  rules: Type.Array(
    object({
      id: word,
      name: text,
      class: oneOf(["fire", "suppression", "supervisory", "fault", "test"]),
      priority,
      whileFire: Type.Optional(priority),
      whileIncident: Type.Optional(priority),
      atNight: Type.Optional(priority),
      point: word,
      fireIn: Type.Optional(oneOf(["site", "zone"])),
      each: Type.Optional(
        Type.Union([
          Type.Array(Type.Intersect([Type.Object({ as: word, name: text }), Type.Object({})]), {
            minItems: 1,
            maxItems: 50,
          }),
          object({ part: word, name: text }),
        ]),
      ),
      when: Type.Union([condition, object({ reported: Type.Literal(true) })], {
        allowed: `${allowedCondition}; { reported: true }`,
      }),
      until: Type.Optional(condition),
      notWhileIncident: Type.Optional(Type.Literal(true)),
      notes: Type.Optional(Type.Literal("running")),
      setAfterMs: ms,
      setAfterInIncidentMs: Type.Optional(ms),
      clearAfterMs: ms,
      whenRepeated: Type.Optional(object({ withinMs: ms, clearAfterMs: ms })),
      worseAfterMs: Type.Optional(ms),
      seenWithin: Type.Optional(
        Type.String({ pattern: "^[A-Za-z{}]{1,40}$", allowed: "the name of a number of the rule" }),
      ),
      suppressedBy: Type.Optional(Type.Array(word, { minItems: 1, maxItems: 20 })),
      distrusts: Type.Optional(Type.Array(line, { minItems: 1, maxItems: 20 })),
      whenWorse: Type.Optional(priority),
      numbers: Type.Optional(Type.Record(Type.String(), Type.Number({ allowed: "a number" }))),
      act: text,
      basis: line,
      guard: Type.Optional(text),
    }),
    { minItems: 1, maxItems: 20_000 },
  ),
});

/** Numbers of rules at one site; what is no number is law, and no key here. */
const finite = Type.Number({ allowed: "a number" });
const numbersByName = Type.Record(Type.String(), finite);
const siteSchema = object({
  v: Type.Literal(1),
  site: word,
  rules: Type.Record(
    Type.String(),
    object({
      setAfterMs: Type.Optional(ms),
      setAfterInIncidentMs: Type.Optional(ms),
      clearAfterMs: Type.Optional(ms),
      worseAfterMs: Type.Optional(ms),
      limits: Type.Optional(Type.Record(Type.String(), numbersByName)),
      numbers: Type.Optional(numbersByName),
    }),
  ),
});

type SiteSource = { readonly v: 1; readonly site: string; readonly rules: SiteOverrides };

/** A file of rules as it was read: a pack, or the document of a site. */
export type RuleDocument = {
  readonly file: string;
  readonly pack: PackSource;
  readonly lineOf: YamlFile<unknown>["lineOf"];
};

/** Shape only. Throws `Refused` with file, line, what and what is allowed. */
export function readRules(file: string, content: string): RuleDocument {
  const isSite = (value: unknown): boolean =>
    typeof value === "object" && value !== null && "site" in value;
  const { value, lineOf } = readYaml<PackSource | SiteSource>(file, content, (given) =>
    isSite(given) ? siteSchema : packSchema,
  );
  if ("pack" in value) return { file, pack: value, lineOf };
  return { file, pack: sitePack(value.site, value.rules), lineOf };
}

/** Every pack of the house, checked against the profiles. Throws `Refused`. */
export function readPacks(profiles: ReadonlyMap<string, Profile>): Packs {
  const documents = houseDocuments();
  const packs = documents.map(({ pack }) => pack);
  refuseRules(checkRules(documents, packs, { profiles, before: [] }));
  return packs;
}

/** As the program ships them. Throws `Refused` where one has not the shape. */
export function houseDocuments(): RuleDocument[] {
  return globSync(join(folder, "*.yaml"))
    .map((path) => readRules(path, readFileSync(path, "utf8")))
    .sort((a, b) => byName(a.pack, b.pack));
}

/** The order of a set: the same packs are the same bytes, whoever adopts them. */
export function byName(a: PackSource, b: PackSource): number {
  return a.pack < b.pack ? -1 : Number(a.pack > b.pack);
}

/** One pack by itself. Throws `Refused`. */
export function readPack(path: string, profiles: ReadonlyMap<string, Profile>): PackSource {
  const document = readRules(path, readFileSync(path, "utf8"));
  refuseRules(checkRules([document], [document.pack], { profiles, before: [] }));
  return document.pack;
}
