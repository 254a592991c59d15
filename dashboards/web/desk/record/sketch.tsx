/**
 * Where it burned and who came from where, drawn to scale without tiles: it prints, and it stands on a
 * machine without WebGL. Lines are straight and dashed: no route is made up.
 */
import type { ReactElement } from "react";
import type { RecordView } from "#gateway/api/contract.ts";
import { formatDistance } from "../../shared/format.ts";
import { useWords } from "../../shared/i18n.ts";
import { Part } from "./parts.tsx";
import { type Drawing, drawingOf } from "./sketch-layout.ts";
import type { RecordWord } from "./words/zh.ts";

type Order = RecordView["orders"][number];

const size = { width: 640, height: 400 } as const;

export function Sketch({ record }: { readonly record: RecordView }): ReactElement {
  const { t } = useWords<RecordWord>();
  const drawing = drawingOf(record, size);
  return (
    <Part title={t("record.map")} className="record-map">
      {drawing ? (
        <>
          <Drawn drawing={drawing} />
          <p className="muted">{t("record.map-note")}</p>
        </>
      ) : (
        <p className="muted">{t("record.map-none")}</p>
      )}
    </Part>
  );
}

function Drawn({ drawing }: { readonly drawing: Drawing }): ReactElement {
  const { t, text } = useWords<RecordWord>();
  const { place, stations, water, towns, scale } = drawing;
  return (
    <svg viewBox={`0 0 ${size.width} ${size.height}`} role="img" aria-label={t("record.map")}>
      {towns.map(({ id, x, y, name }) => (
        <text key={id} className="sketch-town" x={x} y={y} textAnchor="middle">
          {text(name)}
        </text>
      ))}
      {stations.map(({ id, x, y }) => (
        <line key={id} className="sketch-way" x1={x} y1={y} x2={place.x} y2={place.y} />
      ))}
      {water.map(({ id, x, y }) => (
        <circle key={id} className="sketch-water" cx={x} cy={y} r="4" />
      ))}
      {stations.map(({ id, x, y }) => (
        <rect key={id} className="sketch-station" x={x - 5} y={y - 5} width="10" height="10" />
      ))}
      <path
        className="sketch-place"
        d={`M${place.x} ${place.y - 11} l10 19 h-20 z`}
        aria-label={t("record.here")}
      />
      {stations.map(({ id, name, labelX, labelY, anchor, way, doubted }) => (
        <text key={id} className="sketch-name" x={labelX} y={labelY} textAnchor={anchor}>
          {shortOf(text(name), id)}
          {doubted && "*"}
          <tspan className="sketch-note" x={labelX} dy="15">
            {wayOf(way, t)}
          </tspan>
        </text>
      ))}
      <g className="sketch-scale">
        <path d={`M16 ${size.height - 14} v6 h${scale.px} v-6`} />
        <text x={22 + scale.px} y={size.height - 8}>
          {scale.label}
        </text>
      </g>
    </svg>
  );
}

/** A long name does not fit beside its mark; the list of orders has it with the id. */
function shortOf(name: string, id: string): string {
  const width = [...name].reduce((sum, sign) => sum + (sign > "\u2000" ? 2 : 1), 0);
  return width <= 30 ? name : id;
}

type Words = (key: RecordWord, parameters?: Readonly<Record<string, string | number>>) => string;

function wayOf({ estimateMs, distanceM, travel }: Order, t: Words): string {
  const km = distanceM === null ? "" : formatDistance(distanceM);
  if (estimateMs === null) return km;
  const minutes = Math.round(estimateMs / 60_000);
  return t("record.way-short", { minutes, kind: t(`record.way-${travel}`), km });
}
