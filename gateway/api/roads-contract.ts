/** The roads over HTTP: who knows them, the stored ways, and what is closed. */
import Type, { type Static } from "typebox";
import { closureReasons } from "#rules/dispatch/roads.ts";
import { lineFaults } from "../roads/lines.ts";
import { byPin, id, oneOf } from "./bodies.ts";

const text = Type.Object({ zh: Type.String(), en: Type.String() });
const nullable = <T extends Type.TSchema>(schema: T) => Type.Union([schema, Type.Null()]);
/** ms UTC. */
const at = Type.Integer();
const closed = { additionalProperties: false } as const;
const line = Type.String({ minLength: 1, maxLength: 200 });

export const roadsView = Type.Object({
  position: Type.Integer(),
  /** Null where no engine is installed, or it has no map: every way is stored, or estimated. */
  engine: nullable(
    Type.Object({ kind: Type.String(), up: Type.Boolean(), why: nullable(Type.String()) }),
  ),
  map: nullable(Type.Object({ file: Type.String(), builtAt: at })),
  matrix: nullable(
    Type.Object({
      places: Type.Integer(),
      ways: Type.Integer(),
      /** Of the inventory, the map and the closures of now. */
      isCurrent: Type.Boolean(),
    }),
  ),
  /** `25/130` while it is computed. */
  computing: nullable(Type.String()),
  closures: Type.Array(
    Type.Object({
      id: Type.String(),
      name: text,
      at: Type.Object({ lng: Type.Number(), lat: Type.Number() }),
      reason: oneOf(closureReasons),
      from: at,
      until: at,
      isClosed: Type.Boolean(),
      /** The stored ways keep off it. */
      inMatrix: Type.Boolean(),
    }),
  ),
});
export type RoadsView = Static<typeof roadsView>;

/** A first-due area: a closed ring of WGS-84 [lng, lat]. */
export const areaView = Type.Object({
  station: Type.String(),
  ring: Type.Array(Type.Array(Type.Number(), { minItems: 2, maxItems: 2 })),
  computed: Type.Boolean(),
});

/** `GET /api/v1/incidents/{id}/ways`: how the ordered stations come, as a map draws it. */
export const waysView = Type.Object({
  position: Type.Integer(),
  ways: Type.Array(
    Type.Object({
      station: Type.String(),
      /** WGS-84 [lng, lat] from the station to the place; null where nobody knows the way. */
      line: nullable(Type.Array(Type.Array(Type.Number(), { minItems: 2, maxItems: 2 }))),
      /** Why there is no line: the map draws a straight one, and says so. */
      why: nullable(oneOf(lineFaults)),
      /** Whether whoever drew it keeps off closed roads. */
      avoids: Type.Boolean(),
      /** Closed roads that the line passes all the same. */
      passes: Type.Array(text),
    }),
  ),
});
export type WaysView = Static<typeof waysView>;

export const closeBody = Type.Object(
  {
    seat: id,
    id,
    name: Type.Object({ zh: line, en: line }, closed),
    /** WGS-84 degrees. */
    lng: Type.Number({ minimum: -180, maximum: 180 }),
    lat: Type.Number({ minimum: -90, maximum: 90 }),
    reason: oneOf(closureReasons),
    /** A time (2026-11-30T18:00, of the district) or a span (8h). */
    from: Type.Optional(line),
    until: line,
    by: Type.Optional(byPin),
  },
  closed,
);
export type CloseBody = Static<typeof closeBody>;

export const openBody = Type.Object({ seat: id, by: Type.Optional(byPin) }, closed);
export type OpenBody = Static<typeof openBody>;
