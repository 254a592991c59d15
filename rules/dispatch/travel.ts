/**
 * How long the way takes when no road network answers: the detour model of domain E.
 *
 * Straight line × detour ÷ speed, plus the gate; hills and plain differ. An estimate, always shown
 * as 估算. Road times replace it by the same shape.
 */
import type { Settings } from "../settings.ts";

const earthRadiusM = 6_371_008.8;
const radians = Math.PI / 180;

/** WGS-84 degrees. */
type Point = { readonly lng: number; readonly lat: number };

/** Great-circle distance in metres (haversine on the mean radius). */
export function distanceM(a: Point, b: Point): number {
  const sinLat = Math.sin(((b.lat - a.lat) * radians) / 2);
  const sinLng = Math.sin(((b.lng - a.lng) * radians) / 2);
  const h =
    sinLat * sinLat + Math.cos(a.lat * radians) * Math.cos(b.lat * radians) * sinLng * sinLng;
  return 2 * earthRadiusM * Math.asin(Math.min(1, Math.sqrt(h)));
}

/** Estimated ms from the order to arrival: turnout + way + gate, the way never under its clamp. */
export function estimateMs(from: Point, to: Point, travel: Settings["travel"]): number {
  const hills = Math.min(from.lat, to.lat) < travel.hillsSouthOfLat;
  const rate = hills ? hillsRate(travel) : plainRate(travel);
  return arrivalMs(distanceM(from, to), rate, travel);
}

/** What no way of this length can beat, wherever it leads; a metre is left to rounding. */
export function fastestMs(lengthM: number, travel: Settings["travel"]): number {
  const rate = Math.min(plainRate(travel), hillsRate(travel));
  return arrivalMs(Math.max(0, lengthM - 1), rate, travel);
}

function arrivalMs(lengthM: number, msPerM: number, travel: Settings["travel"]): number {
  const wayMs = lengthM * msPerM + travel.gateMs;
  return Math.round(travel.turnoutMs + Math.max(travel.atLeastMs, wayMs));
}

/** Ms for a metre of straight line. */
function plainRate({ detourPlain, speedPlainKmh }: Settings["travel"]): number {
  return (detourPlain / (speedPlainKmh / 3.6)) * 1000;
}

function hillsRate({ detourHills, speedHillsKmh }: Settings["travel"]): number {
  return (detourHills / (speedHillsKmh / 3.6)) * 1000;
}
