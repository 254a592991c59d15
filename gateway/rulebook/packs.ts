/**
 * Packs of rules from their files: shape, then meaning against the profile of their kind of device.
 * A pack that is wrong is refused whole, with file, line, what and what is allowed.
 */
import { globSync } from "node:fs";
import { basename, join } from "node:path";
import Type, { type TSchema } from "typebox";
import { compilePack, type PackSource } from "#rules/detect/pack.ts";
import type { Profile } from "#rules/profile.ts";
import type { Packs } from "#rules/rulebook.ts";
import { line, object, oneOf, readYamlFile, text } from "../yaml-file.ts";

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
});
const cel = Type.String({ minLength: 1, maxLength: 2000 });
const allowedCondition =
  "CEL over points; { threshold: { point, below or above, deadBand } }; { silent: true }; { votes: { least, withinMs, of } }; { unless: CEL }; { not: { threshold } }; { any: […] } or { all: […] } of these";
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
const leaf = [
  cel,
  object({ threshold }),
  object({ silent: Type.Literal(true) }),
  object({ votes }),
  object({ unless: cel }),
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
      when: condition,
      until: Type.Optional(condition),
      setAfterMs: ms,
      setAfterInIncidentMs: Type.Optional(ms),
      clearAfterMs: ms,
      whenRepeated: Type.Optional(object({ withinMs: ms, clearAfterMs: ms })),
      worseAfterMs: Type.Optional(ms),
      act: text,
      basis: line,
      guard: Type.Optional(text),
    }),
    { minItems: 1, maxItems: 1000 },
  ),
});

/** Every pack of the house, checked against the profiles. Throws `Refused`. */
export function readPacks(profiles: ReadonlyMap<string, Profile>): Packs {
  return globSync(join(folder, "*.yaml"))
    .sort()
    .map((path) => readPack(path, profiles));
}

export function readPack(path: string, profiles: ReadonlyMap<string, Profile>): PackSource {
  const { value, refuse } = readYamlFile<PackSource>(path, packSchema);
  const profile = profiles.get(value.kind);
  if (!profile) {
    const known = [...profiles.keys()].join(", ");
    refuse([{ path: ["kind"], message: `${value.kind} has no profile; allowed: ${known}` }]);
    throw new Error(basename(path));
  }
  const compiled = compilePack(value, profile);
  if (Array.isArray(compiled)) refuse(compiled);
  return value;
}
