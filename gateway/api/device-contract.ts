/**
 * The contract, continued: devices, their links and their values, each with quality and age (law 2).
 * Screens import these types through contract.ts.
 */
import Type, { type Static } from "typebox";
import { qualities } from "#rules/sample.ts";
import { oneOf } from "./bodies.ts";

const text = Type.Object({ zh: Type.String(), en: Type.String() });
const nullable = <T extends Type.TSchema>(schema: T) => Type.Union([schema, Type.Null()]);
const at = Type.Integer();
const value = Type.Union([Type.Number(), Type.Boolean(), Type.String(), Type.Null()]);
const quality = oneOf([...qualities]);

export const linkView = Type.Object({
  state: oneOf(["starting", "live", "failing", "lost", "not-polled"]),
  failures: Type.Integer(),
  why: nullable(Type.String()),
  /** Until it is asked again, ms; null where it is asked in its turn. */
  nextTryInMs: nullable(Type.Integer()),
  /** Points that the device says it does not have. */
  holes: Type.Array(Type.String()),
  /** Points whose node gives what cannot be a value of theirs (OPC UA). */
  unfit: Type.Array(Type.String()),
  /** What an OPC UA server made of our wishes; null where it is asked in turn, or not yet. */
  revised: nullable(
    Type.Object({
      publishingMs: Type.Number(),
      samplingMs: nullable(Type.Tuple([Type.Number(), Type.Number()])),
      queue: nullable(Type.Tuple([Type.Number(), Type.Number()])),
    }),
  ),
  /** What went wrong, as a code; its words are in `why`. */
  fault: nullable(Type.String()),
  heartbeatFrozen: Type.Boolean(),
});
export type LinkView = Static<typeof linkView>;

const pointView = Type.Object({
  id: Type.String(),
  name: text,
  type: oneOf(["boolean", "number", "text"]),
  unit: nullable(Type.String()),
  /** What the sensor can show. */
  range: nullable(Type.Tuple([Type.Number(), Type.Number()])),
  /** Of a boolean: the value in which nothing is wrong. */
  normal: nullable(Type.Boolean()),
  /** Words of the values of an enumeration. */
  values: nullable(Type.Array(Type.Object({ value: Type.Number(), name: text }))),
  /** By the device's own count ("C07"). */
  zone: nullable(Type.String()),
  value,
  quality,
  reason: nullable(Type.String()),
  /** When it was read; null where it never was. */
  at: nullable(at),
});
export type PointView = Static<typeof pointView>;

const deviceHead = {
  site: Type.String(),
  siteName: text,
  device: Type.String(),
  kind: Type.String(),
  name: text,
  place: nullable(text),
  /** Of a pump room, as the inventory lists its pool; null: nobody has. */
  pool: nullable(
    Type.Object({
      volumeM3: Type.Number(),
      depthM: Type.Number(),
      designFlowLps: nullable(Type.Number()),
    }),
  ),
  link: linkView,
  /** Points that a rule says nobody may rely on: a stuck or contradicting sensor. */
  uncertain: Type.Array(Type.Object({ point: Type.String(), name: text })),
  /** Rules that have not known for 5 min although the device answers; at most 100 are named. */
  blindRules: Type.Array(
    Type.Object({ rule: Type.String(), each: nullable(Type.String()), since: at }),
  ),
};

/** Compartments, alarm valves, loops and pumps of a warehouse; where they stand, in metres. */
const partView = Type.Object({
  as: Type.String(),
  class: Type.String(),
  zone: nullable(Type.String()),
  words: Type.Record(Type.String(), Type.String()),
  plan: nullable(
    Type.Object({
      xM: Type.Number(),
      yM: Type.Number(),
      widthM: Type.Number(),
      depthM: Type.Number(),
    }),
  ),
});
export type PartView = Static<typeof partView>;

export const deviceView = Type.Object({
  at,
  ...deviceHead,
  points: Type.Array(pointView),
  parts: Type.Array(partView),
});
export type DeviceView = Static<typeof deviceView>;

export const deviceList = Type.Object({
  at,
  devices: Type.Array(
    Type.Object({
      ...deviceHead,
      points: Type.Integer(),
      /** Points whose value is not known now. */
      unknown: Type.Integer(),
    }),
  ),
});
export type DeviceList = Static<typeof deviceList>;

const certificate = Type.Object({
  /** SHA-1, as OPC UA has it everywhere. */
  thumbprint: Type.String(),
  subject: Type.String(),
  issuer: Type.String(),
  validFrom: Type.String(),
  validTo: Type.String(),
  applicationUri: nullable(Type.String()),
});
export const certificatesView = Type.Object({
  own: nullable(certificate),
  trusted: Type.Array(certificate),
  /** With the server that showed it last, where that is known. */
  rejected: Type.Array(
    Type.Interface([certificate], {
      shownBy: nullable(Type.Object({ endpoint: Type.String(), at })),
    }),
  ),
});
export type CertificatesView = Static<typeof certificatesView>;
