/**
 * The look of the map, without tiles, sprites or glyphs from anywhere: the colours are those of the
 * page, the letters those of the machine. Grey for what is as it should be, colour for alarms.
 */
import type { ExpressionSpecification, LayerSpecification, StyleSpecification } from "maplibre-gl";
import { urgencies } from "./rows.ts";

type Bounds = {
  readonly west: number;
  readonly south: number;
  readonly east: number;
  readonly north: number;
};

const fonts = ["Noto Sans CJK SC", "Noto Sans SC", "PingFang SC", "Microsoft YaHei", "sans-serif"];

/** What a token of tokens.css is now, in a form that a map can read. */
function colour(name: string): string {
  const probe = document.createElement("span");
  probe.className = "visually-hidden";
  probe.style.color = `var(--${name})`;
  document.body.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}

const empty = { type: "FeatureCollection", features: [] } as const;
const source = () => ({ type: "geojson", data: empty }) as const;

export function styleOf(bounds: Bounds): StyleSpecification {
  return {
    version: 8,
    sources: {
      frame: { type: "geojson", data: frameOf(bounds) },
      towns: source(),
      sites: source(),
      stations: source(),
      areas: source(),
      "area-edges": source(),
      "area-names": source(),
      ways: source(),
      permits: source(),
      alarms: source(),
    },
    // Names over marks: an alarm must not hide what stands beside it.
    layers: [
      ...ground(),
      ...namesLast([...towns(), ...sites(), ...stations(), ...areas(), ...permits(), ...alarms()]),
    ],
  };
}

function frameOf({ west, south, east, north }: Bounds) {
  const ring = [
    [west, south],
    [east, south],
    [east, north],
    [west, north],
    [west, south],
  ];
  return {
    type: "Feature",
    geometry: { type: "Polygon", coordinates: [ring] },
    properties: {},
  } as const;
}

function namesLast(layers: LayerSpecification[]): LayerSpecification[] {
  const isName = ({ type }: LayerSpecification): boolean => type === "symbol";
  return [...layers.filter((layer) => !isName(layer)), ...layers.filter(isName)];
}

function ground(): LayerSpecification[] {
  return [
    { id: "ground", type: "background", paint: { "background-color": colour("surface-sunken") } },
    { id: "district", type: "fill", source: "frame", paint: { "fill-color": colour("surface") } },
    { id: "edge", type: "line", source: "frame", paint: { "line-color": colour("border") } },
  ];
}

function towns(): LayerSpecification[] {
  return [
    {
      id: "town-names",
      type: "symbol",
      source: "towns",
      layout: {
        "text-field": ["get", "name"],
        "text-font": fonts,
        "text-size": 13,
        "text-anchor": "bottom",
        "text-offset": [0, -0.8],
      },
      paint: halo("text-muted"),
    },
  ];
}

/** What nobody has agreed is dashed. */
function areas(): LayerSpecification[] {
  const isComputed: ExpressionSpecification = ["boolean", ["get", "computed"], false];
  const border = { "line-color": colour("text-muted"), "line-width": 1.5 };
  return [
    {
      id: "areas",
      type: "fill",
      source: "areas",
      paint: { "fill-color": colour("accent"), "fill-opacity": 0.05 },
    },
    {
      id: "area-edges",
      type: "line",
      source: "area-edges",
      filter: ["!", isComputed],
      paint: border,
    },
    {
      id: "area-edges-computed",
      type: "line",
      source: "area-edges",
      filter: isComputed,
      paint: { ...border, "line-dasharray": [4, 3] },
    },
    {
      id: "area-labels",
      type: "symbol",
      source: "area-names",
      layout: {
        ...beside(13, 0.5),
        "text-field": ["get", "id"],
        "text-variable-anchor": ["center", "top", "bottom", "left", "right"],
      },
      paint: halo("accent"),
    },
  ];
}

function sites(): LayerSpecification[] {
  return [
    {
      id: "sites",
      type: "circle",
      source: "sites",
      paint: {
        "circle-radius": 4,
        "circle-color": colour("surface-raised"),
        "circle-stroke-width": 1.5,
        "circle-stroke-color": colour("text-muted"),
      },
    },
    {
      id: "site-names",
      type: "symbol",
      source: "sites",
      minzoom: 11.5,
      layout: label(12, "below"),
      paint: halo("text-muted"),
    },
  ];
}

