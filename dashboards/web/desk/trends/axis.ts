/** The axis of time: steps and words by the gateway's own offset, never the browser's. */
import type UPlot from "uplot";
import { formatClock, formatDateTime } from "../../shared/format.ts";
import type { Ink } from "./ink.ts";

const day = 86_400;
/** Between a number, the plot and what stands outside. */
const besidePx = 10;
const steps = [
  ...[1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800],
  ...[1, 2, 3, 6, 12].map((hours) => hours * 3600),
  ...[1, 2, 7, 14, 30, 60, 90].map((days) => days * day),
];

export function timeAxis(ink: Ink, utcOffsetMin: number): UPlot.Axis {
  return {
    stroke: ink.text,
    font: ink.font,
    size: 30,
    space: 84,
    grid: { stroke: ink.grid, width: 1 },
    ticks: { show: false },
    incrs: steps,
    splits: (_plot, _axis, min, max, step) => instants(min, max, step, utcOffsetMin * 60),
    values: (_plot, splits, _axis, _space, step) =>
      splits.map((s) => wordOf(s * 1000, step, utcOffsetMin)),
  };
}

/** Of points whose value is an instant. */
export function instantAxis(utcOffsetMin: number): Pick<UPlot.Axis, "incrs" | "splits" | "values"> {
  return {
    incrs: [...steps, 180 * day, 365 * day],
    splits: (_plot, _axis, min, max, step) => instants(min, max, step, utcOffsetMin * 60),
    values: (_plot, splits, _axis, _space, step) =>
      splits.map((s) => {
        const when = formatDateTime(s * 1000, utcOffsetMin);
        return step >= day ? when.slice(0, 10) : when.slice(5, step < 60 ? 19 : 16);
      }),
  };
}

/** As wide as its longest number: none is cut off. */
export function widthOf(leastPx: number, font: string): UPlot.Axis.Size {
  return ({ ctx }, values) => {
    ctx.save();
    ctx.font = font;
    const widest = Math.max(0, ...(values ?? []).map((one) => ctx.measureText(one ?? "").width));
    ctx.restore();
    return Math.max(leastPx, Math.ceil(widest) + besidePx);
  };
}

/** Whole steps of the local day. */
export function instants(min: number, max: number, step: number, offsetS: number): number[] {
  const found: number[] = [];
  const first = Math.ceil((min + offsetS) / step) * step - offsetS;
  for (let at = first; at <= max && found.length < 100; at += step) found.push(at);
  return found;
}

/** "11-26" at midnight, else the time, with seconds where steps are that fine. */
function wordOf(at: number, step: number, utcOffsetMin: number): string {
  const clock = formatClock(at, utcOffsetMin);
  if (step >= day || clock === "00:00:00") return formatDateTime(at, utcOffsetMin).slice(5, 10);
  return step < 60 ? clock : clock.slice(0, 5);
}
