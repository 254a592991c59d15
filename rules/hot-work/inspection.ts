/** 现场检查: who looks at the place before the work, what they sign, and what happens in silence. */
import { distanceM } from "../dispatch/travel.ts";
import type { Draft, World } from "../draft.ts";
import { numberOf } from "../numbers.ts";
import type { Signal } from "../signal.ts";
import { needsGasTest } from "./class.ts";
import type { PermitCommand } from "./command.ts";
import type { Clocks } from "./event.ts";
import { matchStation, needOf, zoneOf } from "./matching.ts";
import {
  type HotWorkClass,
  isChecked,
  type Permit,
  parties,
  type Report,
  taskRevision,
} from "./permit.ts";
import { call, movePermit } from "./stop.ts";

type Submitted = Pick<Permit, "id"> & { readonly report: Report };

/** At its submission: who inspects, or that nobody has to. */
export function match(draft: Draft, { id, report }: Submitted, of: HotWorkClass): void {
  const { acceptWithinMs, decideBeforeMs } = draft.world.settings.hotWork;
  const need = needOf(draft, report, of);
  const isNeeded = need.need !== "not-drawn";
  const found = matchStation(draft, report, []);
  const { candidates } = found;
  const { station, expectedAt } = isNeeded ? found : { station: found.station, expectedAt: null };
  const accept = draft.at + acceptWithinMs;
  const decide = Math.max(accept, report.startsAt - decideBeforeMs);
  const clocks = isNeeded ? { accept, decide } : {};
  const matched = { permit: id, need, station, expectedAt, candidates, clocks };
  draft.add({ type: "permit-matched", ...matched });
  movePermit(draft, { id, state: "submitted" }, "match");
  // The station is told of every permit, that it has to inspect or not.
  draft.add({ type: "permit-called", permit: id, to: "station", whom: station, why: "inspect" });
}

/** What has left the state since, or went to another station, is no news. */
export function decideTaskDelivery(draft: Draft, signal: Signal & { kind: "task-delivery" }): void {
  const { station, permit: id, revision } = signal;
  const inspection = draft.state.permits.get(id)?.inspection;
  if (inspection?.station !== station || revision !== taskRevision(inspection)) return;
  if (revision <= inspection.deliveredRevision) return;
  draft.add({ type: "inspection-delivered", permit: id, station, revision });
}

type PassedOn = "silent" | "refused" | "alarm" | "waiting";

/** Somebody else is asked; the town's office hears of it where nobody has answered. */
export function passOn(draft: Draft, permit: Permit, why: PassedOn): void {
  const { inspection, report } = permit;
  if (!inspection) return;
  const { passed, station: before } = inspection;
  const asked = before === null ? passed : [...passed, before];
  const { station, expectedAt, candidates } = matchStation(draft, report, asked);
  const accept = draft.at + draft.world.settings.hotWork.acceptWithinMs;
  const to = { station, expectedAt, candidates, clocks: { accept } };
  draft.add({ type: "inspection-passed-on", permit: permit.id, why, ...to });
  if (why === "silent" || station === null) call(draft, permit, "town-office", "nobody-accepts");
  const asks = { permit: permit.id, to: "station", whom: station, why: "inspect" } as const;
  if (station !== null) draft.add({ type: "permit-called", ...asks });
}

/** 15 min without an inspector. */
export function judgeSilence(draft: Draft, permit: Permit): void {
  const { inspection, id, state } = permit;
  const isWaiting = state === "matched" && inspection !== null && inspection.acceptedBy === null;
  if (!isWaiting || isChecked(permit)) {
    return draft.add({ type: "permit-clock-came", permit: id, clocks: { accept: null } });
  }
  passOn(draft, permit, inspection.station === null ? "waiting" : "silent");
}

/** 30 min before the start: a check by video, or another time, and never a silent yes. */
export function judgeUndecided(draft: Draft, permit: Permit): void {
  const clocks = { decide: null };
  const { inspection, id, state } = permit;
  const isDecided = isChecked(permit) || inspection?.acceptedBy != null;
  if (state !== "matched" || isDecided) {
    return draft.add({ type: "permit-clock-came", permit: id, clocks });
  }
  draft.add({ type: "remote-check-asked", permit: id, clocks });
  call(draft, permit, "town-office", "nobody-accepts");
}

