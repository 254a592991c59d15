/**
 * The last ten minutes of one point: what the local history has, and what comes over the stream. Steps,
 * for between two samples nothing moved by more than the dead band; what was not known is a gap.
 */
import { useQuery } from "@tanstack/react-query";
import { type ReactElement, useEffect, useMemo, useRef } from "react";
import UPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import type { TrendsView } from "#gateway/api/contract.ts";
import { getJson } from "../../shared/api.ts";
import { formatClock } from "../../shared/format.ts";
import { useLiveValue } from "../../shared/live.ts";
import { showTrends } from "../trends/address.ts";
import { widthOf } from "../trends/axis.ts";
import { useDark } from "../use-theme.ts";
import { isInstant } from "./instant.ts";
import { figure, instantText, type Known, type Speech, unitText } from "./reading.ts";
import { type Series, seriesOf, storedSamples, type TrendSample } from "./series.ts";

const windowMs = 600_000;
const heightPx = 120;
const leastAxisPx = 48;

type Props = {
  readonly device: string;
  readonly point: Known;
  /** Gateway time, ms: where the curve ends. */
  readonly now: number;
  readonly speech: Speech;
  readonly onRemove: (id: string) => void;
};

export function Trend({ device, point, now, speech, onRemove }: Props): ReactElement {
  const { t, text } = speech;
  const dark = useDark();
  const { samples, failed } = useSamples(device, point);
  const series = seriesOf(samples, now - windowMs, now);
  const name = text(point.name);
  const unit = isInstant(point.id) ? "" : (unitText(point.unit, speech) ?? "");
  const said = (value: number): string =>
    isInstant(point.id) ? instantText(value, speech) : figure(value, point.unit);
  const words = series.range
    ? t("device.trend-of", {
        name,
        least: said(series.range[0]),
        most: said(series.range[1]),
        unit,
      })
    : `${name} · ${t(failed ? "device.trend-failed" : "device.trend-none")}`;
  return (
    <figure className="trend" data-trend={point.id}>
      <figcaption>
        <span>{words}</span>
        <button
          type="button"
          className="button quiet"
          onClick={() => showTrends([`${device}/${point.id}`])}
        >
          {t("trends.open")}
        </button>
        <button
          type="button"
          className="button quiet"
          aria-label={t("device.trend-less", { name })}
          onClick={() => onRemove(point.id)}
        >
          ×
        </button>
      </figcaption>
      {/* Its colours are read when it is made: another theme is another chart. */}
      <Chart
        key={String(dark)}
        series={series}
        from={now - windowMs}
        to={now}
        speech={speech}
        label={words}
        isInstant={isInstant(point.id)}
      />
    </figure>
  );
}

/** What was stored before this page opened, then what it has been told itself. */
function useSamples(device: string, point: Known): { samples: TrendSample[]; failed: boolean } {
  const { id, value, quality, at } = point;
  // What came while this screen was cut off is in the history: with each new stream it is read again.
  const stream = useLiveValue((live) => live.stream);
  const clockOffsetMs = useLiveValue((live) => live.clockOffsetMs);
  const stored = useQuery({
    queryKey: ["trend", device, id, stream],
    queryFn: ({ signal }) => {
      const to = Math.round(Date.now() + clockOffsetMs);
      const query = `points=${device}/${id}&from=${to - windowMs}&to=${to}`;
      return getJson<TrendsView>(`/api/v1/trends?${query}`, signal);
    },
    retry: 3,
    retryDelay: 1000,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
  });
  const live = useRef<TrendSample[]>([]);
  const of = useRef(stream);
  if (of.current !== stream) {
    of.current = stream;
    live.current = [];
  }
  const last = live.current.at(-1);
  if (at !== null && (last?.at !== at || last.quality !== quality)) {
    const oldest = at - windowMs;
    live.current = [...live.current.filter((one) => one.at >= oldest), { at, value, quality }];
  }
  const first = live.current[0]?.at ?? Number.POSITIVE_INFINITY;
  const before = storedSamples(stored.data?.series[0]).filter((one) => one.at < first);
  return { samples: [...before, ...live.current], failed: stored.isError };
}

type ChartProps = {
  readonly series: Series;
  readonly from: number;
  readonly to: number;
  readonly speech: Speech;
  readonly label: string;
  /** Its values are instants: they stand in the words, and no axis has room for them. */
  readonly isInstant: boolean;
};

function Chart({ series, from, to, speech, label, isInstant }: ChartProps): ReactElement {
  const box = useRef<HTMLDivElement>(null);
  const plot = useRef<UPlot | null>(null);
  const { utcOffsetMin } = speech;
  const options = useMemo(() => optionsOf(utcOffsetMin, isInstant), [utcOffsetMin, isInstant]);

  useEffect(() => {
    const element = box.current;
    if (!element) return;
    const made = new UPlot(
      { ...options, width: element.clientWidth, height: heightPx },
      [[], []],
      element,
    );
    plot.current = made;
    const size = new ResizeObserver(() => {
      made.setSize({ width: element.clientWidth, height: heightPx });
    });
    size.observe(element);
    return () => {
      size.disconnect();
      made.destroy();
      plot.current = null;
    };
  }, [options]);

  useEffect(() => {
    const { current } = plot;
    if (!current) return;
    current.batch(() => {
      current.setData([series.times, series.values], false);
      current.setScale("x", { min: from / 1000, max: to / 1000 });
      current.setScale("y", { min: series.bounds[0], max: series.bounds[1] });
    });
  });

  return <div className="trend-canvas" ref={box} role="img" aria-label={label} />;
}

function optionsOf(
  utcOffsetMin: number,
  isInstant: boolean,
): Omit<UPlot.Options, "width" | "height"> {
  const style = getComputedStyle(document.documentElement);
  const probe = document.createElement("span");
  document.body.append(probe);
  const colour = (name: string): string => {
    probe.style.color = `var(${name})`;
    return getComputedStyle(probe).color;
  };
  const [text, line, grid] = [colour("--text-muted"), colour("--accent"), colour("--border")];
  probe.remove();
  const font = `12px ${style.getPropertyValue("--font")}`;
  const axis = { stroke: text, font, grid: { stroke: grid, width: 1 }, ticks: { show: false } };
  return {
    legend: { show: false },
    cursor: { show: false },
    scales: { x: { time: false, auto: false }, y: { auto: false } },
    axes: [
      {
        ...axis,
        size: 22,
        values: (_plot, ticks) => ticks.map((s) => formatClock(s * 1000, utcOffsetMin).slice(0, 5)),
        incrs: [60, 120, 300],
      },
      isInstant
        ? { ...axis, size: leastAxisPx, values: () => [] }
        : { ...axis, size: widthOf(leastAxisPx, font) },
    ],
    series: [
      {},
      {
        stroke: line,
        width: 2,
        spanGaps: false,
        points: { show: false },
        ...(UPlot.paths.stepped ? { paths: UPlot.paths.stepped({ align: 1 }) } : {}),
      },
    ],
  };
}
