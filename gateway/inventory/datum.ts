/**
 * WGS-84, GCJ-02 and BD-09: converted here, at the edge, and nowhere else.
 *
 * Chinese web maps draw GCJ-02, Baidu adds BD-09; in Keqiao GCJ-02 lies about 400 m east and 270 m
 * south of WGS-84. There is no closed inverse: both are found by fixed-point iteration, exact to
 * less than a millimetre.
 */

/** Degrees. */
type Point = { readonly lng: number; readonly lat: number };
export type ForeignDatum = "GCJ-02" | "BD-09";

/** Krasovsky 1940: half axis in metres, and the square of the eccentricity. */
const a = 6_378_245;
const ee = 0.006_693_421_622_965_943;
/** Rounds of the inverse; 20 leave 1e-12 degrees. */
const rounds = 20;

export function wgs84ToGcj02({ lng, lat }: Point): Point {
  const x = lng - 105;
  const y = lat - 35;
  const radLat = (lat * Math.PI) / 180;
  const m = 1 - ee * Math.sin(radLat) ** 2;
  return {
    lng: lng + (shiftLng(x, y) * 180) / ((a / Math.sqrt(m)) * Math.cos(radLat) * Math.PI),
    lat: lat + (shiftLat(x, y) * 180) / (((a * (1 - ee)) / (m * Math.sqrt(m))) * Math.PI),
  };
}

export function gcj02ToBd09({ lng, lat }: Point): Point {
  const turn = (Math.PI * 3000) / 180;
  const r = Math.hypot(lng, lat) + 0.000_02 * Math.sin(lat * turn);
  const angle = Math.atan2(lat, lng) + 0.000_003 * Math.cos(lng * turn);
  return { lng: r * Math.cos(angle) + 0.0065, lat: r * Math.sin(angle) + 0.006 };
}

/** WGS-84 of a point that is given in another datum; nine digits, a tenth of a millimetre. */
export function toWgs84(point: Point, datum: ForeignDatum): Point {
  const forward =
    datum === "GCJ-02" ? wgs84ToGcj02 : (p: Point): Point => gcj02ToBd09(wgs84ToGcj02(p));
  let { lng, lat } = point;
  for (let n = 0; n < rounds; n += 1) {
    const there = forward({ lng, lat });
    lng -= there.lng - point.lng;
    lat -= there.lat - point.lat;
  }
  return { lng: Number(lng.toFixed(9)), lat: Number(lat.toFixed(9)) };
}

function shiftLat(x: number, y: number): number {
  const line = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * Math.sqrt(Math.abs(x));
  const waves =
    wave(20, 6, x) +
    wave(20, 2, x) +
    (wave(20, 1, y) + wave(40, 1 / 3, y)) +
    (wave(160, 1 / 12, y) + wave(320, 1 / 30, y));
  return line + (waves * 2) / 3;
}

function shiftLng(x: number, y: number): number {
  const line = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * Math.sqrt(Math.abs(x));
  const waves =
    wave(20, 6, x) +
    wave(20, 2, x) +
    (wave(20, 1, x) + wave(40, 1 / 3, x)) +
    (wave(150, 1 / 12, x) + wave(300, 1 / 30, x));
  return line + (waves * 2) / 3;
}

/** `times` is the frequency in units of π. */
function wave(height: number, times: number, v: number): number {
  return height * Math.sin(times * v * Math.PI);
}