/** Reasons of acts are answers to the one who asked: null where it was done. */
export function inspect(
  draft: Draft,
  permit: Permit,
  command: PermitCommand,
  by: string,
): string | null {
  const { inspection, id } = permit;
  if (permit.state !== "matched" || inspection === null) return "not-waiting-for-a-check";
  if (inspection.need.need === "not-drawn") return "no-check-needed";
  switch (command.command) {
    case "accept-inspection":
      if (inspection.station !== command.station) return "not-asked";
      if (inspection.acceptedBy !== null) return "accepted-already";
      return done(draft, {
        ...{ type: "inspection-accepted", permit: id, station: command.station, by },
        clocks: { accept: null },
      });
    case "decline-inspection":
      if (inspection.station !== command.station) return "not-asked";
      passOn(draft, permit, "refused");
      return null;
    case "sign-inspection":
      return sign(draft, permit, command, by);
    case "waive-party":
      return waive(draft, permit, command, by);
    case "check-by-video":
      return checkByVideo(draft, permit, command, by);
    default:
      return "unknown-act";
  }
}

function done(draft: Draft, event: Parameters<Draft["add"]>[0]): null {
  draft.add(event);
  return null;
}

function sign(
  draft: Draft,
  permit: Permit,
  { party, pass, spot, photo }: PermitCommand & { command: "sign-inspection" },
  by: string,
): string | null {
  const { report, inspection, id } = permit;
  const { signatures = [], waivers = [] } = inspection ?? {};
  if ([...signatures, ...waivers].some((one) => one.party === party)) return "signed-already";
  // Each party is somebody else, and none of them does the work.
  const people = [report.worker, report.watcher, ...signatures.map((one) => one.by)];
  if (people.includes(by)) return "same-person";
  const { signNearM } = draft.world.settings.hotWork;
  if (distanceM(spot, report.spot) > signNearM) return "not-at-the-place";
  const signature = { party, by, at: draft.at, pass, spot, photo };
  draft.add({ type: "inspection-signed", permit: id, signature });
  if (!pass) movePermit(draft, permit, "fail", { by, clocks: neverBegins(draft, permit) });
  else passWhenWhole(draft, permit, party);
  return null;
}

const officials: readonly string[] = ["town-officer", "government-firefighters"];

function waive(
  draft: Draft,
  permit: Permit,
  { party, reason }: PermitCommand & { command: "waive-party" },
  by: string,
): string | null {
  const { report, inspection, id } = permit;
  const { signatures = [], waivers = [] } = inspection ?? {};
  if ([...signatures, ...waivers].some((one) => one.party === party)) return "signed-already";
  if (reason === "") return "no-reason";
  if (by === report.worker || by === report.watcher) return "same-person";
  // Where no official has been, nobody has checked.
  const isLast = officials.includes(party) && waivers.some((one) => officials.includes(one.party));
  if (isLast) return "one-official-signs";
  draft.add({ type: "party-waived", permit: id, party, by, reason });
  passWhenWhole(draft, permit, party);
  return null;
}

function passWhenWhole(draft: Draft, permit: Permit, now: string): void {
  const { signatures = [], waivers = [] } = permit.inspection ?? {};
  const there = new Set<string>([...signatures, ...waivers].map(({ party }) => party));
  there.add(now);
  if (parties.every((party) => there.has(party))) pass(draft, permit);
}

/** 现场检查合格; a gas test that is there already counts. */
function pass(draft: Draft, permit: Permit): void {
  movePermit(draft, permit, "pass", { clocks: { accept: null, decide: null } });
  const needs = needsGasTest(permit.report, zoneOf(draft, permit.report));
  if (needs && permit.gas !== null) movePermit(draft, { ...permit, state: "checked" }, "gas");
}

/** By the town's officer, where it was asked for. */
function checkByVideo(
  draft: Draft,
  permit: Permit,
  { pass: isPass, photo }: PermitCommand & { command: "check-by-video" },
  by: string,
): string | null {
  const { report, inspection, id } = permit;
  if (!inspection?.remoteAsked) return "not-asked";
  if (by === report.worker || by === report.watcher) return "same-person";
  if (!isPass) {
    movePermit(draft, permit, "fail", { by, clocks: neverBegins(draft, permit) });
    return null;
  }
  draft.add({ type: "remote-check-passed", permit: id, by, photo });
  pass(draft, permit);
  return null;
}

/** Nothing is waited for any more but that it is forgotten. */
export function noMore({ at, world }: Draft) {
  const none = { accept: null, decide: null, end: null, cover: null, "check-in": null, gas: null };
  return { ...none, stop: null, watch: null, forget: at + world.settings.hotWork.keepMs } as const;
}

/** The same before any work: what may have been isolated for it is to be back all the same (H07). */
export function neverBegins(draft: Draft, { report }: Pick<Permit, "report">): Clocks {
  return { ...noMore(draft), restore: restoreAt(draft.world, report, draft.at) };
}

/** When isolated detectors must be back; null where the permit names none. */
export function restoreAt(
  { packs }: World,
  { site, isolations }: Pick<Report, "site" | "isolations">,
  endsAt: number,
): number | null {
  return isolations.length === 0 ? null : endsAt + numberOf(packs, "H07", "afterPermitMs", site);
}
