/**
 * Which of the stations is taken: what each can do now, how long it takes with its penalties, and what
 * the plan of the first alarm demands.
 *
 * One number orders them, so that the order is the same on every machine: time to arrive, and minutes
 * for what speaks against it. Who is first-due (首到责任区) wins where it is less than a minute behind;
 * station id last.
 */
import { townOf } from "../incident/about.ts";
import type { Position, Responder, Vehicle } from "../inventory.ts";
import type { InventoryIndex } from "../inventory-index.ts";
import type { Settings } from "../settings.ts";
import { arrivalClassOf, limitOf } from "./arrival.ts";
import { type FirstAlarmPlan, type Need, type Short, supply } from "./first-alarm.ts";
import { type Ranked, rank } from "./rank.ts";
import { emptyRoads, type RoadMatrix, type Roads } from "./roads.ts";
import {
  type Availability,
  availabilityOf,
  engineKinds,
  type Sight,
  vehiclesReady,
} from "./status.ts";
import { waysTo } from "./travel.ts";

export const penaltyCauses = ["ask", "returning", "leaves-area", "mutual-aid"] as const;
export type PenaltyCause = (typeof penaltyCauses)[number];

/** What the estimate is made of, ms; penalties order the stations and are no part of it. */
export type Terms = {
  readonly turnoutMs: number;
  readonly travelMs: number;
  readonly accessMs: number;
  readonly penaltyMs: Readonly<Partial<Record<PenaltyCause, number>>>;
};

export type Judged = Ranked & {
  readonly terms: Terms;
  readonly isFirstDue: boolean;
  readonly availability: Availability;
  /** What they are ordered by, ms. */
  readonly weightMs: number;
};

type Scene = {
  readonly site: string;
  readonly position: Pick<Position, "lng" | "lat">;
  /** Who is out for this very incident is not busy elsewhere. */
  readonly incident: string;
};

/** Every way with its terms, best first; who cannot come behind, in the same order. */
export function judge(sight: Sight, ways: readonly Ranked[], scene: Scene): Judged[] {
  const town = townOf(sight, scene.incident, scene.site);
  const standings = new Map<string, Availability>();
  const standingOf = (id: string): Availability | null => {
    const known = standings.get(id);
    if (known) return known;
    const { responder } = factsOf(sight.world.inventory, id);
    if (!responder) return null;
    const is = availabilityOf(sight, responder, scene.incident);
    standings.set(id, is);
    return is;
  };
  return ways
    .flatMap((way) => judgeOne(sight, way, { ...scene, town }, standingOf) ?? [])
    .sort(compare);
}

function judgeOne(
  sight: Sight,
  way: Ranked,
  scene: Scene & { readonly town: string },
  standingOf: (id: string) => Availability | null,
): Judged | null {
  const { inventory, settings } = sight.world;
  const { responder } = factsOf(inventory, way.station);
  const availability = standingOf(way.station);
  if (!responder || !availability) return null;
  const { askMs, returningMs, mutualAidMs, firstDueMs } = settings.ranking;
  const isFirstDue = isFirstDueOf(responder, scene);
  const bare = isFirstDue ? 0 : bareMs(sight, responder, standingOf);
  const penaltyMs = {
    ...(availability.standing === "ask" ? { ask: askMs } : {}),
    ...(availability.standing === "returning" ? { returning: returningMs } : {}),
    ...(bare > 0 ? { "leaves-area": bare } : {}),
    ...(responder.mutualAid ? { "mutual-aid": mutualAidMs } : {}),
  };
  const penalties = Object.values(penaltyMs).reduce((sum, ms) => sum + ms, 0);
  // One ms less: a minute is not under a minute.
  const credit = isFirstDue ? firstDueMs - 1 : 0;
  const weightMs = way.estimateMs + penalties - credit;
  const terms = { ...partsOf(way, responder, settings), penaltyMs };
  return { ...way, terms, isFirstDue, availability, weightMs };
}

/** No penalty is worse than that no road leads there. */
function compare(a: Judged, b: Judged): number {
  return (
    // Where no road leads nobody arrives, however near the line is.
    Number(a.noWay ?? false) - Number(b.noWay ?? false) ||
    a.weightMs - b.weightMs ||
    Number(b.isFirstDue) - Number(a.isFirstDue) ||
    (a.station < b.station ? -1 : 1)
  );
}

