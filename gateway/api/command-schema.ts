/** Commands as they come in over HTTP or control.sock: checked whole, unknown keys refused. */
import Type, { type TSchema } from "typebox";
import { Value } from "typebox/value";
import { orderReplies } from "#rules/dispatch/order.ts";
import { causeCodes } from "#rules/incident/incident.ts";
import {
  mergeReasons,
  recallReasons,
  refusalReasons,
  reopenReasons,
  splitReasons,
  verifyReasons,
} from "#rules/reasons.ts";
import type { Command } from "#rules/signal.ts";
import { Refused } from "../errors.ts";

const id = Type.String({ pattern: "^[A-Za-z0-9][A-Za-z0-9_-]{0,31}$" });
const person = Type.String({ pattern: "^P-[A-Za-z0-9_-]{1,30}$" });

function oneOf(codes: readonly string[]) {
  return Type.Union(codes.map((code) => Type.Literal(code)));
}

function command(properties: Record<string, TSchema>) {
  return Type.Object(properties, { additionalProperties: false });
}

/** By name, so that an error speaks of the command that was meant and not of all of them. */
const schemas: Readonly<Record<Exclude<Command["command"], "adopt">, TSchema>> = {
  acknowledge: command({ command: Type.Literal("acknowledge"), alarm: id }),
  silence: command({ command: Type.Literal("silence"), alarm: id }),
  reset: command({ command: Type.Literal("reset"), alarm: id }),
  "close-outage": command({
    command: Type.Literal("close-outage"),
    alarm: id,
    checkedAtPanel: Type.Boolean(),
  }),
  verify: command({
    command: Type.Literal("verify"),
    incident: id,
    result: oneOf(["verifying", "confirmed", "false", "test", "undetermined"]),
    cause: Type.Optional(oneOf(causeCodes)),
    reason: Type.Optional(oneOf(verifyReasons)),
    second: Type.Optional(person),
  }),
  order: command({ command: Type.Literal("order"), incident: id, station: id }),
  "order-everybody": command({ command: Type.Literal("order-everybody"), incident: id }),
  recall: command({ command: Type.Literal("recall"), order: id, reason: oneOf(recallReasons) }),
  "reply-by-radio": command({
    command: Type.Literal("reply-by-radio"),
    order: id,
    reply: oneOf(orderReplies),
    reason: Type.Optional(oneOf(refusalReasons)),
  }),
  merge: command({
    command: Type.Literal("merge"),
    into: id,
    from: id,
    reason: oneOf(mergeReasons),
  }),
  split: command({
    command: Type.Literal("split"),
    incident: id,
    alarms: Type.Array(id, { minItems: 1, maxItems: 1000 }),
    reason: oneOf(splitReasons),
  }),
  reopen: command({ command: Type.Literal("reopen"), incident: id, reason: oneOf(reopenReasons) }),
};

/** Throws `Refused` (bad-command) with every key that is wrong. */
export function readCommand(value: unknown): Command {
  const name = (value as { command?: unknown } | null)?.command;
  if (typeof name !== "string" || !Object.hasOwn(schemas, name)) {
    const allowed = Object.keys(schemas).join(", ");
    throw new Refused({ code: "bad-command", message: "there is no such command", allowed });
  }
  const schema = schemas[name as keyof typeof schemas];
  const wrong = Value.Errors(schema, value)
    .filter((error) => error.keyword !== "additionalProperties")
    .map(({ instancePath, keyword, message }) => {
      const key = instancePath.slice(1).replaceAll("/", ".") || name;
      return `${key}: ${keyword === "boolean" ? "there is no such key" : message}`;
    });
  if (wrong.length > 0) throw new Refused({ code: "bad-command", message: wrong.join("; ") });
  return value as Command;
}
