/** 119 指挥: the act that logs it, or that it has ended; button and key say the same. */
import type { IncidentCard } from "#gateway/api/contract.ts";
import type { Command } from "../acts.ts";

export function command119Of({ id, command119 }: IncidentCard): Command {
  const act = { command: "command-119", incident: id } as const;
  return command119 === null ? act : { ...act, ended: true };
}