/** Of whoever goes by the kind it is: the time until it leaves, on the way, and from gate to door. */
export function partsOf(
  { estimateMs }: Ranked,
  responder: Responder,
  settings: Settings,
): Omit<Terms, "penaltyMs"> {
  const turnoutMs = Math.min(estimateMs, turnoutOf(responder, settings));
  const gateMs = responder.kind === "micro" ? 0 : settings.travel.gateMs;
  const accessMs = Math.min(gateMs, estimateMs - turnoutMs);
  return { turnoutMs, travelMs: estimateMs - turnoutMs - accessMs, accessMs };
}

/** Full-time crews sit by their engine; volunteers come from their work (domain E). */
function turnoutOf({ kind, brigade }: Responder, { travel, ranking }: Settings): number {
  if (kind === "rescue") return travel.turnoutMs;
  if (kind === "micro") return ranking.microTurnoutMs;
  return brigade === "enterprise" ? ranking.enterpriseTurnoutMs : ranking.volunteerTurnoutMs;
}

/** A way that a car would take, as this responder goes it: on foot or by e-bike within the park. */
export function ownWay(way: Ranked, responder: Responder, settings: Settings): Ranked {
  if (responder.kind === "rescue") return way;
  const { travel, ranking } = settings;
  const turnoutMs = turnoutOf(responder, settings);
  if (responder.kind === "micro" && way.distanceM <= ranking.onFootUpToM) {
    const kmh = way.distanceM <= ranking.walkUpToM ? ranking.walkKmh : ranking.bikeKmh;
    const wayMs = ((way.distanceM * travel.detourPlain) / (kmh / 3.6)) * 1000;
    return { ...way, estimateMs: Math.round(turnoutMs + wayMs) };
  }
  return { ...way, estimateMs: way.estimateMs - travel.turnoutMs + turnoutMs };
}

/** The first-due area: the ring where one is drawn, else whole towns. */
export function isFirstDueOf(
  { firstDue }: Responder,
  { town, position }: Pick<Scene, "position"> & { readonly town: string },
): boolean {
  if (!firstDue) return false;
  return firstDue.ring
    ? isWithin(firstDue.ring, position)
    : firstDue.towns?.includes(town) === true;
}

/** Crossings of a ray to the east; the edge belongs to the ring on its south and west. */
function isWithin(
  ring: readonly (readonly [number, number])[],
  { lng, lat }: Scene["position"],
): boolean {
  let inside = false;
  for (let i = 0, j = ring.length - 1; i < ring.length; j = i, i += 1) {
    const [x1, y1] = ring[i] as readonly [number, number];
    const [x2, y2] = ring[j] as readonly [number, number];
    if (y1 > lat !== y2 > lat && lng < ((x2 - x1) * (lat - y1)) / (y2 - y1) + x1) inside = !inside;
  }
  return inside;
}

/** How bare its own area would be without it; 0 where an engine stays, or another is near enough. */
function bareMs(
  sight: Sight,
  responder: Responder,
  standingOf: (id: string) => Availability | null,
): number {
  const { inventory, settings } = sight.world;
  if (!responder.firstDue) return 0;
  const { vehicles } = factsOf(inventory, responder.id);
  const stays = vehiclesReady(sight.state, responder.id, vehicles);
  if (stays.filter(({ kind }) => engineKinds.has(kind)).length > 1) return 0;
  const limit = areaLimitMs(inventory, responder, settings);
  const cover = neighboursOf(sight.world, responder).find(({ station }) => {
    const standing = standingOf(station)?.standing;
    return standing === "free" || standing === "ask";
  });
  const { leastMs, mostMs, coverSlackMs } = settings.ranking.leavesArea;
  if (!cover) return mostMs;
  if (cover.estimateMs <= limit + coverSlackMs) return 0;
  return Math.min(mostMs, Math.max(leastMs, cover.estimateMs - limit));
}

/** What an area may wait for; one that promises nothing is counted as the slowest class. */
export function areaLimitMs(
  inventory: InventoryIndex,
  responder: Responder,
  settings: Settings,
): number {
  const town = responder.firstDue?.towns?.[0] ?? responder.town;
  const of = inventory.towns.get(town)?.arrival ?? arrivalClassOf(inventory, undefined, settings);
  return limitOf(of) ?? 15 * 60_000;
}

/** What an inventory says of a station: looked up once, for an alarm asks for it many times. */
type Facts = {
  readonly responder: Responder | undefined;
  readonly vehicles: readonly Vehicle[];
};
const facts = new WeakMap<InventoryIndex, Map<string, Facts>>();

function factsOf(inventory: InventoryIndex, id: string): Facts {
  const all = facts.get(inventory) ?? new Map<string, Facts>();
  facts.set(inventory, all);
  const known = all.get(id);
  if (known) return known;
  const found = { responder: inventory.responders.get(id), vehicles: inventory.vehiclesOf(id) };
  all.set(id, found);
  return found;
}

