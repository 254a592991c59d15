/** What screens are told of call-outs and linkage. */
import Type, { type Static } from "typebox";
import { callAnswers } from "#rules/call-out/call-out.ts";
import { linkageCommands } from "#rules/inventory.ts";
import { feedbacks } from "#rules/linkage/linkage.ts";
import { oneOf } from "./bodies.ts";

const text = Type.Object({ zh: Type.String(), en: Type.String() });
const nullable = <T extends Type.TSchema>(schema: T) => Type.Union([schema, Type.Null()]);
const at = Type.Integer();
const place = Type.Object({ lng: Type.Number(), lat: Type.Number() });

/** One call-out, counted: nobody's name. */
export const callOutRow = Type.Object({
  id: Type.String(),
  at,
  by: nullable(Type.String()),
  byName: nullable(Type.String()),
  called: Type.Integer(),
  comes: Type.Integer(),
  cannot: Type.Integer(),
  arrived: Type.Integer(),
  /** No answer; of them those whom no message has reached. */
  silent: Type.Integer(),
  undelivered: Type.Integer(),
});
export type CallOutRow = Static<typeof callOutRow>;

export const linkageRow = Type.Object({
  id: Type.String(),
  name: text,
  command: nullable(oneOf(linkageCommands)),
  signals: oneOf(["one", "two"]),
  state: oneOf(["waits", "due", "refused", "ended", "cancelled"]),
  reason: nullable(Type.String()),
  dueAt: at,
  /** Null where none is awaited; none: it did not come in time. */
  feedback: nullable(oneOf([...feedbacks, "none"] as const)),
  awaitsFeedback: Type.Boolean(),
  doneAt: nullable(at),
});
export type LinkageView = Static<typeof linkageRow>;

/** `GET /api/v1/incidents/{incident}/called`. */
export const calledPeople = Type.Object({
  position: Type.Integer(),
  people: Type.Array(
    Type.Object({
      callOut: Type.String(),
      person: Type.String(),
      /** The id, where nobody has this name any more. */
      name: Type.String(),
      /** Of which roster. */
      of: text,
      answer: nullable(oneOf(callAnswers)),
      answeredAt: nullable(at),
      delivered: Type.Boolean(),
    }),
  ),
});
export type CalledPeople = Static<typeof calledPeople>;

/** `GET /api/v1/incidents/{incident}/rosters`. */
export const rosterView = Type.Object({
  position: Type.Integer(),
  rosters: Type.Array(
    Type.Object({
      id: Type.String(),
      kind: oneOf(["site", "rescue", "micro", "brigade"]),
      name: text,
      /** On the roster, and of them those who are called already. */
      people: Type.Integer(),
      called: Type.Integer(),
    }),
  ),
  /** Where it is, WGS-84: an area may be a circle around it. Null where nobody knows. */
  at: nullable(place),
  towns: Type.Array(Type.Object({ id: Type.String(), name: text })),
  /** Village and enterprise brigades that a call by area reaches, nearest first. */
  brigades: Type.Array(
    Type.Object({
      ...{ id: Type.String(), name: text, town: Type.String(), at: place },
      people: Type.Integer(),
      /** Has an open order of this incident already. */
      ordered: Type.Boolean(),
    }),
  ),
  /** Brigades further away that are not listed. */
  more: Type.Integer(),
});
export type RosterView = Static<typeof rosterView>;

/** What a person is called out for, under the own id. */
export const calledOutRow = Type.Object({
  callOut: Type.String(),
  person: Type.String(),
  at,
  number: Type.String(),
  what: text,
  place: text,
  answer: nullable(oneOf(callAnswers)),
});
export type CalledOutRow = Static<typeof calledOutRow>;
