/**
 * GCJ-02 given as WGS-84: nothing in a file says so, but places lie where a Chinese web map would show
 * those of before, or a site's devices where it would show the site; here 480 m to the south-east.
 */
import { distanceM, type Point } from "#rules/dispatch/travel.ts";
import type { Inventory, Position } from "#rules/inventory.ts";
import { wgs84ToGcj02 } from "./datum.ts";
import { keyOf } from "./schema.ts";

const placed = ["towns", "responders", "sites", "devices"] as const;
/** So near to where GCJ-02 would show it; a surveyor and a map differ by as much. */
const nearM = 60;
/** Nobody calls this a move. */
const stillM = 100;
const named = 10;

/** What to ask whoever imports; null where nothing looks like it. */
export function shiftedWarning(now: Inventory, before: Inventory): string | null {
  const moves = movedSince(now, before);
  const shifted = moves.filter(({ isShifted }) => isShifted).map(({ what }) => what);
  // Of many that have moved, one may lie there by chance.
  const isBatch = shifted.length > 0 && shifted.length * 2 >= moves.length;
  const all = isBatch ? shifted : besideTheirSite(now);
  if (all.length === 0) return null;
  const some = `${all.slice(0, named).join(", ")}${all.length > named ? ", …" : ""}`;
  return (
    `${all.length} positions given as WGS-84 lie where GCJ-02 shows the place of before or of the site, ` +
    `about 480 m off: ${some}; from a Chinese web map they need datum: GCJ-02`
  );
}

function movedSince(now: Inventory, before: Inventory) {
  return placed.flatMap((list) => {
    if (now[list] === before[list]) return [];
    const old = new Map(
      before[list].map((item) => [keyOf(list, item as Record<string, unknown>), item.position]),
    );
    return now[list].flatMap((item) => {
      const key = keyOf(list, item as Record<string, unknown>);
      const was = old.get(key);
      if (!was || !isGivenAsWgs84(item.position)) return [];
      if (distanceM(was, item.position) < stillM) return [];
      return [{ what: `${list} ${key}`, isShifted: isShown(item.position, was) }];
    });
  });
}

/** Devices of a site, three of them at least, that stand together where GCJ-02 shows the site. */
function besideTheirSite({ sites, devices }: Inventory): string[] {
  const home = new Map(sites.map(({ id, position }) => [id, position]));
  const shifted = devices.filter(({ site, position }) => {
    const at = home.get(site);
    return isGivenAsWgs84(position) && at !== undefined && isShown(position, at);
  });
  return shifted.length < 3 ? [] : shifted.map(({ site, id }) => `devices ${site}/${id}`);
}

function isGivenAsWgs84(position: Position | undefined): position is Position {
  return position !== undefined && position.given === undefined;
}

function isShown(at: Point, place: Point): boolean {
  return distanceM(at, wgs84ToGcj02(place)) < nearM && distanceM(at, place) > stillM;
}
