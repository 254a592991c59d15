/**
 * The chart: curves with an axis for each unit, the band between least and most, limits, marks, and shade
 * where nothing was known. It is made anew when the points or the theme change, and else only fed.
 */
import { type ReactElement, useEffect, useMemo, useRef, useState } from "react";
import UPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import type { TrendSeries } from "#gateway/api/contract.ts";
import { useDark } from "../use-theme.ts";
import { instantAxis, timeAxis, widthOf } from "./axis.ts";
import { dashOf, type Ink, inkOf } from "./ink.ts";
import { LimitName, nearPx, type Pointed } from "./limit-name.tsx";
import { instants, plotOf, scaleOf, shiftsOf } from "./plot.ts";
import type { SiteMark } from "./use-trends.ts";

export type ChartProps = {
  readonly series: readonly TrendSeries[];
  readonly from: number;
  readonly to: number;
  readonly marks: readonly SiteMark[];
  readonly showLimits: boolean;
  readonly utcOffsetMin: number;
  readonly heightPx: number;
  readonly label: string;
  /** Why it was not known, in words. */
  readonly gapWords: Readonly<Record<string, string>>;
  /** Units that are a word, in the language of the screen. */
  readonly unitWord: (unit: string) => string;
  /** Dragged over, ms. */
  readonly onSpan?: (from: number, to: number) => void;
  /** The wheel: closer (−1) or wider (+1) round an instant; or by a part of the range. */
  readonly onWheel?: (zoom: number, pan: number, around: number) => void;
  /** Null: the pointer has left. */
  readonly onCursor?: (at: number | null) => void;
};

const wordSpacePx = 12;
/** Between curves that would lie on each other. */
const apartPx = 3;
/** An axis of numbers. */
const leastAxisPx = 58;
/** Of an axis of instants. */
const leastInstantsS = 3600;
/** Of a shade, where one of many is not known. */
const lightest = 0.4;

type Now = Pick<
  ChartProps,
  "gapWords" | "series" | "marks" | "showLimits" | "onSpan" | "onCursor"
> & {
  readonly shades: ReturnType<typeof plotOf>["shades"];
  readonly shifts: readonly number[];
  readonly onLimits: (pointed: Pointed | null) => void;
};

export function Chart(props: ChartProps): ReactElement {
  const { series, from, to, marks, showLimits, utcOffsetMin, heightPx, label, unitWord } = props;
  const box = useRef<HTMLDivElement>(null);
  const made = useRef<UPlot | null>(null);
  const dark = useDark();
  const plot = useMemo(() => plotOf(series, from, to), [series, from, to]);
  const shifts = useMemo(() => shiftsOf(series, plot), [series, plot]);
  const [pointed, point] = useState<Pointed | null>(null);
  const drawn = { ...props, shades: plot.shades, shifts, onLimits: point };
  const now = useRef<Now>(drawn);
  now.current = drawn;
  const wheel = useRef(props.onWheel);
  wheel.current = props.onWheel;
  // Another set of points, or of colours, is another chart.
  const shape = series
    .map(({ id, unit, type }) => `${id} ${unit && unitWord(unit)} ${type}`)
    .join("|");

  // biome-ignore lint/correctness/useExhaustiveDependencies: `shape` and `dark` stand for what it reads
  useEffect(() => {
    const element = box.current;
    if (!element) return;
    const options = optionsOf(now, props, element.clientWidth);
    const chart = new UPlot(options, [[]], element);
    made.current = chart;
    const size = new ResizeObserver(() => {
      chart.setSize({ width: element.clientWidth, height: heightPx });
    });
    size.observe(element);
    const onWheel = (event: WheelEvent): void => {
      if (!wheel.current) return;
      event.preventDefault();
      const { left, width } = chart.over.getBoundingClientRect();
      const at = chart.posToVal(event.clientX - left, "x") * 1000;
      const isPan = event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY);
      const pan = isPan ? (event.deltaX || event.deltaY) / Math.max(1, width) : 0;
      wheel.current(isPan ? 0 : Math.sign(event.deltaY), pan, at);
    };
    chart.over.addEventListener("wheel", onWheel, { passive: false });
    return () => {
      size.disconnect();
      chart.destroy();
      made.current = null;
    };
  }, [shape, dark, utcOffsetMin, heightPx]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: a chart that was made anew is fed again
  useEffect(() => {
    const chart = made.current;
    if (!chart) return;
    const columns = plot.lines.flat();
    chart.batch(() => {
      chart.setData([plot.times, ...columns] as UPlot.AlignedData, false);
      chart.setScale("x", { min: from / 1000, max: to / 1000 });
    });
    chart.redraw(true, true);
  }, [plot, from, to, marks, showLimits, shape, dark, heightPx]);

  return (
    <div className="trends-canvas" ref={box} role="img" aria-label={label}>
      {pointed && showLimits && <LimitName pointed={pointed} series={series} />}
    </div>
  );
}

