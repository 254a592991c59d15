/**
 * What people do with a permit. Each act is allowed, or refused with the reason; a refusal is an event
 * of its own and changes nothing.
 */
import { distanceM } from "../dispatch/travel.ts";
import type { Draft } from "../draft.ts";
import { numberOf } from "../numbers.ts";
import type { Actor } from "../signal.ts";
import { endFor } from "./alarms.ts";
import { classOf, needsDustCleared, needsGasTest } from "./class.ts";
import type { HotWorkCommand, PermitCommand } from "./command.ts";
import { gasFault, isPassed } from "./gas.ts";
import { inspect, neverBegins, restoreAt } from "./inspection.ts";
import { zoneOf } from "./matching.ts";
import { isAtWork, isBeforeWork, isChecked, isWatched, type Permit } from "./permit.ts";
import { faultsOf } from "./report.ts";
import { noteHotWork } from "./seen.ts";
import { checkInMs, holdsAnother, isWindy, mayApprove } from "./start.ts";
import { movePermit, suspend } from "./stop.ts";
import { reportHotWork } from "./submit.ts";
import { endWork, extend, look, start, takeFinalPhoto } from "./work.ts";

export function decideHotWork(draft: Draft, command: HotWorkCommand, { person }: Actor): void {
  if (command.command === "note-hot-work") return noteHotWork(draft, command, person);
  if (command.command === "report-hot-work") return reportHotWork(draft, command, person);
  const permit = draft.state.permits.get(command.permit);
  const reason = permit ? act(draft, permit, command, person) : "unknown-permit";
  if (reason !== null) draft.refuse(command.command, reason, person);
}

/** Why it is refused; null where it was done. */
function act(draft: Draft, permit: Permit, command: PermitCommand, by: string): string | null {
  switch (command.command) {
    case "cancel-permit":
    case "refuse-permit": {
      const why = command.command === "cancel-permit" ? "cancel" : "refuse";
      const { reason } = command;
      const clocks = neverBegins(draft, permit);
      const isMoved = movePermit(draft, permit, why, { by, reason, clocks });
      return isMoved ? null : "not-now";
    }
    case "approve-permit":
      return approve(draft, permit, command, by);
    case "accept-inspection":
    case "decline-inspection":
    case "sign-inspection":
    case "waive-party":
    case "check-by-video":
      return inspect(draft, permit, command, by);
    case "reschedule-permit":
      return reschedule(draft, permit, command, by);
    case "note-gas-test":
      return noteGas(draft, permit, command, by);
    case "waive-gas-test":
      return waiveGas(draft, permit, command, by);
    case "declare-place":
    case "note-wind":
      return declare(draft, permit, command, by);
    case "check-in":
      return checkIn(draft, permit, command, by);
    case "hand-over-watch":
      return handOver(draft, permit, command, by);
    case "start-work":
    case "resume-work":
      return start(draft, permit, command.command, by);
    case "stop-work":
      if (permit.state !== "active") return "not-now";
      return done(() => suspend(draft, permit, "person", [], { by, reason: command.reason }));
    case "confirm-stop":
    case "look-at-place":
      return look(draft, permit, command.command, by);
    case "extend-permit":
      return extend(draft, permit, command, by);
    case "end-work":
      return endWork(draft, permit, by);
    case "take-final-photo":
      return takeFinalPhoto(draft, permit, command, by);
    default:
      return command satisfies never;
  }
}

function done(it: () => void): null {
  it();
  return null;
}

/** 本单位已审批; an extension is a new approval. */
function approve(
  draft: Draft,
  permit: Permit,
  { as }: PermitCommand & { command: "approve-permit" },
  by: string,
): string | null {
  const { report, extension } = permit;
  const isExtension = extension !== null && isAtWork(permit);
  if (!isBeforeWork(permit) && !isExtension) return "not-now";
  if (report.kind === "painting") return "no-permit-needed";
  if (!mayApprove(draft, permit, as)) return "wrong-approver";
  if (by === report.worker || by === report.watcher) return "same-person";
  const endsAt = isExtension ? extension : report.endsAt;
  const approval = { by, as, at: draft.at, endsAt };
  const isOverdue = isExtension && endsAt <= draft.at;
  if (isOverdue) return "ends-in-the-past";
  const restore = restoreAt(draft.world, report, endsAt);
  const clocks = isExtension ? { end: endsAt, restore } : {};
  draft.add({ type: "permit-approved", permit: permit.id, approval, clocks });
  if (isExtension) endFor(draft, "H02", permit);
  return null;
}

