/** What the trends page reads: curves, marks, and points found by words. */
import { keepPreviousData, useQueries, useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import type { TrendMark, TrendMarks, TrendPoints, TrendsView } from "#gateway/api/contract.ts";
import { getJson, Refused } from "../../shared/api.ts";
import { useLiveValue } from "../../shared/live.ts";
import { spanOf, type View } from "./address.ts";

/** A month of eight points may wait behind somebody's import. */
const withinMs = 30_000;
const settledMs = 150;

/** How often what follows now is read anew, ms. */
function refreshOf(lastMs: number): number {
  if (lastMs <= 900_000) return 2000;
  return lastMs <= 7_200_000 ? 10_000 : 60_000;
}

export function useCourses(view: View, rows: number) {
  const clockOffsetMs = useLiveValue((live) => live.clockOffsetMs);
  const isLive = "last" in view.time;
  return useQuery({
    queryKey: ["trends", view.points, view.time, rows],
    queryFn: ({ signal }) => {
      const { from, to } = spanOf(view, Math.round(Date.now() + clockOffsetMs));
      const query = `points=${view.points.join(",")}&from=${from}&to=${to}&rows=${rows}`;
      return getJson<TrendsView>(`/api/v1/trends?${query}`, signal, { withinMs });
    },
    enabled: view.points.length > 0,
    placeholderData: keepPreviousData,
    refetchInterval: (query) => {
      if (query.state.error instanceof Refused) return false;
      if (query.state.status === "error") return 3000;
      return isLive && "last" in view.time ? refreshOf(view.time.last) : false;
    },
  });
}

/** Marks of every site of the points; of several lists one. */
export function useMarks(points: readonly string[], from: number, to: number, enabled: boolean) {
  const sites = [...new Set(points.map((point) => point.split("/")[0] ?? ""))];
  // Which marks there are changes seldom: a live range asks once in a while, not with each step.
  const step = Math.max(30_000, Math.round((to - from) / 50));
  const [begin, end] = [Math.floor(from / step) * step, Math.ceil(to / step) * step];
  return useQueries({
    queries: sites.map((site) => ({
      queryKey: ["trend-marks", site, begin, end],
      queryFn: ({ signal }: { signal: AbortSignal }) =>
        getJson<TrendMarks>(`/api/v1/trends/marks/${site}?from=${begin}&to=${end}`, signal, {
          withinMs,
        }),
      enabled: enabled && from < to,
      staleTime: 15_000,
      placeholderData: keepPreviousData<TrendMarks>,
    })),
    combine: (all) => ({
      marks: all.flatMap(({ data }, i) =>
        (data?.marks ?? []).map((mark) => ({ ...mark, site: sites[i] ?? "" })),
      ),
      since: Math.max(0, ...all.map(({ data }) => data?.since ?? 0)),
      more: all.some(({ data }) => data?.more === true),
      failed: all.some(({ isError }) => isError),
      isRead: all.every(({ data }) => data !== undefined),
    }),
  });
}
export type SiteMark = TrendMark & { readonly site: string };

export function useFound(q: string, enabled: boolean) {
  const settled = useSettled(q, settledMs);
  return useQuery({
    queryKey: ["trend-points", settled],
    queryFn: ({ signal }) =>
      getJson<TrendPoints>(`/api/v1/trends/points?q=${encodeURIComponent(settled)}`, signal),
    enabled,
    placeholderData: keepPreviousData,
  });
}

/** A value once it has stood still for a moment. */
export function useSettled<T>(value: T, ms: number): T {
  const [settled, settle] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => settle(value), ms);
    return () => clearTimeout(timer);
  }, [value, ms]);
  return settled;
}
