/** The incident that a report has just opened, among others that came meanwhile by themselves. Pure. */
import type { IncidentCard } from "#gateway/api/contract.ts";

type Incidents = ReadonlyMap<string, IncidentCard>;

/** Its id; null where the report has joined one that was open, or is not in sight yet. */
export function reportedSince(before: Incidents, now: Incidents): string | null {
  const opened = [...now.values()].filter(({ id }) => !before.has(id));
  return opened.find(({ alarms }) => alarms.some(({ reported }) => reported !== null))?.id ?? null;
}
