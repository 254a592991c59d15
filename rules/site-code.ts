/**
 * 红黄绿码联动 (rule E03): the colour of a site's code, set by a person over what its inventory says. Red
 * makes its P2 the second class of P1 (消防设施失效), those that stand as well as those that come; fire is
 * what it is under any colour.
 */
import { armAgain } from "./alarm/escalation.ts";
import type { Command } from "./command.ts";
import type { Draft } from "./draft.ts";
import type { CodeColour, codeColours } from "./inventory.ts";
import type { InventoryIndex } from "./inventory-index.ts";
import { codeReasons } from "./reasons.ts";
import type { Actor } from "./signal.ts";
import type { State } from "./state.ts";

export type SiteCode = {
  readonly colour: (typeof codeColours)[number];
  readonly reason: string;
  readonly by: string;
  readonly at: number;
};

export type SiteCodeEvent = {
  readonly type: "site-code-set";
  readonly site: string;
  readonly colour: SiteCode["colour"];
  readonly reason: string;
  readonly by: string;
};

/** As a person has set it, else as the inventory has it. */
export function colourOf(
  { codes }: Pick<State, "codes">,
  { sites }: Pick<InventoryIndex, "sites">,
  site: string,
): CodeColour["colour"] {
  return codes.get(site)?.colour ?? sites.get(site)?.code?.colour ?? "unknown";
}

export function setSiteCode(
  draft: Draft,
  { site, colour, reason }: Command & { command: "set-site-code" },
  { person: by }: Actor,
): void {
  const { state, world } = draft;
  const refuse = (why: string): void => draft.refuse("set-site-code", why, by);
  if (!world.inventory.sites.get(site)) return refuse("unknown-site");
  if (!(codeReasons as readonly string[]).includes(reason)) return refuse("unknown-reason");
  if (colourOf(state, world.inventory, site) === colour) return refuse("same-colour");
  draft.add({ type: "site-code-set", site, colour, reason, by });
  if (colour !== "red") return;
  for (const alarm of state.alarms.values()) {
    const stands = alarm.state !== "normal" && alarm.condition !== "inactive";
    if (alarm.site !== site || !stands || alarm.test !== null) continue;
    if (alarm.outOfService !== null) continue;
    if (alarm.priority !== "P2" || alarm.class === "fire") continue;
    draft.add({ type: "alarm-priority", alarm: alarm.id, priority: "P1" });
    armAgain(draft, alarm, "P1");
  }
}
