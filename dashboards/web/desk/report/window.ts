/** The little map of a report: which part of the district is drawn, and where a click lies. Pure. */

export type Point = { readonly lng: number; readonly lat: number };
export type Bounds = {
  readonly west: number;
  readonly south: number;
  readonly east: number;
  readonly north: number;
};

/** Each click draws a part so much smaller; the smallest is 3 km high, where a pixel is 12 m. */
const closer = 3;
const leastKm = 3;
const kmOfDegree = 111.32;

/** The part around a click; as it was where it is small enough already. */
export function zoomTo(at: Point, shown: Bounds): Bounds {
  const height = Math.max((shown.north - shown.south) / closer, leastKm / kmOfDegree);
  const width = ((shown.east - shown.west) * height) / (shown.north - shown.south);
  return {
    west: at.lng - width / 2,
    east: at.lng + width / 2,
    south: at.lat - height / 2,
    north: at.lat + height / 2,
  };
}

/** Of a place from 0 to 1, from the left and from the top. */
export function pointAt({ west, south, east, north }: Bounds, x: number, y: number): Point {
  const round = (value: number): number => Number(value.toFixed(6));
  return { lng: round(west + x * (east - west)), lat: round(north - y * (north - south)) };
}

/** What there is room to name on a part so high: at first towns alone, at last every site. */
export function namesIn({ south, north }: Bounds): "towns" | "stations" | "sites" {
  const km = (north - south) * kmOfDegree;
  if (km > 30) return "towns";
  return km > 10 ? "stations" : "sites";
}

export function placeIn({ west, south, east, north }: Bounds, { lng, lat }: Point) {
  return { x: (lng - west) / (east - west), y: (north - lat) / (north - south) };
}

export function isInside({ west, south, east, north }: Bounds, { lng, lat }: Point): boolean {
  return lng >= west && lng <= east && lat >= south && lat <= north;
}

/** `120.49331, 30.14031`, also with a Chinese comma or a blank; null where it is no position. */
export function readPoint(text: string): Point | null {
  const match = /^\s*(\d{1,3}(?:\.\d+)?)\s*[,,\s]\s*(\d{1,2}(?:\.\d+)?)\s*$/.exec(text);
  if (!match) return null;
  const [lng, lat] = [Number(match[1]), Number(match[2])];
  return lng <= 180 && lat <= 90 ? { lng, lat } : null;
}

/** How wide a picture of this height is, so that a kilometre is as long to the east as to the north. */
export function widthFor({ west, south, east, north }: Bounds, height: number): number {
  const stretch = Math.cos((((south + north) / 2) * Math.PI) / 180);
  return Math.round((height * (east - west) * stretch) / (north - south));
}
