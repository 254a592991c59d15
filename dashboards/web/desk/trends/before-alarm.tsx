/** The last ten minutes before an alarm: what it rests on, at full rate, with its limits and its instant. */
import { useQuery } from "@tanstack/react-query";
import { type ReactElement, useState } from "react";
import type { AlarmRow, Explanation, TrendPoints, TrendsView } from "#gateway/api/contract.ts";
import { getJson } from "../../shared/api.ts";
import { formatClock } from "../../shared/format.ts";
import { useWords } from "../../shared/i18n.ts";
import { useLiveValue } from "../../shared/live.ts";
import { unitText } from "../device/reading.ts";
import type { DeviceWord } from "../device/words/zh.ts";
import { mostPoints, showTrends } from "./address.ts";
import { Chart } from "./chart.tsx";
import { Legend, useGapWords } from "./legend.tsx";
import "./trends.css";
import type { TrendsWord } from "./words/zh.ts";

const beforeMs = 600_000;
const afterMs = 60_000;
const heightPx = 170;
const mostDrawn = 4;
/** Each of them has an axis of its own. */
const mostOwn = 2;
const isKnown = /^[\w.-]+$/;

export function BeforeAlarm({ alarm }: { readonly alarm: AlarmRow }): ReactElement {
  const { t, text } = useWords<TrendsWord | DeviceWord>();
  const utcOffsetMin = useLiveValue((live) => live.utcOffsetMin);
  const [cursor, setCursor] = useState<number | null>(null);
  const gapWords = useGapWords();
  const unitWord = (unit: string): string => unitText(unit, { t });
  const { id, site, device, raisedAt } = alarm;
  const explained = useQuery({
    queryKey: ["explanation", id],
    queryFn: ({ signal }) => getJson<Explanation>(`/api/v1/alarms/${id}/explanation`, signal),
  });
  const inputs = (explained.data?.inputs ?? [])
    .filter(({ value, point }) => typeof value !== "string" && isKnown.test(point))
    // What is measured says more than what is on or off.
    .sort((a, b) => Number(typeof b.value === "number") - Number(typeof a.value === "number"))
    .map(({ point }) => `${site}/${device}/${point}`);
  // A press rests on no value: what its device measured is drawn, the temperature before all.
  const isOfDevice = explained.data !== undefined && inputs.length === 0;
  const own = useOwnPoints(`${site}/${device}`, isOfDevice);
  const points = isOfDevice ? (own.data ?? []) : inputs;
  const drawn = points.slice(0, isOfDevice ? mostOwn : mostDrawn);
  const span = { from: raisedAt - beforeMs, to: raisedAt + afterMs };
  const read = useQuery({
    queryKey: ["before-alarm", id, drawn],
    queryFn: ({ signal }) =>
      getJson<TrendsView>(
        `/api/v1/trends?points=${drawn.join(",")}&from=${span.from}&to=${span.to}`,
        signal,
      ),
    enabled: drawn.length > 0,
    retry: 2,
    // The minute after the alarm fills while somebody looks at it.
    refetchInterval: 10_000,
  });
  if (read.isError || explained.isError || own.isError) {
    return <p className="muted">{t("trends.failed")}</p>;
  }
  if (isOfDevice && own.data?.length === 0) {
    return <p className="muted">{t("trends.before-none")}</p>;
  }
  if (!read.data) return <p className="muted">{t("trends.loading")}</p>;
  const { series, missing } = read.data;
  if (series.every(({ columns, before }) => columns.at.length === 0 && before === null)) {
    return <p className="muted">{t("trends.before-no-data")}</p>;
  }
  const mark = { ...{ kind: "alarm" as const, id, at: raisedAt, until: null, device, site } };
  const none = { zone: null, rule: null, ruleName: null, priority: null, class: null };
  const names = series.map(({ name }) => text(name)).join(", ");
  const clock = (at: number): string => formatClock(at, utcOffsetMin);
  return (
    <div className="before-alarm">
      <Legend
        series={series}
        missing={missing}
        at={cursor ?? raisedAt}
        read={span}
        utcOffsetMin={utcOffsetMin}
        onRemove={null}
      />
      <Chart
        series={series}
        gapWords={gapWords}
        unitWord={unitWord}
        {...span}
        marks={[{ ...mark, ...none, incident: null, number: null }]}
        showLimits
        utcOffsetMin={utcOffsetMin}
        heightPx={heightPx}
        label={t("trends.chart", { names, from: clock(span.from), to: clock(span.to) })}
        onSpan={(from, to) => showTrends(drawn, { from, to })}
        onCursor={setCursor}
      />
      <button
        type="button"
        className="link-button"
        onClick={() => showTrends(points.slice(0, mostPoints), span)}
      >
        {t("trends.open")}
      </button>
    </div>
  );
}

/** Points of the device, what is warm first, then what is measured. */
function useOwnPoints(key: string, enabled: boolean) {
  return useQuery({
    queryKey: ["own-points", key],
    queryFn: async ({ signal }) => {
      const path = `/api/v1/trends/points?q=${encodeURIComponent(`${key} `)}`;
      const { points } = await getJson<TrendPoints>(path, signal);
      const rank = ({ type, unit }: TrendPoints["points"][number]): number =>
        unit === "°C" ? 0 : 1 + Number(type !== "number");
      return points
        .filter(({ id }) => id.startsWith(`${key}/`))
        .sort((a, b) => rank(a) - rank(b))
        .map(({ id }) => id);
    },
    enabled,
  });
}
