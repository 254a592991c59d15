/**
 * Linkage (联动): what follows an alarm by the table of its site. It tells people, sounds and shows; it
 * never starts or stops a pump, a valve or a damper (law 1): the table may not name one.
 *
 * A row runs once for an incident, or for an alarm that has none. One signal, or two independent ones
 * (GB 50116 4.1.6), start it; a delay and a feedback that is awaited are deadlines of the state.
 */
import type { Alarm, AlarmClass } from "../alarm/alarm.ts";
import { callOut, isOrdered } from "../call-out/call-out.ts";
import {
  issue,
  isUnder119,
  latestOf,
  ordersOf,
  placeOfAlarm,
  turnOut,
  wayTo,
} from "../dispatch/issue.ts";
import { isStandingBy } from "../dispatch/order.ts";
import type { Draft } from "../draft.ts";
import type { Event } from "../event.ts";
import { type Called, isCalledOff } from "../incident/incident.ts";
import { canBeOrdered, type LinkageCommand, type LinkageRow } from "../inventory.ts";
import type { Signal } from "../signal.ts";

export const feedbacks = ["done", "failed"] as const;
export type Feedback = (typeof feedbacks)[number];

/** What a row names, as codes. */
export type LinkageTarget =
  | { readonly device: string }
  | { readonly endpoint: string }
  | { readonly station: string }
  | { readonly people: true };

export type LinkageRun = {
  readonly id: string;
  /** The row's id in the table of its site. */
  readonly row: string;
  readonly site: string;
  readonly alarm: string;
  incident: string | null;
  /** The inventory whose row it is: a later import changes nothing that is out. */
  readonly inventory: string | null;
  readonly target: LinkageTarget;
  readonly command: LinkageCommand | null;
  readonly signals: "one" | "two";
  readonly dueAt: number;
  readonly feedbackWithinMs: number | null;
  state: "waits" | "due" | "refused" | "ended" | "cancelled";
  /** Why nothing came of it. */
  reason: string | null;
  doneAt: number | null;
  feedback: Feedback | "none" | null;
  endedAt: number | null;
};

export type LinkageEvent =
  | {
      readonly type: "linkage-began";
      readonly linkage: string;
      readonly row: string;
      readonly site: string;
      readonly alarm: string;
      readonly incident: string | null;
      readonly target: LinkageTarget;
      readonly command: LinkageCommand | null;
      readonly signals: "one" | "two";
      readonly dueAt: number;
      readonly feedbackWithinMs: number | null;
    }
  | {
      /** From now on it is sent until it is taken; an answer is awaited until then. */
      readonly type: "linkage-due";
      readonly linkage: string;
      readonly incident: string | null;
      readonly feedbackBy: number | null;
    }
  | {
      readonly type: "linkage-refused";
      readonly linkage: string;
      readonly incident: string | null;
      readonly reason: string;
    }
  | {
      readonly type: "linkage-answered";
      readonly linkage: string;
      readonly incident: string | null;
      readonly feedback: Feedback;
    }
  | {
      readonly type: "linkage-unanswered";
      readonly linkage: string;
      readonly incident: string | null;
    }
  | {
      /** The alarm was none, or it is over: what waits is dropped, what sounds is silenced. */
      readonly type: "linkage-ended";
      readonly linkage: string;
      readonly incident: string | null;
    };

/** After a decision: what its alarms start, and what its ends end. */
export function watchLinkage(draft: Draft): void {
  // What linkage itself adds starts nothing more.
  for (const event of [...draft.events]) {
    const raised = alarmStarted(draft, event);
    if (raised) startFor(draft, raised);
    if (event.type === "incident-reopened") startAgain(draft, event.incident);
    if (event.type === "incident-split") startAnew(draft, event.into, event.alarms);
    const over = incidentOver(event);
    if (over !== null) endOf(draft, (run) => run.incident === over);
    if (event.type === "alarm-moved" && event.to === "normal") {
      endOf(draft, (run) => run.incident === null && run.alarm === event.alarm);
    }
  }
}

