/**
 * A warehouse on its plan: each compartment with a shape and a word for what is the matter, never a
 * colour alone; below it alarm valves, loops, panel and pumps, and what the panel has disabled.
 */
import { type ReactElement, useMemo } from "react";
import type { PartView } from "#gateway/api/contract.ts";
import { isOn, type Known, type Points, type Speech, shown } from "./reading.ts";
import { Line, Tile } from "./tiles.tsx";
import "./warehouse.css";
import { conditionWord, disabledOf, type Room, type RoomCondition, roomOf } from "./warehouse.ts";
import type { DeviceWord } from "./words/zh.ts";

type Props = {
  readonly parts: readonly PartView[];
  readonly points: Points;
  readonly speech: Speech;
  readonly zone: string | null;
  readonly onZone: (zone: string) => void;
};

export function Warehouse({ parts, points, speech, zone, onZone }: Props): ReactElement {
  const byZone = useMemo(() => groupByZone(points), [points]);
  const rooms = parts
    .filter((part) => part.class === "compartment")
    .map((part) => roomOf(part, points, byZone.get(part.zone ?? "") ?? []));
  return (
    <>
      <p className="muted">{speech.t("plan.choose")}</p>
      <Plan {...{ rooms, speech, zone, onZone }} />
      <Tiles {...{ parts, points, speech }} />
    </>
  );
}

function groupByZone(points: Points): ReadonlyMap<string, Known[]> {
  const groups = new Map<string, Known[]>();
  for (const point of points.values()) {
    if (point.zone === null) continue;
    const group = groups.get(point.zone);
    if (group) group.push(point);
    else groups.set(point.zone, [point]);
  }
  return groups;
}

const pixelsPerM = 2.5;

type PlanProps = Pick<Props, "speech" | "zone" | "onZone"> & { readonly rooms: readonly Room[] };

function Plan({ rooms, speech, zone, onZone }: PlanProps): ReactElement {
  const { t } = speech;
  const most = (of: (plan: NonNullable<PartView["plan"]>) => number): number =>
    Math.max(...rooms.map(({ part }) => (part.plan ? of(part.plan) : 0)));
  // Halls stand side by side as columns: a screen is wider than it is high.
  const width = most(({ yM, depthM }) => yM + depthM);
  const height = most(({ xM, widthM }) => xM + widthM);
  return (
    <div className="plan-scroll">
      <svg
        className="plan"
        // One compartment alone would fill the page with its name.
        style={{ maxHeight: `min(560px, ${Math.round(height * pixelsPerM)}px)` }}
        viewBox={`-2 -2 ${width + 4} ${height + 4}`}
        aria-labelledby="plan-title"
      >
        <title id="plan-title">{t("plan.title")}</title>
        {rooms.map((room) => (
          <RoomBox
            key={room.part.as}
            {...{ room, speech, onZone }}
            isChosen={room.part.zone === zone}
          />
        ))}
      </svg>
    </div>
  );
}

type RoomProps = Pick<Props, "speech" | "onZone"> & {
  readonly room: Room;
  readonly isChosen: boolean;
};

function RoomBox({ room, speech, onZone, isChosen }: RoomProps): ReactElement | null {
  const { part, condition, count } = room;
  const { plan, zone } = part;
  if (!plan || zone === null) return null;
  const { xM: y, yM: x, widthM: height, depthM: width } = plan;
  const word = speech.t(conditionWord[condition], { count: count ?? 0 });
  return (
    // biome-ignore lint/a11y/useSemanticElements: a button cannot stand in a drawing.
    <g
      className="room"
      role="button"
      tabIndex={0}
      data-zone={zone}
      data-condition={condition}
      aria-pressed={isChosen}
      aria-label={`${zone} ${word}`}
      onClick={() => onZone(zone)}
      onKeyDown={(event) => {
        if (event.key === "Enter" || event.key === " ") onZone(zone);
      }}
    >
      <rect x={x} y={y} width={width} height={height} />
      <text className="room-name" x={x + 4} y={y + 14}>
        {zone}
      </text>
      <RoomShape condition={condition} x={x + width - 15} y={y + 13} />
      <text className="room-word" x={x + 4} y={y + height - 8}>
        {word}
      </text>
    </g>
  );
}

/** Shapes of the priorities where one fits, so that the eye learns them once. */
function RoomShape({ condition, x, y }: { condition: RoomCondition; x: number; y: number }) {
  switch (condition) {
    case "fire":
      return <rect className="room-shape" x={x - 8} y={y - 8} width={16} height={16} />;
    case "flow":
      return <path className="room-shape" d={`M${x} ${y - 9} L${x + 9} ${y + 8} H${x - 9} Z`} />;
    case "valve-shut":
      return <path className="room-shape" d={`M${x - 5} ${y - 9} h10 l5 9 l-5 9 h-10 l-5 -9 Z`} />;
    case "unknown":
      return (
        <text className="room-mark" x={x} y={y + 7}>
          ?
        </text>
      );
    case "disabled":
      return <path className="room-line" d={`M${x - 8} ${y - 8} L${x + 8} ${y + 8}`} />;
    case "prealarm":
    case "fault":
      return <path className="room-line" d={`M${x} ${y - 9} l9 9 l-9 9 l-9 -9 Z`} />;
    default:
      return null;
  }
}

