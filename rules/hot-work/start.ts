/**
 * What a permit lacks before work may begin, and before it may go on: everything at once, so that a
 * person at the place need not try one after the other. Nothing else makes a permit active.
 */
import type { Draft } from "../draft.ts";
import { numberOf } from "../numbers.ts";
import {
  isQuietAt,
  isSmouldering,
  localDate,
  needsDustCleared,
  needsGasTest,
  quietFrom,
} from "./class.ts";
import type { Clocks } from "./event.ts";
import { isPassed } from "./gas.ts";
import { impairedBy } from "./impaired.ts";
import { restoreAt } from "./inspection.ts";
import { zoneOf } from "./matching.ts";
import { isAtWork, isChecked, isWatched, type Permit } from "./permit.ts";
import { conflicts } from "./report.ts";

export const startFaults = [
  "not-approved",
  "wrong-approver",
  "same-person",
  "not-checked",
  "gas-test-missing",
  "gas-test-stale",
  "gas-test-not-waived",
  "dust-not-cleared",
  "goods-inside",
  "certificate-expires",
  "too-early",
  "too-late",
  "not-covered",
  "wind-unknown",
  "wind",
  "watcher-not-here",
  "watcher-holds-another",
  "too-near-another-permit",
  "too-near-painting",
  "protection-impaired",
  "protection-unknown",
  "not-looked-at",
] as const;
export type StartFault = (typeof startFaults)[number];

/** `by`: who starts; the watcher is here who does it. */
export function missingToStart(draft: Draft, permit: Permit, by: string): StartFault[] {
  const { at } = draft;
  const { report, approval, stop } = permit;
  const zone = zoneOf(draft, report);
  const needsGas = needsGasTest(report, zone);
  const isHere =
    by === report.watcher || at - (permit.checkedInAt ?? 0) <= checkInMs(draft, permit);
  const wrong: readonly (readonly [StartFault, boolean])[] = [
    ["not-approved", approval === null || approval.endsAt < report.endsAt],
    ["wrong-approver", approval !== null && !mayApprove(draft, permit, approval.as)],
    ["same-person", areSame(permit)],
    ["not-checked", !isChecked(permit)],
    ["gas-test-missing", needsGas && permit.gas === null],
    ["gas-test-stale", needsGas && permit.gas !== null && isStale(draft, permit)],
    ["gas-test-not-waived", !needsGas && !isWaived(permit, needsDustCleared(zone))],
    ["dust-not-cleared", needsDustCleared(zone) && permit.dust === null],
    ["goods-inside", zone?.use === "warehouse" && permit.empty === null],
    ["certificate-expires", report.certificateUntil < report.endsAt],
    ["too-early", at < report.startsAt],
    ["too-late", at >= report.endsAt],
    ["not-covered", isUncovered(draft, permit)],
    ["wind-unknown", report.outdoors && !isWindKnown(draft, permit)],
    ["wind", report.outdoors && isWindy(draft, permit)],
    ["watcher-not-here", !isHere],
    ["watcher-holds-another", holdsAnother(draft, permit, report.watcher)],
    ["too-near-another-permit", conflicts(draft, permit.id, report, false).some(isAtWork)],
    ["too-near-painting", conflicts(draft, permit.id, report, true).length > 0],
    ["protection-impaired", impairedBy(draft, permit).length > 0],
    ["protection-unknown", isBlind(draft)],
    ["not-looked-at", stop !== null && stop.lookedBy === null],
  ];
  return wrong.filter(([, is]) => is).map(([fault]) => fault);
}

export function mayApprove({ world }: Draft, { class: of }: Permit, as: string): boolean {
  return (world.settings.hotWork.approvers[of] as readonly string[]).includes(as);
}

/** The gateway has only just begun to look: what it has not heard of yet is unknown (law 2). */
function isBlind({ at, state, world }: Draft): boolean {
  return at - state.startedAt < world.settings.hotWork.blindAfterStartMs;
}

/** Approver, watcher and worker are three people. */
function areSame({ approval, report: { worker, watcher } }: Permit): boolean {
  return new Set([approval?.by ?? "-", worker, watcher]).size < 3;
}

/** 不适用: with a reason, in the name of who approved; where lint or dust was cleared, by its photo. */
function isWaived({ gasWaiver, approval, dust }: Permit, byDust: boolean): boolean {
  if (byDust) return dust !== null;
  return gasWaiver !== null && gasWaiver.by === approval?.by;
}

/**
 * Too old at the start; of another day; or of before a break that was too long. The special class is
 * tested all the time.
 */
function isStale(draft: Draft, { gas, class: of, report, stop, startedAt }: Permit): boolean {
  if (gas === null || !isPassed(gas)) return true;
  const { at, world } = draft;
  const { packs, settings } = world;
  const ms = (name: "oldestMs" | "breakMs" | "breakSecondClassMs") =>
    numberOf(packs, "H03", name, report.site);
  const isOld = at - gas.takenAt > ms("oldestMs");
  if (startedAt === null || stop === null || of === "special") return isOld;
  const day = (when: number) => localDate(when, settings.utcOffsetMin);
  if (day(gas.takenAt) !== day(at)) return true;
  const longest = ms(of === "second" ? "breakSecondClassMs" : "breakMs");
  if (at - stop.at <= longest) return false;
  return isOld || gas.takenAt < stop.at;
}

/** By night and on holidays the second class covers nothing. */
export function isUncovered(draft: Draft, permit: Permit): boolean {
  if (permit.class !== "second" || zoneOf(draft, permit.report)?.fixedHotWork) return false;
  return isQuietAt(draft.at, draft.world.settings);
}

function isWindKnown({ at, world }: Draft, { wind }: Permit): boolean {
  return wind !== null && at - wind.at <= world.settings.hotWork.windOldestMs;
}

export function isWindy({ world }: Draft, { wind }: Pick<Permit, "wind">): boolean {
  return wind !== null && wind.beaufort >= world.settings.hotWork.windBeaufort;
}

/** A watcher watches one place at a time. */
export function holdsAnother({ state }: Draft, { id }: Pick<Permit, "id">, watcher: string) {
  return [...state.permits.values()].some(
    (other) => other.id !== id && isWatched(other) && other.report.watcher === watcher,
  );
}

export function checkInMs({ world }: Draft, { report }: Pick<Permit, "report">): number {
  return numberOf(world.packs, "H04", "checkInMs", report.site);
}

/** What runs while work does. */
export function workClocks(draft: Draft, permit: Permit): Clocks {
  const { at, world } = draft;
  const { class: of, report, gas } = permit;
  const quiet = of === "second" && !zoneOf(draft, report)?.fixedHotWork;
  const oldest = numberOf(world.packs, "H03", "oldestMs", report.site);
  return {
    ...{ accept: null, decide: null, stop: null },
    end: report.endsAt,
    cover: quiet ? quietFrom(at + 1, world.settings) : null,
    "check-in": at + checkInMs(draft, permit),
    // Whatever becomes of the work: what is isolated for it is back after its end.
    restore: restoreAt(world, report, report.endsAt),
    gas: of === "special" && gas !== null ? gas.takenAt + oldest : null,
  };
}

/** Fire watch: 60 min for warehouses and textiles, 30 min elsewhere (H05). */
export function fireWatchMs(draft: Draft, { report }: Pick<Permit, "report">): number {
  const name = isSmouldering(zoneOf(draft, report)) ? "secondMs" : "firstMs";
  return numberOf(draft.world.packs, "H05", name, report.site);
}
