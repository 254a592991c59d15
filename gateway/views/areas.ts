/**
 * First-due areas (首到责任区) as the map draws them: the ring that a file gives, else a computed one. An
 * agreement that names towns has no border here: what is nearest to the seat of a town by line stands for
 * the town. Where no station has an area at all, each has what is nearest to it. A station that nobody can
 * order, being built or closed, is first-due for nothing.
 */
import { canBeOrdered, type District, type Responder, type Town } from "#rules/inventory.ts";
import type { DistrictMap } from "../api/contract.ts";

type Pair = readonly [number, number];
type Spot = { readonly lng: number; readonly lat: number };
type Area = DistrictMap["areas"][number];

/** Cells are cut pair by pair; of more the map would show nothing but borders. */
const most = 200;

export function areasOf(
  bounds: District["bounds"],
  stations: readonly Responder[],
  towns: readonly Town[],
): Area[] {
  const rescue = stations.filter(canBeOrdered);
  const given = rescue.flatMap(({ id, firstDue }): Area[] =>
    firstDue?.ring ? [{ station: id, ring: ringOf(firstDue.ring), computed: false }] : [],
  );
  const rest = rescue.filter(({ firstDue }) => !firstDue?.ring);
  const byTown = rest.flatMap(({ id, firstDue }) =>
    (firstDue?.towns ?? []).map((town) => ({ id, town })),
  );
  if (byTown.length > 0) {
    const seats = towns.map(({ id, position }) => ({ id, at: position })).slice(0, most);
    const cells = cellsOf(bounds, seats);
    const computed = byTown.flatMap(({ id, town }): Area[] => {
      const ring = cells.get(town);
      return ring ? [{ station: id, ring, computed: true }] : [];
    });
    return [...given, ...computed];
  }
  if (given.length > 0) return given;
  const seats = rest.map(({ id, position }) => ({ id, at: position })).slice(0, most);
  return [...cellsOf(bounds, seats)].map(([station, ring]) => ({ station, ring, computed: true }));
}

/** Of each seat what is nearest to it by line (Voronoi), cut by the frame of the district. */
function cellsOf(
  { west, south, east, north }: District["bounds"],
  seats: readonly { readonly id: string; readonly at: Spot }[],
): Map<string, [number, number][]> {
  // On so few kilometres the earth is flat; a degree of longitude is shorter.
  const shrink = Math.cos((((south + north) / 2) * Math.PI) / 180);
  const frame: Pair[] = [
    [west, south],
    [east, south],
    [east, north],
    [west, north],
  ];
  const cells = new Map<string, [number, number][]>();
  for (const { id, at } of seats) {
    let cell: readonly Pair[] = frame;
    for (const other of seats) if (other.id !== id) cell = nearer(cell, at, other.at, shrink);
    if (cell.length > 2) cells.set(id, ringOf(cell));
  }
  return cells;
}

/** The part of a convex ring that is no further from `at` than from `other`. */
function nearer(ring: readonly Pair[], at: Spot, other: Spot, shrink: number): Pair[] {
  const [dx, dy] = [(other.lng - at.lng) * shrink ** 2, other.lat - at.lat];
  const [mx, my] = [(other.lng + at.lng) / 2, (other.lat + at.lat) / 2];
  const beyond = ([x, y]: Pair): number => (x - mx) * dx + (y - my) * dy;
  return ring.flatMap((from, i) => {
    const to = ring[(i + 1) % ring.length] ?? from;
    const [a, b] = [beyond(from), beyond(to)];
    const kept: Pair[] = a <= 0 ? [from] : [];
    if (a < 0 === b < 0 || a === b) return kept;
    const share = a / (a - b);
    return [...kept, [from[0] + share * (to[0] - from[0]), from[1] + share * (to[1] - from[1])]];
  });
}

/** Closed, as GeoJSON has it. */
function ringOf(points: readonly Pair[]): [number, number][] {
  const [first, last] = [points[0], points.at(-1)];
  const isClosed = first?.[0] === last?.[0] && first?.[1] === last?.[1];
  return (isClosed || !first ? points : [...points, first]).map(([lng, lat]) => [lng, lat]);
}