function Tiles({
  parts,
  points,
  speech,
}: Pick<Props, "parts" | "points" | "speech">): ReactElement {
  const { t } = speech;
  const of = (name: string): readonly PartView[] => parts.filter((part) => part.class === name);
  const disabled = disabledOf([...points.values()]);
  return (
    <div className="tiles">
      <Tile title={t("plan.valves")}>
        {of("alarm-valve").map((part) => (
          <Valve key={part.as} part={part} points={points} speech={speech} />
        ))}
      </Tile>
      <Tile title={t("plan.loops")}>
        {of("loop").map(({ as, words }) => (
          <Loop key={as} name={t("plan.loop", words)} as={as} points={points} speech={speech} />
        ))}
      </Tile>
      <Tile title={t("plan.panel")}>
        <Panel points={points} speech={speech} />
      </Tile>
      <Tile title={t("plan.pumps")}>
        {of("pump").map(({ as, words }) => (
          <SprinklerPump key={as} name={t("plan.pump", words)} {...{ as, points, speech }} />
        ))}
      </Tile>
      <Tile title={t("plan.disabled", { count: disabled.length })}>
        {disabled.length === 0 && <li>{t("plan.none-disabled")}</li>}
        {disabled.slice(0, shownAtMost).map((point) => (
          <li key={point.id} data-tone="attention">
            <strong>{speech.text(point.name)}</strong>
            <span className="muted">{point.zone}</span>
          </li>
        ))}
        {disabled.length > shownAtMost && (
          <li>{t("plan.more", { count: disabled.length - shownAtMost })}</li>
        )}
      </Tile>
    </div>
  );
}

const shownAtMost = 8;

type OneProps = { readonly points: Points; readonly speech: Speech };

function Valve({ part, points, speech }: OneProps & { readonly part: PartView }): ReactElement {
  const { t } = speech;
  const { as } = part;
  const pressure = points.get(`${as}_pressure_above`);
  const isShut = isOn(points, `${as}_supply_valve_open`) === false;
  return (
    <Line
      name={as.toUpperCase()}
      state={isShut ? true : isOn(points, `${as}_pressure_switch`)}
      words={[isShut ? "plan.supply-shut" : "plan.pressure-switch-on", "plan.pressure-switch-off"]}
      off={true}
      figures={pressure ? figureOf(pressure, speech) : t("quality.unknown")}
      speech={speech}
    />
  );
}

function figureOf(point: Known, speech: Speech): string {
  const { text, note } = shown(point, speech);
  return note === null ? text : `${text} ${note}`;
}

type NamedProps = OneProps & { readonly name: string; readonly as: string };

function Loop({ name, as, points, speech }: NamedProps): ReactElement {
  const [short, open] = [isOn(points, `${as}_short_circuit`), isOn(points, `${as}_open_circuit`)];
  const state =
    short === true || open === true ? true : short === null || open === null ? null : false;
  const on: DeviceWord = short === true ? "plan.short" : "plan.open";
  return (
    <Line name={name} state={state} words={[on, "plan.loop-quiet"]} off={true} speech={speech} />
  );
}

function Panel({ points, speech }: OneProps): ReactElement {
  const ids = ["panel_state", "panel_auto_mode", "panel_mains_ok", "panel_battery_ok"];
  return (
    <>
      {ids.map((id) => {
        const point = points.get(id);
        if (!point) return null;
        const { text, note, tone } = shown(point, speech);
        const isOff = id === "panel_state" && tone === "plain" && point.value !== 0;
        return (
          <li key={id} data-tone={isOff ? "attention" : tone}>
            <span className="tile-name">{speech.text(point.name)}</span>
            <strong>{text}</strong>
            {note && <span className="muted">{note}</span>}
          </li>
        );
      })}
    </>
  );
}

function SprinklerPump({ name, as, points, speech }: NamedProps): ReactElement {
  const { t } = speech;
  const fault = isOn(points, `${as}_fault`);
  const auto = isOn(points, `${as}_auto`);
  const figures = [
    fault === true ? t("pump.fault") : fault === null ? t("pump.fault-unknown") : "",
    t(auto === null ? "pump.auto-unknown" : auto ? "pump.auto" : "pump.not-auto"),
  ];
  return (
    <Line
      name={name}
      state={isOn(points, `${as}_running`)}
      words={["pump.running", "pump.not-running"]}
      figures={figures.filter(Boolean).join(" · ")}
      speech={speech}
    />
  );
}
