/**
 * The list of the desk: incidents and alarms by priority, and the rule that no row moves under the
 * cursor. Pure.
 */

import type { AlarmRow, IncidentCard } from "#gateway/api/contract.ts";
import { holdRefusal } from "#rules/alarm/lifecycle.ts";
import type { Live } from "../shared/live-state.ts";

/** P1 has two classes; an unconfirmed fire stands above suppression out of service. */
export const urgencies = ["P0", "P1-fire", "P1-suppression", "P2", "P3", "P4"] as const;
export type Urgency = (typeof urgencies)[number];

export type Row = {
  /** Of incident or alarm; ids are unique over both. */
  readonly key: string;
  readonly urgency: Urgency;
  readonly at: number;
  readonly needsSomeone: boolean;
  /** Ended while the list was held still; it leaves when the list moves again. */
  readonly gone: boolean;
} & (
  | { readonly kind: "incident"; readonly card: IncidentCard }
  | { readonly kind: "alarm"; readonly alarm: AlarmRow }
);

export function rowsOf(live: Pick<Live, "incidents" | "alarms">): Row[] {
  const incidents = [...live.incidents.values()].map(rowOfIncident);
  // What is kept from the desk has a list of its own, always in reach.
  const alarms = [...live.alarms.values()].filter(({ hold }) => hold === null).map(rowOfAlarm);
  return [...incidents, ...alarms].sort(compareRows);
}

type Hold = NonNullable<AlarmRow["hold"]>;

/** Every alarm that is kept from the desk so, of incidents too; the one that ends first at the top. */
export function heldIn(
  { incidents, alarms }: Pick<Live, "incidents" | "alarms">,
  hold: Hold,
): AlarmRow[] {
  const all = [...alarms.values(), ...[...incidents.values()].flatMap((card) => card.alarms)];
  return all
    .filter((alarm) => alarm.hold === hold)
    .sort((a, b) => (a.shelved?.until ?? a.raisedAt) - (b.shelved?.until ?? b.raisedAt));
}

/** As the rules judge it (rules/alarm/lifecycle.ts): never a fire, never a press. */
export function mayShelve(alarm: AlarmRow): boolean {
  if (alarm.state === "normal" || alarm.hold !== null) return false;
  return holdRefusal("shelved", alarm) === null;
}

/** What the gateway says of itself is no device, and what belongs to an incident stays there. */
export function mayTakeOut(alarm: AlarmRow): boolean {
  if (alarm.state === "normal" || alarm.hold === "out-of-service") return false;
  if (alarm.class === "system" || alarm.test !== null || alarm.incident !== null) return false;
  return holdRefusal("out-of-service", alarm) === null;
}

/** How often somebody was called for what nobody has acknowledged. */
export function callsMade(alarms: readonly AlarmRow[]): number {
  return alarms
    .filter(isUnacknowledged)
    .reduce((sum, { escalation }) => sum + (escalation?.steps.length ?? 0), 0);
}

/** Of several alarms the one whose escalation has gone furthest; of these the one that goes on next. */
export function furthestCalled(alarms: readonly AlarmRow[]): AlarmRow | null {
  const far = ({ escalation }: AlarmRow): number => escalation?.steps.length ?? 0;
  const next = ({ escalation }: AlarmRow): number => escalation?.nextAt ?? Number.POSITIVE_INFINITY;
  const waiting = alarms.filter((alarm) => alarm.escalation !== null && isUnacknowledged(alarm));
  return (
    waiting.sort((a, b) => far(b) - far(a) || next(a) - next(b) || a.raisedAt - b.raisedAt)[0] ??
    null
  );
}

/**
 * Most urgent first, newest first within. Of one instant the incident comes before what follows from it
 * (hot work that it has stopped): there are its orders. The id decides last, so that nothing jumps.
 */
export function compareRows(a: Row, b: Row): number {
  return (
    urgencies.indexOf(a.urgency) - urgencies.indexOf(b.urgency) ||
    b.at - a.at ||
    Number(a.kind !== "incident") - Number(b.kind !== "incident") ||
    (a.key < b.key ? -1 : a.key > b.key ? 1 : 0)
  );
}

/** Whether both are drawn alike: what came over the stream is one object until it changes. */
export function isSameRow(a: Row, b: Row): boolean {
  return a.gone === b.gone && contentOf(a) === contentOf(b);
}

function contentOf(row: Row): object {
  return row.kind === "incident" ? row.card : row.alarm;
}

export type Arranged = {
  readonly shown: readonly Row[];
  /** Not shown yet, most urgent first: announced above the list. */
  readonly fresh: readonly Row[];
};

/**
 * `held` is the list as it stood when pointer or key focus came into it; null while nobody is
 * there. Its rows keep their places, with what is known of them now.
 */
export function arrange(rows: readonly Row[], held: readonly Row[] | null): Arranged {
  if (held === null) return { shown: rows, fresh: [] };
  const now = new Map(rows.map((row) => [row.key, row]));
  const kept = new Set(held.map((row) => row.key));
  return {
    shown: held.map((row) => now.get(row.key) ?? { ...row, gone: true }),
    fresh: rows.filter((row) => !kept.has(row.key)),
  };
}

/** The row `step` places away, staying within the list; the first where nothing is selected. */
export function stepFrom(rows: readonly Row[], key: string | null, step: number): Row | null {
  const index = rows.findIndex((row) => row.key === key);
  if (index === -1) return rows[0] ?? null;
  return rows[Math.max(0, Math.min(rows.length - 1, index + step))] ?? null;
}

/** What must be looked at first: the most urgent that nobody has acknowledged, else the first. */
export function mostUrgent(rows: readonly Row[]): Row | null {
  return rows.find((row) => row.needsSomeone && !row.gone) ?? rows[0] ?? null;
}

export function urgencyOfAlarm(alarm: AlarmRow): Urgency {
  if (alarm.priority !== "P1") return alarm.priority;
  return isSentFor(alarm) ? "P1-fire" : "P1-suppression";
}

/** What crews go out for: a fire, and whatever a person has reported. */
function isSentFor({ class: of }: AlarmRow): boolean {
  return of === "fire" || of === "emergency";
}

/** False of a flood, a typhoon, a rescue: its urgency has words of its own. */
export function isOfFire(row: Row): boolean {
  return row.kind === "alarm" || row.card.kind === "fire";
}

function rowOfIncident(card: IncidentCard): Row {
  const suppression = card.alarms.length > 0 && card.alarms.every((alarm) => !isSentFor(alarm));
  const urgency =
    card.priority !== "P1" ? card.priority : suppression ? "P1-suppression" : "P1-fire";
  return {
    key: card.id,
    kind: "incident",
    urgency,
    at: card.openedAt,
    needsSomeone: card.verification === "received" || card.alarms.some(isUnacknowledged),
    gone: false,
    card,
  };
}

function rowOfAlarm(alarm: AlarmRow): Row {
  return {
    key: alarm.id,
    kind: "alarm",
    urgency: urgencyOfAlarm(alarm),
    at: alarm.raisedAt,
    needsSomeone: isUnacknowledged(alarm),
    gone: false,
    alarm,
  };
}

export function isUnacknowledged(alarm: AlarmRow): boolean {
  return alarm.state === "unacknowledged" || alarm.state === "returned-unacknowledged";
}
