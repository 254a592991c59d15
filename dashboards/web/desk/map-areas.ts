/** First-due areas as lines and names: every border once, one name for each station. Pure. */
import type { DistrictMap } from "#gateway/api/contract.ts";

type Area = DistrictMap["areas"][number];
type Pair = readonly [number, number];
export type Border = { readonly from: Pair; readonly to: Pair; readonly computed: boolean };

/** Degrees × 1e5, a metre: cells that were cut one by one meet at corners that differ behind it. */
const grain = 1e5;

/**
 * Borders between stations and of the district. Neighbours share one: drawn twice, two dashed lines
 * read as one that is agreed. Between two cells of the same station there is none.
 */
export function bordersOf(areas: readonly Area[]): Border[] {
  const sides = new Map<string, { border: Border; stations: Set<string>; times: number }>();
  for (const { station, ring, computed } of areas) {
    const corners = ring.map(([lng = 0, lat = 0]): Pair => [lng, lat]);
    for (const [n, from] of corners.slice(0, -1).entries()) {
      const to = corners[n + 1] ?? from;
      const key = [from, to].map(keyOf).sort().join(" ");
      const side = sides.get(key);
      if (side) {
        side.stations.add(station);
        side.times += 1;
        // What one of the two has agreed is agreed.
        if (!computed) side.border = { ...side.border, computed };
      } else {
        sides.set(key, { border: { from, to, computed }, stations: new Set([station]), times: 1 });
      }
    }
  }
  return [...sides.values()]
    .filter(({ stations, times }) => times === 1 || stations.size > 1)
    .map(({ border }) => border);
}

/** The largest of each station: its name stands there and nowhere else. */
export function namedAreas(areas: readonly Area[]): Area[] {
  const largest = new Map<string, Area>();
  for (const area of areas) {
    const before = largest.get(area.station);
    if (!before || sizeOf(area) > sizeOf(before)) largest.set(area.station, area);
  }
  return [...largest.values()];
}

/** In square degrees, to be compared. */
function sizeOf({ ring }: Area): number {
  const twice = ring.slice(1).reduce((sum, [x = 0, y = 0], n) => {
    const [px = 0, py = 0] = ring[n] ?? [];
    return sum + px * y - x * py;
  }, 0);
  return Math.abs(twice) / 2;
}

const keyOf = (corner: Pair): string =>
  corner.map((degrees) => Math.round(degrees * grain)).join(",");
