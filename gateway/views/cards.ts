/**
 * Committed state put into the rows and cards of the contract: ids become names, codes become texts
 * in both languages. Names of persons are looked up here, when somebody reads, and stand nowhere else.
 */
import type { Alarm } from "#rules/alarm/alarm.ts";
import { type Order, orderAtEnd } from "#rules/dispatch/order.ts";
import { treatedAsRealAt } from "#rules/dispatch/verification.ts";
import type { Incident } from "#rules/incident/incident.ts";
import { colourInForce, deviceKey, type Position } from "#rules/inventory.ts";
import { whereOf } from "#rules/place.ts";
import {
  accessText,
  adviceText,
  alarmText,
  orderWhat,
  orderWhy,
  placeText,
  promptText,
  ruleText,
  siteText,
} from "#rules/text/render.ts";
import type { AlarmRow, CardHead, CrewOrder, IncidentCard, OrderRow } from "../api/contract.ts";
import { callOutRows, linkageRows } from "./called.ts";
import { whyOf } from "./explanation.ts";
import { arrivalOf, firstAlarmOf } from "./force.ts";
import { handlingParts } from "./handling.ts";
import { holdParts, panelRows } from "./holds.ts";
import { both, type Sight } from "./sight.ts";

export function incidentCard(sight: Sight, incident: Incident): IncidentCard {
  const { state } = sight;
  const alarms = incident.alarms.flatMap((id) => state.alarms.get(id) ?? []);
  const orders = incident.orders.flatMap((id) => state.orders.get(id) ?? []);
  return {
    ...cardHead(sight, incident),
    alarms: alarms.map((alarm) => alarmRow(sight, alarm)),
    orders: orders.map((order) => orderRow(sight, order)),
  };
}

/** A card without its alarms and orders, of which there may be hundreds. */
export function cardHead(sight: Sight, incident: Incident): CardHead {
  const { state, world, nameOf } = sight;
  return {
    id: incident.id,
    number: incident.number,
    site: incident.site,
    kind: incident.kind,
    siteName: both((language) => siteText(language, incident, world)),
    openedAt: incident.openedAt,
    closedAt: incident.closedAt,
    priority: incident.priority,
    verification: incident.verification,
    response: incident.response,
    cause: incident.cause,
    mergedInto: incident.mergedInto,
    firstAlarm: firstAlarmOf(sight, incident),
    arrival: arrivalOf(sight, incident.arrival),
    firstAlarmAt: treatedAsRealAt(state, incident.id),
    prompts: incident.prompts.map(({ at, code, order }) => ({
      at,
      code,
      order,
      text: both((language) => promptText(language, code, world)),
    })),
    panel: panelRows(sight, incident),
    ...handlingParts(sight, incident),
    calls: incident.calls.map((call) => ({ ...call, byName: nameOf(call.by) })),
    callOuts: callOutRows(sight, incident),
    linkage: linkageRows(sight, incident),
  };
}

export function alarmRow(sight: Sight, alarm: Alarm): AlarmRow {
  const { world, nameOf } = sight;
  const { inventory } = world;
  const { site, device } = alarm;
  const known = inventory.devices.get(deviceKey(site, device));
  const { acknowledgedBy, outage } = alarm;
  return {
    id: alarm.id,
    rule: alarm.rule,
    title: both((language) => ruleText(language, alarm, world)),
    advice: both((language) => adviceText(language, alarm, world)),
    class: alarm.class,
    priority: alarm.priority,
    state: alarm.state,
    condition: alarm.condition,
    latched: alarm.latched,
    sounding: alarm.sounding,
    chatters: alarm.chatters,
    test: alarm.test,
    ...holdParts(sight, alarm),
    marks: [...alarm.marks],
    presses: alarm.presses,
    raisedAt: alarm.raisedAt,
    lastPressAt: alarm.lastPressAt,
    deviceTs: alarm.deviceTs,
    acknowledgedAt: alarm.acknowledgedAt,
    acknowledgedBy,
    acknowledgedByName: acknowledgedBy === null ? null : nameOf(acknowledgedBy),
    incident: alarm.incident,
    site,
    siteName: both((language) =>
      siteText(language, { site, town: alarm.reported?.town ?? null }, world),
    ),
    reported: reportedOf(sight, alarm),
    device,
    zone: alarm.zone,
    place: both((language) => placeText(language, alarm, world)),
    what: both((language) => alarmText(language, alarm, world)),
    why: whyOf(sight, alarm),
    access: both((language) => accessText(language, alarm, world)),
    cameras: (known?.cameras ?? []).map(({ name, url }) => ({ name: name ?? null, url })),
    code: codeOf(sight, site),
    position: point(whereOf(inventory, alarm).position),
    outage: outage && { ...outage, unheard: [...outage.unheard] },
  };
}

