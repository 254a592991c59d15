/**
 * The map beside the card: district, stations, sites and alarms, drawn here without a tile server.
 * Whatever stands on it stands in words below it too, for keys, screen readers and browsers without
 * WebGL.
 */
import {
  type GeoJSONSource,
  type LngLatBoundsLike,
  Map as MapLibre,
  ScaleControl,
  setWorkerUrl,
} from "maplibre-gl";
import "maplibre-gl/dist/maplibre-gl.css";
import workerUrl from "maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url";
import { type ReactElement, type ReactNode, useEffect, useMemo, useRef, useState } from "react";
import type { DistrictMap, OrderRow } from "#gateway/api/contract.ts";
import { useWords } from "../shared/i18n.ts";
import { distanceM } from "./distance.ts";
import { useHotWorkNow } from "./hot-work/use-permits.ts";
import { showPermit } from "./hot-work/use-shown.ts";
import type { PermitWord } from "./hot-work/words/zh.ts";
import type { DeskAction } from "./keys.ts";
import { around, featuresOf, frameOf, type MapFeatures, placeOf } from "./map-features.ts";
import { styleOf } from "./map-style.ts";
import { KeyCap } from "./parts.tsx";
import type { Row } from "./rows.ts";
import { useDistrictMap } from "./use-district-map.ts";
import { useDark } from "./use-theme.ts";
import { useWays, type Way } from "./use-ways.ts";
import type { DeskWord } from "./words/zh.ts";

setWorkerUrl(workerUrl);

type Props = {
  readonly row: Row | null;
  readonly rows: readonly Row[];
  readonly whole: boolean;
  readonly onWhole: (whole: boolean) => void;
  /** `framed`: its page is open, and it must be in sight; `none`: what is replayed is not of now. */
  readonly hotWork: "framed" | "drawn" | "none";
  /** In words instead of drawn. */
  readonly words: boolean;
  readonly onWords: (words: boolean) => void;
  /** First-due areas are drawn. */
  readonly areas: boolean;
  readonly onAreas: (areas: boolean) => void;
  readonly onSelect: (key: string) => void;
};

const nothing: ReturnType<typeof useHotWorkNow> = [];

/** Nearer than this the district is no longer recognised. */
const closestZoom = 13.5;

export function DistrictMapPanel(props: Props): ReactElement {
  const { t } = useWords<DeskWord>();
  const map = useDistrictMap();
  const dark = useDark();
  if (map.isPending) return <p className="empty">{t("map.loading")}</p>;
  if (map.isError) return <p className="empty problem">{t("map.failed")}</p>;
  const { row, words, onWords, whole, onWhole, areas, onAreas } = props;
  const computed = map.data.areas.some((area) => area.computed);
  return (
    <>
      <header className="map-head">
        <Legend areas={areas} computed={computed} />
        <span className="header-space" />
        <Switch does="map" pressed={whole} onSwitch={onWhole}>
          {t("map.whole")}
        </Switch>
        <Switch does="map-areas" pressed={areas} onSwitch={onAreas}>
          {t("map.areas")}
        </Switch>
        <Switch does="map-words" pressed={words} onSwitch={onWords}>
          {t("map.words")}
        </Switch>
      </header>
      <div className="map-body">
        {/* Colours are read when it is made: another theme is another map. */}
        <Drawn key={String(dark)} map={map.data} {...props} />
        {words && <InWords map={map.data} row={whole ? null : row} />}
      </div>
    </>
  );
}

type SwitchProps = {
  readonly does: DeskAction;
  readonly pressed: boolean;
  readonly onSwitch: (pressed: boolean) => void;
  readonly children: ReactNode;
};

function Switch({ does, pressed, onSwitch, children }: SwitchProps): ReactElement {
  return (
    <button
      type="button"
      className="button small"
      aria-pressed={pressed}
      onClick={() => onSwitch(!pressed)}
    >
      {children} <KeyCap does={does} />
    </button>
  );
}

