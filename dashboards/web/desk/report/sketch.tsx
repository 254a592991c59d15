/**
 * The place of a report, pointed at: the district to scale without tiles, so that it works where the
 * map cannot. A click marks the place and draws its surroundings larger; the next click is more exact.
 */
import { type MouseEvent, type ReactElement, useState } from "react";
import type { DistrictMap } from "#gateway/api/contract.ts";
import { useWords } from "../../shared/i18n.ts";
import {
  type Bounds,
  isInside,
  namesIn,
  type Point,
  placeIn,
  pointAt,
  widthFor,
  zoomTo,
} from "./window.ts";
import type { ReportWord } from "./words/zh.ts";

const height = 280;

type Props = {
  readonly map: DistrictMap;
  readonly at: Point | null;
  readonly onPoint: (at: Point) => void;
};

export function PlaceSketch({ map, at, onPoint }: Props): ReactElement {
  const { t, text } = useWords<ReportWord>();
  const [shown, setShown] = useState<Bounds>(map.bounds);
  const width = widthFor(shown, height);
  const onClick = (event: MouseEvent<SVGSVGElement>): void => {
    const box = event.currentTarget.getBoundingClientRect();
    const x = (event.clientX - box.left) / box.width;
    const y = (event.clientY - box.top) / box.height;
    const point = pointAt(shown, x, y);
    onPoint(point);
    setShown(zoomTo(point, shown));
  };
  const on = (place: Point) => {
    const { x, y } = placeIn(shown, place);
    return { x: x * width, y: y * height };
  };
  const names = namesIn(shown);
  const stations = map.stations.filter(({ kind }) => kind === "rescue");
  const within = <T extends { readonly at: Point }>(list: readonly T[]): T[] =>
    list.filter((one) => isInside(shown, one.at));
  return (
    <div className="report-map">
      {/* biome-ignore lint/a11y/useKeyWithClickEvents: the field beside it takes the position by keys. */}
      <svg
        viewBox={`0 0 ${width} ${height}`}
        style={{ aspectRatio: `${width} / ${height}` }}
        role="img"
        aria-label={t("report.where.map")}
        onClick={onClick}
      >
        {within(map.towns).map(({ id, name, at: place }) => (
          <text key={id} className="sketch-town" textAnchor="middle" dy="-7" {...on(place)}>
            {text(name)}
          </text>
        ))}
        {within(map.sites)
          // A station with devices is a site too: once is enough.
          .filter(({ id }) => !stations.some((station) => station.id === id))
          .map(({ id, name, at: place }) => (
            <g key={id} transform={`translate(${on(place).x} ${on(place).y})`}>
              <circle className="sketch-site" r="3" />
              {names === "sites" && (
                <text x="6" y="4">
                  {text(name)}
                </text>
              )}
            </g>
          ))}
        {within(stations).map(({ id, at: place }) => (
          <g key={id} transform={`translate(${on(place).x} ${on(place).y})`}>
            <rect className="sketch-station" x="-3" y="-3" width="6" height="6" />
            {names !== "towns" && (
              <text x="7" y="4" className="sketch-note">
                {id}
              </text>
            )}
          </g>
        ))}
        {at && isInside(shown, at) && (
          <path
            className="sketch-place"
            d="M0 0 L-8 -18 A9 9 0 1 1 8 -18 Z"
            transform={`translate(${on(at).x} ${on(at).y})`}
          />
        )}
      </svg>
      <button type="button" className="button" onClick={() => setShown(map.bounds)}>
        {t("report.whole")}
      </button>
    </div>
  );
}
