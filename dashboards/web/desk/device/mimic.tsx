/**
 * The picture of a pump room: pool, pumps, headers, roof tank. Grey is as it should be; what is not
 * known is dashed and says so. What it shows stands in words too, in the list below it.
 */
import { type ReactElement, useEffect, useState } from "react";
import { useWords } from "../../shared/i18n.ts";
import { type Band, type Layout, narrow, type Tank, wide } from "./mimic-layout.ts";
import { type Pump, pumpsOf, type System, systems } from "./pump-room.ts";
import { isOn, numberOf, type Points, type Speech, shown, withUnit } from "./reading.ts";
import type { DeviceWord } from "./words/zh.ts";

type Props = { readonly points: Points; readonly speech: Speech };

const narrowBelowPx = 720;

export function Mimic({ points, speech }: Props): ReactElement {
  const { t } = useWords<DeviceWord>();
  const layout = useLayout();
  const { width, height, suction, outlet } = layout;
  return (
    <svg
      className="mimic"
      viewBox={`0 0 ${width} ${height}`}
      role="img"
      aria-label={t("device.mimic")}
    >
      <path className="pipe" d={`M${suction.x} ${suction.top} V${suction.bottom} ${outlet}`} />
      <Level
        tank={layout.pool}
        name="mimic.pool"
        point="pool_level"
        marks={["pool_extreme_low_limit", "pool_low_limit", "pool_high_limit"]}
        switches={["pool_extreme_low", "pool_low", "pool_high"]}
        {...{ points, speech }}
      />
      <Level
        tank={layout.roofTank}
        name="mimic.roof-tank"
        point="roof_tank_level"
        marks={["roof_tank_low_limit"]}
        switches={["roof_tank_low", "roof_tank_high"]}
        {...{ points, speech }}
      />
      {systems.map((system) => (
        <Network key={system} {...{ system, layout, points, speech }} />
      ))}
    </svg>
  );
}

function useLayout(): Layout {
  const [isNarrow, setNarrow] = useState(false);
  useEffect(() => {
    const query = matchMedia(`(max-width: ${narrowBelowPx}px)`);
    const look = (): void => setNarrow(query.matches);
    look();
    query.addEventListener("change", look);
    return () => query.removeEventListener("change", look);
  }, []);
  return isNarrow ? narrow : wide;
}

type LevelProps = Props & {
  readonly tank: Tank;
  readonly name: DeviceWord;
  readonly point: string;
  /** Settings at which a switch speaks. */
  readonly marks: readonly string[];
  readonly switches: readonly string[];
};

function Level(props: LevelProps): ReactElement {
  const { tank, name, point, marks, switches, points, speech } = props;
  const { t, text } = speech;
  const { x, y, width, height } = tank;
  const level = points.get(point);
  const most = level?.range?.[1] ?? 1;
  const value = numberOf(points, point);
  const heightOf = (of: number): number => Math.max(0, Math.min(1, of / most)) * height;
  const spoken = switches.flatMap((id) => {
    const found = points.get(id);
    return found?.quality === "good" && found.value === true ? [found] : [];
  });
  const isBlind = switches.some((id) => isOn(points, id) === null);
  const figure = level && shown(level, speech);
  const isFlat = height < 100;
  return (
    <g data-known={value !== null}>
      <text className="mimic-name" x={x} y={y - 8}>
        {t(name)}
      </text>
      {value !== null && (
        <rect
          className="water"
          x={x}
          y={y + height - heightOf(value)}
          width={width}
          height={heightOf(value)}
        />
      )}
      <rect className="tank" {...{ x, y, width, height }} />
      {marks.map((id) => {
        const mark = numberOf(points, id);
        if (mark === null) return null;
        const at = y + height - heightOf(mark);
        return <path key={id} className="mark" d={`M${x + width - 18} ${at} h18`} />;
      })}
      <text className="mimic-figure" data-tone={figure?.tone} x={x + 8} y={y + height - 12}>
        {figure?.text}
      </text>
      {spoken.map((found, i) => (
        <text
          className="mimic-off"
          key={found.id}
          x={isFlat ? x : x + 6}
          y={isFlat ? y + height + 18 : y + 20 + i * 20}
        >
          {text(found.name)}
        </text>
      ))}
      {isBlind && value !== null && (
        <text className="mimic-note" x={x} y={y + height + 18}>
          {t("mimic.switches-unknown")}
        </text>
      )}
      {figure?.note && (
        <text
          className="mimic-note"
          x={isFlat && x < 40 ? x + 24 : x}
          y={y + height + (spoken.length > 0 && isFlat ? 36 : 18)}
        >
          {figure.note.split(" · ")[0]}
        </text>
      )}
    </g>
  );
}

type NetworkProps = Props & { readonly system: System; readonly layout: Layout };

