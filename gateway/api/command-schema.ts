/** Commands as they come in over HTTP or control.sock: checked whole, unknown keys refused. */
import { Value } from "typebox/value";
import type { Command } from "#rules/command.ts";
import { Refused } from "../errors.ts";
import { commandSchemas } from "./bodies.ts";

/** Throws `Refused` (bad-command) with every key that is wrong. */
export function readCommand(value: unknown): Command {
  const name = (value as { command?: unknown } | null)?.command;
  if (typeof name !== "string" || !Object.hasOwn(commandSchemas, name)) {
    const allowed = Object.keys(commandSchemas).join(", ");
    throw new Refused({ code: "bad-command", message: "there is no such command", allowed });
  }
  const schema = commandSchemas[name as keyof typeof commandSchemas];
  const wrong = Value.Errors(schema, value)
    .filter((error) => error.keyword !== "additionalProperties")
    .map(({ instancePath, keyword, message }) => {
      const key = instancePath.slice(1).replaceAll("/", ".") || name;
      return `${key}: ${keyword === "boolean" ? "there is no such key" : message}`;
    });
  if (wrong.length > 0) throw new Refused({ code: "bad-command", message: wrong.join("; ") });
  return value as Command;
}