type Ref = { readonly current: Now };

function optionsOf(
  now: Ref,
  { utcOffsetMin, heightPx, unitWord }: ChartProps,
  width: number,
): UPlot.Options {
  const { series } = now.current;
  const ink = inkOf();
  const scales = [...new Set(series.map(scaleOf))];
  const lines = series.flatMap((of, i): UPlot.Series[] => {
    const scale = scaleOf(of);
    const stroke = ink.lines[i] ?? ink.text;
    const edge = { scale, points: { show: false }, width: 0, paths: shifted(now, i) };
    const line = { ...edge, stroke, width: 2, dash: dashOf(i), spanGaps: false };
    return [line, { ...edge, stroke }, { ...edge, stroke }];
  });
  return {
    width,
    height: heightPx,
    legend: { show: false },
    cursor: { drag: { x: true, y: false, setScale: false }, points: { show: false } },
    scales: {
      x: { time: false, auto: false },
      ...Object.fromEntries(scales.map((scale) => [scale, { range: rangeOf(now, scale) }])),
    },
    axes: [
      timeAxis(ink, utcOffsetMin),
      ...scales.map((scale, i) => ({
        ...axisOf(scale, i, ink, unitWord),
        ...(scale === instants && instantAxis(utcOffsetMin)),
      })),
    ],
    series: [{}, ...lines],
    bands: series.map((_, i) => ({
      series: [3 * i + 3, 3 * i + 2] as [number, number],
      fill: ink.bands[i] ?? ink.grid,
    })),
    hooks: {
      drawClear: [(chart) => drawShades(chart, now.current, ink)],
      draw: [
        (chart) => drawOver(chart, now.current, ink),
        (chart) => drawReasons(chart, now.current, ink),
        tellEdges,
      ],
      setSelect: [
        (chart) => {
          const { left, width: wide } = chart.select;
          if (wide < 4) return;
          const [a, b] = [left, left + wide].map((x) => Math.round(chart.posToVal(x, "x") * 1000));
          chart.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
          now.current.onSpan?.(a ?? 0, b ?? 0);
        },
      ],
      setCursor: [
        (chart) => {
          const { left = -1 } = chart.cursor;
          now.current.onCursor?.(left < 0 ? null : Math.round(chart.posToVal(left, "x") * 1000));
          now.current.onLimits(pointedAt(chart, now.current));
        },
      ],
    },
  };
}

/** The limits whose line is under the pointer; null where there is none. */
function pointedAt(chart: UPlot, { series }: Now): Pointed | null {
  const { left = -1, top = -1 } = chart.cursor;
  if (left < 0) return null;
  const limits = series.flatMap((of, i) =>
    of.limits
      .filter(({ value }) => {
        return value !== null && Math.abs(chart.valToPos(value, scaleOf(of)) - top) <= nearPx;
      })
      .map((limit) => [i, limit] as const),
  );
  if (limits.length === 0) return null;
  const { bbox, width } = chart;
  const [x, y] = [bbox.left / devicePixelRatio + left, bbox.top / devicePixelRatio + top];
  return { limits, x, y, width };
}

/** Steps; what would lie on another curve is drawn a little higher. */
function shifted(now: Ref, i: number): UPlot.Series.PathBuilder {
  const stepped = UPlot.paths.stepped?.({ align: 1 });
  return (chart, ...of) => {
    const made = stepped?.(chart, ...of) ?? null;
    const up = (now.current.shifts[i] ?? 0) * apartPx * devicePixelRatio;
    if (!(made?.stroke instanceof Path2D) || up === 0) return made;
    const stroke = new Path2D();
    stroke.addPath(made.stroke, new DOMMatrix().translate(0, -up));
    return { ...made, stroke };
  };
}

/** What stands below the chart is as wide as its plot. */
function tellEdges({ bbox, root, width }: UPlot): void {
  const style = root.parentElement?.parentElement?.style;
  const [start, wide] = [bbox.left / devicePixelRatio, bbox.width / devicePixelRatio];
  style?.setProperty("--plot-start", `${start}px`);
  style?.setProperty("--plot-end", `${width - start - wide}px`);
}

function axisOf(scale: string, i: number, ink: Ink, unitWord: ChartProps["unitWord"]): UPlot.Axis {
  const isCoded = scale === "0/1" || scale.startsWith("#");
  const isWordless = isCoded || scale === instants;
  return {
    scale,
    side: i % 2 === 0 ? 3 : 1,
    stroke: ink.text,
    font: ink.font,
    labelFont: ink.font,
    size: widthOf(isCoded ? 30 : leastAxisPx, ink.font),
    labelSize: isWordless ? 0 : 18,
    label: isWordless ? "" : unitWord(scale),
    grid: { show: i === 0, stroke: ink.grid, width: 1 },
    ticks: { show: false },
    ...(isCoded ? { incrs: [1] } : {}),
  };
}

