/**
 * What a person reports by telephone, radio or at the counter (接报): a fire that no device has seen, a
 * flood, a typhoon, a rescue. It is a signal like any other and sends whom the plan of its kind demands.
 * Codes and ids only: what the caller is called and how to call back is kept outside the journal.
 */
import { comparePriority, type Priority } from "../alarm/alarm.ts";
import { raisedBy } from "../alarm/raised.ts";
import type { Command } from "../command.ts";
import { type IncidentKind, incidentKinds } from "../dispatch/first-alarm.ts";
import { distanceM } from "../dispatch/travel.ts";
import type { Draft } from "../draft.ts";
import { type Position, zoneKey } from "../inventory.ts";
import type { InventoryIndex } from "../inventory-index.ts";
import { placeOfReport } from "../place.ts";
import { type RuleId, rulebook } from "../rulebook.ts";
import type { Actor } from "../signal.ts";
import { verificationForward } from "./incident.ts";
import { openIncident, openOrJoin } from "./opening.ts";
import {
  offSite,
  type Reported,
  type ReportIncident,
  reportedDevice,
  reportedWhats,
  reportPriorities,
  reportWays,
} from "./report.ts";

const ruleOfKind: Readonly<Record<IncidentKind, RuleId>> = {
  fire: "R01",
  flood: "R02",
  typhoon: "R03",
  rescue: "R04",
};

/** A position so far from the site that is named with it belongs to another place. */
const farFromSiteM = 3000;

export function reportIncident(
  draft: Draft,
  command: Command & { command: "report-incident" },
  actor: Actor,
): void {
  const refusal = refusalOf(draft.world.inventory, command);
  if (refusal !== null) return draft.refuse("report-incident", refusal, actor.person);
  const { kind, priority } = command;
  const reported = reportedOf(draft.world.inventory, command, actor);
  const site = command.site ?? offSite;
  const place = placeOfReport(draft.world.inventory, {
    site,
    zone: command.zone ?? null,
    reported,
  });
  const alarm = draft.newId("A");
  draft.add({
    ...raisedBy(rulebook[ruleOfKind[kind]]),
    ...{ alarm, priority, site, device: reportedDevice, point: alarm },
    ...{ zone: place.zone, building: place.building, condition: "inactive", reported },
  });
  const { person: by, seat } = actor;
  // Whoever has taken the call has taken the alarm.
  draft.add({ type: "alarm-moved", alarm, to: "acknowledged", why: "acknowledge", by, seat });
  if (kind === "fire") openOrJoin(draft, { id: alarm, priority, place });
  else openIncident(draft, { id: alarm, priority, place, kind }, null);
  take(draft, alarm, priority, by);
}

/** The incident is acknowledged by whoever took the call; what several have seen is confirmed. */
function take(draft: Draft, alarm: string, priority: Priority, by: string): void {
  const found = draft.events.find(
    (e) => (e.type === "incident-opened" || e.type === "incident-joined") && e.alarm === alarm,
  );
  if (found?.type !== "incident-opened" && found?.type !== "incident-joined") return;
  const { incident } = found;
  const now = draft.state.incidents.get(incident)?.verification ?? "received";
  const to = comparePriority(priority, "P0") === 0 ? "confirmed" : "acknowledged";
  if (!verificationForward(now, to)) return;
  const nothing = { second: null, cause: null, reason: null } as const;
  draft.add({ type: "verification-moved", incident, to, by, ...nothing });
}

function reportedOf(
  inventory: InventoryIndex,
  { kind, what, via, caller, site, at }: ReportIncident,
  { person: by }: Actor,
): Reported {
  const given = at?.given === undefined ? {} : { given: at.given };
  const position = at
    ? { lng: at.lng, lat: at.lat, accuracyM: 50, source: "reported", ...given }
    : null;
  const town = site === undefined && position ? nearestTown(inventory, position) : null;
  return { kind, what, via, caller: caller ?? null, by, position, town };
}

/** By its seat: no border of a town is known. */
function nearestTown({ towns }: InventoryIndex, at: Position): string | null {
  let nearest: { readonly id: string; readonly away: number } | null = null;
  for (const { id, position } of towns.values()) {
    const away = distanceM(at, position);
    if (nearest === null || away < nearest.away) nearest = { id, away };
  }
  return nearest?.id ?? null;
}

function refusalOf(inventory: InventoryIndex, command: ReportIncident): string | null {
  const { kind, what, priority, via, caller, site, zone, at } = command;
  if (!isOneOf(incidentKinds, kind)) return "unknown-kind";
  if (!isOneOf(reportedWhats[kind], what)) return "unknown-what";
  if (!isOneOf(reportPriorities, priority)) return "unknown-priority";
  if (!isOneOf(reportWays, via)) return "unknown-way";
  if (caller !== undefined && !/^P-[A-Za-z0-9_-]{1,30}$/.test(caller)) return "unknown-caller";
  const home = site === undefined ? undefined : inventory.sites.get(site);
  if (site !== undefined && !home) return "unknown-site";
  if (zone !== undefined && !inventory.zones.get(zoneKey(site ?? "", zone))) return "unknown-zone";
  if (at === undefined) return home ? null : "place-needed";
  if (at.datum !== "WGS-84") return "unknown-datum";
  const { west, south, east, north } = inventory.district.bounds;
  const isIn = at.lng >= west && at.lng <= east && at.lat >= south && at.lat <= north;
  if (!isIn) return "outside-district";
  return home && distanceM(at, home.position) > farFromSiteM ? "far-from-site" : null;
}

function isOneOf(set: readonly string[], code: string): boolean {
  return set.includes(code);
}