/**
 * Stations that may cover for another, nearest first, by the stored ways on empty roads: static, so
 * measured once for an inventory, its matrix and what the settings say of travel.
 */
const coverers = 4;
type Cover = {
  readonly travel: Settings["travel"];
  readonly matrix: RoadMatrix | null;
  readonly of: Map<string, readonly Ranked[]>;
};
const neighbours = new WeakMap<InventoryIndex, Cover>();

export function neighboursOf(
  { inventory, settings: { travel }, roads }: Sight["world"],
  { id, position }: Responder,
): readonly Ranked[] {
  const last = neighbours.get(inventory);
  const matrix = roads?.matrix ?? null;
  const isSame = last?.travel === travel && last.matrix === matrix;
  const cover: Cover = isSame ? last : { travel, matrix, of: new Map() };
  neighbours.set(inventory, cover);
  const all: Map<string, readonly Ranked[]> = cover.of;
  const known = all.get(id);
  if (known) return known;
  const found = rank(inventory.rescue, position, coverers + 1, travel, emptyRoads(matrix))
    .filter(({ station, noWay }) => station !== id && !noWay)
    .slice(0, coverers);
  all.set(id, found);
  return found;
}

export type Chosen = {
  readonly taken: readonly Judged[];
  /** Who is taken because nobody else has what this need asks for. */
  readonly broughtIn: ReadonlyMap<string, Need>;
  readonly short: readonly Short[];
  /** Nobody is free: the nearest one that is out is asked all the same. */
  readonly allBusy: boolean;
};

/** Who of the stations that may be ordered goes at once: the best, and whoever brings what is missing. */
export function choose(
  { state, world }: Sight,
  orderable: readonly Judged[],
  planned: number,
  plan: FirstAlarmPlan | null,
): Chosen {
  const { inventory, settings } = world;
  const free = orderable.filter(isFree);
  if (free.length === 0) {
    const busy = orderable.filter(({ availability }) => availability.standing === "busy");
    const taken = busy.slice(0, 1);
    return { taken, broughtIn: new Map(), short: [], allBusy: taken.length > 0 };
  }
  const bring = (need: Need, { station }: Judged): number => {
    const { responder, vehicles } = factsOf(inventory, station);
    return supply(need, responder, vehiclesReady(state, station, vehicles));
  };
  const got = (need: Need, list: readonly Judged[]): number =>
    list.reduce((sum, one) => sum + bring(need, one), 0);
  let taken = free.slice(0, planned);
  const broughtIn = new Map<string, Need>();
  const met: Need[] = [];
  for (const need of plan?.needs ?? []) {
    while (got(need, taken) < need.count) {
      const more = free.find((one) => !taken.includes(one) && bring(need, one) > 0);
      if (!more) break;
      const room = taken.length < settings.dispatch.maxStations;
      const now = room ? [...taken, more] : instead(taken, more, [...met, need], got);
      if (!now) break;
      taken = now;
      broughtIn.set(more.station, need);
    }
    met.push(need);
  }
  taken = free.filter((one) => taken.includes(one));
  const isUnlisted = taken.some(({ station }) => factsOf(inventory, station).vehicles.length === 0);
  const short = (plan?.needs ?? []).flatMap((need): Short[] => {
    const has = got(need, taken);
    if (has >= need.count) return [];
    return [isUnlisted ? { ...need, got: has, unknown: true } : { ...need, got: has }];
  });
  return { taken, broughtIn, short, allBusy: false };
}

/** In the place of the last one that loses nothing of what is met; the best one always goes. */
function instead(
  taken: readonly Judged[],
  more: Judged,
  needs: readonly Need[],
  got: (need: Need, list: readonly Judged[]) => number,
): Judged[] | null {
  for (let i = taken.length - 1; i > 0; i -= 1) {
    const now = [...taken.filter((_, n) => n !== i), more];
    const loses = (need: Need) => got(need, now) < Math.min(need.count, got(need, taken));
    if (!needs.some(loses)) return now;
  }
  return null;
}

export function isFree({ availability }: Judged): boolean {
  return availability.standing !== "busy" && availability.standing !== "unable";
}

/** The way of one responder as it goes it. */
export function wayFor(
  responder: Responder,
  position: Scene["position"],
  settings: Settings,
  roads: Roads,
): Ranked {
  const { lng, lat } = responder.position;
  const way = waysTo(position, settings.travel, roads)({ id: responder.id, lng, lat });
  return ownWay(way, responder, settings);
}