/** What is seen and the limits of it, with a little room: a breath is not made a storm. */
function rangeOf(
  now: Ref,
  scale: string,
): (chart: UPlot, min: number, max: number) => [number, number] {
  return (_chart, min, max) => {
    if (scale === "0/1") return [-0.2, 1.2];
    const { series, showLimits } = now.current;
    const limits = series
      .filter((of) => showLimits && scaleOf(of) === scale)
      .flatMap((of) => of.limits.flatMap(({ value }) => value ?? []));
    const all = [min, max, ...limits].filter((one) => Number.isFinite(one));
    if (all.length === 0) return [0, 1];
    const [least, most] = [Math.min(...all), Math.max(...all)];
    const fewest = scale === instants ? leastInstantsS : Math.max(Math.abs(most) * 0.05, 0.02);
    const span = Math.max(most - least, fewest);
    const middle = (least + most) / 2;
    return [middle - span * 0.58, middle + span * 0.58];
  };
}

/** Shade where a point was not known; darker, the more of them. */
function drawShades(chart: UPlot, { shades }: Now, ink: Ink): void {
  const { ctx, bbox } = chart;
  ctx.save();
  ctx.fillStyle = ink.gap;
  for (const shade of shades) {
    const [left, right] = edgesOf(chart, shade);
    ctx.globalAlpha = lightest + (1 - lightest) * shade.share;
    ctx.fillRect(left, bbox.top, right - left, bbox.height);
  }
  ctx.restore();
}

/** Why, over all lines, where there is room for it. */
function drawReasons(chart: UPlot, { shades, gapWords }: Now, ink: Ink): void {
  const { ctx, bbox } = chart;
  const space = wordSpacePx * devicePixelRatio;
  ctx.save();
  ctx.font = ink.font.replace("12px", `${space}px`);
  ctx.textAlign = "center";
  ctx.textBaseline = "middle";
  for (const shade of shades) {
    const [left, right] = edgesOf(chart, shade);
    const word = shade.why.map((one) => gapWords[one] ?? "").join(" · ");
    const wide = ctx.measureText(word).width + space;
    if (right - left < wide) continue;
    const [x, y] = [(left + right) / 2, bbox.top + bbox.height - 2 * space];
    ctx.fillStyle = ink.plate;
    ctx.fillRect(x - wide / 2, y - space, wide, 2 * space);
    ctx.fillStyle = ink.text;
    ctx.fillText(word, x, y);
  }
  ctx.restore();
}

/** At least two pixels: what is short is seen. */
function edgesOf(chart: UPlot, { from, to }: Now["shades"][number]): [left: number, right: number] {
  const x = (at: number): number => clamp(chart.valToPos(at / 1000, "x", true), chart.bbox);
  return [x(from), Math.max(x(to), x(from) + 2)];
}

function clamp(x: number, { left, width }: UPlot.BBox): number {
  return Math.min(Math.max(x, left), left + width);
}

/** Limits with what lies within their dead band, then the instants of alarms. */
function drawOver(chart: UPlot, { series, marks, showLimits }: Now, ink: Ink): void {
  const { ctx, bbox } = chart;
  ctx.save();
  ctx.beginPath();
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
  ctx.clip();
  ctx.lineWidth = Math.max(1, devicePixelRatio);
  for (const [i, of] of series.entries()) {
    if (!showLimits) break;
    for (const { value, side, deadBand } of of.limits) {
      if (value === null) continue;
      const y = chart.valToPos(value, scaleOf(of), true);
      ctx.strokeStyle = ink.lines[i] ?? ink.text;
      ctx.setLineDash([8 * devicePixelRatio, 6 * devicePixelRatio]);
      line(ctx, bbox.left, y, bbox.left + bbox.width, y);
      if (deadBand === 0) continue;
      const back = chart.valToPos(
        value + (side === "below" ? deadBand : -deadBand),
        scaleOf(of),
        true,
      );
      ctx.fillStyle = ink.deadBands[i] ?? ink.grid;
      ctx.fillRect(bbox.left, Math.min(y, back), bbox.width, Math.abs(back - y));
    }
  }
  ctx.setLineDash([]);
  for (const { kind, at } of marks) {
    if (kind !== "alarm") continue;
    const x = chart.valToPos(at / 1000, "x", true);
    ctx.strokeStyle = ink.mark;
    line(ctx, x, bbox.top, x, bbox.top + bbox.height);
  }
  ctx.restore();
}

function line(ctx: CanvasRenderingContext2D, x1: number, y1: number, x2: number, y2: number): void {
  ctx.beginPath();
  ctx.moveTo(x1, y1);
  ctx.lineTo(x2, y2);
  ctx.stroke();
}
