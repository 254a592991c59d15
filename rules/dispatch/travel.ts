/**
 * How long the way takes: by the stored matrix of the roads, else by the detour model of domain E
 * (straight line × detour ÷ speed; hills and plain differ), which is always shown as 估算.
 *
 * Stored ways are of empty roads. What the hour makes of them, and what is closed, comes on top here
 * (roads.ts says what holds at an instant), so that a replay gives the way of the day.
 */
import type { Settings } from "../settings.ts";
import type { Ranked, Standing } from "./rank.ts";
import { openRoads, type Roads } from "./roads.ts";

/** Who said how long the way takes: a route engine now, its stored ways, or the detour model. */
export const travelSources = ["engine", "matrix", "detour"] as const;
export type TravelSource = (typeof travelSources)[number];

/** A way by road without traffic. */
export type Drive = { readonly driveMs: number; readonly lengthM: number };

const earthRadiusM = 6_371_008.8;
const radians = Math.PI / 180;
/** A closed road is given as a point, and ways begin at the road: both are off by some metres. */
const besideM = 100;

/** WGS-84 degrees. */
export type Point = { readonly lng: number; readonly lat: number };

/** Great-circle distance in metres (haversine on the mean radius). */
export function distanceM(a: Point, b: Point): number {
  const sinLat = Math.sin(((b.lat - a.lat) * radians) / 2);
  const sinLng = Math.sin(((b.lng - a.lng) * radians) / 2);
  const h =
    sinLat * sinLat + Math.cos(a.lat * radians) * Math.cos(b.lat * radians) * sinLng * sinLng;
  return 2 * earthRadiusM * Math.asin(Math.min(1, Math.sqrt(h)));
}

/** Ms from the order to arrival by the detour model: turnout + way + gate. */
export function estimateMs(
  from: Point,
  to: Point,
  travel: Settings["travel"],
  slowdown = 1,
): number {
  return arrivalMs(detour(from, to, distanceM(from, to), travel).driveMs, travel, slowdown);
}

/** The way of each responder to one place, as the ranking counts it. */
export function waysTo(
  place: Point,
  travel: Settings["travel"],
  roads: Roads = openRoads,
): (standing: Standing) => Ranked {
  const stored = roads.waysTo(place);
  return (standing) => {
    const straightM = distanceM(standing, place);
    const known = stored?.(standing) ?? null;
    const isRoad = known !== null && known !== "none";
    const drive = isRoad ? known : detour(standing, place, straightM, travel);
    const way: Ranked = {
      station: standing.id,
      distanceM: Math.round(straightM),
      estimateMs: arrivalMs(drive.driveMs, travel, roads.slowdown),
      source: isRoad ? "matrix" : "detour",
    };
    if (known === "none") return { ...way, noWay: true };
    const isDoubtful = mayPass(roads.closed, standing, place, drive.lengthM);
    return isDoubtful ? { ...way, mayBeClosed: true } : way;
  };
}

/** What no way of this length can beat, wherever it leads; a metre is left to rounding. */
export function fastestMs(lengthM: number, travel: Settings["travel"], roads = openRoads): number {
  const rate = Math.min(plainRate(travel), hillsRate(travel), roads.leastMsPerM);
  return arrivalMs(Math.max(0, lengthM - 1) * rate, travel, roads.slowdown);
}

/**
 * Whether a way of this length can lead past one of the points. Whatever way it takes, it is no
 * longer than it is: a point that is a longer detour cannot lie on it. So none that passes is missed.
 */
export function mayPass(
  points: readonly Point[],
  from: Point,
  to: Point,
  lengthM: number,
): boolean {
  return points.some((at) => distanceM(from, at) + distanceM(at, to) <= lengthM + besideM);
}

function detour(from: Point, to: Point, straightM: number, travel: Settings["travel"]): Drive {
  const hills = Math.min(from.lat, to.lat) < travel.hillsSouthOfLat;
  return {
    driveMs: straightM * (hills ? hillsRate(travel) : plainRate(travel)),
    lengthM: straightM * (hills ? travel.detourHills : travel.detourPlain),
  };
}

/** The way is never under its clamp; the gate takes its time at any hour. */
function arrivalMs(driveMs: number, travel: Settings["travel"], slowdown: number): number {
  const wayMs = driveMs * slowdown + travel.gateMs;
  return Math.round(travel.turnoutMs + Math.max(travel.atLeastMs, wayMs));
}

/** Ms for a metre of straight line. */
function plainRate({ detourPlain, speedPlainKmh }: Settings["travel"]): number {
  return (detourPlain / (speedPlainKmh / 3.6)) * 1000;
}

function hillsRate({ detourHills, speedHillsKmh }: Settings["travel"]): number {
  return (detourHills / (speedHillsKmh / 3.6)) * 1000;
}
