/**
 * How urgent an alarm is by its site and its hour: fire with failed suppression is P0, an open incident,
 * a red code and the night make other faults more urgent (DESIGN §5; domain C4, order of evaluation).
 *
 * Which of the two came first makes no difference: what is raised, comes back or becomes worse looks
 * for a fire, and a fire looks for what stands there already.
 */
import { isNight } from "../calendar.ts";
import type { Draft } from "../draft.ts";
import { type CodeColour, deviceKey } from "../inventory.ts";
import { type Rule, ruleOf } from "../rulebook.ts";
import { colourOf } from "../site-code.ts";
import type { State } from "../state.ts";
import { type Alarm, comparePriority, type Priority } from "./alarm.ts";

export type Where = { readonly site: string; readonly zone: string | null };

/** `fire`: the place of one that this very decision is about; the state does not know it yet. */
export function priorityNow(
  { state, world, at }: Draft,
  rule: Rule,
  { site, zone }: Where,
  fire: Where | null = null,
): Priority {
  const { utcOffsetMin, dispatch } = world.settings;
  const byDay = usualPriority(rule, colourOf(state, world.inventory, site));
  const byNight = isNight(at, utcOffsetMin, dispatch) ? rule.atNight : undefined;
  const usual = byNight && comparePriority(byNight, byDay) < 0 ? byNight : byDay;
  if (fire === null && !state.openBySite.has(site)) return usual;
  const within = rule.fireIn === "zone" ? zone : null;
  const burns = (fire !== null && isIn(fire, within)) || isFireOpen(state, site, within);
  const now = (burns ? rule.whileFire : undefined) ?? rule.whileIncident ?? usual;
  return comparePriority(now, usual) < 0 ? now : usual;
}

/** At a site with a red code every P2 but fire is suppression out of service (rule E03). */
function usualPriority(rule: Rule, colour: CodeColour["colour"]): Priority {
  return colour === "red" && rule.priority === "P2" && rule.class !== "fire" ? "P1" : rule.priority;
}

/** An alarm that a fire at its site makes more urgent, or that has P0 already. */
export type Standing = { readonly alarm: Alarm; readonly priority: Priority };

/** What a new fire finds at its site. Unknown is not well (law 2): only what has returned is left out. */
export function standingAt(draft: Draft, fire: Where): Standing[] {
  const { inventory, packs } = draft.world;
  const found: Standing[] = [];
  for (const alarm of draft.state.alarms.values()) {
    if (alarm.site !== fire.site || alarm.class === "fire" || !stands(alarm)) continue;
    const { kind } = inventory.devices.get(deviceKey(alarm.site, alarm.device)) ?? {};
    const rule = ruleOf(alarm.rule, packs, kind, alarm.site);
    if (!rule) continue;
    const priority = priorityNow(draft, rule, alarm, fire);
    if (priority === "P0" || isMoreUrgent(priority, alarm)) found.push({ alarm, priority });
  }
  return found;
}

export function isMoreUrgent(priority: Priority, alarm: Alarm): boolean {
  return comparePriority(priority, alarm.priority) < 0;
}

function stands({ state, condition }: Alarm): boolean {
  return state !== "normal" && condition !== "inactive";
}

/** In the zone; anywhere at the site where it is null. */
function isFireOpen({ alarms }: State, site: string, zone: string | null): boolean {
  for (const alarm of alarms.values()) {
    if (alarm.site !== site || alarm.class !== "fire" || alarm.state === "normal") continue;
    // A detector that is being worked on does not say that it burns.
    if (alarm.outOfService !== null) continue;
    if (isIn(alarm, zone)) return true;
  }
  return false;
}

function isIn(fire: Where, zone: string | null): boolean {
  return zone === null || fire.zone === zone;
}
