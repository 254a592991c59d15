/** The board of stations, read again when something has happened, and every ten seconds: advice comes and goes with them. */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import type { StationMonth, StationsView } from "#gateway/api/contract.ts";
import { getJson } from "../../shared/api.ts";
import { useLiveValue } from "../../shared/live.ts";

const everyMs = 10_000;
const settledMs = 300;
export const stationsKey = ["stations"] as const;

export function useStations() {
  const queries = useQueryClient();
  const position = useLiveValue((live) => live.position);
  // What has happened may have moved a station; a burst of it asks once.
  useEffect(() => {
    if (position === 0) return;
    const timer = setTimeout(
      () => void queries.invalidateQueries({ queryKey: stationsKey }),
      settledMs,
    );
    return () => clearTimeout(timer);
  }, [queries, position]);
  return useQuery({
    queryKey: stationsKey,
    queryFn: ({ signal }) => getJson<StationsView>("/api/v1/stations", signal),
    refetchInterval: everyMs,
  });
}

export function useStationMonth(month: string) {
  return useQuery({
    queryKey: ["station-month", month],
    queryFn: ({ signal }) =>
      getJson<StationMonth>(`/api/v1/figures/stations?month=${month}`, signal),
  });
}
