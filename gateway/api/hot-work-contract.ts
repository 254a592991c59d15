/** Hot work over HTTP: what is sent, checked whole, and what is read. Times are ms UTC. */
import Type, { type Static } from "typebox";
import { permitStates } from "#rules/hot-work/lifecycle.ts";
import {
  capacities,
  evidenceSources,
  gasUnits,
  hotWorkClasses,
  parties,
  stopCauses,
  workKinds,
  workObjects,
} from "#rules/hot-work/permit.ts";
import { byPin, id, oneOf, personId } from "./bodies.ts";

const closed = { additionalProperties: false } as const;
const nullable = <T extends Type.TSchema>(schema: T) => Type.Union([schema, Type.Null()]);
const time = Type.Integer({ minimum: 0, maximum: 253_402_300_799_999 });
/** 统一社会信用代码 (GB 32100-2015). */
const creditCode = Type.String({ pattern: "^[0-9A-HJ-NPQRTUWXY]{18}$" });
const file = Type.String({ pattern: "^PH-[0-9a-f]{24}$" });
const reason = Type.String({ pattern: "^[a-z][a-z0-9-]{0,31}$" });
const code = Type.String({ pattern: "^[A-Za-z0-9_-]{1,32}$" });

export const datums = ["WGS-84", "GCJ-02", "BD-09"] as const;

/** A position without its datum may be 400 m off: it is refused. */
export const positionBody = Type.Object(
  {
    lng: Type.Number({ minimum: -180, maximum: 180 }),
    lat: Type.Number({ minimum: -90, maximum: 90 }),
    datum: oneOf(datums),
  },
  closed,
);
export type PositionBody = Static<typeof positionBody>;

/** By the id of somebody who is known; else a name and a telephone, which never reach the journal. */
export const personBody = Type.Object(
  {
    id: Type.Optional(personId),
    name: Type.Optional(Type.String({ minLength: 1, maxLength: 64 })),
    phone: Type.Optional(Type.String({ pattern: "^[0-9+][0-9 ()-]{2,30}$" })),
    certificate: Type.Optional(Type.String({ minLength: 1, maxLength: 64 })),
    certificateUntil: Type.Optional(
      Type.String({ pattern: "^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$" }),
    ),
  },
  closed,
);
export type PersonBody = Static<typeof personBody>;

export const reportFields = Type.Object(
  {
    site: id,
    zone: Type.Optional(id),
    floor: Type.Optional(Type.String({ pattern: "^-?[0-9]{1,3}F?$" })),
    position: positionBody,
    photo: Type.Optional(file),
    outdoors: Type.Boolean(),
    object: oneOf(workObjects),
    kind: oneOf(workKinds),
    class: oneOf(hotWorkClasses),
    tools: Type.Array(code, { maxItems: 20, uniqueItems: true }),
    firm: creditCode,
    contractor: Type.Optional(creditCode),
    worker: personBody,
    watcher: personBody,
    chip: Type.Optional(code),
    startsAt: time,
    endsAt: time,
    combustiblesCleared: Type.Boolean(),
    extinguishers: Type.Integer({ minimum: 0, maximum: 1000 }),
    isolations: Type.Optional(Type.Array(id, { maxItems: 50, uniqueItems: true })),
  },
  closed,
);

/** `POST /api/v1/hot-work`. */
export const reportBody = Type.Object(
  {
    seat: id,
    /** A draft that is changed. */
    permit: Type.Optional(id),
    /** Of another platform: its name and its own number; sent again, it is the same report. */
    sender: Type.Optional(
      Type.Object({ system: id, number: Type.String({ minLength: 1, maxLength: 64 }) }, closed),
    ),
    submit: Type.Boolean(),
    /** What the sender's clock says: one that is more than 5 min off is refused. */
    sentAt: Type.Optional(time),
    report: reportFields,
    by: Type.Optional(byPin),
  },
  closed,
);
export type ReportBody = Static<typeof reportBody>;

const act = <C extends string, P extends Record<string, Type.TSchema>>(command: C, more: P) =>
  Type.Object({ command: Type.Literal(command), ...more }, closed);

const gasTest = Type.Object(
  {
    takenAt: time,
    readings: Type.Array(
      Type.Object({ substance: code, value: Type.Number(), unit: oneOf(gasUnits) }, closed),
      { minItems: 1, maxItems: 20 },
    ),
    oxygen: nullable(Type.Number({ minimum: 0, maximum: 100 })),
    meter: code,
    calibratedAt: time,
  },
  closed,
);

