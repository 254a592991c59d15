/**
 * A route engine has answered while the incident is open, for a place whose ways were only estimated or
 * may be closed: who comes next is chosen by road. Orders that are out stay as they are; nobody has
 * waited for this.
 */
import type { Draft } from "../draft.ts";
import type { SignalBody } from "../signal.ts";
import { judge } from "./choice.ts";
import { latestOf, placeOfAlarm } from "./issue.ts";
import type { Ranked } from "./rank.ts";
import { roadsAt, type WaysFrom } from "./roads.ts";
import { waysTo } from "./travel.ts";

export function decideWays(draft: Draft, { incident, ways, without }: WaysSignal): void {
  const { world, at } = draft;
  const known = draft.state.incidents.get(incident);
  if (!known || known.closedAt !== null || known.ranking.length === 0) return;
  const { position, site } = placeOfAlarm(draft, latestOf(draft, known).alarm);
  if (position === null) return;
  const measured = new Map(ways.map((way) => [way.station, way.drive]));
  const stored = world.roads?.matrix;
  const from: WaysFrom = (standing) =>
    measured.get(standing.id) ?? stored?.waysTo(position)?.(standing) ?? null;
  const closures = world.roads?.closures ?? [];
  const matrix = { without: new Set(without), leastMsPerM: 0, waysTo: () => from };
  const wayOf = waysTo(
    position,
    world.settings.travel,
    roadsAt({ closures, matrix }, world.settings, at),
  );
  const ranked = known.ranking.flatMap((id): Ranked[] => {
    const responder = world.inventory.responders.get(id);
    if (!responder) return [];
    const way = wayOf({ id, lng: responder.position.lng, lat: responder.position.lat });
    return [measured.has(id) && !way.noWay ? { ...way, source: "engine" } : way];
  });
  const judged = judge(draft, ranked, { site, position, incident });
  draft.add({ type: "ways-measured", incident, ways: judged.map(plainWay) });
}

function plainWay({ station, distanceM, estimateMs, source, mayBeClosed, noWay }: Ranked): Ranked {
  return {
    ...{ station, distanceM, estimateMs, source },
    ...(mayBeClosed ? { mayBeClosed } : {}),
    ...(noWay ? { noWay } : {}),
  };
}

type WaysSignal = SignalBody & { readonly kind: "ways" };
