/**
 * 停用 (ISA-18.2, out of service): a device, some of its points or a rule of it is being worked on. What
 * it says is kept from the desk, with a reason, an author and a planned end; at the end whatever still
 * stands is real. A press is never among it, and a vote with one voter in service is real.
 *
 * For a suppression system it is an impairment (消防设施停用): `taken-out-of-service` and
 * `returned-to-service` say from when to when.
 */

import type { Command } from "../command.ts";
import type { Draft } from "../draft.ts";
import { deviceKey } from "../inventory.ts";
import { outOfServiceReasons } from "../reasons.ts";
import { rulebook, ruleOf } from "../rulebook.ts";
import type { Actor } from "../signal.ts";
import { pointKey, type State } from "../state.ts";
import type { Alarm } from "./alarm.ts";
import { holdRefusal, holdTable } from "./lifecycle.ts";

export type OutOfService = {
  readonly id: string;
  readonly site: string;
  readonly device: string;
  /** Only these points; null: whatever they say. */
  readonly points: readonly string[] | null;
  /** Only this rule; null: each of them. */
  readonly rule: string | null;
  readonly reason: string;
  readonly by: string;
  readonly at: number;
  /** Planned end, ms UTC. */
  readonly until: number;
};

/** Of the whole district, and points of one record (invariant I8). */
export const mostOutOfService = 1000;
export const mostPointsOut = 100;

/** What an alarm is about; `causes`: points that make it true, each voter of a vote. */
export type About = {
  readonly site: string;
  readonly device: string;
  readonly rule: string;
  readonly causes: readonly string[];
};

/** The record that keeps it from the desk; null where something of it is in service. */
export function outOfServiceOf(records: Records, about: About): OutOfService | null {
  const { outOfService } = records;
  if (outOfService.size === 0 || neverOut.includes(about.rule)) return null;
  // Somebody has pressed: a vote with that press in it is none of the work.
  if (about.causes.some((point) => isPressed(records, about, point))) return null;
  const { site, device, rule, causes } = about;
  const there = [...outOfService.values()].filter((o) => o.site === site && o.device === device);
  const whole = there.find((one) => one.points === null && (one.rule ?? rule) === rule);
  if (whole) return whole;
  const by = (point: string) => there.find(({ points }) => points?.includes(point));
  return causes.length > 0 && causes.every(by) ? (by(causes[0] ?? "") ?? null) : null;
}

type Records = Pick<State, "outOfService" | "openByPoint">;

/** A press; and that it is out of service for too long, which the work itself has made true. */
const neverOut: readonly string[] = [rulebook.F01.id, "E02"];

/** The point has an open alarm of its own as one that people press. */
function isPressed({ openByPoint }: Records, { site, device }: About, point: string): boolean {
  const { point: press } = rulebook.F01;
  const key = deviceKey(site, device);
  return openByPoint.has(pointKey(key, `${press}.${point}`));
}

/** Of an alarm that stands: the points that made it true, else those whose comparison did. */
export function causesOf({ causes: said, evidence, point }: Alarm): readonly string[] {
  if (said.length > 0) return said;
  const causes = evidence.flatMap((one) => (one.is === undefined ? [] : one.point));
  return causes.length > 0 ? causes : [point];
}

export function takeOutOfService(
  draft: Draft,
  command: Command & { command: "take-out-of-service" },
  { person: by }: Actor,
): void {
  const why = refusalOf(draft, command);
  if (why !== null) return draft.refuse(command.command, why, by);
  const { site, device, points = null, rule = null, reason, until } = command;
  const record = draft.newId("U");
  const said = { site, device, points, rule, reason, until, by };
  const outOfService = new Map([[record, { id: record, at: draft.at, ...said }]]);
  const alarms = [...draft.state.alarms.values()].filter(
    (alarm) =>
      isAtDesk(draft, alarm) &&
      outOfServiceOf({ ...draft.state, outOfService }, aboutOf(alarm)) !== null,
  );
  const ids = alarms.map(({ id }) => id);
  draft.add({ type: "taken-out-of-service", record, ...said, alarms: ids });
}