/** Acts on one permit, by name. */
export const permitActs = {
  "cancel-permit": act("cancel-permit", { reason }),
  "refuse-permit": act("refuse-permit", { reason }),
  "approve-permit": act("approve-permit", { as: oneOf(capacities) }),
  "accept-inspection": act("accept-inspection", { station: id }),
  "decline-inspection": act("decline-inspection", { station: id }),
  "sign-inspection": act("sign-inspection", {
    ...{ party: oneOf(parties), pass: Type.Boolean(), position: positionBody, photo: file },
  }),
  "waive-party": act("waive-party", { party: oneOf(parties), reason }),
  "check-by-video": act("check-by-video", { pass: Type.Boolean(), photo: file }),
  "reschedule-permit": act("reschedule-permit", { startsAt: time, endsAt: time }),
  "note-gas-test": act("note-gas-test", { test: gasTest }),
  "waive-gas-test": act("waive-gas-test", { reason }),
  "declare-place": act("declare-place", { what: oneOf(["empty", "dust-cleared"]), photo: file }),
  "note-wind": act("note-wind", { beaufort: Type.Integer({ minimum: 0, maximum: 17 }) }),
  "check-in": act("check-in", { code, position: Type.Optional(positionBody) }),
  "hand-over-watch": act("hand-over-watch", { from: personId, to: personId }),
  "start-work": act("start-work", {}),
  "stop-work": act("stop-work", { reason }),
  "confirm-stop": act("confirm-stop", {}),
  "look-at-place": act("look-at-place", {}),
  "resume-work": act("resume-work", {}),
  "extend-permit": act("extend-permit", { endsAt: time }),
  "end-work": act("end-work", {}),
  "take-final-photo": act("take-final-photo", { photo: file }),
} as const;
export type PermitAct = keyof typeof permitActs;

/** `POST /api/v1/hot-work/{id}/acts`. */
export const permitActBody = Type.Object(
  {
    seat: id,
    act: Type.Union(Object.values(permitActs)),
    by: Type.Optional(byPin),
  },
  closed,
);
export type PermitActBody = Omit<Static<typeof permitActBody>, "act"> & {
  readonly act: { readonly command: PermitAct } & Readonly<Record<string, unknown>>;
};

/** `POST /api/v1/hot-work/seen`: evidence of hot work (H01). */
export const seenBody = Type.Object(
  {
    seat: id,
    site: id,
    source: oneOf(evidenceSources),
    chip: Type.Optional(code),
    zone: Type.Optional(id),
    position: Type.Optional(positionBody),
    over: Type.Optional(Type.Literal(true)),
    by: Type.Optional(byPin),
  },
  closed,
);
export type SeenBody = Static<typeof seenBody>;

const person = Type.Object({ id: Type.String(), name: nullable(Type.String()) });
const text = Type.Object({ zh: Type.String(), en: Type.String() });
const waiver = Type.Object({ by: person, reason: Type.String() });