/** `2026-11-26 21:04` of a time that is local already. */
function localTime(at: number): string {
  return new Date(at).toISOString().slice(0, 16).replace("T", " ");
}

/** As a person has set it, else as the inventory has it; nobody has is yellow (domain, E03). */
function codeOf({ state, world }: Sight, site: string): AlarmRow["code"] {
  const listed = world.inventory.sites.get(site)?.code;
  const set = state.codes.get(site);
  const { colour = "unknown", reason = null } = set ? { colour: set.colour } : (listed ?? {});
  const { utcOffsetMin } = world.settings;
  return {
    colour: colourInForce({ colour }),
    known: colour !== "unknown",
    reason,
    reasonCode: set?.reason ?? null,
    since: set ? localTime(set.at + utcOffsetMin * 60_000) : (listed?.since ?? null),
  };
}

export function orderRow({ world, nameOf }: Sight, order: Order): OrderRow {
  const responder = world.inventory.responders.get(order.station);
  return {
    id: order.id,
    incident: order.incident,
    station: order.station,
    stationName: responder?.name ?? both(() => order.station),
    stationKind: order.stationKind,
    kind: order.kind,
    revision: order.revision,
    priority: order.priority,
    state: order.state,
    channel: order.channel,
    recallAwaited: order.recallAwaited,
    delivered: order.deliveredRevision >= order.revision,
    issuedAt: order.issuedAt,
    acceptedAt: order.acceptedAt,
    repliedAt: order.repliedAt,
    entered: order.entered && {
      ...order.entered,
      byName: nameOf(order.entered.by),
      reporterName: nameOf(order.entered.reportedBy),
    },
    why: orderWhy(order, world),
    reason: order.why,
    distanceM: order.distanceM,
    estimateMs: order.estimateMs,
    source: order.source,
    wayDoubt: order.wayDoubt,
    roster: responder?.roster?.length ?? 0,
  };
}

/** Null where the alarm or the incident of the order has left the state. */
export function crewOrder(sight: Sight, order: Order): CrewOrder | null {
  const { state, world } = sight;
  const alarm = state.alarms.get(order.alarm);
  const incident = state.incidents.get(order.incident);
  if (!alarm || !incident) return null;
  const { inventory } = world;
  return {
    order: orderRow(sight, order),
    incident: { id: incident.id, number: incident.number, openedAt: incident.openedAt },
    class: alarm.class,
    what: orderWhat(alarm, order, world),
    place: both((language) => placeText(language, alarm, world)),
    access: both((language) => accessText(language, alarm, world)),
    position: point(whereOf(inventory, alarm).position),
    marks: [...alarm.marks],
  };
}

/** How long an order that has ended stays on the crew's page. */
const endedForMs = 12 * 3_600_000;

/** A station's orders: open ones first, newest first, then those that ended not long ago. */
export function ordersOfStation(sight: Sight, station: string, now: number): CrewOrder[] {
  const orders = [...sight.state.orders.values()].filter((order) => order.station === station);
  const open = orders.filter((order) => !orderAtEnd(order.state));
  const ended = orders.filter(
    (order) => orderAtEnd(order.state) && now - (order.repliedAt ?? order.issuedAt) <= endedForMs,
  );
  const newestFirst = (a: Order, b: Order): number => b.issuedAt - a.issuedAt;
  return [...open.sort(newestFirst), ...ended.sort(newestFirst)].flatMap(
    (order) => crewOrder(sight, order) ?? [],
  );
}

/** Who called stands with the contacts alone, for whoever may read them: a row is everybody's. */
function reportedOf({ nameOf }: Sight, { reported }: Alarm): AlarmRow["reported"] {
  if (!reported) return null;
  const { kind, what, via, caller, by } = reported;
  return { kind, what, via, caller, by, byName: nameOf(by) };
}

function point(position: Position | null): { lng: number; lat: number } | null {
  return position && { lng: position.lng, lat: position.lat };
}
