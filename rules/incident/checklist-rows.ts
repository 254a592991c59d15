/**
 * What happens with the checklist (火警处置单): when it opens, what ticks its rows, and the clock of the
 * call to 119. It is looked at after each decision, behind the orders, which it never delays.
 */

import { callOf } from "../alarm/called.ts";
import type { PanelState } from "../alarm/panel.ts";
import type { Command } from "../command.ts";
import type { Draft } from "../draft.ts";
import type { Event } from "../event.ts";
import { deviceKey } from "../inventory.ts";
import type { Actor } from "../signal.ts";
import { pointKey } from "../state.ts";
import { kindOf } from "./about.ts";
import {
  type ChecklistReason,
  type ChecklistRow,
  checklistRows,
  notPossibleReasons,
  type RowState,
  rowStates,
} from "./checklist.ts";
import type { Incident } from "./incident.ts";
import { isCalledOff } from "./incident.ts";
import { sceneOf } from "./scene.ts";

/** Rules that confirm a fire by themselves: two signals, and water that flows. */
const confirming: Readonly<Record<string, ChecklistReason>> = {
  F03: "two-signals",
  F04: "water-flow",
};

/** After a decision: what it confirms opens the checklist, what it noted ticks rows. */
export function watchChecklist(draft: Draft): void {
  const opened = new Set<string>();
  for (const event of [...draft.events]) {
    const found = confirmedBy(draft, event);
    if (!found || opened.has(found.incident) || hasChecklist(draft, found.incident)) continue;
    opened.add(found.incident);
    open(draft, found.incident, found.why);
  }
  for (const event of [...draft.events]) {
    if (event.type === "panel-noted") tickOf(draft, event.site, event.note);
  }
}

type Confirmed = { readonly incident: string; readonly why: ChecklistReason };

function confirmedBy(draft: Draft, event: Event): Confirmed | null {
  if (event.type === "verification-moved") {
    const { incident, to } = event;
    // 火警处置单 is of fires: a flood has no linkage controller to turn.
    if (kindOf(draft, incident) !== "fire") return null;
    return to === "confirmed" || to === "undetermined" ? { incident, why: to } : null;
  }
  if (event.type === "incident-split") {
    // Two signals, or water that flows, confirm the fire that they have gone to.
    const [why] = event.alarms.flatMap(
      (id) => confirming[draft.state.alarms.get(id)?.rule ?? ""] ?? [],
    );
    return why ? { incident: event.into, why } : null;
  }
  if (event.type !== "alarm-raised" && event.type !== "alarm-real") return null;
  const of = event.type === "alarm-raised" ? event : draft.state.alarms.get(event.alarm);
  const why = confirming[of?.rule ?? ""];
  const incident = why && incidentOfNew(draft, event.alarm);
  return why && incident ? { incident, why } : null;
}

/** The incident that an alarm of this very decision has opened or joined. */
function incidentOfNew({ events }: Draft, alarm: string): string | null {
  const found = events.find(
    (e) => (e.type === "incident-opened" || e.type === "incident-joined") && e.alarm === alarm,
  );
  return found && "incident" in found ? (found.incident as string) : null;
}

function hasChecklist({ state }: Draft, incident: string): boolean {
  return (state.incidents.get(incident)?.checklist ?? null) !== null;
}

function open(draft: Draft, incident: string, why: ChecklistReason): void {
  const overdueAt = draft.at + draft.world.settings.incident.call119AfterMs;
  draft.add({ type: "checklist-opened", incident, why, overdueAt });
  const site = siteOf(draft, incident);
  for (const row of signalled) {
    if (isTrue(draft, site, row)) noteBySignal(draft, incident, row, "done");
  }
}

function siteOf({ state, events }: Draft, incident: string): string {
  const known = state.incidents.get(incident);
  if (known) return known.site;
  const opened = events.find((e) => e.type === "incident-opened" && e.incident === incident);
  return opened?.type === "incident-opened" ? opened.site : "";
}

/** Rows that signals tick, by what panels say. */
const signalled = ["linkage-auto", "pump"] as const;
const noteOf = { "linkage-auto": "auto", pump: "running" } as const;