type Started = {
  readonly alarm: string;
  readonly site: string;
  readonly rule: string;
  readonly class: AlarmClass;
  readonly incident: string | null;
  /** Alarms that have gone with it into an incident which the state does not know yet. */
  readonly with?: readonly string[];
};

/** An alarm that is real and kept from nobody: as it is raised, or as it joins its incident later. */
function alarmStarted(draft: Draft, event: Event): Started | null {
  if (event.type === "alarm-raised") {
    const isKept = event.test ?? event.suppressedBy ?? event.outOfService;
    const { alarm, site, rule } = event;
    if (isKept !== undefined) return null;
    return { alarm, site, rule, class: event.class, incident: incidentOf(draft, alarm) };
  }
  if (event.type !== "alarm-real" && event.type !== "incident-joined") return null;
  const known = draft.state.alarms.get(event.alarm);
  if (!known || isKept(known, event.type === "alarm-real")) return null;
  const { id, site, rule } = known;
  const of = event.type === "alarm-real" ? event.class : known.class;
  return { alarm: id, site, rule, class: of, incident: incidentOf(draft, id) };
}

/** It was over, or called off, and burns: what its alarms had started sounds again. */
function startAgain(draft: Draft, incident: string): void {
  const known = draft.state.incidents.get(incident);
  if (!known || (known.closedAt === null && !isCalledOff(known))) return;
  startStanding(draft, incident, known.alarms);
}

/** Another fire has its own: what the first one had started ends with the first one. */
function startAnew(draft: Draft, incident: string, alarms: readonly string[]): void {
  startStanding(draft, incident, alarms, alarms);
}

function startStanding(
  draft: Draft,
  incident: string,
  alarms: readonly string[],
  moved: readonly string[] = [],
): void {
  for (const id of alarms) {
    const alarm = draft.state.alarms.get(id);
    if (!alarm || isOver(alarm) || isKept(alarm)) continue;
    const { site, rule, class: of } = alarm;
    startFor(draft, { alarm: id, site, rule, class: of, incident, with: moved });
  }
}

/** What a person has reported is over with its incident alone, and so not in one that is opened again. */
function isOver({ state, reported }: Alarm): boolean {
  return state === "normal" && reported === null;
}

function isKept({ test, byDesign, outOfService }: Alarm, isReal = false): boolean {
  return !isReal && (test ?? byDesign ?? outOfService) !== null;
}

/** As this decision leaves it. */
function incidentOf({ state, events }: Draft, alarm: string): string | null {
  const told = events.findLast(
    (e) => (e.type === "incident-opened" || e.type === "incident-joined") && e.alarm === alarm,
  );
  if (told?.type === "incident-opened" || told?.type === "incident-joined") return told.incident;
  return state.alarms.get(alarm)?.incident ?? null;
}

function startFor(draft: Draft, started: Started): void {
  const rows = draft.world.inventory.linkageOf(started.site);
  if (rows.length === 0) return;
  const sources = independentSignals(draft, started);
  for (const row of rows) {
    if (row.class !== started.class) continue;
    if (row.rules !== undefined && !row.rules.includes(started.rule)) continue;
    if (row.signals === "two" && sources < 2) continue;
    if (!hasRun(draft, row, started)) begin(draft, row, started);
  }
}

function hasRun({ state, events }: Draft, row: LinkageRow, started: Started): boolean {
  type Of = { row: string; site: string; incident: string | null; alarm: string };
  const same = (run: Of): boolean =>
    run.row === row.id &&
    run.site === row.site &&
    (started.incident === null ? run.alarm === started.alarm : run.incident === started.incident);
  for (const run of state.linkages.values()) {
    if (same(run) && run.state !== "cancelled" && run.state !== "ended") return true;
  }
  return events.some((e) => e.type === "linkage-began" && same(e));
}

