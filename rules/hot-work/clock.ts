/** A clock of a permit has come: each firing is an event that stops it. */
import type { Draft } from "../draft.ts";
import { endFor, raiseFor, raiseWorse } from "./alarms.ts";
import { firstClock } from "./evolve.ts";
import { isIsolated } from "./impaired.ts";
import { judgeSilence, judgeUndecided, neverBegins } from "./inspection.ts";
import { isAtWork, isWatched, type Permit, type PermitClock } from "./permit.ts";
import { judgeSeen } from "./seen.ts";
import { checkInMs, isUncovered } from "./start.ts";
import { call, judgeUnconfirmed, movePermit, suspend } from "./stop.ts";
import { close } from "./work.ts";

export function judgeHotWorkSeen(draft: Draft, key: string): void {
  const seen = draft.state.hotWorkSeen.get(key);
  if (seen) judgeSeen(draft, seen);
}

export function judgePermit(draft: Draft, id: string): void {
  const permit = draft.state.permits.get(id);
  const first = permit && firstClock(permit);
  if (!permit || !first) return;
  switch (first.clock) {
    case "accept":
      return judgeSilence(draft, permit);
    case "decide":
      return judgeUndecided(draft, permit);
    case "end":
      return judgeEnd(draft, permit);
    case "cover":
      came(draft, permit, "cover");
      if (permit.state === "active" && isUncovered(draft, permit)) {
        suspend(draft, permit, "not-covered");
      }
      return;
    case "gas":
      came(draft, permit, "gas");
      if (permit.state !== "active") return;
      raiseFor(draft, "H03", permit);
      return suspend(draft, permit, "gas-stale");
    case "check-in":
      return judgeCheckIn(draft, permit);
    case "stop":
      return judgeUnconfirmed(draft, permit);
    case "watch":
      came(draft, permit, "watch");
      if (permit.finalPhoto !== null) return close(draft, permit);
      raiseFor(draft, "H05", permit);
      return;
    case "restore":
      came(draft, permit, "restore");
      if (isIsolated(draft, permit)) raiseFor(draft, "H07", permit);
      return;
    case "forget":
      for (const rule of ["H03", "H06", "H07"] as const) endFor(draft, rule, permit);
      return draft.add({ type: "permit-forgotten", permit: id });
    default:
      return first.clock satisfies never;
  }
}

function came(draft: Draft, { id }: Permit, clock: PermitClock): void {
  draft.add({ type: "permit-clock-came", permit: id, clocks: { [clock]: null } });
}

/** What has not begun is over; what goes on has no permit any more (H02). */
function judgeEnd(draft: Draft, permit: Permit): void {
  if (movePermit(draft, permit, "expire", { clocks: neverBegins(draft, permit) })) return;
  came(draft, permit, "end");
  if (!isAtWork(permit)) return;
  if (permit.state === "active") {
    raiseFor(draft, "H02", permit);
    suspend(draft, permit, "expired");
  }
}

/** One missed check-in is an alarm, two stop the work (H04). */
function judgeCheckIn(draft: Draft, permit: Permit): void {
  const { id } = permit;
  if (!isWatched(permit)) return came(draft, permit, "check-in");
  const missed = permit.missed + 1;
  const clocks = { "check-in": draft.at + checkInMs(draft, permit) };
  draft.add({ type: "check-in-missed", permit: id, missed, clocks });
  if (missed === 1) {
    raiseFor(draft, "H04", permit);
    return call(draft, permit, "watcher", "check-in");
  }
  if (missed > 2) return;
  raiseWorse(draft, "H04", permit);
  if (permit.state === "active") suspend(draft, permit, "watcher-missing");
}
