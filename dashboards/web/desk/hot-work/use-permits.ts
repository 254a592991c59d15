/** Permits as the gateway has them: read again when the stream names one, and now and then. */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useMemo } from "react";
import type {
  FixedAreas,
  PermitHistory,
  PermitList,
  PermitView,
} from "#gateway/api/hot-work-contract.ts";
import { getJson, Refused } from "../../shared/api.ts";
import { useLiveValue } from "../../shared/live.ts";
import { groupOf, permitsOf } from "./permits.ts";

/** What a permit lacks changes with the time as well, and of that no event says anything. */
const readAgainEveryMs = 15_000;
/** A flood of changes is one reading. */
const settleMs = 400;
const dayMs = 86_400_000;
/** Back as far as the gateway keeps what is over, and ahead as far as a calendar goes. */
const keptDays = 7;
const aheadDays = 14;

/** Once on a page: what the stream says of permits is read again. */
export function useFollowPermits(): void {
  const queries = useQueryClient();
  const revision = useLiveValue((live) => live.permitRevision);
  useEffect(() => {
    // Nothing has been said yet, and each list reads itself when it is first shown.
    if (revision === 0) return;
    const timer = setTimeout(() => {
      void queries.invalidateQueries({ queryKey: ["permits"] });
    }, settleMs);
    return () => clearTimeout(timer);
  }, [revision, queries]);
}

/** One list for the button, the map, the pages and the wall. */
export function usePermits() {
  return useQuery({
    queryKey: ["permits", "list"],
    queryFn: ({ signal }) => {
      // Whole days of this machine's clock are near enough for the ends of a list of three weeks.
      const now = Date.now();
      const from = now - keptDays * dayMs;
      const until = now + aheadDays * dayMs;
      const query = `state=all&from=${from}&until=${until}`;
      return getJson<PermitList>(`/api/v1/hot-work?${query}`, signal);
    },
    refetchInterval: readAgainEveryMs,
    placeholderData: (before) => before,
  });
}

export function usePermit(permit: string) {
  return useQuery({
    queryKey: ["permits", "one", permit],
    queryFn: async ({ signal }) => {
      const path = `/api/v1/hot-work/${encodeURIComponent(permit)}`;
      return (await getJson<{ permit: PermitView }>(path, signal)).permit;
    },
    refetchInterval: ({ state }) => (state.error instanceof Refused ? false : readAgainEveryMs),
  });
}

export function usePermitHistory(permit: string) {
  return useQuery({
    queryKey: ["permits", "history", permit],
    queryFn: ({ signal }) =>
      getJson<PermitHistory>(`/api/v1/hot-work/${encodeURIComponent(permit)}/history`, signal),
  });
}

/** What the QR says; null where this person may not print it, or there is none yet. */
export function useCheckInAddress(permit: string, isSubmitted: boolean) {
  return useQuery({
    queryKey: ["permit-code", permit, isSubmitted],
    enabled: isSubmitted,
    queryFn: async ({ signal }) => {
      const path = `/api/v1/hot-work/${encodeURIComponent(permit)}/code`;
      try {
        return (await getJson<{ address: string }>(path, signal)).address;
      } catch (error) {
        if (error instanceof Refused) return null;
        throw error;
      }
    },
    staleTime: Number.POSITIVE_INFINITY,
  });
}

export function useFixedAreas() {
  const revision = useLiveValue((live) => live.inventoryRevision);
  return useQuery({
    queryKey: ["fixed-areas", revision],
    queryFn: ({ signal }) => getJson<FixedAreas>("/api/v1/hot-work/fixed-areas", signal),
    staleTime: Number.POSITIVE_INFINITY,
  });
}

const nobody: readonly PermitView[] = [];

/** Today's hot work that is not over: what the map draws. The same list while nothing has changed. */
export function useHotWorkNow(): readonly PermitView[] {
  const { data } = usePermits();
  return useMemo(() => {
    if (!data) return nobody;
    const { permits, at, utcOffsetMin } = data;
    const today = permitsOf(permits, at, { utcOffsetMin, days: 1 });
    return today.filter((permit) => groupOf(permit) !== "over");
  }, [data]);
}
