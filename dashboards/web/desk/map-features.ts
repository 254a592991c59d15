/** What the map draws, as GeoJSON: towns, sites, stations, alarms, and the ways of the orders. Pure. */
import type { DistrictMap, IncidentCard, OrderRow } from "#gateway/api/contract.ts";
import type { PermitView } from "#gateway/api/hot-work-contract.ts";
import { sceneAlarm } from "#rules/alarm/alarm.ts";
import { groupOf } from "./hot-work/permits.ts";
import { type Border, bordersOf, namedAreas } from "./map-areas.ts";
import { isOpenOrder } from "./progress.ts";
import type { Row } from "./rows.ts";
import type { Way } from "./use-ways.ts";

type Place = { readonly lng: number; readonly lat: number };
type Language = "zh" | "en";

export type Feature = {
  readonly type: "Feature";
  readonly geometry:
    | { readonly type: "Point"; readonly coordinates: [number, number] }
    | { readonly type: "LineString"; readonly coordinates: [number, number][] }
    | { readonly type: "Polygon"; readonly coordinates: [number, number][][] };
  readonly properties: Readonly<Record<string, string | number | boolean>>;
};
export type Features = { readonly type: "FeatureCollection"; readonly features: Feature[] };

export type MapFeatures = {
  readonly areas: Features;
  readonly "area-edges": Features;
  readonly "area-names": Features;
  readonly towns: Features;
  readonly sites: Features;
  readonly stations: Features;
  readonly ways: Features;
  readonly permits: Features;
  readonly alarms: Features;
};

/** West, south, east, north: what must be in sight. Null where nothing has a place. */
export type Frame = [number, number, number, number] | null;

type Shown = {
  readonly rows: readonly Row[];
  readonly selected: Row | null;
  /** Hot work of today that is not over. */
  readonly permits: readonly PermitView[];
  readonly language: Language;
  readonly areas: boolean;
  readonly ways: readonly Way[];
  /** What stands on the way of an order; `isRoad`: the line is the way itself. */
  readonly wayLabel: (order: OrderRow, isRoad: boolean) => string;
};

export function featuresOf(map: DistrictMap, shown: Shown): MapFeatures {
  const { rows, selected, permits, language } = shown;
  const ordered = orderedBy(selected);
  const areas = shown.areas ? map.areas : [];
  const ways = waysOf(map, shown);
  const names = new Map(map.stations.map(({ id, name }) => [id, name[language]]));
  return {
    areas: collect(areas.map(areaOf)),
    "area-edges": collect(bordersOf(areas).map(edgeOf)),
    "area-names": collect(
      namedAreas(areas).map(({ station, ring }) =>
        point(middleOf(ring), { name: names.get(station) ?? station, id: station }),
      ),
    ),
    // Names of areas need the room.
    towns: collect(
      shown.areas ? [] : map.towns.map((town) => point(town.at, { name: town.name[language] })),
    ),
    sites: collect(
      map.sites.map((site) => point(site.at, { id: site.id, name: site.name[language] })),
    ),
    stations: collect(
      map.stations.map((station) =>
        point(station.at, {
          id: marked(station.id, station.doubts[language]),
          name: marked(station.name[language], station.doubts[language]),
          kind: station.kind,
          inService: station.inService,
          ordered: ordered.has(station.id),
          // Beside where it comes from: in the middle of short lines names lie over each other.
          way: String(
            ways.find((way) => way.properties.station === station.id)?.properties.name ?? "",
          ),
          // Its name stands in its area then.
          named: !areas.some((area) => area.station === station.id) || ordered.has(station.id),
        }),
      ),
    ),
    ways: collect(ways),
    permits: collect(
      permits.map((permit) =>
        point(permit.report.position, {
          permit: permit.id,
          name: permit.number,
          group: groupOf(permit),
        }),
      ),
    ),
    alarms: collect(rows.filter((row) => !row.gone).flatMap((row) => alarmOf(row, selected))),
  };
}

