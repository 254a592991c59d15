/** Metres between two WGS-84 positions as the crow flies; good to 0.1 % within a district. Pure. */
type Place = { readonly lng: number; readonly lat: number };

const metresPerDegree = 111_195;

export function distanceM(a: Place, b: Place): number {
  const shrink = Math.cos((((a.lat + b.lat) / 2) * Math.PI) / 180);
  return Math.hypot((a.lng - b.lng) * shrink, a.lat - b.lat) * metresPerDegree;
}