/** Whether the signals of a site say that a row is done, with what this decision has noted. */
function isTrue(draft: Draft, site: string, row: (typeof signalled)[number]): boolean {
  const said = saidOf(draft, site).filter(({ note }) => note === noteOf[row]);
  if (row === "pump") return said.some(({ value }) => value === true);
  // Of a linkage controller: the mode of each pump stands in a row of its own (rule P03).
  const controllers = said.filter(({ device }) => isController(draft, site, device));
  return controllers.length > 0 && controllers.every(({ value }) => value === true);
}

/** A pump controller in AUTO is no linkage controller in AUTO. */
export function isController({ world }: Pick<Draft, "world">, site: string, device: string) {
  return world.inventory.devices.get(deviceKey(site, device))?.kind !== "pump-room";
}

/** `key`: of the device and its point. */
type Said = Pick<PanelState, "device" | "note" | "value"> & { readonly key: string };

/** What panels of a site say, with what this decision has noted. */
export function saidOf({ state, events }: Pick<Draft, "state" | "events">, site: string): Said[] {
  const said = new Map<string, Said>();
  for (const [key, one] of state.panels) if (one.site === site) said.set(key, { ...one, key });
  for (const event of events) {
    if (event.type !== "panel-noted" || event.site !== site) continue;
    const key = pointKey(deviceKey(site, event.device), event.point);
    said.set(key, { ...event, key });
  }
  return [...said.values()];
}

/** A panel has said something: rows of the open checklists of its site follow. */
function tickOf(draft: Draft, site: string, note: string): void {
  const row = signalled.find((one) => noteOf[one] === note);
  if (!row) return;
  const isDone = isTrue(draft, site, row);
  for (const id of draft.state.openBySite.get(site) ?? []) {
    const known = draft.state.incidents.get(id)?.checklist?.rows.get(row);
    if (!hasChecklist(draft, id)) continue;
    const state = known?.state ?? "open";
    if (isDone && state !== "done") noteBySignal(draft, id, row, "done");
    // What a person has noted is no signal's to take back.
    if (!isDone && state === "done" && known?.by === null) noteBySignal(draft, id, row, "open");
  }
}

function noteBySignal(draft: Draft, incident: string, row: ChecklistRow, state: RowState): void {
  draft.add({ type: "checklist-noted", incident, row, state, by: null, reason: null });
}

type Note = Command & { command: "note-checklist" };

/** A row, as a person has seen it: done, not possible with a reason, or open after all. */
export function noteChecklist(draft: Draft, command: Note, { person }: Actor): void {
  const { incident: id, row, state, reason } = command;
  const refuse = (why: string): void => draft.refuse("note-checklist", why, person);
  const incident = draft.state.incidents.get(id);
  if (!incident || incident.closedAt !== null)
    return refuse(incident ? "closed" : "unknown-incident");
  if (incident.checklist === null) return refuse("no-checklist");
  if (!checklistRows.includes(row)) return refuse("unknown-row");
  if (!rowStates.includes(state)) return refuse("unknown-state");
  if ((state === "not-possible") !== (reason !== undefined)) {
    return refuse(reason === undefined ? "reason-needed" : "no-reason-needed");
  }
  if (reason !== undefined && !notPossibleReasons.includes(reason)) return refuse("unknown-reason");
  if ((incident.checklist.rows.get(row)?.state ?? "open") === state) return;
  draft.add({
    type: "checklist-noted",
    incident: id,
    row,
    state,
    by: person,
    reason: reason ?? null,
  });
}

/** 60 s and nobody has logged the call to 119: it sounds again, and the shift leader is to be called. */
export function call119Overdue(draft: Draft, incident: Incident): void {
  const { id, site } = incident;
  const calls = isCalledOff(incident) ? [] : [callOf(draft.world.inventory, site, "shift-leader")];
  const alarm = sceneOf(draft, incident);
  draft.add({ type: "call-119-overdue", incident: id, alarm, calls });
  draft.add({ type: "operator-prompted", incident: id, code: "call-119-overdue", order: null });
}
