/**
 * 移防补位: which first-due areas no engine reaches within their limit and five minutes, and who could
 * be moved up at the least cost. Advice for a person; nothing here orders anybody.
 */
import { canBeOrdered, type Responder } from "../inventory.ts";
import { areaLimitMs, neighboursOf } from "./choice.ts";
import { type Ranked, rank } from "./rank.ts";
import { roadsAt } from "./roads.ts";
import { availabilityOf, type Sight } from "./status.ts";

export type MoveUp = {
  /** The station whose area it is. */
  readonly area: string;
  /** What the area may wait for, with the five minutes. */
  readonly limitMs: number;
  /** Who could stand in for it; null where nobody can without leaving another area bare. */
  readonly by: string | null;
  readonly wayMs: number | null;
};

/** Stations looked at for one area, nearest first. */
const lookedAt = 20;

/** Only where a station cannot answer for its own area is anything bare; by area. */
export function adviseMoveUp(sight: Sight): MoveUp[] {
  const { inventory } = sight.world;
  const away = [...sight.state.stations.keys()]
    .flatMap((id) => inventory.responders.get(id) ?? [])
    .filter((one) => one.kind === "rescue" && one.firstDue && canBeOrdered(one))
    .filter((one) => promises(sight, one) && !answers(sight, one.id));
  const taken = new Set<string>();
  const advice: MoveUp[] = [];
  for (const area of away.sort((a, b) => (a.id < b.id ? -1 : 1))) {
    const limitMs = limitOf(sight, area);
    if (isCovered(sight, area, limitMs, taken)) continue;
    const best = standIn(sight, area, taken);
    if (best) taken.add(best.station);
    const { station = null, estimateMs = null } = best ?? {};
    advice.push({ area: area.id, limitMs, by: station, wayMs: estimateMs });
  }
  return advice;
}

/** Where nothing is promised (far hills), nothing is broken either. */
function promises({ world }: Sight, { firstDue, town }: Responder): boolean {
  const known = world.inventory.towns.get(firstDue?.towns?.[0] ?? town);
  return known?.arrival !== "best-effort";
}

function limitOf({ world }: Sight, area: Responder): number {
  const { settings, inventory } = world;
  return areaLimitMs(inventory, area, settings) + settings.ranking.leavesArea.coverSlackMs;
}

/** It could turn out now: it has said so, or nobody knows better. */
function answers(sight: Sight, id: string): boolean {
  const responder = sight.world.inventory.responders.get(id);
  if (!responder) return false;
  const { standing } = availabilityOf(sight, responder, null);
  return standing === "free" || standing === "ask";
}

function isCovered(
  sight: Sight,
  area: Responder,
  limitMs: number,
  without: ReadonlySet<string>,
): boolean {
  return neighboursOf(sight.world, area).some(
    ({ station, estimateMs }) =>
      estimateMs <= limitMs && !without.has(station) && answers(sight, station),
  );
}

/** The nearest station that can leave without its own area lying bare then. */
function standIn(sight: Sight, area: Responder, taken: ReadonlySet<string>): Ranked | null {
  const { inventory, settings } = sight.world;
  const roads = roadsAt(sight.world.roads, settings, sight.at);
  const near = rank(inventory.rescue, area.position, lookedAt, settings.travel, roads);
  const isAble = ({ station, noWay }: Ranked) => !noWay && !taken.has(station);
  const free = near.filter((way) => isAble(way) && answers(sight, way.station));
  const found = free.find(({ station }) => {
    const own = inventory.responders.get(station);
    const gone = new Set([...taken, station]);
    return own && (!own.firstDue || isCovered(sight, own, limitOf(sight, own), gone));
  });
  return found ?? null;
}
