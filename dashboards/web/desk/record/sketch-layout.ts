/** Where things stand on the drawing of a record: an even projection, good to a per cent in a district. Pure. */
import type { RecordView } from "#gateway/api/contract.ts";
import { distanceM } from "../distance.ts";

type Place = { readonly lng: number; readonly lat: number };
type Point = { readonly x: number; readonly y: number };
type Named = Point & {
  readonly id: string;
  readonly name: { readonly zh: string; readonly en: string };
};
type Order = RecordView["orders"][number];

export type Drawing = {
  readonly place: Point;
  readonly stations: readonly (Named & {
    readonly labelX: number;
    readonly labelY: number;
    readonly anchor: "start" | "end";
    readonly way: Order;
    /** Its position or itself is not certain. */
    readonly doubted: boolean;
  })[];
  readonly water: readonly (Point & { readonly id: string })[];
  readonly towns: readonly Named[];
  readonly scale: { readonly px: number; readonly label: string };
};

type Size = { readonly width: number; readonly height: number };

const margin = { x: 120, y: 44 } as const;
const linesApart = 34;
const scalesM = [100, 200, 500, 1000, 2000, 5000, 10_000, 20_000] as const;

/** Null where nobody knows the place. */
export function drawingOf(record: RecordView, size: Size): Drawing | null {
  const { place, orders, map, site } = record;
  if (!place) return null;
  const stationOf = new Map(map.stations.map((station) => [station.id, station] as const));
  const sent = new Map<string, Order>();
  for (const order of orders) if (!sent.has(order.station)) sent.set(order.station, order);
  const known = [...sent].flatMap(([id, way]) => {
    const station = stationOf.get(id);
    return station ? [{ station, way }] : [];
  });
  const project = projection([place, ...known.map(({ station }) => station.at)], size);
  const here = project(place);
  const marks = [here, ...known.map(({ station }) => project(station.at))];
  const pxPerM = pxPerMetre(place, project);
  const scaleM = scalesM.findLast((m) => m * pxPerM <= 140) ?? scalesM[0];
  const stations = spread(
    known.map(({ station, way }) => {
      const at = project(station.at);
      const { id, name, doubts } = station;
      const anchor = at.x > size.width * 0.55 ? ("end" as const) : ("start" as const);
      return { id, name, ...at, anchor, labelY: at.y, way, doubted: doubts.zh.length > 0 };
    }),
    size,
  );
  return {
    place: here,
    stations: stations.map((one) => ({ ...one, labelX: clearOf(one, marks) })),
    water: site.water.flatMap(({ id, at }) => (at ? [{ id, ...project(at) }] : [])),
    towns: map.towns
      .map(({ id, name, at }) => ({ id, name, ...project(at) }))
      .filter(({ x, y }) => x > 30 && x < size.width - 30 && y > 20 && y < size.height - 30)
      // A name under another one is none.
      .filter((town) => marks.every((mark) => Math.hypot(mark.x - town.x, mark.y - town.y) > 90)),
    scale: { px: scaleM * pxPerM, label: scaleM < 1000 ? `${scaleM} m` : `${scaleM / 1000} km` },
  };
}

function projection(places: readonly Place[], { width, height }: Size): (place: Place) => Point {
  const lats = places.map(({ lat }) => lat);
  const lngs = places.map(({ lng }) => lng);
  const middle = { lat: mid(lats), lng: mid(lngs) };
  const shrink = Math.cos((middle.lat * Math.PI) / 180);
  // At least 400 m across: two that stand side by side are no map.
  const spanLng = Math.max(span(lngs) * shrink, 0.0036);
  const spanLat = Math.max(span(lats), 0.0036);
  const perDegree = Math.min((width - 2 * margin.x) / spanLng, (height - 2 * margin.y) / spanLat);
  return ({ lng, lat }) => ({
    x: round(width / 2 + (lng - middle.lng) * shrink * perDegree),
    y: round(height / 2 - (lat - middle.lat) * perDegree),
  });
}

function pxPerMetre(place: Place, project: (place: Place) => Point): number {
  const north = { lng: place.lng, lat: place.lat + 0.01 };
  return (project(place).y - project(north).y) / distanceM(place, north);
}

/** Where a label begins (or ends): past its own mark and those that stand in its line. */
function clearOf(
  { x, labelY, anchor }: Point & { readonly labelY: number; readonly anchor: "start" | "end" },
  marks: readonly Point[],
): number {
  const near = marks.filter(
    (mark) => Math.abs(mark.x - x) < 60 && mark.y > labelY - 24 && mark.y < labelY + 30,
  );
  const xs = [x, ...near.map((mark) => mark.x)];
  return anchor === "start" ? Math.max(...xs) + 13 : Math.min(...xs) - 13;
}

/** Labels from the top down, none over another, and all of them on the paper. */
function spread<L extends { readonly y: number; labelY: number }>(
  labels: readonly L[],
  { height }: Size,
): L[] {
  const [top, bottom] = [20, height - 24];
  const apart = Math.min(linesApart, (bottom - top) / Math.max(1, labels.length - 1));
  const sorted = [...labels].sort((a, b) => a.y - b.y);
  return sorted.reduce<L[]>((placed, label, n) => {
    const free = (placed.at(-1)?.labelY ?? top - apart) + apart;
    // Whoever comes after it needs room below.
    const lowest = bottom - (sorted.length - 1 - n) * apart;
    placed.push({ ...label, labelY: Math.min(Math.max(label.y, free), lowest) });
    return placed;
  }, []);
}

const mid = (list: readonly number[]): number => (Math.min(...list) + Math.max(...list)) / 2;
const span = (list: readonly number[]): number => Math.max(...list) - Math.min(...list);
const round = (n: number): number => Math.round(n * 10) / 10;
