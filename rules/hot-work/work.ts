/**
 * The work itself: it starts, stands still, goes on, is longer than planned, ends, and its place is
 * watched until the last photo. Each gives why it is refused, null where it was done.
 */
import type { Draft } from "../draft.ts";
import { endFor, raiseFor } from "./alarms.ts";
import { classOf } from "./class.ts";
import type { PermitCommand } from "./command.ts";
import { noMore, restoreAt } from "./inspection.ts";
import { zoneOf } from "./matching.ts";
import { isAtWork, isBeforeWork, type Permit } from "./permit.ts";
import { coverSeen } from "./seen.ts";
import { checkInMs, fireWatchMs, missingToStart, workClocks } from "./start.ts";
import { movePermit } from "./stop.ts";

/** The last photo may be taken this much before the end of the fire watch. */
const photoEarlyMs = 300_000;

/** The one way to `active`: nothing that it lacks is passed over. */
export function start(
  draft: Draft,
  permit: Permit,
  command: "start-work" | "resume-work",
  by: string,
): string | null {
  const isStart = command === "start-work";
  if (isStart ? !isBeforeWork(permit) : permit.state !== "suspended") return "not-now";
  if (permit.report.kind === "painting") return "no-permit-needed";
  const [missing, ...more] = missingToStart(draft, permit, by);
  if (missing) {
    const all = [missing, ...more];
    if (all.includes("gas-test-stale")) raiseFor(draft, "H03", permit);
    draft.add({ type: "permit-faulted", permit: permit.id, faults: all });
    return missing;
  }
  const isFromGas = permit.state !== "gas-tested" && permit.gas !== null && isStart;
  const from = isFromGas && movePermit(draft, permit, "gas") ? "gas-tested" : permit.state;
  const why = isStart ? "start" : "resume";
  const clocks = workClocks(draft, permit);
  if (!movePermit(draft, { ...permit, state: from }, why, { by, clocks })) return "not-now";
  if (by === permit.report.watcher) {
    draft.add({ type: "watcher-checked-in", permit: permit.id, by });
  }
  endFor(draft, "H03", permit);
  endFor(draft, "H04", permit);
  coverSeen(draft, permit);
  return null;
}

/** 已停工, and a person's look at the place; neither is the worker's alone. */
export function look(
  draft: Draft,
  permit: Permit,
  command: "confirm-stop" | "look-at-place",
  by: string,
): string | null {
  const { report, stop, id, missed } = permit;
  if (permit.state !== "suspended" || stop === null) return "not-now";
  if (command === "look-at-place") {
    if (by === report.worker) return "same-person";
    draft.add({ type: "place-looked-at", permit: id, by });
    return null;
  }
  if (by !== report.watcher) return "not-the-watcher";
  draft.add({ type: "stop-confirmed", permit: id, by, clocks: { stop: null } });
  if (missed === 0) endFor(draft, "H04", permit);
  return null;
}

/** The work is at its end, and its place is watched from now on. */
export function endWork(draft: Draft, permit: Permit, by: string): string | null {
  if (!isAtWork(permit)) return "not-now";
  const { at, world } = draft;
  const watchUntil = at + fireWatchMs(draft, permit);
  const restore = restoreAt(world, permit.report, at);
  const off = { end: null, cover: null, gas: null, stop: null };
  const clocks = { ...off, watch: watchUntil, restore, "check-in": at + checkInMs(draft, permit) };
  movePermit(draft, permit, "end-work", { by, watchUntil, clocks });
  movePermit(draft, { ...permit, state: "work-ended" }, "watch");
  endFor(draft, "H02", permit);
  endFor(draft, "H03", permit);
  return null;
}

export function takeFinalPhoto(
  draft: Draft,
  permit: Permit,
  { photo }: PermitCommand & { command: "take-final-photo" },
  by: string,
): string | null {
  const { watchUntil, id } = permit;
  if (permit.state !== "fire-watch" || watchUntil === null) return "not-now";
  if (draft.at < watchUntil - photoEarlyMs) return "too-early";
  draft.add({ type: "final-photo-taken", permit: id, photo, by });
  if (draft.at >= watchUntil) close(draft, permit);
  return null;
}

export function close(draft: Draft, permit: Permit): void {
  movePermit(draft, permit, "close", { clocks: noMore(draft) });
  endFor(draft, "H04", permit);
  endFor(draft, "H05", permit);
}

export function extend(
  draft: Draft,
  permit: Permit,
  { endsAt }: PermitCommand & { command: "extend-permit" },
  by: string,
): string | null {
  const { report, class: of, startedAt } = permit;
  if (!isAtWork(permit)) return "not-now";
  if (endsAt <= report.endsAt || endsAt <= draft.at) return "ends-before-it-starts";
  const longest = draft.world.settings.hotWork.longestMs[of];
  if (endsAt - (startedAt ?? report.startsAt) > longest) return "longer-than-allowed";
  // By its new hours it may be of another class: that is another permit.
  const next = classOf({ ...report, endsAt }, zoneOf(draft, report), draft.world.settings);
  if (next !== of && next !== report.class) return "of-another-class";
  if (report.certificateUntil < endsAt) return "certificate-expires";
  draft.add({ type: "extension-asked", permit: permit.id, endsAt, by });
  return null;
}