/** The alarm of the card, the stations that were ordered to it and their ways; else the whole district. */
export function frameOf(map: DistrictMap, selected: Row | null, ways: readonly Way[] = []): Frame {
  const from = selected && placeOf(selected);
  if (!from) return null;
  const ordered = orderedBy(selected);
  const places = [
    from,
    ...map.stations.filter(({ id }) => ordered.has(id)).map((station) => station.at),
  ];
  for (const [lng, lat] of ways.flatMap(({ line }) => line ?? [])) {
    if (lng !== undefined && lat !== undefined) places.push({ lng, lat });
  }
  return around(places);
}

/** What holds all of them; null where there is none. */
export function around(places: readonly Place[]): Frame {
  if (places.length === 0) return null;
  const lngs = places.map(({ lng }) => lng);
  const lats = places.map(({ lat }) => lat);
  return [Math.min(...lngs), Math.min(...lats), Math.max(...lngs), Math.max(...lats)];
}

/** Where it burns: that is where the crews are sent. */
export function placeOf(row: Row): Place | null {
  if (row.kind === "alarm") return row.alarm.position;
  return sceneAlarm(row.card.alarms.filter(({ position }) => position !== null))?.position ?? null;
}

/** An asterisk where position or station itself is not certain: the legend says what it means. */
function marked(label: string, doubts: readonly string[]): string {
  return doubts.length > 0 ? `${label}*` : label;
}

function orderedBy(row: Row | null): ReadonlySet<string> {
  const orders: IncidentCard["orders"] = row?.kind === "incident" ? row.card.orders : [];
  return new Set(orders.filter(isOpenOrder).map(({ station }) => station));
}

function alarmOf(row: Row, selected: Row | null): Feature[] {
  const place = placeOf(row);
  if (!place) return [];
  const number = row.kind === "incident" ? row.card.number : "";
  const isSelected = row.key === selected?.key;
  return [point(place, { key: row.key, urgency: row.urgency, name: number, selected: isSelected })];
}

/** By road where somebody knows it; else straight, which nobody drives, and drawn as a guess. */
function waysOf(map: DistrictMap, { selected, ways, wayLabel }: Shown): Feature[] {
  const to = selected && placeOf(selected);
  if (!to || selected.kind !== "incident") return [];
  const orders = new Map(
    selected.card.orders.filter(isOpenOrder).map((order) => [order.station, order]),
  );
  return map.stations.flatMap(({ id, at }): Feature[] => {
    const order = orders.get(id);
    if (!order) return [];
    const line = ways.find(({ station }) => station === id)?.line ?? null;
    const isRoad = line !== null;
    const coordinates = isRoad ? (line as [number, number][]) : [pair(at), pair(to)];
    const properties = { station: id, road: isRoad, name: wayLabel(order, isRoad) };
    return [{ type: "Feature", geometry: { type: "LineString", coordinates }, properties }];
  });
}

function areaOf({ station, ring, computed }: DistrictMap["areas"][number]): Feature {
  const coordinates = [ring as [number, number][]];
  return {
    type: "Feature",
    geometry: { type: "Polygon", coordinates },
    properties: { station, computed },
  };
}

function edgeOf({ from, to, computed }: Border): Feature {
  const coordinates: [number, number][] = [[...from], [...to]];
  return {
    type: "Feature",
    geometry: { type: "LineString", coordinates },
    properties: { computed },
  };
}

/** Of its corners: for a name that is near enough. */
function middleOf(ring: readonly (readonly number[])[]): Place {
  const corners = ring.slice(1);
  const mean = (of: 0 | 1) =>
    corners.reduce((sum, corner) => sum + (corner[of] ?? 0), 0) / corners.length;
  return { lng: mean(0), lat: mean(1) };
}

function point(at: Place, properties: Feature["properties"]): Feature {
  return { type: "Feature", geometry: { type: "Point", coordinates: pair(at) }, properties };
}

function pair({ lng, lat }: Place): [number, number] {
  return [lng, lat];
}

function collect(features: Feature[]): Features {
  return { type: "FeatureCollection", features };
}
