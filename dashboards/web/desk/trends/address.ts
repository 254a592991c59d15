/**
 * What the trends page shows, as it stands in its address: it can be kept, sent, and undone with the
 * browser's Back. Pure but for the few lines at the end.
 */
import { useMemo, useSyncExternalStore } from "react";

export type View = {
  /** SITE/DEVICE/POINT. */
  readonly points: readonly string[];
  /** The last so many ms, following now; or from one instant to another, ms UTC. */
  readonly time: { readonly last: number } | { readonly from: number; readonly to: number };
};

export const mostPoints = 8;
export const longestMs = 400 * 86_400_000;
export const shortestMs = 10_000;

const point = /^[\w.-]+\/[\w.-]+\/[\w.-]+$/;
const start = "#trends";

export const presets = [
  ["10m", 600_000],
  ["1h", 3_600_000],
  ["24h", 86_400_000],
  ["7d", 7 * 86_400_000],
  ["30d", 30 * 86_400_000],
] as const;
const usual = 3_600_000;

/** Null of another page's; what is wrong in it is left out. */
export function viewOf(hash: string): View | null {
  const [page, query = ""] = hash.split("?");
  if (page !== start) return null;
  const asked = new URLSearchParams(query);
  const points = (asked.get("points") ?? "").split(",").filter((one) => point.test(one));
  const number = (key: string): number => Number(asked.get(key) ?? Number.NaN);
  const [from, to, last] = [number("from"), number("to"), number("last")];
  const time =
    Number.isSafeInteger(from) && Number.isSafeInteger(to) && from < to && from > 0
      ? bounded(from, to)
      : { last: last >= shortestMs && last <= longestMs ? last : usual };
  return { points: [...new Set(points)].slice(0, mostPoints), time };
}

export function addressOf({ points, time }: View): string {
  const span = "last" in time ? `last=${time.last}` : `from=${time.from}&to=${time.to}`;
  return `${start}?points=${points.join(",")}&${span}`;
}

export function spanOf(
  { time }: View,
  now: number,
): { readonly from: number; readonly to: number } {
  return "last" in time ? { from: now - time.last, to: now } : time;
}

/** Not shorter or longer than can be shown, round the same middle. */
function bounded(from: number, to: number): { readonly from: number; readonly to: number } {
  const length = Math.min(Math.max(to - from, shortestMs), longestMs);
  if (length === to - from) return { from, to };
  const begins = Math.max(1, Math.round((from + to) / 2 - length / 2));
  return { from: begins, to: begins + length };
}

/** By `factor` round an instant: below 1 is closer. What ends at now goes on to follow it. */
export function zoomed(view: View, now: number, factor: number, around: number | null): View {
  const { from, to } = spanOf(view, now);
  const length = (to - from) * factor;
  if ("last" in view.time && around === null) {
    const last = Math.round(Math.min(Math.max(length, shortestMs), longestMs));
    return { ...view, time: { last } };
  }
  const middle = around ?? (from + to) / 2;
  const begins = Math.round(middle - (middle - from) * factor);
  return { ...view, time: bounded(begins, Math.round(begins + length)) };
}

/** By a part of its length; never beyond now, where it follows again. */
export function panned(view: View, now: number, part: number): View {
  const { from, to } = spanOf(view, now);
  const length = to - from;
  const by = Math.round(length * part);
  if (to + by >= now) return { ...view, time: { last: length } };
  return { ...view, time: { from: from + by, to: to + by } };
}

export function showTrends(points: readonly string[], time: View["time"] = { last: usual }): void {
  location.hash = addressOf({ points, time });
}

/** Without a step of its own for Back: the wheel turns through hundreds. */
export function replaceView(view: View): void {
  history.replaceState(history.state, "", addressOf(view));
  dispatchEvent(new HashChangeEvent("hashchange"));
}

/** The same object for the same address. */
export function useShownTrends(): View | null {
  const hash = useSyncExternalStore(subscribe, () => location.hash);
  return useMemo(() => viewOf(hash), [hash]);
}

function subscribe(listener: () => void): () => void {
  addEventListener("hashchange", listener);
  return () => removeEventListener("hashchange", listener);
}
