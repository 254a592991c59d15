/** What people do with a maintenance order: open it for a point, close it with what was done. */

import type { Command } from "../command.ts";
import type { Draft } from "../draft.ts";
import { deviceKey } from "../inventory.ts";
import type { Actor } from "../signal.ts";
import { type Maintenance, type MaintenanceReason, reviewAfterMs } from "./maintenance.ts";
import { endNuisance, falseFires, keyOf } from "./nuisance.ts";

/** Orders that are open at once (invariant I8). */
const mostOpen = 500;
const mostKept = 2000;

export function openMaintenance(
  draft: Draft,
  { site, device, point, reason }: Command & { command: "open-maintenance" },
  { person: by }: Actor,
): void {
  const refuse = (why: string): void => draft.refuse("open-maintenance", why, by);
  const of = { site, device, point };
  if (!draft.world.inventory.devices.get(deviceKey(site, device))) return refuse("unknown-device");
  const refusal = refusalOf(draft, of);
  if (refusal !== null) return refuse(refusal);
  open(draft, of, reason, by);
}

type Point = { readonly site: string; readonly device: string; readonly point: string };

function refusalOf({ state }: Draft, of: Point): string | null {
  const open = [...state.maintenance.values()].filter(({ closed }) => closed === null);
  if (open.some((one) => keyOf(one) === keyOf(of))) return "open-already";
  // Those that are closed wait 30 days for their count.
  const isFull = open.length >= mostOpen || state.maintenance.size >= mostKept;
  return isFull ? "too-many-open" : null;
}

function open(
  draft: Draft,
  of: Point,
  reason: MaintenanceReason,
  by: string,
  now: 0 | 1 = 0,
): void {
  const known = draft.state.falseAlarms.get(keyOf(of))?.at ?? [];
  const before = known.filter((at) => draft.at - at < reviewAfterMs).length + now;
  const order = draft.newId("M");
  const reviewAt = draft.at + reviewAfterMs;
  draft.add({ type: "maintenance-opened", order, ...of, reason, by, before, reviewAt });
}

export function closeMaintenance(
  draft: Draft,
  { order: id, result }: Command & { command: "close-maintenance" },
  { person: by }: Actor,
): void {
  const order = draft.state.maintenance.get(id);
  if (!order || order.closed) {
    return draft.refuse("close-maintenance", order ? "closed" : "unknown-order", by);
  }
  draft.add({ type: "maintenance-closed", order: id, result, by });
  endNuisance(draft, order);
}

/** 故障维修记录: a fire was false, and each point that said so has a record, if it has none open. */
export function openForFalse(draft: Draft, incident: string, by: string): void {
  const { state, world } = draft;
  for (const { site, device, point } of falseFires(state, incident)) {
    const of = { site, device, point };
    if (!world.inventory.devices.get(deviceKey(site, device))) continue;
    if (refusalOf(draft, of) !== null) continue;
    // Of those before it is one that stands in no state yet.
    open(draft, of, "verified-false", by, 1);
  }
}

/** 30 days after its opening: how often the point was false since. */
export function reviewMaintenance(draft: Draft, order: Maintenance): void {
  const known = draft.state.falseAlarms.get(keyOf(order))?.at ?? [];
  const after = known.filter((at) => at > order.openedAt).length;
  draft.add({ type: "maintenance-reviewed", order: order.id, after });
}
