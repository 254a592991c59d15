/** What no pipe shows: supplies, start signals, self-inspection, the room. Word beside each. */
import type { ReactElement, ReactNode } from "react";
import { isOn, type Known, type Points, type Speech, shown } from "./reading.ts";
import type { DeviceWord } from "./words/zh.ts";

type Props = { readonly points: Points; readonly speech: Speech };

export function Tiles({ points, speech }: Props): ReactElement {
  const { t } = speech;
  return (
    <div className="tiles">
      <Tile title={t("tiles.supplies")}>
        <Supply name="supply.main" of="mains_a" {...{ points, speech }} />
        <Supply name="supply.standby" of="mains_b" {...{ points, speech }} />
        <Line
          state={isOn(points, "ats_on_b")}
          words={["supply.switched", "tiles.on-a"]}
          off={true}
          {...{ speech }}
        />
        <Line
          name={t("tiles.control-power")}
          state={isOn(points, "control_power_ok")}
          words={["tiles.present", "tiles.absent"]}
          off={false}
          {...{ speech }}
        />
        <Line
          name={t("tiles.phase")}
          state={isOn(points, "phase_fault")}
          words={["tiles.phase-fault", "tiles.phase-ok"]}
          off={true}
          {...{ speech }}
        />
      </Tile>
      <Tile title={t("tiles.starts")}>
        <Contacts
          ids={[
            "hydrant_low_pressure_switch",
            "roof_tank_flow_switch",
            "alarm_valve_pressure_switch_any",
            "facp_start_command",
            "mechanical_emergency_start",
          ]}
          {...{ points, speech }}
        />
      </Tile>
      <Tile title={t("tiles.inspection")}>
        <Line
          state={isOn(points, "self_inspection_active")}
          words={["tiles.inspection-active", "tiles.inspection-idle"]}
          {...{ speech }}
        />
        <Line
          name={
            points.get("self_inspection_fault") &&
            speech.text(nameOf(points, "self_inspection_fault"))
          }
          state={isOn(points, "self_inspection_fault")}
          words={["value.yes", "value.no"]}
          off={true}
          {...{ speech }}
        />
        <Last point={points.get("last_self_inspection_epoch")} speech={speech} />
      </Tile>
      <Tile title={t("tiles.room")}>
        <Contacts
          ids={["pump_room_flood", "sump_high", "pump_room_door_open"]}
          {...{ points, speech }}
        />
        <Reading point={points.get("room_temperature")} speech={speech} />
      </Tile>
    </div>
  );
}

export function Tile({
  title,
  children,
}: {
  readonly title: string;
  readonly children: ReactNode;
}) {
  return (
    <section className="tile">
      <h3>{title}</h3>
      <ul>{children}</ul>
    </section>
  );
}

type LineProps = {
  readonly name?: string | undefined;
  readonly state: boolean | null;
  readonly words: readonly [on: DeviceWord, off: DeviceWord];
  /** The state that needs somebody. */
  readonly off?: boolean;
  readonly speech: Speech;
  readonly figures?: string;
};

export function Line({ name, state, words, off, speech, figures }: LineProps): ReactElement {
  const { t } = speech;
  const tone = state === null ? "unknown" : state === off ? "attention" : "plain";
  const word = state === null ? t("quality.unknown") : t(words[state ? 0 : 1]);
  return (
    <li data-tone={tone}>
      {name && <span className="tile-name">{name}</span>}
      <strong>{word}</strong>
      {figures && <span className="muted">{figures}</span>}
    </li>
  );
}

type SupplyProps = Props & { readonly name: DeviceWord; readonly of: "mains_a" | "mains_b" };

function Supply({ name, of, points, speech }: SupplyProps): ReactElement {
  const volts = ["ab", "bc", "ca"].map((phase) => points.get(`${of}_u_${phase}`));
  const known = volts.flatMap((point) =>
    point?.quality === "good" && typeof point.value === "number" ? [point.value.toFixed(0)] : [],
  );
  return (
    <Line
      name={speech.t(name)}
      state={isOn(points, `${of}_ok`)}
      words={["tiles.present", "tiles.absent"]}
      off={false}
      figures={known.length === 3 ? `${known.join(" / ")} V` : ""}
      speech={speech}
    />
  );
}

type ContactsProps = Props & { readonly ids: readonly string[] };

function Contacts({ ids, points, speech }: ContactsProps): ReactElement {
  return (
    <>
      {ids.map((id) => (
        <Line
          key={id}
          name={speech.text(nameOf(points, id))}
          state={isOn(points, id)}
          words={["tiles.on", "tiles.off"]}
          off={true}
          speech={speech}
        />
      ))}
    </>
  );
}

function Last({ point, speech }: { readonly point: Known | undefined; readonly speech: Speech }) {
  if (!point) return null;
  const { text, note, tone } = shown(point, speech);
  return (
    <li data-tone={tone}>
      <span className="muted">{speech.t("tiles.inspection-last", { at: text })}</span>
      {note && <span className="muted">{note}</span>}
    </li>
  );
}

function Reading({
  point,
  speech,
}: {
  readonly point: Known | undefined;
  readonly speech: Speech;
}) {
  if (!point) return null;
  const { text, note, tone } = shown(point, speech);
  return (
    <li data-tone={tone}>
      <span className="tile-name">{speech.text(point.name)}</span>
      <strong>{text}</strong>
      {note && <span className="muted">{note}</span>}
    </li>
  );
}

function nameOf(points: Points, id: string): { zh: string; en: string } {
  return points.get(id)?.name ?? { zh: id, en: id };
}
