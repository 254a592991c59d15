/** What the trends page reads: curves, marks, and points found by words. */
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import type { TrendMark, TrendMarks, TrendPoints, TrendsView } from "#gateway/api/contract.ts";
import { getJson, Refused } from "../../shared/api.ts";
import { useLiveValue } from "../../shared/live.ts";
import { spanOf, type View } from "./address.ts";

/** A month of eight points may wait behind somebody's import. */
const withinMs = 30_000;
const settledMs = 150;
/** An alarm reads them at once; a question may cost the reader most of a second of a busy journal. */
const marksEveryMs = 15_000;
const afterAlarmMs = 500;

/** How often what follows now is read anew, ms. */
function refreshOf(lastMs: number): number {
  if (lastMs <= 900_000) return 2000;
  return lastMs <= 7_200_000 ? 10_000 : 60_000;
}

/** A gateway that has just started knows its devices in a moment; any other no stays one. */
function soon({ code, retryAfterMs }: Refused): number | false {
  return code === "starting" ? (retryAfterMs ?? 1000) : false;
}

export function useCourses(view: View, rows: number) {
  const clockOffsetMs = useLiveValue((live) => live.clockOffsetMs);
  const isLive = "last" in view.time;
  const read = useQuery({
    queryKey: ["trends", view.points, view.time, rows],
    queryFn: ({ signal }) => {
      const { from, to } = spanOf(view, Math.round(Date.now() + clockOffsetMs));
      const query = `points=${view.points.join(",")}&from=${from}&to=${to}&rows=${rows}`;
      return getJson<TrendsView>(`/api/v1/trends?${query}`, signal, { withinMs });
    },
    enabled: view.points.length > 0,
    placeholderData: keepPreviousData,
    refetchInterval: (query) => {
      if (query.state.error instanceof Refused) return soon(query.state.error);
      if (query.state.status === "error") return 3000;
      return isLive && "last" in view.time ? refreshOf(view.time.last) : false;
    },
  });
  // What is drawn ends where it was read to: without this the mark would wait for the next reading.
  useAtNewAlarm(sitesOf(view), isLive ? read.refetch : null);
  return read;
}

const sitesOf = ({ points }: View): string[] => [
  ...new Set(points.map((point) => point.split("/")[0] ?? "")),
];

/** Marks of every site of the points as one list. What the foot says of them is said of now, so they are read often. */
export function useMarks(view: View, enabled: boolean) {
  const clockOffsetMs = useLiveValue((live) => live.clockOffsetMs);
  const sites = sitesOf(view);
  const isLive = "last" in view.time;
  const read = useQuery({
    queryKey: ["trend-marks", sites, view.time],
    queryFn: async ({ signal }) => {
      const { from, to } = spanOf(view, Math.round(Date.now() + clockOffsetMs));
      const query = `from=${from}&to=${to}`;
      const marksOf = (site: string): Promise<TrendMarks> =>
        getJson(`/api/v1/trends/marks/${site}?${query}`, signal, { withinMs });
      const all = await Promise.all(sites.map(marksOf));
      return {
        marks: all.flatMap(({ marks }, i) =>
          marks.map((mark): SiteMark => ({ ...mark, site: sites[i] ?? "" })),
        ),
        since: Math.max(0, ...all.map(({ since }) => since)),
        more: all.some(({ more }) => more),
      };
    },
    enabled,
    placeholderData: keepPreviousData,
    refetchInterval: ({ state }) => {
      if (state.error instanceof Refused) return false;
      return isLive || state.status === "error" ? marksEveryMs : false;
    },
  });
  useAtNewAlarm(sites, enabled && isLive ? read.refetch : null);
  const { data, isError, isPlaceholderData } = read;
  return {
    ...(data ?? { marks: [], since: 0, more: false }),
    failed: isError,
    isRead: data !== undefined && !isPlaceholderData,
  };
}

/**
 * An alarm of these sites stands in the chart when it stands in the list. A moment later, for the clock of
 * the page may be behind by some ms: what is read until now would end before it.
 */
function useAtNewAlarm(sites: readonly string[], read: (() => void) | null): void {
  const newest = useLiveValue(({ alarms }) => {
    let last = 0;
    for (const { site, raisedAt } of alarms.values()) {
      if (raisedAt > last && sites.includes(site)) last = raisedAt;
    }
    return last;
  });
  const seen = useRef(newest);
  useEffect(() => {
    const isNew = newest > seen.current;
    seen.current = newest;
    if (!isNew || !read) return;
    const timer = setTimeout(read, afterAlarmMs);
    return () => clearTimeout(timer);
  }, [newest, read]);
}
export type SiteMark = TrendMark & { readonly site: string };

/** `isCurrent`: what was found is of the words as they stand now. */
export function useFound(q: string, enabled: boolean) {
  const settled = useSettled(q, settledMs);
  const { data, isPlaceholderData } = useQuery({
    queryKey: ["trend-points", settled],
    queryFn: ({ signal }) =>
      getJson<TrendPoints>(`/api/v1/trends/points?q=${encodeURIComponent(settled)}`, signal),
    enabled,
    placeholderData: keepPreviousData,
    refetchInterval: ({ state }) => (state.error instanceof Refused ? soon(state.error) : false),
  });
  return { data, isCurrent: data !== undefined && !isPlaceholderData && settled === q };
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
