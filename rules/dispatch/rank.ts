/**
 * Where the nearest stations are found: rescue stations by estimated time, nearest first. Which of
 * them is taken, choice.ts says.
 *
 * Deterministic: equal times go by distance, then by station id. Every candidate keeps the reason
 * why it was taken or left, so that the journal explains the choice next month. Time is not
 * monotonous in distance (hills are slower than the plain), so the nearest by line are only where
 * the search begins: it ends when nothing further away can be faster.
 */
import type { LifecycleState, Position } from "../inventory.ts";
import type { Settings } from "../settings.ts";
import type { Terms } from "./choice.ts";
import type { Need } from "./first-alarm.ts";
import { openRoads, type Roads } from "./roads.ts";
import type { StationStatus } from "./status.ts";
import { distanceM, fastestMs, type TravelSource, waysTo } from "./travel.ts";

/** Where somebody stands, WGS-84 degrees. */
export type Standing = { readonly id: string; readonly lng: number; readonly lat: number };
type Place = Pick<Position, "lng" | "lat">;

/** Whom one may rank, found by great-circle distance: a plain list here, a spatial index outside. */
export type Field = {
  readonly size: number;
  /** The `count` nearest by line, nearest first; all of them where there are fewer. */
  near(place: Place, count: number): readonly Standing[];
  /** The first `count` in the order of the inventory. */
  first(count: number): readonly Standing[];
};

export type Candidate = Ranked & {
  readonly verdict: "taken" | "reserve" | "left";
  readonly reason: CandidateReason;
  /** Person ids of who comes along, where the inventory names them. */
  readonly roster?: readonly string[];
  /** What the estimate is made of; absent of what was journalled before there were terms. */
  readonly terms?: Terms;
  readonly firstDue?: true;
  /** What it had last said of itself, and when; absent where it was never heard. */
  readonly status?: StationStatus;
  readonly heardAt?: number;
  /** Its word is old, or there is none: somebody asks (询问). */
  readonly ask?: true;
  /** What it was taken for. */
  readonly need?: Need;
};

export type CandidateReason =
  | "nearest"
  | "plan"
  | "next-if-silent"
  | "further-away"
  | "notify-only"
  | "via-119"
  | "placeholder"
  | "micro-of-site"
  | "brigade-if-silent"
  | "first-due"
  /** Another is nearer, and more speaks against it. */
  | "quickest"
  | "brings"
  | "nobody-else"
  | "no-way"
  | Exclude<StationStatus, "in-service">
  | Exclude<LifecycleState, "in-service">;

export type Ranked = {
  readonly station: string;
  readonly distanceM: number;
  readonly estimateMs: number;
  readonly source: TravelSource;
  /** A road is closed that this way may lead over, and no way round has been computed yet. */
  readonly mayBeClosed?: true;
  /** No road leads here now: the estimate is of the line, and everybody else goes before. */
  readonly noWay?: true;
};

/** The best `count` of the field with their way to the place, nearest in time first. */
export function rank(
  field: Field,
  place: Place,
  count: number,
  travel: Settings["travel"],
  roads: Roads = openRoads,
): Ranked[] {
  const way = waysTo(place, travel, roads);
  for (let asked = count + 8; ; asked *= 4) {
    const found = field.near(place, asked);
    const ranked = found.map(way).sort(compare);
    const best = ranked.slice(0, count);
    if (found.length >= field.size) return best;
    const worst = best.at(-1);
    const last = found.at(-1);
    // Strictly: an equal time further away could still win by its id.
    const bound = last ? fastestMs(distanceM(last, place), travel, roads) : 0;
    if (worst && !worst.noWay && bound > worst.estimateMs) return best;
  }
}

function compare(a: Ranked, b: Ranked): number {
  return (
    Number(a.noWay ?? false) - Number(b.noWay ?? false) ||
    a.estimateMs - b.estimateMs ||
    a.distanceM - b.distanceM ||
    (a.station < b.station ? -1 : 1)
  );
}

/** A field over a list that is short enough to be measured through. */
export function fieldOf(
  list: readonly { readonly id: string; readonly position: Position }[],
): Field {
  const all = list.map(({ id, position }) => ({ id, lng: position.lng, lat: position.lat }));
  return {
    size: all.length,
    near: (place, count) =>
      all
        .map((standing) => ({ standing, m: distanceM(standing, place) }))
        .sort((a, b) => a.m - b.m)
        .slice(0, count)
        .map(({ standing }) => standing),
    first: (count) => all.slice(0, count),
  };
}
