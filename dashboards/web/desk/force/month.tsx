/** 月度到场统计 (1-3-5): what a month's orders took, station by station; the same as a CSV file. */
import { type ReactElement, useState } from "react";
import { formatDateTime, formatLasting } from "../../shared/format.ts";
import { useWords } from "../../shared/i18n.ts";
import { useLiveValue } from "../../shared/live.ts";
import { useNow } from "../use-now.ts";
import "./force.css";
import { useStationMonth } from "./use-stations.ts";
import type { ForceWord } from "./words/zh.ts";

export function StationMonths(): ReactElement {
  const { t, text } = useWords<ForceWord>();
  const utcOffsetMin = useLiveValue((live) => live.utcOffsetMin);
  const [month, setMonth] = useState(formatDateTime(useNow(), utcOffsetMin).slice(0, 7));
  const read = useStationMonth(month);
  const time = (ms: number | null): string => (ms === null ? t("force.none") : formatLasting(ms));
  return (
    <section className="month">
      <h3>{t("force.month")}</h3>
      <p>
        <input
          type="month"
          aria-label={t("force.month-of")}
          value={month}
          onChange={(event) => event.target.value !== "" && setMonth(event.target.value)}
        />{" "}
        <a className="button quiet" href={`/api/v1/figures/stations.csv?month=${month}`} download>
          {t("force.csv")}
        </a>
      </p>
      <p className="muted">{t("force.month-basis")}</p>
      {read.isError && <p className="problem">{t("force.failed")}</p>}
      {read.data && read.data.stations.length === 0 && <p>{t("force.month-empty")}</p>}
      {read.data && read.data.stations.length > 0 && (
        <table className="board">
          <thead>
            <tr>
              <th>{t("force.station")}</th>
              <th>{t("force.orders")}</th>
              <th>{t("force.accepted")}</th>
              <th>{t("force.turned-out")}</th>
              <th>{t("force.on-scene")}</th>
              <th>{t("force.medians")}</th>
            </tr>
          </thead>
          <tbody>
            {read.data.stations.map((one) => (
              <tr key={one.station} data-station={one.station}>
                <td>
                  {text(one.name)} <span className="muted">{one.station}</span>
                </td>
                <td>{one.orders}</td>
                <td>{`${one.accepted}/${one.orders}`}</td>
                <td>{`${one.turnedOut}/${one.orders}`}</td>
                <td>{`${one.onScene}/${one.arrivals}`}</td>
                <td>
                  {[one.acceptMedianMs, one.turnoutMedianMs, one.arrivalMedianMs]
                    .map(time)
                    .join(" · ")}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}
