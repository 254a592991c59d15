/** Hot work beside an incident, as its card and its record show it. */
import { hotWorkNear } from "#rules/hot-work/near.ts";
import type { Incident } from "#rules/incident/incident.ts";
import { permitWhere, sayOfPermit } from "#rules/text/permit.ts";
import type { IncidentCard } from "../api/contract.ts";
import { both, type Sight } from "./sight.ts";

export function hotWorkView({ state, world }: Sight, incident: Incident): IncidentCard["hotWork"] {
  const { openedAt, closedAt, alarms } = incident;
  const known = alarms.flatMap((id) => state.alarms.get(id) ?? []);
  // Its alarms have left the state: of its site something is known still.
  const places = known.length > 0 ? known : [{ site: incident.site, device: "", zone: "?" }];
  const span = { from: openedAt, until: closedAt ?? state.at };
  return hotWorkNear({ state, world }, places, span).flatMap(({ permit, how, distanceM }) => {
    const { id, number, class: of, report, startedAt, workEndedAt } = permit;
    if (startedAt === null) return [];
    const isInside = permit.alarms.some((alarm) => alarms.includes(alarm));
    return {
      ...{ permit: id, number, class: of, kind: report.kind, state: permit.state },
      what: both((l) =>
        [`class.${of}`, `kind.${report.kind}`].map((key) => sayOfPermit(l, key)).join(" "),
      ),
      where: both((language) => permitWhere(language, permit, world)),
      ...{ startedAt, workEndedAt, how: isInside ? "near" : how, distanceM },
    };
  });
}