function Drawn(props: Props & { map: DistrictMap }) {
  const { map, row, rows, whole, areas, hotWork, onSelect } = props;
  const { t, language } = useWords<DeskWord>();
  const now = useHotWorkNow();
  const permits = hotWork === "none" ? nothing : now;
  const box = useRef<HTMLDivElement>(null);
  const [drawing, setDrawing] = useState<MapLibre | null>(null);
  const [failed, setFailed] = useState(false);
  const ways = useWays(row);
  const features = useMemo(() => {
    // How the line runs is drawn; in words is how long it takes, and from where that is known.
    const wayLabel = (order: OrderRow, isRoad: boolean): string => {
      if (order.estimateMs === null) return t(isRoad ? "map.road" : "map.straight");
      const min = Math.max(1, Math.round(order.estimateMs / 60_000));
      return t("map.way", { min, how: t(howOf(order)) });
    };
    return featuresOf(map, { rows, selected: row, permits, language, areas, ways, wayLabel });
  }, [map, rows, row, permits, language, areas, ways, t]);

  useEffect(() => {
    if (!box.current) return;
    try {
      return make(box.current, map, { ready: setDrawing, select: onSelect });
    } catch {
      // No WebGL on this machine.
      setFailed(true);
      return;
    }
  }, [map, onSelect]);
  useEffect(() => {
    if (drawing) fill(drawing, features);
  }, [drawing, features]);
  const places = permits.map(({ report }) => report.position);
  const frame = whole ? null : hotWork === "framed" ? around(places) : frameOf(map, row, ways);
  const view = frame?.join(" ") ?? "";
  // biome-ignore lint/correctness/useExhaustiveDependencies: `view` says when the frame has changed.
  useEffect(() => {
    if (!drawing) return;
    const lookAgain = (): void => look(drawing, frame ?? all(map), frame !== null);
    lookAgain();
    // Panels above and below it grow with an incident: what must be in sight stays in sight.
    drawing.on("resize", lookAgain);
    return () => void drawing.off("resize", lookAgain);
  }, [drawing, view, map]);

  if (failed) return <p className="empty">{t("map.no-webgl")}</p>;
  return (
    <div className="map-drawn">
      <div className="map-canvas" ref={box} aria-hidden="true" />
      {row && !whole && !placeOf(row) && <p className="map-note">{t("map.no-position")}</p>}
      <ClosedNote map={map} ways={ways} />
      {map.more > 0 && <p className="map-note">{t("map.more-sites", { count: map.more })}</p>}
    </div>
  );
}

const howOf = ({ source }: OrderRow): DeskWord =>
  source === null || source === "detour" ? "map.way-estimate" : "map.road";

type Hooks = {
  readonly ready: (drawing: MapLibre | null) => void;
  readonly select: (key: string) => void;
};

/** Gives what takes it down again. Throws where the browser has no WebGL. */
function make(container: HTMLDivElement, map: DistrictMap, { ready, select }: Hooks): () => void {
  const drawing = new MapLibre({
    container,
    style: styleOf(map.bounds),
    bounds: all(map),
    fitBoundsOptions: { padding: 16 },
    attributionControl: false,
    // The keys belong to the desk.
    keyboard: false,
    dragRotate: false,
    pitchWithRotate: false,
    touchPitch: false,
    fadeDuration: 0,
  });
  drawing.touchZoomRotate.disableRotation();
  // What it shows stands in words below: nobody has to walk through it with the keys.
  drawing.getCanvas().tabIndex = -1;
  drawing.addControl(new ScaleControl({ unit: "metric" }), "bottom-left");
  drawing.on("load", () => ready(drawing));
  drawing.on("click", "alarms", ({ features }) => {
    const key = features?.[0]?.properties.key;
    if (typeof key === "string") select(key);
  });
  drawing.on("click", "permits", ({ features }) => {
    const permit = features?.[0]?.properties.permit;
    if (typeof permit === "string") showPermit(permit);
  });
  drawing.on("mouseenter", "alarms", () => drawing.getCanvas().classList.add("pointing"));
  drawing.on("mouseleave", "alarms", () => drawing.getCanvas().classList.remove("pointing"));
  return () => {
    ready(null);
    drawing.remove();
  };
}

