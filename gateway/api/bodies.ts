/**
 * What people send: bodies and queries of the API, checked whole. An unknown key or a wrong type is
 * refused, never dropped. The other half of the contract, what is sent to them, is contract.ts.
 */
import Type, { type Static } from "typebox";
import { mostPointsOut } from "#rules/alarm/out-of-service.ts";
import { callAnswers } from "#rules/call-out/call-out.ts";
import type { Command } from "#rules/command.ts";
import { mostReinforced } from "#rules/dispatch/command.ts";
import { incidentKinds } from "#rules/dispatch/first-alarm.ts";
import { orderReplies, reportedVia } from "#rules/dispatch/order.ts";
import { mostCrew, stationStatuses } from "#rules/dispatch/status.ts";
import { checklistRows, notPossibleReasons, rowStates } from "#rules/incident/checklist.ts";
import { callBackResults, causeCodes, foundCodes, lookWays } from "#rules/incident/incident.ts";
import {
  datums,
  type ReportedWhat,
  reportedWhats,
  reportPriorities,
  reportWays,
} from "#rules/incident/report.ts";
import { codeColours } from "#rules/inventory.ts";
import { maintenanceReasons, maintenanceResults } from "#rules/maintenance/maintenance.ts";
import {
  codeReasons,
  mergeReasons,
  orderReasons,
  outOfServiceReasons,
  recallReasons,
  refusalReasons,
  reopenReasons,
  resetReasons,
  shelveReasons,
  splitReasons,
  verifyReasons,
} from "#rules/reasons.ts";
import { linkageModes, mostExpected } from "#rules/test-window/test-window.ts";

/** What an id may look like (DESIGN §5). */
export const id = Type.String({ pattern: "^[A-Za-z0-9][A-Za-z0-9_-]{0,31}$" });
export const personId = Type.String({ pattern: "^P-[A-Za-z0-9_-]{1,30}$" });
/** Of a profile. */
const point = Type.String({ pattern: "^[A-Za-z0-9_.-]{1,64}$" });
const degrees = (most: number) => Type.Number({ minimum: -most, maximum: most });
const pin = Type.String({ pattern: "^[0-9]{4,8}$" });

/** An object in which an unknown key is an error and not dropped. */
const closed = { additionalProperties: false } as const;

export function oneOf<const T extends readonly string[]>(codes: T) {
  return Type.Enum([...codes] as T[number][]);
}

/** What a station says of itself, or of one of its vehicles. */
export const statusSaid = {
  vehicle: Type.Optional(id),
  status: oneOf(stationStatuses),
  crew: Type.Optional(Type.Integer({ minimum: 0, maximum: mostCrew })),
} as const;

