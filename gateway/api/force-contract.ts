/** The contract, continued: stations, their vehicles and what they can do now; candidates; the 1-3-5 clock. */
import Type, { type Static } from "typebox";
import { arrivalSteps } from "#rules/dispatch/arrival.ts";
import { stationStatuses } from "#rules/dispatch/status.ts";
import { vehicleKinds } from "#rules/inventory.ts";
import { byPin, id, oneOf, statusSaid } from "./bodies.ts";

const text = Type.Object({ zh: Type.String(), en: Type.String() });
const nullable = <T extends Type.TSchema>(schema: T) => Type.Union([schema, Type.Null()]);
const at = Type.Integer();

/** Who was considered for the first alarm: taken ones and the next ones, best first. */
export const candidateRow = Type.Object({
  station: Type.String(),
  name: text,
  kind: oneOf(["rescue", "micro", "brigade"]),
  verdict: oneOf(["taken", "reserve", "left"]),
  /** Why, in words of two seconds. */
  reason: text,
  /** Turnout, travel, access, and what speaks against it; empty where it was not journalled. */
  terms: text,
  estimateMs: at,
  /** Who said how long it takes (路网 / 估算), and what is not certain about the way. */
  way: text,
  distanceM: Type.Number(),
  firstDue: Type.Boolean(),
  /** Its last word is old, or there is none: somebody asks (询问). */
  ask: Type.Boolean(),
  /** What it had last said, and when; null where it was never heard. */
  status: text,
  heardAt: nullable(at),
});
export type CandidateRow = Static<typeof candidateRow>;

/** Which plan it went by, and what of it is not there. */
export const firstAlarmView = nullable(
  Type.Object({
    plan: nullable(text),
    short: Type.Array(text),
    candidates: Type.Array(candidateRow),
  }),
);

/** The 1-3-5 clock: null until somebody was sent. */
export const arrivalView = nullable(
  Type.Object({
    from: at,
    area: text,
    steps: Type.Array(
      Type.Object({
        step: oneOf(arrivalSteps),
        label: text,
        /** Null: the area promises nothing. */
        limitAt: nullable(at),
        reachedAt: nullable(at),
        verdict: nullable(oneOf(["late", "nobody-sent", "called-off"])),
      }),
    ),
  }),
);

const said = {
  /** Null: it was never heard. */
  status: nullable(oneOf(stationStatuses)),
  statusText: text,
  heardAt: nullable(at),
};

export const stationRow = Type.Object({
  id: Type.String(),
  name: text,
  kind: oneOf(["rescue", "micro", "brigade"]),
  ...said,
  /** free, ask, returning, busy, unable. */
  standing: oneOf(["free", "ask", "returning", "busy", "unable"]),
  /** People on duty, as last said or as listed; and how many it takes. */
  crew: nullable(Type.Integer()),
  crewAtLeast: nullable(Type.Integer()),
  area: text,
  /** Numbers of the incidents it is out for. */
  incidents: Type.Array(Type.String()),
  vehicles: Type.Array(
    Type.Object({
      id: Type.String(),
      name: text,
      kind: oneOf(vehicleKinds),
      /** Water, foam, pump, ladder, as far as listed. */
      facts: text,
      ...said,
    }),
  ),
});
export type StationRow = Static<typeof stationRow>;

/** `GET /api/v1/stations`: rescue stations by id, at most 500, and the advice to move up. */
export const stationsView = Type.Object({
  position: Type.Integer(),
  at,
  utcOffsetMin: Type.Integer(),
  stations: Type.Array(stationRow),
  /** Advice (移防补位), never an order: which area lies bare, and who could stand in. */
  moveUp: Type.Array(Type.Object({ area: Type.String(), by: nullable(Type.String()), text })),
});
export type StationsView = Static<typeof stationsView>;

/** `GET /api/v1/stations/{station}`. */
export const stationView = Type.Object({ position: Type.Integer(), at, station: stationRow });
export type StationView = Static<typeof stationView>;

/** `POST /api/v1/stations/{station}/status`: its crew says what it can do now. */
export const statusBody = Type.Object(
  { seat: id, ...statusSaid, by: Type.Optional(byPin) },
  { additionalProperties: false },
);
export type StatusBody = Static<typeof statusBody>;

/** `POST /api/v1/orders/{order}/reinforce`: the crew on the spot asks for more. */
export const reinforceBody = Type.Object(
  {
    seat: id,
    count: Type.Optional(Type.Integer({ minimum: 1, maximum: 5 })),
    by: Type.Optional(byPin),
  },
  { additionalProperties: false },
);
export type ReinforceBody = Static<typeof reinforceBody>;

/** `GET /api/v1/figures/stations?month=2026-11`: what each station's orders of a month took. */
export const stationMonth = Type.Object({
  month: Type.String(),
  utcOffsetMin: Type.Integer(),
  stations: Type.Array(
    Type.Object({
      station: Type.String(),
      name: text,
      orders: Type.Integer(),
      /** Accepted within 60 s, turned out within 60 s, on scene within the area's limit. */
      accepted: Type.Integer(),
      turnedOut: Type.Integer(),
      onScene: Type.Integer(),
      refused: Type.Integer(),
      /** Orders whose arrival was said, and whose area promises one: what `onScene` is of. */
      arrivals: Type.Integer(),
      /** Medians from the order on, ms; null where none was said. */
      acceptMedianMs: nullable(at),
      turnoutMedianMs: nullable(at),
      arrivalMedianMs: nullable(at),
    }),
  ),
});
export type StationMonth = Static<typeof stationMonth>;
