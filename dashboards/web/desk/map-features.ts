/** What the map draws, as GeoJSON: towns, sites, stations, alarms, and the ways of the orders. Pure. */
import type { DistrictMap, IncidentCard, PermitView } from "#gateway/api/contract.ts";
import { sceneAlarm } from "#rules/alarm/alarm.ts";
import { groupOf } from "./hot-work/permits.ts";
import { isOpenOrder } from "./progress.ts";
import type { Row } from "./rows.ts";

type Place = { readonly lng: number; readonly lat: number };
type Language = "zh" | "en";

export type Feature = {
  readonly type: "Feature";
  readonly geometry:
    | { readonly type: "Point"; readonly coordinates: [number, number] }
    | { readonly type: "LineString"; readonly coordinates: [number, number][] };
  readonly properties: Readonly<Record<string, string | number | boolean>>;
};
export type Features = { readonly type: "FeatureCollection"; readonly features: Feature[] };

export type MapFeatures = {
  readonly towns: Features;
  readonly sites: Features;
  readonly stations: Features;
  readonly ways: Features;
  readonly permits: Features;
  readonly alarms: Features;
};

/** West, south, east, north: what must be in sight. Null where nothing has a place. */
export type Frame = [number, number, number, number] | null;

type Drawn = {
  readonly rows: readonly Row[];
  readonly selected: Row | null;
  /** Hot work of today that is not over. */
  readonly permits?: readonly PermitView[];
  readonly language: Language;
};

export function featuresOf(
  map: DistrictMap,
  { rows, selected, permits = [], language }: Drawn,
): MapFeatures {
  const ordered = orderedBy(selected);
  return {
    towns: collect(map.towns.map((town) => point(town.at, { name: town.name[language] }))),
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
        }),
      ),
    ),
    ways: collect(waysOf(map, selected)),
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

/** The alarm of the card and the stations that were ordered to it; else the whole district. */
export function frameOf(map: DistrictMap, selected: Row | null): Frame {
  const from = selected && placeOf(selected);
  if (!from) return null;
  const ordered = orderedBy(selected);
  const places = [
    from,
    ...map.stations.filter(({ id }) => ordered.has(id)).map((station) => station.at),
  ];
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

function waysOf(map: DistrictMap, row: Row | null): Feature[] {
  const to = row && placeOf(row);
  if (!to) return [];
  const ordered = orderedBy(row);
  return map.stations
    .filter(({ id }) => ordered.has(id))
    .map(({ id, at }) => ({
      type: "Feature",
      geometry: { type: "LineString", coordinates: [pair(at), pair(to)] },
      properties: { station: id },
    }));
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