/**
 * Sources of the incident's alarms of this class that stand: two points of a device are two, the same
 * point pressed twice is one. A vote has its voters (F03).
 */
function independentSignals(draft: Draft, started: Started): number {
  const { state, events } = draft;
  const sources = new Set<string>();
  const add = (
    of: { readonly device: string; readonly point: string },
    more: { readonly each?: string | null; readonly causes?: readonly string[] | null },
  ): void => {
    const causes = more.causes ?? [];
    const points = causes.length > 1 ? causes : [more.each ?? of.point];
    for (const point of points) sources.add(`${of.device}#${point}`);
  };
  const known = state.incidents.get(started.incident ?? "")?.alarms ?? started.with ?? [];
  const alarms = [...known, started.alarm];
  for (const id of new Set(alarms)) {
    const alarm = state.alarms.get(id);
    if (!alarm || alarm.class !== started.class || isOver(alarm)) continue;
    // A press stands until it is reset, though the finger has left the key.
    const stands = alarm.latched || alarm.condition !== "inactive" || alarm.reported !== null;
    if (!isKept(alarm) && stands) add(sourceOf(alarm), alarm);
  }
  for (const event of events) {
    if (event.type !== "alarm-raised" || event.class !== started.class) continue;
    if (incidentOf(draft, event.alarm) === started.incident) add(sourceOf(event), event);
  }
  return sources.size;
}

/** Two people who telephone of one fire are not two signals of it (GB 50116 4.1.6). */
function sourceOf({
  device,
  point,
  reported,
}: Pick<Alarm, "device" | "point"> & { reported?: unknown }) {
  return { device, point: reported ? "reported" : point };
}

function begin(draft: Draft, row: LinkageRow, { alarm, incident }: Started): void {
  const linkage = draft.newId("L");
  const dueAt = draft.at + (row.afterMs ?? 0);
  const feedbackWithinMs = row.feedbackWithinMs ?? null;
  const { id, site, signals, command = null } = row;
  const of = { row: id, site, alarm, incident, target: targetOf(row), command, signals };
  draft.add({ type: "linkage-began", linkage, ...of, dueAt, feedbackWithinMs });
  if (dueAt === draft.at) carryOut(draft, { id: linkage, ...of, feedbackWithinMs });
}

function targetOf({ device, endpoint, station, people }: LinkageRow): LinkageTarget {
  if (device !== undefined) return { device };
  if (endpoint !== undefined) return { endpoint };
  return station !== undefined && people === undefined ? { station } : { people: true };
}

type Due = Pick<
  LinkageRun,
  "id" | "row" | "site" | "alarm" | "incident" | "target" | "feedbackWithinMs"
>;

/** Its delay is over. */
export function linkageDue(draft: Draft, run: LinkageRun): void {
  carryOut(draft, run);
}

function carryOut(draft: Draft, run: Due): void {
  const { id: linkage, incident, feedbackWithinMs } = run;
  const refusal = "endpoint" in run.target ? null : call(draft, run);
  if (refusal !== null) {
    return draft.add({ type: "linkage-refused", linkage, incident, reason: refusal });
  }
  const feedbackBy = feedbackWithinMs === null ? null : draft.at + feedbackWithinMs;
  draft.add({ type: "linkage-due", linkage, incident, feedbackBy });
}

/**
 * People, stations and brigades: an order or a call-out like any other. What sounds needs an incident
 * too: its end silences it. Gives why not, or null.
 */
function call(draft: Draft, run: Due): string | null {
  const incident = incidentFor(draft, run);
  if (!incident) return "no-incident";
  if ("device" in run.target) return null;
  if ("station" in run.target) return callStation(draft, incident, run.target.station);
  const row = draft.world.inventory.linkageOf(run.site).find(({ id }) => id === run.row);
  return row?.people ? callOut(draft, incident, row.people, null) : "no-such-row";
}

