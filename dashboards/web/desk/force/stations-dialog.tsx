/** 力量: every station with what it can do now and how old that word is; advice to move up above it. */
import { useQueryClient } from "@tanstack/react-query";
import { type ReactElement, useState } from "react";
import type { ActBody, StationRow, StationsView } from "#gateway/api/contract.ts";
import { stationStatuses } from "#rules/dispatch/status.ts";
import { formatLasting } from "../../shared/format.ts";
import { useWords } from "../../shared/i18n.ts";
import { Choices } from "../choices.tsx";
import { Frame, useActHere } from "../frame.tsx";
import { useNow } from "../use-now.ts";
import "./force.css";
import { stationsKey, useStations } from "./use-stations.ts";
import type { ForceWord } from "./words/zh.ts";

type Status = Extract<ActBody["command"], { command: "note-status" }>["status"];

/** A station, or one vehicle of it. */
type Chosen = { readonly station: StationRow; readonly vehicle: string | null };

export function StationsDialog({ onClose }: { readonly onClose: () => void }): ReactElement {
  const { t, text } = useWords<ForceWord>();
  const read = useStations();
  const queries = useQueryClient();
  const act = useActHere();
  const [chosen, choose] = useState<Chosen | null>(null);
  const [status, setStatus] = useState<Status | null>(null);
  const name = chosen ? (chosen.vehicle ?? text(chosen.station.name)) : "";
  const run = async () => {
    if (!chosen || !status) return null;
    const refusal = await act({
      ...{ command: "note-status", station: chosen.station.id, status },
      ...(chosen.vehicle === null ? {} : { vehicle: chosen.vehicle }),
    });
    await queries.invalidateQueries({ queryKey: stationsKey });
    return refusal;
  };
  if (chosen) {
    return (
      <Frame
        title={t("force.say", { name })}
        onClose={() => choose(null)}
        does={{ label: t("force.note"), ready: status !== null, run }}
      >
        <p className="muted">{t("force.say-hint")}</p>
        <Choices
          first
          label={t("force.status")}
          columns={2}
          choices={stationStatuses.map((value) => ({ value, label: t(`force.is-${value}`) }))}
          value={status}
          onChoose={(value) => setStatus(value as Status)}
        />
      </Frame>
    );
  }
  const open = (one: Chosen): void => {
    setStatus(null);
    choose(one);
  };
  return (
    <Frame title={t("force.title")} onClose={onClose} width={1120}>
      {read.isError && <p className="problem">{t("force.failed")}</p>}
      {read.data ? (
        <Board view={read.data} onChoose={open} />
      ) : (
        read.isPending && <p className="empty">{t("force.loading")}</p>
      )}
    </Frame>
  );
}

type BoardProps = {
  readonly view: StationsView;
  readonly onChoose: (chosen: Chosen) => void;
};

function Board({ view, onChoose }: BoardProps): ReactElement {
  const { t, text } = useWords<ForceWord>();
  return (
    <>
      {view.moveUp.length > 0 && (
        <section className="move-up" role="status">
          <h3>{t("force.move-up")}</h3>
          <ul>
            {view.moveUp.map((one) => (
              <li key={one.area}>{text(one.text)}</li>
            ))}
          </ul>
          <p className="muted">{t("force.move-up-hint")}</p>
        </section>
      )}
      <table className="board stations">
        <thead>
          <tr>
            <th>{t("force.station")}</th>
            <th>{t("force.status")}</th>
            <th>{t("force.heard")}</th>
            <th>{t("force.crew")}</th>
            <th>{t("force.vehicles")}</th>
          </tr>
        </thead>
        <tbody>
          {view.stations.map((one) => (
            <Station key={one.id} one={one} onChoose={onChoose} />
          ))}
        </tbody>
      </table>
    </>
  );
}

type StationProps = {
  readonly one: StationRow;
  readonly onChoose: BoardProps["onChoose"];
};

function Station({ one, onChoose }: StationProps): ReactElement {
  const { t, text, rule } = useWords<ForceWord>();
  return (
    <tr data-standing={one.standing} data-station={one.id}>
      <td>
        {text(one.name)} <span className="muted">{one.id}</span>
        <br />
        <span className="muted">{text(one.area)}</span>
      </td>
      <td>
        <button
          type="button"
          className="button quiet"
          onClick={() => onChoose({ station: one, vehicle: null })}
        >
          {text(one.statusText)}
          {one.standing === "ask" && one.status !== null && ` · ${rule("station-status.ask")}`}
        </button>
        {one.incidents.map((number) => (
          <span className="muted" key={number}>
            {" "}
            {number}
          </span>
        ))}
      </td>
      <td>
        <Age at={one.heardAt} />
      </td>
      <td>
        {one.crew === null
          ? t("force.crew-unknown")
          : t("force.crew-of", { count: one.crew, least: one.crewAtLeast ?? 0 })}
      </td>
      <td>
        <ul className="vehicles">
          {one.vehicles.map((vehicle) => (
            <li key={vehicle.id}>
              <button
                type="button"
                className="button quiet"
                onClick={() => onChoose({ station: one, vehicle: vehicle.id })}
              >
                {vehicle.id} {text(vehicle.name)}
                {vehicle.status !== null && ` · ${text(vehicle.statusText)}`}
              </button>
              <span className="muted">{text(vehicle.facts)}</span>
            </li>
          ))}
        </ul>
      </td>
    </tr>
  );
}

function Age({ at }: { readonly at: number | null }): ReactElement | null {
  const { t } = useWords<ForceWord>();
  const now = useNow();
  if (at === null) return null;
  return <span>{t("force.ago", { for: formatLasting(now - at) })}</span>;
}
