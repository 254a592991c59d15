/** What the polls of a window come to, from the instants at which they came in. Pure. */
import { median, quantile, round } from "../bench.ts";

/** All of them in ms; `times` are those of one device, in order. */
export type Times = { readonly from: number; readonly to: number; readonly times: number[] };

/** Polls that did not come: each gap of n periods, ends of the window included, lacks n - 1. */
export function missed(list: readonly Times[], periodMs: number): number {
  return list.reduce((sum, { from, to, times }) => {
    const edges = [from, ...times, to];
    const lacking = edges.slice(1).map((at, i) => {
      return Math.max(0, Math.round((at - (edges[i] ?? at)) / periodMs) - 1);
    });
    return sum + lacking.reduce((a, b) => a + b, 0);
  }, 0);
}

/** How far the time between two polls is from the period, p99: the same for us and for a peer. */
export function gapP99(list: readonly Times[], periodMs: number): number {
  const gaps = list.flatMap(({ times }) =>
    times.slice(1).map((at, i) => Math.abs(at - (times[i] ?? at) - periodMs)),
  );
  return quantile(gaps, 0.99);
}

/** Medians of each figure over the rounds, under the figure's name after `prefix`. */
export function medians(
  prefix: string,
  rounds: readonly Readonly<Record<string, number>>[],
): Record<string, number> {
  const names = Object.keys(rounds[0] ?? {});
  return Object.fromEntries(
    names.map((name) => [
      `${prefix}${name}`,
      round(median(rounds.map((one) => one[name] ?? Number.NaN))),
    ]),
  );
}
