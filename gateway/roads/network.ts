/**
 * A small road network and the exact shortest ways over it (Dijkstra): for the town of canals in
 * `devices/canal-town/` and for tests, where an engine and its map would be too much.
 */
import { type Drive, distanceM, type Point } from "#rules/dispatch/travel.ts";
import {
  EngineRefused,
  type RouteRequest,
  type Shape,
  type TableRequest,
  type TravelTime,
  type WayTable,
} from "./travel-time.ts";

export type Network = {
  /** Crossings. */
  readonly nodes: readonly Point[];
  /** Roads between two crossings, by their numbers, both directions. */
  readonly edges: readonly { readonly a: number; readonly b: number; readonly speedKmh: number }[];
};

/** A closed road is one that passes this near. */
const nearM = 40;
/** A point further from any crossing is off the map. */
const offMapM = 2000;
/** From the crossing to the gate. */
const accessKmh = 20;

export class NetworkRoads implements TravelTime {
  readonly kind = "network";
  readonly avoids = true;
  readonly roads: string;
  readonly #network: Network;

  constructor(network: Network, roads = "network") {
    this.#network = network;
    this.roads = roads;
  }

  async table({ from, to, without }: TableRequest): Promise<WayTable> {
    const ends = to.map((point) => this.#access(point));
    return from.map((point) => {
      const start = this.#access(point);
      const reached = shortest(this.#network, start.node, without);
      return ends.map((end): Drive | null => {
        const way = reached[end.node];
        if (!way) return null;
        const accessM = start.lengthM + end.lengthM;
        return {
          driveMs: way.driveMs + msFor(accessM, accessKmh),
          lengthM: way.lengthM + accessM,
        };
      });
    });
  }

  async route({ from, to, without }: RouteRequest): Promise<Shape | null> {
    const [start, end] = [this.#access(from), this.#access(to)];
    const reached = shortest(this.#network, start.node, without);
    if (!reached[end.node]) return null;
    const line = [to];
    for (let node: number | null = end.node; node !== null; node = reached[node]?.via ?? null) {
      const crossing = this.#network.nodes[node];
      if (crossing) line.unshift(crossing);
    }
    return [from, ...line].map(({ lng, lat }) => [lng, lat] as const);
  }

  health() {
    return { up: true, why: null, retryAt: null };
  }

  close(): void {}

  #access(point: Point): { readonly node: number; readonly lengthM: number } {
    let [node, lengthM] = [-1, Infinity];
    this.#network.nodes.forEach((crossing, i) => {
      const m = distanceM(point, crossing);
      if (m < lengthM) [node, lengthM] = [i, m];
    });
    if (lengthM > offMapM) throw new EngineRefused("a point is off the map");
    return { node, lengthM };
  }
}

/** `via`: the crossing before; null at the first one. */
type Reached = Drive & { readonly via: number | null };

/** From one crossing to each other one; undefined where no open road leads. */
export function shortest(
  { nodes, edges }: Network,
  start: number,
  without: readonly Point[],
): (Reached | undefined)[] {
  const roads = nodes.map((): { to: number; driveMs: number; lengthM: number }[] => []);
  for (const { a, b, speedKmh } of edges) {
    const [from, to] = [nodes[a], nodes[b]];
    if (!from || !to || without.some((at) => fromRoadM(at, from, to) < nearM)) continue;
    const lengthM = distanceM(from, to);
    const road = { driveMs: msFor(lengthM, speedKmh), lengthM };
    roads[a]?.push({ to: b, ...road });
    roads[b]?.push({ to: a, ...road });
  }
  const reached: (Reached | undefined)[] = nodes.map(() => undefined);
  const open = new Map<number, Reached>([[start, { driveMs: 0, lengthM: 0, via: null }]]);
  while (open.size > 0) {
    const [at, way] = [...open].reduce((best, one) =>
      one[1].driveMs < best[1].driveMs ? one : best,
    );
    open.delete(at);
    reached[at] = way;
    for (const { to, driveMs, lengthM } of roads[at] ?? []) {
      if (reached[to]) continue;
      const next = {
        driveMs: way.driveMs + driveMs,
        lengthM: way.lengthM + lengthM,
        via: at,
      };
      if (next.driveMs < (open.get(to)?.driveMs ?? Infinity)) open.set(to, next);
    }
  }
  return reached;
}

/** Metres from a point to a straight piece of road; on so few kilometres the earth is flat. */
export function fromRoadM(at: Point, from: Point, to: Point): number {
  const east = Math.cos((at.lat * Math.PI) / 180);
  const [x, y] = [(to.lng - from.lng) * east, to.lat - from.lat];
  const [px, py] = [(at.lng - from.lng) * east, at.lat - from.lat];
  const length = x * x + y * y;
  const t = length === 0 ? 0 : Math.min(1, Math.max(0, (px * x + py * y) / length));
  return distanceM(at, {
    lng: from.lng + t * (to.lng - from.lng),
    lat: from.lat + t * (to.lat - from.lat),
  });
}

function msFor(lengthM: number, kmh: number): number {
  return (lengthM / (kmh / 3.6)) * 1000;
}
