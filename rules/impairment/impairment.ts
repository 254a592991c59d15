/**
 * 消防设施停用 (GB 25201; rule E02): a device whose suppression is out of service, by an alarm of that class
 * that stands or by work on it, has a clock. Its hours add up; a device that has been whole for as long as
 * the limit begins anew. At the limit, 24 h, it is an alarm and a report to the fire authority.
 *
 * Unknown is not whole (law 2), and a test is none: it has its own end and its own restore list.
 */
import type { Alarm } from "../alarm/alarm.ts";
import type { OutOfService } from "../alarm/out-of-service.ts";
import { endOwn, raiseOwn } from "../alarm/own.ts";
import type { Draft } from "../draft.ts";
import type { Event } from "../event.ts";
import { deviceKey } from "../inventory.ts";
import { numberOf } from "../numbers.ts";
import { type Rule, ruleOf, rulesOfKind } from "../rulebook.ts";

export type Impairment = {
  readonly site: string;
  readonly device: string;
  /** Since when it is impaired; null while it is whole. */
  readonly since: number | null;
  /** Of the times before, ms. */
  readonly sumMs: number;
  /** The limit has been reached, and the alarm raised. */
  readonly reported: boolean;
};

export type ImpairmentEvent =
  | {
      readonly type: "impairment-began";
      readonly site: string;
      readonly device: string;
      readonly reportAt: number;
    }
  | {
      /** Whole again. What it has gathered is forgotten at `forgetAt`, unless it is impaired again. */
      readonly type: "impairment-ended";
      readonly site: string;
      readonly device: string;
      readonly forgetAt: number;
    }
  | { readonly type: "impairment-reported"; readonly site: string; readonly device: string }
  | { readonly type: "impairment-forgotten"; readonly site: string; readonly device: string };

const usual: Rule = {
  id: "E02",
  class: "suppression",
  priority: "P1",
  point: "impairment",
  latched: false,
  opensIncident: false,
};

type Place = { readonly site: string; readonly device: string };

/** After a decision: clocks that it starts and stops. */
export function watchImpairments(draft: Draft): void {
  for (const [key, place] of touched(draft)) {
    const known = draft.state.impairments.get(key);
    const isRunning = known !== undefined && known.since !== null;
    const isImpaired = impairedAfter(draft, place);
    if (isImpaired === isRunning) continue;
    const limit = numberOf(draft.world.packs, "E02", "impairmentReportMs", place.site);
    if (isImpaired) {
      const left = known?.reported ? limit : Math.max(0, limit - (known?.sumMs ?? 0));
      draft.add({ type: "impairment-began", ...place, reportAt: draft.at + left });
      // It has been reported, and is impaired again: the same alarm stands again.
      if (known?.reported) raiseOwn(draft, usual, { ...place, point: usual.point });
    } else {
      draft.add({ type: "impairment-ended", ...place, forgetAt: draft.at + limit });
      endOwn(draft, { ...place, point: usual.point });
    }
  }
}

/** A clock has come to its limit, or a device has been whole for as long. */
export function judgeImpairment(draft: Draft, { site, device, since, reported }: Impairment): void {
  if (since === null) return draft.add({ type: "impairment-forgotten", site, device });
  draft.add({ type: "impairment-reported", site, device });
  if (!reported) raiseOwn(draft, usual, { site, device, point: usual.point });
}

/** Devices of which this decision changes what stands against their suppression. */
function touched({ events, state }: Draft): Map<string, Place> {
  const places = new Map<string, Place>();
  for (const event of events) {
    const of = placeOf(event, (id) => state.alarms.get(id));
    if (of) places.set(deviceKey(of.site, of.device), { site: of.site, device: of.device });
  }
  return places;
}

function placeOf(event: Event, alarmOf: (id: string) => Alarm | undefined): Place | null {
  switch (event.type) {
    case "alarm-raised":
      return counts(event) ? event : null;
    case "alarm-moved":
    case "alarm-condition":
    case "alarm-real": {
      const alarm = alarmOf(event.alarm);
      return alarm && (event.type === "alarm-real" || counts(alarm)) ? alarm : null;
    }
    case "taken-out-of-service":
    case "returned-to-service":
      return event;
    default:
      return null;
  }
}

type Kind = Pick<Alarm, "class" | "rule">;

function counts({ class: of, rule }: Kind): boolean {
  return of === "suppression" && rule !== usual.id;
}

/** As this decision leaves it. */
function impairedAfter(draft: Draft, place: Place): boolean {
  const { alarms, outOfService } = draft.state;
  const standing = new Map<string, Pick<Alarm, "state" | "condition"> & Kind>();
  for (const alarm of alarms.values()) {
    if (isAt(alarm, place)) standing.set(alarm.id, { ...alarm });
  }
  const records = new Map([...outOfService].filter(([, record]) => isAt(record, place)));
  for (const event of draft.events) apply(event, place, standing, records);
  for (const one of standing.values()) {
    if (counts(one) && one.state !== "normal" && one.condition !== "inactive") return true;
  }
  for (const record of records.values()) if (isOfSuppression(draft, record)) return true;
  return false;
}

type Standing = Map<string, Pick<Alarm, "state" | "condition"> & Kind>;

function apply(
  event: Event,
  place: Place,
  standing: Standing,
  records: Map<string, Pick<OutOfService, "site" | "device" | "rule" | "points">>,
): void {
  switch (event.type) {
    case "alarm-raised":
      if (!isAt(event, place)) return;
      standing.set(event.alarm, { ...event, state: "unacknowledged" });
      return;
    case "alarm-moved":
    case "alarm-condition":
    case "alarm-real": {
      const known = standing.get(event.alarm);
      if (!known) return;
      if (event.type === "alarm-moved") standing.set(event.alarm, { ...known, state: event.to });
      else if (event.type === "alarm-real") {
        standing.set(event.alarm, { ...known, class: event.class });
      } else standing.set(event.alarm, { ...known, condition: event.condition });
      return;
    }
    case "taken-out-of-service":
      if (isAt(event, place)) records.set(event.record, event);
      return;
    case "returned-to-service":
      records.delete(event.record);
      return;
    default:
      return;
  }
}

function isAt(of: Place, { site, device }: Place): boolean {
  return of.site === site && of.device === device;
}

/** Work on one rule, or on some points: only where that is what suppresses. */
function isOfSuppression(
  { world: { inventory, packs } }: Draft,
  { site, device, rule, points }: Pick<OutOfService, "site" | "device" | "rule" | "points">,
): boolean {
  const { kind = "" } = inventory.devices.get(deviceKey(site, device)) ?? {};
  if (rule !== null) return ruleOf(rule, packs, kind, site)?.class === "suppression";
  if (points !== null) return false;
  return rulesOfKind(packs, kind).some((one) => one.class === "suppression");
}
