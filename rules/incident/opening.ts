/**
 * From alarm to incident: join the open one of the zone, or open a new one and order for it.
 *
 * An alarm in a zone (or its declared neighbour) with an open incident joins it whatever the time.
 * Where none is open, alarms of the last 60 s in that zone join the one that opens now. Another
 * building is always another incident; an unknown place joins nothing.
 */
import { type Alarm, comparePriority, type Priority } from "../alarm/alarm.ts";
import { armAgain } from "../alarm/escalation.ts";
import { isMoreUrgent, type Standing, standingAt } from "../alarm/priority.ts";
import { localDay } from "../calendar.ts";
import type { IncidentKind } from "../dispatch/first-alarm.ts";
import { prompt, raisedBy } from "../dispatch/issue.ts";
import { orderFirstAlarm, orderVerification, raisePlan } from "../dispatch/plan.ts";
import type { Draft } from "../draft.ts";
import { zoneKey } from "../inventory.ts";
import type { InventoryIndex } from "../inventory-index.ts";
import type { Place } from "../place.ts";
import { type Incident, isCalledOff, isOnlyLookedAt } from "./incident.ts";
import { sceneOf } from "./scene.ts";

export type NewAlarm = {
  readonly id: string;
  readonly priority: Priority;
  readonly place: Place;
  /** Somebody looks first: one signal of one detector sends no rescue station (rule F02). */
  readonly verifyFirst?: boolean;
  /** Absent: a fire. */
  readonly kind?: IncidentKind;
};

type JoinReason = "same-zone" | "neighbour-zone" | "same-building";

export function openOrJoin(draft: Draft, alarm: NewAlarm): void {
  const standing = standingAt(draft, alarm.place);
  // Its suppression has failed already: it is P0 from its first order on, and nobody looks first.
  const now: NewAlarm = hasFailed(standing)
    ? { ...alarm, priority: "P0", verifyFirst: false }
    : alarm;
  takeIn(draft, standing, incidentFor(draft, now));
}

/** The open incident it joins, or a new one; gives the incident's id. */
function incidentFor(draft: Draft, alarm: NewAlarm): string {
  const { state, world } = draft;
  for (const id of state.openBySite.get(alarm.place.site) ?? []) {
    const incident = state.incidents.get(id);
    if (!incident || isCalledOff(incident) || incident.kind !== "fire") continue;
    const why = joinReason(world.inventory, incident, alarm.place);
    if (!why) continue;
    join(draft, incident, alarm, why);
    return id;
  }
  return openIncident(draft, alarm, null);
}

export function hasFailed(standing: readonly Standing[]): boolean {
  return standing.some(({ priority }) => priority === "P0");
}

/** What stood before the fire is more urgent from now on, and what has failed is part of it. */
export function takeIn(draft: Draft, standing: readonly Standing[], incident: string): void {
  // The incident may have taken some of them by their zone a moment ago.
  const joined = new Set(
    draft.events.flatMap((event) => (event.type === "incident-joined" ? event.alarm : [])),
  );
  for (const { alarm, priority } of standing) {
    const { id } = alarm;
    if (isMoreUrgent(priority, alarm)) {
      draft.add({ type: "alarm-priority", alarm: id, priority });
      armAgain(draft, alarm, priority);
    }
    if (priority !== "P0" || alarm.incident !== null || joined.has(id)) continue;
    const why = "failed-suppression";
    draft.add({ type: "incident-joined", incident, alarm: id, zone: null, why });
  }
}

function join(draft: Draft, incident: Incident, alarm: NewAlarm, why: JoinReason): void {
  const { zone } = alarm.place;
  draft.add({
    type: "incident-joined",
    incident: incident.id,
    alarm: alarm.id,
    zone,
    why,
  });
  if (comparePriority(alarm.priority, incident.priority) < 0) {
    return raisePriority(draft, incident, alarm.priority, "alarm", alarm.id);
  }
  // A press orders at receipt, also where somebody was only sent to look (DESIGN §5); so does a
  // second signal of another point.
  if (!isOnlyLookedAt(incident) || alarm.place.position === null) return;
  if (alarm.verifyFirst && !isIndependent(draft, incident, alarm.id)) return;
  if (alarm.verifyFirst) prompt(draft, incident.id, "second-signal", null);
  const { id, place } = alarm;
  orderFirstAlarm(draft, { incident: incident.id, alarm: id, place, priority: incident.priority });
}

/** Of a point that has not fired in this incident: one that fires again says nothing new. */
function isIndependent({ state, events }: Draft, incident: Incident, alarm: string): boolean {
  const raised = events.find((e) => e.type === "alarm-raised" && e.alarm === alarm);
  if (raised?.type !== "alarm-raised") return false;
  return incident.alarms.every((id) => {
    const other = state.alarms.get(id);
    if (other?.class !== "fire") return true;
    return other.device !== raised.device || other.point !== raised.point;
  });
}