/** By name, so that an error speaks of the command that was meant and not of all of them. */
export const commandSchemas = {
  "report-incident": Type.Object(
    {
      command: Type.Literal("report-incident"),
      kind: oneOf(incidentKinds),
      /** Those of its kind: `reportedWhats`. */
      what: oneOf([...new Set(Object.values(reportedWhats).flat())] as ReportedWhat[]),
      priority: oneOf(reportPriorities),
      via: oneOf(reportWays),
      caller: Type.Optional(personId),
      site: Type.Optional(id),
      zone: Type.Optional(id),
      at: Type.Optional(
        // A position without its datum is 400 m of nothing: it must be stated.
        Type.Object({ lng: degrees(180), lat: degrees(90), datum: oneOf(datums) }, closed),
      ),
      sure: Type.Optional(Type.Literal(true)),
    },
    closed,
  ),
  acknowledge: Type.Object({ command: Type.Literal("acknowledge"), alarm: id }, closed),
  silence: Type.Object({ command: Type.Literal("silence"), alarm: id }, closed),
  reset: Type.Object(
    {
      command: Type.Literal("reset"),
      alarm: id,
      reason: Type.Optional(oneOf(resetReasons)),
    },
    closed,
  ),
  "close-outage": Type.Object(
    { command: Type.Literal("close-outage"), alarm: id, checkedAtPanel: Type.Boolean() },
    closed,
  ),
  verify: Type.Object(
    {
      command: Type.Literal("verify"),
      incident: id,
      result: oneOf(["verifying", "confirmed", "false", "test", "undetermined"]),
      cause: Type.Optional(oneOf(causeCodes)),
      reason: Type.Optional(oneOf(verifyReasons)),
      second: Type.Optional(personId),
      look: Type.Optional(
        Type.Object(
          {
            how: oneOf(lookWays),
            found: oneOf(foundCodes),
            person: Type.Optional(personId),
            arrivedAt: Type.Optional(Type.Integer({ minimum: 0 })),
          },
          closed,
        ),
      ),
      ask: Type.Optional(Type.Literal(true)),
    },
    closed,
  ),
  "answer-false": Type.Object(
    { command: Type.Literal("answer-false"), incident: id, agrees: Type.Boolean() },
    closed,
  ),
  "note-checklist": Type.Object(
    {
      command: Type.Literal("note-checklist"),
      incident: id,
      row: oneOf(checklistRows),
      state: oneOf(rowStates),
      reason: Type.Optional(oneOf(notPossibleReasons)),
    },
    closed,
  ),
  "command-119": Type.Object(
    {
      command: Type.Literal("command-119"),
      incident: id,
      ended: Type.Optional(Type.Literal(true)),
    },
    closed,
  ),
  "record-linkage": Type.Object(
    { command: Type.Literal("record-linkage"), site: id, auto: Type.Boolean() },
    closed,
  ),
  "call-back": Type.Object(
    { command: Type.Literal("call-back"), incident: id, result: oneOf(callBackResults) },
    closed,
  ),
  order: Type.Object(
    {
      command: Type.Literal("order"),
      ...{ incident: id, station: id },
      reason: Type.Optional(oneOf(orderReasons)),
    },
    closed,
  ),
  "order-everybody": Type.Object(
    { command: Type.Literal("order-everybody"), incident: id },
    closed,
  ),
  recall: Type.Object(
    { command: Type.Literal("recall"), order: id, reason: oneOf(recallReasons) },
    closed,
  ),
  reinforce: Type.Object(
    {
      command: Type.Literal("reinforce"),
      incident: id,
      count: Type.Optional(Type.Integer({ minimum: 1, maximum: mostReinforced })),
    },
    closed,
  ),
  reassign: Type.Object({ command: Type.Literal("reassign"), order: id, incident: id }, closed),
  "note-status": Type.Object(
    {
      command: Type.Literal("note-status"),
      station: id,
      ...statusSaid,
    },
    closed,
  ),
  "reply-by-radio": Type.Object(
    {
      command: Type.Literal("reply-by-radio"),
      order: id,
      reply: oneOf(orderReplies),
      reason: Type.Optional(oneOf(refusalReasons)),
      reportedBy: Type.Optional(Type.Union([personId, id])),
      via: Type.Optional(oneOf(reportedVia)),
    },
    closed,
  ),
  "call-out": Type.Object(
    {
      command: Type.Literal("call-out"),
      incident: id,
      rosters: Type.Optional(Type.Array(id, { minItems: 1, maxItems: 200, uniqueItems: true })),
      site: Type.Optional(Type.Literal(true)),
      area: Type.Optional(
        Type.Union([
          Type.Object({ town: id }, closed),
          Type.Object(
            {
              ring: Type.Array(Type.Tuple([degrees(180), degrees(90)]), {
                minItems: 4,
                maxItems: 1000,
              }),
            },
            closed,
          ),
        ]),
      ),
    },
    closed,
  ),
  "answer-call-out": Type.Object(
    {
      command: Type.Literal("answer-call-out"),
      callOut: id,
      person: personId,
      answer: oneOf(callAnswers),
      reportedBy: Type.Optional(personId),
      via: Type.Optional(oneOf(reportedVia)),
    },
    closed,
  ),
  merge: Type.Object(
    { command: Type.Literal("merge"), into: id, from: id, reason: oneOf(mergeReasons) },
    closed,
  ),
  split: Type.Object(
    {
      command: Type.Literal("split"),
      incident: id,
      alarms: Type.Array(id, { minItems: 1, maxItems: 1000 }),
      reason: oneOf(splitReasons),
    },
    closed,
  ),
  reopen: Type.Object(
    { command: Type.Literal("reopen"), incident: id, reason: oneOf(reopenReasons) },
    closed,
  ),
  shelve: Type.Object(
    {
      command: Type.Literal("shelve"),
      alarm: id,
      reason: oneOf(shelveReasons),
      until: Type.Integer({ minimum: 0, maximum: 253_402_300_799_999 }),
    },
    closed,
  ),
  "set-site-code": Type.Object(
    {
      command: Type.Literal("set-site-code"),
      site: id,
      colour: oneOf(codeColours),
      reason: oneOf(codeReasons),
    },
    closed,
  ),
  unshelve: Type.Object({ command: Type.Literal("unshelve"), alarm: id }, closed),
  "take-out-of-service": Type.Object(
    {
      command: Type.Literal("take-out-of-service"),
      site: id,
      device: id,
      points: Type.Optional(
        Type.Array(point, { minItems: 1, maxItems: mostPointsOut, uniqueItems: true }),
      ),
      rule: Type.Optional(id),
      reason: oneOf(outOfServiceReasons),
      until: Type.Integer({ minimum: 0, maximum: 253_402_300_799_999 }),
    },
    closed,
  ),
  "return-to-service": Type.Object(
    { command: Type.Literal("return-to-service"), record: id },
    closed,
  ),
  "open-maintenance": Type.Object(
    {
      command: Type.Literal("open-maintenance"),
      ...{ site: id, device: id, point },
      reason: oneOf(maintenanceReasons),
    },
    closed,
  ),
  "close-maintenance": Type.Object(
    {
      command: Type.Literal("close-maintenance"),
      order: id,
      result: oneOf(maintenanceResults),
    },
    closed,
  ),
  "open-test": Type.Object(
    {
      command: Type.Literal("open-test"),
      site: id,
      tester: personId,
      linkage: oneOf(linkageModes),
      endsAt: Type.Integer({ minimum: 0, maximum: 253_402_300_799_999 }),
      expected: Type.Array(Type.Object({ device: id, point }, closed), {
        minItems: 1,
        maxItems: mostExpected,
      }),
    },
    closed,
  ),
  "announce-press": Type.Object(
    { command: Type.Literal("announce-press"), test: id, device: id, point },
    closed,
  ),
  "end-test": Type.Object(
    { command: Type.Literal("end-test"), test: id, fire: Type.Optional(Type.Literal(true)) },
    closed,
  ),
} as const;