function stations(): LayerSpecification[] {
  const isOrdered: ExpressionSpecification = ["boolean", ["get", "ordered"], false];
  const isRoad: ExpressionSpecification = ["boolean", ["get", "road"], false];
  const isRescue: ExpressionSpecification = ["==", ["get", "kind"], "rescue"];
  const shortName: ExpressionSpecification = ["step", ["zoom"], ["get", "id"], 12, ["get", "name"]];
  return [
    {
      id: "ways-by-road",
      type: "line",
      source: "ways",
      filter: isRoad,
      layout: { "line-join": "round", "line-cap": "round" },
      paint: { "line-color": colour("accent"), "line-width": 4 },
    },
    {
      id: "ways",
      type: "line",
      source: "ways",
      filter: ["!", isRoad],
      paint: { "line-color": colour("accent"), "line-width": 2, "line-dasharray": [2, 2] },
    },
    {
      id: "stations",
      type: "circle",
      source: "stations",
      layout: { "circle-sort-key": ["case", isOrdered, 2, isRescue, 1, 0] },
      paint: {
        "circle-radius": ["case", isRescue, 6, 3.5],
        "circle-color": [
          "case",
          ["!", ["get", "inService"]],
          colour("surface"),
          isOrdered,
          colour("accent"),
          colour("border-strong"),
        ],
        "circle-stroke-width": ["case", ["get", "inService"], 1.5, 2],
        "circle-stroke-color": [
          "case",
          isOrdered,
          colour("accent"),
          ["get", "inService"],
          colour("surface-raised"),
          colour("border-strong"),
        ],
      },
    },
    {
      id: "station-names",
      type: "symbol",
      source: "stations",
      // Of micro stations the orders beside the map say enough: they stand where the alarm does.
      filter: ["all", isRescue, ["!", isOrdered], ["boolean", ["get", "named"], true]],
      layout: { ...beside(12, 1.1), "text-field": shortName },
      paint: halo("text"),
    },
    {
      id: "ordered-names",
      type: "symbol",
      source: "stations",
      filter: ["all", isRescue, isOrdered],
      layout: {
        ...beside(13, 1.1),
        "text-field": ["step", ["zoom"], withWay("id"), 12, withWay("name")],
        // Who comes, and when, is what the map is for: it moves aside, and is never left out.
        "text-overlap": "always",
      },
      paint: { ...halo("accent"), "text-halo-width": 2 },
    },
  ];
}

/** Hot work: hollow, so that it is no alarm; what stands still is filled. */
function permits(): LayerSpecification[] {
  const isStopped: ExpressionSpecification = ["==", ["get", "group"], "stopped"];
  const isToCome: ExpressionSpecification = ["==", ["get", "group"], "to-come"];
  const hot = colour("p1-fire");
  return [
    {
      id: "permits",
      type: "circle",
      source: "permits",
      layout: { "circle-sort-key": ["case", isStopped, 2, isToCome, 0, 1] },
      paint: {
        "circle-radius": ["case", isToCome, 5, 8],
        "circle-color": ["case", isStopped, colour("p1-suppression"), colour("surface-raised")],
        "circle-stroke-width": ["case", isToCome, 1.5, 4],
        "circle-stroke-color": ["case", isStopped, colour("surface-raised"), hot],
      },
    },
    {
      id: "permit-names",
      type: "symbol",
      source: "permits",
      minzoom: 11.5,
      layout: label(12, "above"),
      paint: halo("text"),
    },
  ];
}

function alarms(): LayerSpecification[] {
  const byUrgency = urgencies.flatMap((urgency) => [urgency, colour(urgency.toLowerCase())]);
  const ofUrgency = ["match", ["get", "urgency"], ...byUrgency, colour("text-muted")];
  return [
    {
      id: "alarms",
      type: "circle",
      source: "alarms",
      layout: { "circle-sort-key": ["case", ["get", "selected"], 1, 0] },
      paint: {
        "circle-radius": ["case", ["get", "selected"], 11, 8],
        "circle-color": ofUrgency as unknown as string,
        "circle-stroke-width": ["case", ["get", "selected"], 3, 1.5],
        "circle-stroke-color": colour("surface-raised"),
      },
    },
    {
      id: "alarm-names",
      type: "symbol",
      source: "alarms",
      layout: { ...label(13, "above"), "symbol-sort-key": ["case", ["get", "selected"], 0, 1] },
      paint: halo("text"),
    },
  ];
}

/** Beside its mark whatever its length, and never on it. */
function label(size: number, where: "above" | "below") {
  const isAbove = where === "above";
  return {
    "text-field": ["get", "name"] as unknown as string,
    "text-font": fonts,
    "text-size": size,
    "text-anchor": isAbove ? ("bottom" as const) : ("top" as const),
    "text-offset": [0, isAbove ? -1.3 : 1.3] as [number, number],
    "text-max-width": 12,
  };
}

const withWay = (name: string): ExpressionSpecification => [
  "concat",
  ["get", name],
  "\n",
  ["get", "way"],
];

/** On whichever side of its mark there is room. */
function beside(size: number, away: number) {
  return {
    "text-field": ["get", "name"] as unknown as string,
    "text-font": fonts,
    "text-size": size,
    "text-variable-anchor": ["top", "left", "right", "bottom"] as (
      | "top"
      | "left"
      | "right"
      | "bottom"
    )[],
    "text-radial-offset": away,
    "text-justify": "auto" as const,
    "text-max-width": 12,
  };
}

function halo(token: string) {
  return {
    "text-color": colour(token),
    "text-halo-color": colour("surface"),
    "text-halo-width": 1.5,
  };
}
