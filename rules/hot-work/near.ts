/**
 * Hot work beside an alarm (附近动火): work under a permit that goes on, is watched, or ended less than an
 * hour before (H06). What nobody has reported is not in it, and none known is not none.
 */
import { distanceM, type Point } from "../dispatch/travel.ts";
import type { World } from "../draft.ts";
import { deviceKey } from "../inventory.ts";
import { numberOf } from "../numbers.ts";
import type { Raised } from "../place.ts";
import type { State } from "../state.ts";
import type { Permit } from "./permit.ts";

/** `near`: in its zone, or within 50 m, or nobody knows where; `site`: elsewhere at its site. */
export const nearness = ["near", "site"] as const;
export type Nearness = (typeof nearness)[number];

export type NearWork = {
  readonly permit: Permit;
  readonly how: Nearness;
  /** From the nearest of the alarms; null where its place is not known. */
  readonly distanceM: number | null;
};

type Span = { readonly from: number; readonly until: number };

/** The nearest first, then by id. `span`: the work has touched this time, or ended an hour before it. */
export function hotWorkNear(
  { state, world }: { readonly state: State; readonly world: World },
  alarms: readonly Raised[],
  span: Span,
): NearWork[] {
  const found: NearWork[] = [];
  for (const permit of state.permits.values()) {
    if (!isInTime(world, permit, span)) continue;
    const ways = alarms.flatMap((alarm) => relationOf(world, permit, alarm) ?? []);
    const best = ways.sort((a, b) => rankOf(a) - rankOf(b))[0];
    if (best) found.push({ permit, ...best });
  }
  return found.sort((a, b) => rankOf(a) - rankOf(b) || (a.permit.id < b.permit.id ? -1 : 1));
}

function isInTime(world: World, { startedAt, workEndedAt, report }: Permit, span: Span): boolean {
  if (startedAt === null || startedAt > span.until) return false;
  const afterMs = numberOf(world.packs, "H06", "afterEndMs", report.site);
  return workEndedAt === null || workEndedAt + afterMs >= span.from;
}

function rankOf({ how, distanceM: m }: Omit<NearWork, "permit">): number {
  return (how === "near" ? 0 : 1e9) + (m ?? 0);
}

function relationOf(world: World, permit: Permit, alarm: Raised): Omit<NearWork, "permit"> | null {
  const { site } = permit.report;
  const position = positionOf(world, alarm);
  const away = position && Math.round(distanceM(position, permit.report.spot));
  if (liesInside(world, permit, alarm)) return { how: "near", distanceM: away };
  if (site === alarm.site) return { how: "site", distanceM: away };
  // Behind the fence of the neighbour it burns as near.
  const nearM = numberOf(world.packs, "H06", "nearM", alarm.site);
  return away !== null && away <= nearM ? { how: "near", distanceM: away } : null;
}

/** In its zone, or within 50 m of its spot; where neither says anything, it may be. */
export function liesInside(world: World, { report }: Permit, alarm: Raised): boolean {
  if (alarm.site !== report.site) return false;
  if (alarm.zone !== null && alarm.zone === report.zone) return true;
  const position = positionOf(world, alarm);
  if (!position) return alarm.zone === null || report.zone === null;
  return distanceM(position, report.spot) <= numberOf(world.packs, "H06", "nearM", alarm.site);
}

/** Where it burns, as a person or the inventory says of it alone: the seat of its site is another place. */
function positionOf({ inventory }: World, { site, device, reported }: Raised): Point | null {
  if (reported) return reported.position;
  return inventory.devices.get(deviceKey(site, device))?.position ?? null;
}
