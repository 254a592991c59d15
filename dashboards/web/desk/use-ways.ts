/** How the ordered stations come by road: asked for beside the orders, which never wait for it. */
import { useQuery } from "@tanstack/react-query";
import type { WaysView } from "#gateway/api/contract.ts";
import { getJson } from "../shared/api.ts";
import { isOpenOrder } from "./progress.ts";
import { useIsReplay } from "./record/replaying.ts";
import type { Row } from "./rows.ts";

export type Way = WaysView["ways"][number];

/** A closed bridge, or an engine that is back, is another way; what is known costs nothing. */
const everyMs = 15_000;
const none: readonly Way[] = [];

export function useWays(row: Row | null): readonly Way[] {
  const isReplay = useIsReplay();
  const card = row?.kind === "incident" ? row.card : null;
  const stations = (card?.orders ?? [])
    .filter(isOpenOrder)
    .map(({ station }) => station)
    .sort();
  const { data } = useQuery({
    queryKey: ["ways", card?.id, stations.join(" ")],
    queryFn: ({ signal }) => getJson<WaysView>(`/api/v1/incidents/${card?.id}/ways`, signal),
    enabled: !isReplay && card !== null && stations.length > 0,
    refetchInterval: everyMs,
    staleTime: everyMs,
    retry: false,
  });
  return data?.ways ?? none;
}
