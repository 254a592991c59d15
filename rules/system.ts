/**
 * The gateway about itself: it started, it was away, it goes by another inventory.
 *
 * After every start but the first, one P2 系统中断 says how long nobody watched; a person closes it
 * when the panel has been checked.
 */

import { lastAdoption } from "./adoption.ts";
import { raisedBy } from "./alarm/raised.ts";
import type { Command } from "./command.ts";
import type { Draft } from "./draft.ts";
import { rulebook } from "./rulebook.ts";
import type { Actor, Signal } from "./signal.ts";
import { pointKey } from "./state.ts";

/** Site and device of alarms about the gateway itself; both are refused as ids elsewhere. */
export const systemSite = "station";
export const systemDevice = "gateway";
/** Device of alarms about a site as a whole; it is none of the inventory. */
export const wholeSite = "site";

export function decideStarted(draft: Draft, signal: Signal & { kind: "started" }): void {
  const { aliveUntil, version, damage } = signal;
  draft.add({ type: "gateway-started", aliveUntil, version });
  if (damage) {
    draft.add({ type: "journal-damaged", intact: damage.position, lost: damage.lost });
    raise(draft, "G02", null);
  }
  if (aliveUntil !== null) {
    raise(draft, "G01", { from: Math.min(aliveUntil, signal.at), to: signal.at });
  }
}

function raise(
  draft: Draft,
  id: "G01" | "G02",
  outage: { readonly from: number; readonly to: number } | null,
): void {
  const rule = rulebook[id];
  draft.add({
    ...raisedBy(rule),
    alarm: draft.newId("A"),
    site: systemSite,
    device: systemDevice,
    zone: null,
    building: null,
    condition: "inactive",
    outage,
  });
}

/** Some time after a start: who has not been heard since. Shown on the outage of this start. */
export function decideUnheard(draft: Draft, signal: Signal & { kind: "unheard" }): void {
  const point = pointKey(`${systemSite}/${systemDevice}`, rulebook.G01.point);
  const alarm = draft.state.openByPoint.get(point);
  if (alarm === undefined || signal.count === 0) return;
  draft.add({
    type: "outage-unheard",
    alarm,
    devices: signal.devices,
    count: signal.count,
  });
}

/** The artefact itself is already in the journal file; the event names it. */
export function adopt(draft: Draft, command: Command & { command: "adopt" }, actor: Actor): void {
  const { artefact, hash, summary, house, reason } = command;
  const isInForce = draft.state.adopted[artefact] === hash;
  if (isInForce && (house === undefined || lastAdoption(draft.state)?.house === house)) return;
  draft.add({
    type: "artefact-adopted",
    artefact,
    hash,
    summary,
    by: actor.person,
    ...(house === undefined ? {} : { house }),
    ...(reason === undefined ? {} : { reason }),
  });
}