export const permitSchema = Type.Object({
  id: Type.String(),
  number: Type.String(),
  state: oneOf(permitStates),
  /** In force, which may be higher than what was declared. */
  class: oneOf(hotWorkClasses),
  sender: nullable(Type.Object({ system: Type.String(), number: Type.String() })),
  /** Who reported it. */
  by: person,
  /** Why it was refused when it was last submitted or started. */
  faults: Type.Array(Type.String()),
  /** What it lacks now before work may begin or go on; empty is a yes. */
  missing: Type.Array(Type.String()),
  /** What of the protection of its place is not whole: the alarm, record or test that says so. */
  impaired: Type.Array(
    Type.Object({
      ...{ cause: oneOf(stopCauses), by: Type.String() },
      /** The alarm, or the device, in words; null where it is over. */
      what: nullable(text),
    }),
  ),
  report: Type.Object({
    ...{ site: Type.String(), zone: nullable(Type.String()), floor: nullable(Type.String()) },
    ...{ siteName: text, zoneName: nullable(text) },
    position: positionBody,
    photo: nullable(Type.String()),
    outdoors: Type.Boolean(),
    ...{ object: oneOf(workObjects), kind: oneOf(workKinds), class: oneOf(hotWorkClasses) },
    tools: Type.Array(Type.String()),
    ...{ firm: Type.String(), contractor: nullable(Type.String()) },
    ...{ worker: person, watcher: person, certificateUntil: time },
    /** Number of the worker's certificate, for whoever may read names; null where none is kept. */
    certificate: nullable(Type.String()),
    chip: nullable(Type.String()),
    ...{ startsAt: time, endsAt: time, combustiblesCleared: Type.Boolean() },
    extinguishers: Type.Integer(),
    isolations: Type.Array(Type.String()),
  }),
  /** 现场检查; null before it was submitted. */
  check: nullable(
    Type.Object({
      need: oneOf(["always", "drawn", "not-drawn"]),
      station: nullable(Type.String()),
      stationName: nullable(text),
      /** 待检查,预计到场. */
      expectedAt: nullable(time),
      /** The station's box has its task. */
      delivered: Type.Boolean(),
      accepted: Type.Boolean(),
      remoteAsked: Type.Boolean(),
      done: nullable(oneOf(["on-site", "remote"])),
      parties: Type.Array(
        Type.Object({
          party: oneOf(parties),
          result: nullable(oneOf(["pass", "fail", "waived"])),
          at: nullable(time),
          photo: nullable(Type.String()),
          /** Who signed, or waived and why. */
          by: nullable(person),
          reason: nullable(Type.String()),
        }),
      ),
    }),
  ),
  /** 本单位已审批. */
  approval: nullable(Type.Object({ by: person, as: oneOf(capacities), at: time, endsAt: time })),
  /** An end that waits for its own approval. */
  extension: nullable(time),
  gas: nullable(
    Type.Object({
      ...{ takenAt: time, meter: Type.String(), calibratedAt: time },
      oxygen: nullable(Type.Number()),
      readings: Type.Array(
        Type.Object({ substance: Type.String(), value: Type.Number(), unit: oneOf(gasUnits) }),
      ),
    }),
  ),
  /** 不适用: by whom and why. */
  gasWaiver: nullable(waiver),
  /** 粉尘已清理 and 已清空, photos. */
  ...{ dust: nullable(Type.String()), empty: nullable(Type.String()) },
  wind: nullable(Type.Object({ beaufort: Type.Integer(), at: time })),
  stop: nullable(
    Type.Object({
      ...{ at: time, cause: oneOf(stopCauses), by: Type.Array(Type.String()) },
      /** What of `by` still stands, in words. */
      what: Type.Array(text),
      /** 已停工 is waited for until then; later the park's manager is called. */
      confirmBy: time,
      ...{ confirmed: Type.Boolean(), looked: Type.Boolean() },
    }),
  ),
  watch: Type.Object({
    ...{ checkedInAt: nullable(time), nextAt: nullable(time), missed: Type.Integer() },
    ...{ until: nullable(time), finalPhoto: nullable(Type.String()) },
  }),
  ...{ startedAt: nullable(time), workEndedAt: nullable(time) },
  alarms: Type.Array(Type.String()),
});
export type PermitView = Static<typeof permitSchema>;

export const permitAnswer = Type.Object({ position: Type.Integer(), permit: permitSchema });
export const permitList = Type.Object({
  ...{ position: Type.Integer(), at: time, utcOffsetMin: Type.Integer() },
  permits: Type.Array(permitSchema),
  /** Others of the same question that are not in the list. */
  more: Type.Integer(),
});
export type PermitList = Static<typeof permitList>;
/** `address`: what the QR says, the page of the permit on the watcher's phone with the code in it. */
export const permitCode = Type.Object({
  ...{ permit: Type.String(), code: Type.String(), address: Type.String() },
});

/** One line of a permit's history. */
export const permitLineView = Type.Object({
  ...{ position: Type.Integer(), at: time, type: Type.String() },
  /** Null where nobody acted, or the asker reads no names. */
  by: nullable(person),
  text,
});
export type PermitLineView = Static<typeof permitLineView>;
export const permitHistory = Type.Object({
  ...{ position: Type.Integer(), utcOffsetMin: Type.Integer() },
  lines: Type.Array(permitLineView),
});
export type PermitHistory = Static<typeof permitHistory>;

/** Fixed hot-work areas (固定动火区): listed, and exempt from the night rise and from H01. */
export const fixedAreas = Type.Object({
  position: Type.Integer(),
  areas: Type.Array(
    Type.Object({ site: Type.String(), siteName: text, zone: Type.String(), zoneName: text }),
  ),
  more: Type.Integer(),
});
export type FixedAreas = Static<typeof fixedAreas>;
export const photoAnswer = Type.Object({ photo: Type.String() });