function fill(drawing: MapLibre, features: MapFeatures): void {
  for (const [name, data] of Object.entries(features)) {
    drawing.getSource<GeoJSONSource>(name)?.setData(data);
  }
}

/** At once: a map that glides while somebody looks for a street helps nobody. */
function look(drawing: MapLibre, bounds: LngLatBoundsLike, isPart: boolean): void {
  const { clientWidth, clientHeight } = drawing.getContainer();
  // Names stand beside their marks; on a small map they may not take all of it.
  const x = isPart ? Math.min(90, clientWidth / 5) : 16;
  const y = isPart ? Math.min(56, clientHeight * 0.28) : 16;
  const padding = { left: x, right: x, top: y, bottom: y };
  drawing.fitBounds(bounds, { padding, maxZoom: closestZoom, animate: false });
}

function all({ bounds }: DistrictMap): [number, number, number, number] {
  return [bounds.west, bounds.south, bounds.east, bounds.north];
}

/** A line that does not know of a closed road must not look as if it did. */
function ClosedNote({ map, ways }: { readonly map: DistrictMap; readonly ways: readonly Way[] }) {
  const { t, text } = useWords<DeskWord>();
  const passing = ways.filter(({ passes }) => passes.length > 0);
  if (passing.length === 0) return null;
  const notes = passing.map(({ station, passes }) => {
    const name = map.stations.find(({ id }) => id === station)?.name;
    return t("map.passes", {
      station: name ? text(name) : station,
      names: passes.map((one) => text(one)).join("、"),
    });
  });
  const blind = ways.some(({ line, avoids }) => line !== null && !avoids);
  return (
    <p className="map-note map-closed problem">
      {[...notes, ...(blind ? [t("map.no-avoid")] : [])].join(" · ")}
    </p>
  );
}

type LegendProps = { readonly areas: boolean; readonly computed: boolean };

function Legend({ areas, computed }: LegendProps): ReactElement {
  const { t } = useWords<DeskWord | PermitWord>();
  return (
    <ul className="legend" aria-hidden="true">
      <li data-mark="in-service">{t("map.in-service")}</li>
      <li data-mark="out-of-service">{t("map.out-of-service")}</li>
      <li data-mark="micro">{t("map.micro")}</li>
      <li data-mark="site">{t("map.site")}</li>
      <li data-mark="assumed">{t("map.assumed")}</li>
      <li data-mark="hot-work">{t("permit.map")}</li>
      <li data-mark="road">{t("map.road")}</li>
      <li data-mark="straight">{t("map.straight")}</li>
      {areas && (
        <li data-mark={computed ? "area-computed" : "area"}>
          {t("map.area")} {computed && t("map.area-computed")}
        </li>
      )}
    </ul>
  );
}

/** Every station, nearest first where an incident is shown: all that is drawn, over the drawing. */
function InWords({ map, row }: { readonly map: DistrictMap; readonly row: Row | null }) {
  const { t, text, language } = useWords<DeskWord>();
  const from = row && placeOf(row);
  const rescue = map.stations
    .filter(({ kind }) => kind === "rescue")
    .map((station) => ({ station, away: from ? distanceM(from, station.at) : null }))
    .sort((a, b) => (a.away ?? 0) - (b.away ?? 0));
  const inService = rescue.filter(({ station }) => station.inService).length;
  const counts = { stations: rescue.length, inService, sites: map.sites.length };
  return (
    <div className="map-words">
      <p className="muted">{t("map.count", counts)}</p>
      {from && <h3>{t("map.nearest")}</h3>}
      <ol>
        {rescue.map(({ station, away }) => (
          <li key={station.id}>
            <span>
              {text(station.name)}{" "}
              <span className="muted">
                {[
                  station.id,
                  ...station.doubts[language],
                  station.inService ? "" : t("map.out-of-service"),
                ]
                  .filter(Boolean)
                  .join(" · ")}
              </span>
            </span>
            {away !== null && (
              <span className="muted">
                {t("orders.distance", { km: (away / 1000).toFixed(1) })}
              </span>
            )}
          </li>
        ))}
      </ol>
    </div>
  );
}