/** As the state has it, or as this very decision opens it. */
function incidentFor({ state, events }: Draft, { incident: id, site }: Due): Called | null {
  const known = state.incidents.get(id ?? "");
  const isOpened = events.some((e) => e.type === "incident-reopened" && e.incident === id);
  if (known) return known.closedAt === null || isOpened ? known : null;
  const opened = events.find((e) => e.type === "incident-opened" && e.incident === id);
  if (opened?.type !== "incident-opened") return null;
  const { incident, alarm, priority } = opened;
  return { id: incident, site, alarms: [alarm], priority, orders: [], stationsOrdered: 0 };
}

function callStation(draft: Draft, incident: Called, station: string): string | null {
  const responder = draft.world.inventory.responders.get(station);
  if (!responder || !canBeOrdered(responder)) return "not-in-service";
  if (responder.authority === "via-119") return "via-119";
  if (isUnder119(draft, incident.id)) return "command-119";
  // Whoever is under way already has been called; who only stands by has not.
  const page = pageOf(draft, incident, station);
  if (!page && isOrdered(draft, incident, station)) return null;
  const { maxStations } = draft.world.settings.dispatch;
  const given = incident.stationsOrdered + givenNow(draft, incident.id);
  if (responder.kind === "rescue" && given >= maxStations) return "most-stations";
  const now = latestOf(draft, incident);
  if (page) {
    turnOut(draft, page, now, null);
    return null;
  }
  const place = placeOfAlarm(draft, now.alarm);
  const to = { incident: incident.id, ...now, place };
  issue(draft, to, wayTo(draft, station, place), "linkage", null);
  return null;
}

/** Its page to stand by, of the state or of this very decision, unless it goes by now. */
function pageOf(
  draft: Draft,
  incident: Called,
  station: string,
): { readonly id: string; readonly revision: number } | null {
  const known = ordersOf(draft, incident).find((o) => o.station === station && isStandingBy(o));
  const given = draft.events.find(
    (e) => e.type === "order-issued" && e.incident === incident.id && e.station === station,
  );
  const isNew = given?.type === "order-issued" && given.kind === "stand-by";
  const page = known ?? (isNew ? { id: given.order, revision: 1 } : null);
  const goes = draft.events.some((e) => e.type === "order-revised" && e.order === page?.id);
  return goes ? null : page;
}

function givenNow({ events }: Draft, incident: string): number {
  return events.filter(
    (e) =>
      e.type === "order-issued" &&
      e.incident === incident &&
      e.stationKind === "rescue" &&
      e.kind === "turn-out",
  ).length;
}

/** Nobody says that it was done. */
export function linkageUnanswered(draft: Draft, { id: linkage, incident }: LinkageRun): void {
  draft.add({ type: "linkage-unanswered", linkage, incident });
}

export function decideFeedback(draft: Draft, signal: Signal & { kind: "linkage-feedback" }): void {
  const run = draft.state.linkages.get(signal.linkage);
  if (run?.state !== "due" || run.feedback === "done") return;
  if (run.feedback === signal.feedback) return;
  const { id: linkage, incident } = run;
  draft.add({ type: "linkage-answered", linkage, incident, feedback: signal.feedback });
}

function incidentOver(event: Event): string | null {
  if (event.type === "incident-closed") return event.incident;
  const isNone = event.type === "verification-moved" && ["false", "test"].includes(event.to);
  return isNone ? event.incident : null;
}

function endOf(draft: Draft, matches: (run: LinkageRun) => boolean): void {
  for (const run of draft.state.linkages.values()) {
    if (!matches(run)) continue;
    // Of an alarm without an incident also what was refused is over, and leaves the state.
    const isOver = run.incident !== null && !["waits", "due"].includes(run.state);
    if (isOver) continue;
    const isEnded = draft.events.some((e) => e.type === "linkage-ended" && e.linkage === run.id);
    const { id: linkage, incident } = run;
    if (!isEnded) draft.add({ type: "linkage-ended", linkage, incident });
  }
}