/** Who acts, where it is not (or no longer) the person of the session. */
export const byPin = Type.Object({ person: personId, pin }, closed);

/**
 * `POST /api/v1/commands`. `by`: another person at this desk acts, by PIN; needed where the session
 * has expired. `second`: the other person of a two-person act, by a PIN of their own.
 */
export const actBody = Type.Object(
  {
    seat: id,
    command: Type.Union(Object.values(commandSchemas)),
    by: Type.Optional(byPin),
    second: Type.Optional(byPin),
  },
  closed,
);
export type ActBody = Omit<Static<typeof actBody>, "command"> & {
  readonly command: Exclude<Command, { readonly command: "adopt" }>;
};

/** `POST /api/v1/guests`: somebody on site whom no inventory names. */
export const guestBody = Type.Object(
  {
    name: Type.String({ minLength: 1, maxLength: 64 }),
    phone: Type.String({ pattern: "^[0-9+][0-9 ()-]{2,30}$" }),
  },
  closed,
);
export type GuestBody = Static<typeof guestBody>;

/** `POST /api/v1/session`. */
export const signInBody = Type.Object(
  {
    name: Type.String({ minLength: 1, maxLength: 64 }),
    password: Type.String({ maxLength: 1024 }),
  },
  closed,
);

/** `POST /api/v1/session/acting`: the acting person changes without signing out. */
export const actingBody = byPin;

/** `POST /api/v1/orders/{order}/reply`: the crew answers on its phone. */
export const replyBody = Type.Object(
  {
    seat: id,
    revision: Type.Integer({ minimum: 1 }),
    reply: oneOf(orderReplies),
    reason: Type.Optional(oneOf(refusalReasons)),
    by: Type.Optional(byPin),
  },
  closed,
);
export type ReplyBody = Static<typeof replyBody>;

/** `POST /api/v1/seats/{seat}`, every 5 s: a seat is attended while stream and audio run. */
export const presenceBody = Type.Object({ audio: Type.Boolean(), stream: id }, closed);

/** Query of `GET /api/v1/stream`. */
export const streamQuery = Type.Object(
  {
    after: Type.Optional(Type.String({ pattern: "^(0|[1-9][0-9]{0,14})$" })),
    seat: Type.Optional(id),
    site: Type.Optional(id),
    station: Type.Optional(id),
  },
  closed,
);

/** `PUT /api/v1/streams/{stream}/devices`: whose values a stream is told, SITE/DEVICE. */
export const watchBody = Type.Object(
  {
    devices: Type.Array(
      Type.String({ pattern: "^[A-Za-z0-9][A-Za-z0-9_-]{0,31}/[A-Za-z0-9][A-Za-z0-9_-]{0,31}$" }),
      { maxItems: 32, uniqueItems: true },
    ),
  },
  closed,
);
