/** The axis of time: steps and words by the gateway's own offset, never the browser's. */
import type UPlot from "uplot";
import { formatClock, formatDateTime } from "../../shared/format.ts";
import type { Ink } from "./ink.ts";

const day = 86_400;
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
