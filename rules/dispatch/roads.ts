/**
 * What is known of the roads at one instant: ways of the stored matrix, how slow the hour is, what is
 * closed. Matrix and closures are artefacts that an event has adopted, so a replay has those of the day.
 */
import { localTime } from "../calendar.ts";
import type { Text } from "../inventory.ts";
import type { Settings } from "../settings.ts";
import type { Standing } from "./rank.ts";
import type { Drive, Point } from "./travel.ts";

export const closureReasons = [
  "works",
  "flood",
  "collapse",
  "accident",
  "ice",
  "event",
  "other",
] as const;

/** A road or bridge that nobody passes at this point for a while. */
export type Closure = {
  readonly id: string;
  readonly name: Text;
  readonly lng: number;
  readonly lat: number;
  readonly reason: (typeof closureReasons)[number];
  /** ms UTC. */
  readonly from: number;
  readonly until: number;
};

/** The way from where somebody stands; "none": no road leads here; null: not known. */
export type WaysFrom = (from: Standing) => Drive | "none" | null;

/** Ways from responders to places, computed ahead of any alarm. */
export type RoadMatrix = {
  /** Those whose roads its ways keep off, by `closureKey`. */
  readonly without: ReadonlySet<string>;
  /** No way of it is faster, ms for a metre of straight line. */
  readonly leastMsPerM: number;
  /** Null where it has no ways to this place. */
  waysTo(place: Point): WaysFrom | null;
};

/** What the world knows of its roads. */
export type RoadsKnown = {
  readonly closures: readonly Closure[];
  readonly matrix: RoadMatrix | null;
};

export type Roads = Pick<RoadMatrix, "leastMsPerM" | "waysTo"> & {
  /** Driving takes so many times as long as on empty roads. */
  readonly slowdown: number;
  /** Closed now, and not when the ways were stored. */
  readonly closed: readonly Point[];
};

const noMatrix: RoadMatrix = { without: new Set(), leastMsPerM: Infinity, waysTo: () => null };

/** Nothing stored, nothing closed, nobody on the road. */
export const openRoads: Roads = { ...noMatrix, slowdown: 1, closed: [] };

/** Nothing closed but what the ways keep off already, nobody on the road. */
export function emptyRoads(matrix: RoadMatrix | null): Roads {
  if (matrix === null) return openRoads;
  const { leastMsPerM } = matrix;
  return { ...openRoads, leastMsPerM, waysTo: (place) => matrix.waysTo(place) };
}

export function roadsAt(known: RoadsKnown | undefined, settings: Settings, at: number): Roads {
  const matrix = known?.matrix ?? noMatrix;
  return {
    leastMsPerM: matrix.leastMsPerM,
    waysTo: (place) => matrix.waysTo(place),
    slowdown: slowdownAt(settings, at),
    closed: closedAt(known?.closures ?? [], at).filter(
      (closure) => !matrix.without.has(closureKey(closure)),
    ),
  };
}

export function closedAt(closures: readonly Closure[], at: number): Closure[] {
  return closures.filter(({ from, until }) => from <= at && at < until);
}

/** One that is moved is another one. */
export function closureKey({ id, lng, lat }: Pick<Closure, "id" | "lng" | "lat">): string {
  return `${id} ${lng} ${lat}`;
}

/** Rush hours of domain E: 07–09 and 16:30–18:30. */
function slowdownAt({ travel, utcOffsetMin }: Settings, at: number): number {
  const { hour, minute } = localTime(at, utcOffsetMin);
  const now = hour * 60 + minute;
  const isPeak = travel.peaks?.some(({ fromMin, toMin }) => fromMin <= now && now < toMin);
  return isPeak ? (travel.peakFactor ?? 1) : 1;
}
