/**
 * The engine asked while an incident is open: only where the ranking had to estimate, or where a road
 * on the way may be closed. The orders have left by then; its answer says who comes next.
 */
import { type Closure, closureKey } from "#rules/dispatch/roads.ts";
import type { World } from "#rules/draft.ts";
import type { Recorded } from "#rules/event.ts";
import { whereOf } from "#rules/place.ts";
import type { SignalBody } from "#rules/signal.ts";
import type { State } from "#rules/state.ts";
import { type TableRequest, type TravelTime, tableOf } from "./travel-time.ts";

type RankedEvent = Recorded & { readonly type: "dispatch-ranked" };

/** Whether nobody knows how long some station takes. */
export function isInDoubt({ candidates }: RankedEvent, { inventory }: World): boolean {
  return candidates.some(
    ({ station, source, mayBeClosed }) =>
      (source === "detour" || mayBeClosed === true) &&
      inventory.responders.get(station)?.kind === "rescue",
  );
}

/** Null where the engine has nothing to say. Throws `EngineDown`. */
export async function measureWays(
  engine: TravelTime,
  { incident, ranking }: RankedEvent,
  { state, world, closed }: { state: State; world: World; closed: readonly Closure[] },
): Promise<SignalBody | null> {
  const { inventory } = world;
  const alarm = state.alarms.get(state.incidents.get(incident)?.alarms[0] ?? "");
  const place = alarm && whereOf(inventory, alarm).position;
  if (!place) return null;
  const stations = ranking.flatMap((id) => inventory.responders.get(id) ?? []);
  const from = stations.map(({ position }) => position);
  const request: TableRequest = { from, to: [place], without: closed };
  const table = await tableOf(engine, request);
  const isCut = closed.length > 0 && table.some(([way]) => way === null);
  const open = isCut ? await tableOf(engine, { ...request, without: [] }) : table;
  const ways = stations.flatMap(({ id }, i) => {
    const way = table[i]?.[0];
    // Where no road leads although none is closed, an end stands beside the roads.
    if (way === undefined || !open[i]?.[0]) return [];
    return [{ station: id, drive: way ?? ("none" as const) }];
  });
  if (ways.length === 0) return null;
  return { kind: "ways", incident, ways, without: closed.map(closureKey) };
}
