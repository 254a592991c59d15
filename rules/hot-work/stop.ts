/**
 * Work stands still (立即停止动火): what makes it, who is told, and what is waited for. The watcher's call
 * comes after whatever orders the same decision gives.
 */

import { callOf } from "../alarm/called.ts";
import type { Draft } from "../draft.ts";
import { raiseWorse } from "./alarms.ts";
import type { PermitEvent } from "./event.ts";
import { type PermitTrigger, stepPermit } from "./lifecycle.ts";
import type { Permit, StopCause } from "./permit.ts";

type Called = Extract<PermitEvent, { type: "permit-called" }>;
type Moved = Extract<PermitEvent, { type: "permit-moved" }>;

/** False where the table knows no such move; nothing has happened then. */
export function movePermit(
  draft: Draft,
  permit: Pick<Permit, "id" | "state">,
  why: PermitTrigger,
  more: Omit<Partial<Moved>, "type" | "permit" | "to" | "why"> = {},
): boolean {
  const to = stepPermit(permit.state, why);
  if (to === null) return false;
  draft.add({ type: "permit-moved", permit: permit.id, to, why, by: null, ...more });
  return true;
}

export function suspend(
  draft: Draft,
  permit: Permit,
  cause: StopCause,
  causedBy: readonly string[] = [],
  more: { readonly by?: string; readonly reason?: string } = {},
): void {
  // One decision suspends once: whatever else it finds is a further cause.
  const isStopped = draft.events.some(
    ({ type, ...of }) => type === "permit-moved" && "permit" in of && of.permit === permit.id,
  );
  if (permit.state === "suspended" || isStopped) return grow(draft, permit, cause, causedBy);
  const { stopWithinMs } = draft.world.settings.hotWork;
  const clocks = { stop: draft.at + stopWithinMs, cover: null, gas: null };
  if (!movePermit(draft, permit, "suspend", { cause, causedBy, clocks, ...more })) return;
  call(draft, permit, "watcher", "stop");
}

function grow(
  draft: Draft,
  { id, stop }: Permit,
  cause: StopCause,
  causedBy: readonly string[],
): void {
  if (stop && causedBy.every((one) => stop.by.includes(one))) return;
  draft.add({ type: "permit-stop-grew", permit: id, cause, causedBy });
}

export function call(
  draft: Draft,
  { id, report, inspection }: Pick<Permit, "id" | "report" | "inspection">,
  to: Called["to"],
  why: Called["why"],
): void {
  const { inventory } = draft.world;
  const town = inventory.sites.get(report.site)?.town ?? "";
  const whom = {
    watcher: report.watcher,
    "park-manager": callOf(inventory, report.site, "safety-manager").person,
    "town-office": inventory.towns.get(town)?.leader ?? null,
    station: inspection?.station ?? null,
  }[to];
  draft.add({ type: "permit-called", permit: id, to, whom, why });
}

/** Nobody has said that the work stands: who answers for the place is called, and it is P1. */
export function judgeUnconfirmed(draft: Draft, permit: Permit): void {
  draft.add({ type: "stop-unconfirmed", permit: permit.id, clocks: { stop: null } });
  raiseWorse(draft, "H04", permit);
  call(draft, permit, "park-manager", "not-confirmed");
}