/** A stated new time, where nobody can come for the first one: it is approved anew. */
function reschedule(
  draft: Draft,
  permit: Permit,
  { startsAt, endsAt }: PermitCommand & { command: "reschedule-permit" },
  by: string,
): string | null {
  // What has been checked was checked for its day.
  if (permit.state !== "matched") return "not-now";
  const report = { ...permit.report, startsAt, endsAt };
  const [fault] = faultsOf(draft, { id: permit.id, report });
  if (fault) return fault;
  const { settings } = draft.world;
  if (classOf(report, zoneOf(draft, report), settings) !== permit.class) return "of-another-class";
  const { acceptWithinMs, decideBeforeMs } = settings.hotWork;
  const decide = Math.max(draft.at + acceptWithinMs, startsAt - decideBeforeMs);
  const clocks = { end: endsAt, decide };
  draft.add({ type: "permit-rescheduled", permit: permit.id, startsAt, endsAt, by, clocks });
  return null;
}

function noteGas(
  draft: Draft,
  permit: Permit,
  { test }: PermitCommand & { command: "note-gas-test" },
  by: string,
): string | null {
  const isNow = isAtWork(permit) || (permit.state !== "submitted" && isBeforeWork(permit));
  if (!isNow) return "not-now";
  const { report, class: of } = permit;
  const oldestMs = numberOf(draft.world.packs, "H03", "oldestMs", report.site);
  const fault = gasFault(test, { at: draft.at, oldestMs, object: report.object });
  if (fault) return fault;
  const pass = isPassed(test);
  const isWatchedGas = permit.state === "active" && of === "special" && pass;
  const clocks = isWatchedGas ? { gas: test.takenAt + oldestMs } : {};
  draft.add({ type: "gas-tested", permit: permit.id, test, pass, by, clocks });
  if (!pass) {
    if (permit.state === "active") suspend(draft, permit, "gas-stale");
    return null;
  }
  endFor(draft, "H03", permit);
  if (isChecked(permit)) movePermit(draft, permit, "gas", { by });
  return null;
}

/** 不适用, by whoever approves. */
function waiveGas(
  draft: Draft,
  permit: Permit,
  { reason }: PermitCommand & { command: "waive-gas-test" },
  by: string,
): string | null {
  const { report, id } = permit;
  const zone = zoneOf(draft, report);
  if (!isBeforeWork(permit)) return "not-now";
  if (needsGasTest(report, zone)) return "gas-test-needed";
  if (needsDustCleared(zone)) return "dust-not-cleared";
  if (reason === "") return "no-reason";
  if (by === report.worker || by === report.watcher) return "same-person";
  draft.add({ type: "gas-test-waived", permit: id, reason, by });
  return null;
}

function declare(
  draft: Draft,
  permit: Permit,
  command: PermitCommand & { command: "declare-place" | "note-wind" },
  by: string,
): string | null {
  if (!isAtWork(permit) && !isBeforeWork(permit)) return "not-now";
  const { id } = permit;
  if (command.command === "declare-place") {
    const { what, photo } = command;
    draft.add({ type: "place-declared", permit: id, what, photo, by });
    return null;
  }
  const { beaufort } = command;
  draft.add({ type: "wind-noted", permit: id, beaufort, by });
  const isTooMuch = permit.report.outdoors && isWindy(draft, { wind: { beaufort, at: draft.at } });
  if (isTooMuch && permit.state === "active") suspend(draft, permit, "wind");
  return null;
}

/** By the QR at the work point. */
function checkIn(
  draft: Draft,
  permit: Permit,
  { code, spot }: PermitCommand & { command: "check-in" },
  by: string,
): string | null {
  const { report, id } = permit;
  if (!isWatched(permit) && (permit.state === "submitted" || !isBeforeWork(permit)))
    return "not-now";
  if (by !== report.watcher) return "not-the-watcher";
  if (code !== permit.checkCode) return "wrong-code";
  const nearM = numberOf(draft.world.packs, "H04", "nearM", report.site);
  if (spot && distanceM(spot, report.spot) > nearM) return "not-at-the-place";
  const next = draft.at + checkInMs(draft, permit);
  const clocks = isWatched(permit) ? { "check-in": next } : {};
  draft.add({ type: "watcher-checked-in", permit: id, by, clocks });
  if (permit.stop === null || permit.stop.confirmedBy !== null) endFor(draft, "H04", permit);
  return null;
}

function handOver(
  draft: Draft,
  permit: Permit,
  { from, to }: PermitCommand & { command: "hand-over-watch" },
  by: string,
): string | null {
  const { report, approval, id } = permit;
  if (!isWatched(permit) && !isBeforeWork(permit)) return "not-now";
  // Two names: who watches now, and who does from now on; one of them says so.
  if (from !== report.watcher) return "not-the-watcher";
  if (by !== from && by !== to) return "not-the-watcher";
  if (to === from || to === report.worker || to === approval?.by) return "same-person";
  if (holdsAnother(draft, permit, to)) return "watcher-holds-another";
  draft.add({ type: "watcher-handed-over", permit: id, from, watcher: to });
  return null;
}