function Network({ system, layout, points, speech }: NetworkProps): ReactElement {
  const band: Band = layout[system];
  const { header } = band;
  return (
    <g>
      <path className="pipe" d={`M${header.x} ${header.top} V${header.bottom}`} />
      {pumpsOf(points, system).map((pump, i) => {
        const at = band.pumps[i];
        if (!at) return null;
        return (
          <g key={pump.id}>
            <path className="pipe" d={`M${layout.suction.x} ${at.y} H${header.x}`} />
            <PumpSymbol pump={pump} speech={speech} {...at} />
          </g>
        );
      })}
      <Figures {...{ system, band, points, speech }} />
    </g>
  );
}

type PumpProps = { readonly pump: Pump; readonly speech: Speech; x: number; y: number };

/** Circle and triangle are the pump (ISO 10628); full is running, a mark says what is wrong. */
function PumpSymbol({ pump, speech, x, y }: PumpProps): ReactElement {
  const { t } = speech;
  const { id, state } = pump;
  const mark =
    state === "fault" || state === "no-start"
      ? "!"
      : state === "unknown" || state === "unproved"
        ? "?"
        : "";
  return (
    <g className="pump" data-pump={id} data-state={state}>
      <circle cx={x} cy={y} r={18} />
      {mark === "" ? (
        <path d={`M${x - 8} ${y - 11} L${x + 13} ${y} L${x - 8} ${y + 11} Z`} />
      ) : (
        <text className="pump-mark" x={x} y={y + 7}>
          {mark}
        </text>
      )}
      <text className="mimic-name" x={x + 28} y={y - 8}>
        {t(`pump.${id}` as DeviceWord)}
      </text>
      <text className="mimic-state" x={x + 28} y={y + 19}>
        <tspan className={state === "running" ? "strong" : state === "no-start" ? "off" : ""}>
          {t(`pump.${state}`)}
        </tspan>
        {extras(pump, speech).map(({ word, look }) => (
          <tspan key={word} className={look}>
            {" · "}
            {word}
          </tspan>
        ))}
      </text>
    </g>
  );
}

type Extra = { readonly word: string; readonly look: "" | "off" | "unknown" };

function extras(pump: Pump, { t }: Speech): Extra[] {
  const words: Extra[] = [];
  const { auto, power, current, faultUnknown } = pump;
  // One word for a pump of which nothing is known.
  if (pump.state === "unknown" && auto === null && power === null) return words;
  if (auto === true) words.push({ word: t("pump.auto"), look: "" });
  if (auto === false) words.push({ word: t("pump.not-auto"), look: "off" });
  if (auto === null) words.push({ word: t("pump.auto-unknown"), look: "unknown" });
  if (power === false) words.push({ word: t("pump.no-power"), look: "off" });
  if (power === null) words.push({ word: t("pump.power-unknown"), look: "unknown" });
  if (faultUnknown) words.push({ word: t("pump.fault-unknown"), look: "unknown" });
  const isShown = pump.state === "running" || pump.state === "unproved";
  if (isShown && typeof current?.value === "number") {
    const look = current.quality === "good" ? "" : "unknown";
    words.push({ word: withUnit(current.value, current.unit), look });
  }
  return words;
}

type FiguresProps = Props & { readonly system: System; readonly band: Band };

/** Pressure at the header and at the far end, and what flows. */
function Figures({ system, band, points, speech }: FiguresProps): ReactElement {
  const { t } = speech;
  const { header, figures } = band;
  const { x, y, width } = figures;
  const end = system === "hydrant" ? "hydrant_remote_pressure" : "sprinkler_end_pressure";
  const column = width / 3;
  const start = numberOf(points, `${system}_main_start_pressure`);
  const notes = [`${system}_header_pressure`, `${system}_flow`, end].flatMap((id) => {
    const point = points.get(id);
    return (point && shown(point, speech).note) ?? [];
  });
  const rows: readonly (readonly [DeviceWord, string])[] = [
    ["mimic.header", `${system}_header_pressure`],
    ["mimic.flow", `${system}_flow`],
    [`mimic.${system}-end`, end],
  ];
  return (
    <g>
      {x > header.x && <path className="pipe" d={`M${header.x} ${header.y} H${x - 12}`} />}
      <text className="mimic-name" x={x} y={y}>
        {t(`mimic.${system}`)}
        {start !== null && (
          <tspan className="mimic-note">
            {"  "}
            {t("mimic.start-at", { value: withUnit(start, "MPa") })}
          </tspan>
        )}
      </text>
      {notes[0] && (
        <text className="mimic-note" x={x} y={y + 76}>
          {notes[0]}
        </text>
      )}
      {rows.map(([word, id], i) => {
        const point = points.get(id);
        const figure = point && shown(point, speech);
        const isLow = i === 0 && start !== null && below(numberOf(points, id), start);
        return (
          <g key={id} data-point={id}>
            <text className="mimic-note" x={x + i * column} y={y + 26}>
              {t(word)}
            </text>
            <text
              className="mimic-figure"
              data-tone={isLow ? "attention" : figure?.tone}
              x={x + i * column}
              y={y + 52}
            >
              {figure?.text}
            </text>
          </g>
        );
      })}
    </g>
  );
}

function below(value: number | null, limit: number): boolean {
  return value !== null && value < limit;
}
