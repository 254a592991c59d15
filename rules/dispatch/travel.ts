/**
 * How long the way takes when no road network answers: the detour model of domain E.
 *
 * Straight line × detour ÷ speed, plus the gate; hills and plain differ. An estimate, always shown
 * as 估算. Road times replace it by the same shape.
 */
import type { Position } from "../inventory.ts";
import type { Settings } from "../settings.ts";

const earthRadiusM = 6_371_008.8;
const radians = Math.PI / 180;

/** Great-circle distance in metres (haversine on the mean radius). */
export function distanceM(a: Position, b: Position): number {
  const sinLat = Math.sin(((b.lat - a.lat) * radians) / 2);
  const sinLng = Math.sin(((b.lng - a.lng) * radians) / 2);
  const h =
    sinLat * sinLat + Math.cos(a.lat * radians) * Math.cos(b.lat * radians) * sinLng * sinLng;
  return 2 * earthRadiusM * Math.asin(Math.min(1, Math.sqrt(h)));
}

/** Estimated ms from the order to arrival: turnout + way + gate, the way never under its clamp. */
export function estimateMs(from: Position, to: Position, travel: Settings["travel"]): number {
  const hills = Math.min(from.lat, to.lat) < travel.hillsSouthOfLat;
  const detour = hills ? travel.detourHills : travel.detourPlain;
  const speedKmh = hills ? travel.speedHillsKmh : travel.speedPlainKmh;
  const wayMs = ((distanceM(from, to) * detour) / (speedKmh / 3.6)) * 1000;
  return Math.round(travel.turnoutMs + Math.max(travel.atLeastMs, wayMs + travel.gateMs));
}