/**
 * Suppression that fails while the site burns is part of that fire, wherever the pump room stands:
 * the newest fire incident of the site takes it, unless another has, and becomes P0. Crews still go
 * where it burns.
 */
export function joinFire(draft: Draft, alarm: Pick<Alarm, "id" | "site" | "incident">): void {
  const { state } = draft;
  const open = (state.openBySite.get(alarm.site) ?? [])
    .flatMap((id) => state.incidents.get(id) ?? [])
    .filter((one) => !isCalledOff(one));
  const incident =
    open.find(({ id }) => id === alarm.incident) ??
    open.findLast(({ alarms }) => alarms.some((id) => isFire(state.alarms.get(id))));
  if (!incident) return;
  if (alarm.incident === null) {
    const why = "failed-suppression";
    draft.add({ type: "incident-joined", incident: incident.id, alarm: alarm.id, zone: null, why });
  }
  if (comparePriority("P0", incident.priority) < 0) {
    raisePriority(draft, incident, "P0", "alarm", sceneOf(draft, incident) ?? alarm.id);
  }
}

function isFire(alarm: Alarm | undefined): boolean {
  return alarm?.class === "fire";
}

/** Opens an incident for the alarm and orders for it at once; gives the incident's id. */
export function openIncident(draft: Draft, alarm: NewAlarm, splitFrom: string | null): string {
  const incident = draft.newId("I");
  const { site, building, zone } = alarm.place;
  draft.add({
    type: "incident-opened",
    incident,
    number: nextNumber(draft),
    site,
    building,
    zone,
    priority: alarm.priority,
    alarm: alarm.id,
    splitFrom,
    ...(alarm.kind === undefined ? {} : { kind: alarm.kind }),
    ...townOfReport(draft, alarm.id),
  });
  if (splitFrom === null && alarm.kind === undefined) joinRecent(draft, incident, alarm.place);
  const { id, place, priority, verifyFirst } = alarm;
  const order = verifyFirst ? orderVerification : orderFirstAlarm;
  order(draft, { incident, alarm: id, place, priority });
  return incident;
}

/** A report may lie off every site: its town is then what is known of its area. */
function townOfReport(draft: Draft, alarm: string): { readonly town?: string } {
  const town = raisedBy(draft, alarm).reported?.town;
  return town ? { town } : {};
}

/** The incident's priority rises, and with it the plan. */
export function raisePriority(
  draft: Draft,
  incident: Incident,
  to: Priority,
  why: "alarm" | "confirmed" | "undetermined",
  alarm: string,
): void {
  draft.add({
    type: "incident-priority-raised",
    incident: incident.id,
    to,
    why,
  });
  raisePlan(draft, incident, to, alarm);
}

/** Alarms of the last 60 s in the zone that had no incident to join until now. */
function joinRecent(draft: Draft, incident: string, place: Place): void {
  const { joinWithinMs } = draft.world.settings.incident;
  const zones = new Set(place.zone === null ? [] : [place.zone]);
  for (const other of draft.state.alarms.values()) {
    if (!isRecent(other, place.site, draft.at - joinWithinMs)) continue;
    const where = { building: place.building, zones };
    if (!joinReason(draft.world.inventory, where, other)) continue;
    const { id, zone } = other;
    draft.add({
      type: "incident-joined",
      incident,
      alarm: id,
      zone,
      why: "within-window",
    });
  }
}

function isRecent(alarm: Alarm, site: string, since: number): boolean {
  if (alarm.site !== site || alarm.incident !== null || alarm.state === "normal") return false;
  if (alarm.outOfService !== null) return false;
  return alarm.raisedAt >= since && alarm.class !== "system" && alarm.class !== "test";
}

/** Why an alarm at `place` belongs to an incident, or null where it does not. */
export function joinReason(
  inventory: InventoryIndex,
  incident: Pick<Incident, "building" | "zones">,
  place: {
    readonly site: string;
    readonly building: string | null;
    readonly zone: string | null;
  },
): JoinReason | null {
  if (incident.building !== place.building) return null;
  const { zone, site } = place;
  if (zone === null) {
    return place.building !== null && incident.zones.size === 0 ? "same-building" : null;
  }
  if (incident.zones.has(zone)) return "same-zone";
  const neighbours = inventory.zones.get(zoneKey(site, zone))?.neighbours ?? [];
  for (const other of incident.zones) {
    if (neighbours.includes(other)) return "neighbour-zone";
    if (inventory.zones.get(zoneKey(site, other))?.neighbours.includes(zone)) {
      return "neighbour-zone";
    }
  }
  return null;
}

/** MMDD-NNN: the number people read, counted from 1 each local day. */
function nextNumber(draft: Draft): string {
  const { daily } = draft.state;
  const day = localDay(draft.at, draft.world.settings.utcOffsetMin);
  const count = daily.day === day ? daily.count + 1 : 1;
  return `${day}-${String(count).padStart(3, "0")}`;
}
