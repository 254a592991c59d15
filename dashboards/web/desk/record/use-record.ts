/** The record of an incident and the list of closed ones, as the gateway gives them. */
import { useInfiniteQuery, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import type { ClosedList, RecordView } from "#gateway/api/contract.ts";
import { getJson, Refused } from "../../shared/api.ts";
import { useLiveValue } from "../../shared/live.ts";

/** It is folded out of a journal that may have a million events. */
const withinMs = 120_000;

/** While it goes on it is read again when its card has changed, but not with every change of a flood. */
const readAgainAfterMs = 1500;

export function useRecord(incident: string) {
  const queries = useQueryClient();
  const card = useLiveValue((live) => live.incidents.get(incident) ?? null);
  const seen = useRef(card);
  useEffect(() => {
    if (seen.current === card) return;
    const timer = setTimeout(() => {
      seen.current = card;
      void queries.invalidateQueries({ queryKey: ["record", incident] });
    }, readAgainAfterMs);
    return () => clearTimeout(timer);
  }, [card, incident, queries]);
  return useQuery({
    queryKey: ["record", incident],
    queryFn: ({ signal }) =>
      getJson<RecordView>(`/api/v1/incidents/${incident}/record`, signal, { withinMs }),
    // What is over does not change any more.
    refetchInterval: ({ state }) => {
      if (state.error instanceof Refused) return false;
      return state.data && state.data.incident.closedAt !== null ? false : 10_000;
    },
    staleTime: 5000,
  });
}

export function useClosed() {
  return useInfiniteQuery({
    queryKey: ["closed"],
    initialPageParam: null as string | null,
    queryFn: ({ pageParam, signal }) => {
      const query = pageParam === null ? "" : `?before=${pageParam}`;
      return getJson<ClosedList>(`/api/v1/incidents${query}`, signal, { withinMs });
    },
    getNextPageParam: ({ next }) => next,
    refetchOnMount: "always",
  });
}