function aboutOf(alarm: Alarm): About {
  return { ...alarm, causes: causesOf(alarm) };
}

/** What belongs to an open incident stays with it, and a test has its own list. */
function isAtDesk({ state }: Draft, alarm: Alarm): boolean {
  if (alarm.state === "normal" || alarm.test !== null || alarm.outOfService !== null) return false;
  const incident = alarm.incident === null ? null : state.incidents.get(alarm.incident);
  return incident === null || incident?.closedAt !== null;
}

function refusalOf(
  { state, world, at }: Draft,
  { site, device, points, rule, reason, until }: Command & { command: "take-out-of-service" },
): string | null {
  const { inventory, packs } = world;
  const known = inventory.devices.get(deviceKey(site, device));
  if (!known) return "unknown-device";
  if (points && rule !== undefined) return "points-or-a-rule";
  const of = rule === undefined ? null : ruleOf(rule, packs, known.kind, site);
  if (rule !== undefined && !of) return "unknown-rule";
  const never = of && holdRefusal("out-of-service", { ...of, rule: of.id });
  if (never) return never;
  if (points?.some((point) => point === rulebook.F01.point)) return "never-a-press";
  if (points?.length === 0 || (points?.length ?? 0) > mostPointsOut) return "too-many-points";
  if (!(outOfServiceReasons as readonly string[]).includes(reason)) return "unknown-reason";
  if (until <= at) return "ends-in-the-past";
  if (until - at > (holdTable["out-of-service"].longestMs ?? 0)) return "longer-than-30-d";
  if (state.outOfService.size >= mostOutOfService) return "too-many-out-of-service";
  const wide = { site, device, points: points ?? null, rule: rule ?? null };
  const isThere = [...state.outOfService.values()].some((one) => isWithin(wide, one));
  return isThere ? "out-of-service-already" : null;
}

type Scope = Pick<OutOfService, "site" | "device" | "points" | "rule">;

function isWithin(inner: Scope, outer: Scope): boolean {
  if (inner.site !== outer.site || inner.device !== outer.device) return false;
  if (outer.rule !== null) return inner.rule === outer.rule;
  if (outer.points === null) return true;
  return inner.points?.every((point) => outer.points?.includes(point)) === true;
}

export function returnToService(
  draft: Draft,
  { record }: Command & { command: "return-to-service" },
  { person: by }: Actor,
): void {
  const known = draft.state.outOfService.get(record);
  if (!known) return draft.refuse("return-to-service", "unknown-record", by);
  endOutOfService(draft, known, by);
}

/**
 * Work is done, or its planned end has come: what still stands is real, each in a decision of its own;
 * what the desk had seen before and is over now is shown as it stands; the rest was part of the work.
 */
export function endOutOfService(draft: Draft, record: OutOfService, by: string | null): void {
  const { id, site, device } = record;
  const outOfService = new Map(draft.state.outOfService);
  outOfService.delete(id);
  const alarms = [...draft.state.alarms.values()]
    .filter((alarm) => alarm.outOfService !== null && alarm.state !== "normal")
    .filter((alarm) => alarm.site === site && alarm.device === device)
    .filter((alarm) => outOfServiceOf({ ...draft.state, outOfService }, aboutOf(alarm)) === null)
    .sort((a, b) => (a.id < b.id ? -1 : 1));
  const notBack = alarms.filter(({ condition }) => condition !== "inactive");
  const back = alarms.filter((alarm) => !notBack.includes(alarm));
  const seen = back.filter((alarm) => alarm.outOfService?.seen === true);
  draft.add({
    type: "returned-to-service",
    record: id,
    site,
    device,
    by,
    notBack: notBack.map((alarm) => alarm.id),
    alarms: seen.map((alarm) => alarm.id),
  });
  for (const alarm of back) {
    if (seen.includes(alarm)) continue;
    const why = "work-ended";
    draft.add({ type: "alarm-moved", alarm: alarm.id, to: "normal", why, by: null, seat: null });
  }
}
