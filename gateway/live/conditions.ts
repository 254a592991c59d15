/**
 * Alarms and Conditions (OPC UA Part 9) as readings: where a server has a condition of a point and no
 * node that could be monitored, the condition says what the point is. Where it has both, the value
 * says it, in its own order: two sources of one point would contradict each other.
 */
import type { Profile } from "#rules/profile.ts";
import type { PointReading } from "#rules/sample.ts";
import type { ConditionEvent } from "../adapters/opcua/protocol.ts";

/** Null where it is of no point, says nothing, or the point has a node that is heard. */
export function conditionReading(
  { conditionName, active, time }: ConditionEvent,
  profile: Profile,
  isHeard: (point: string) => boolean,
): PointReading | null {
  const point = profile.points.find(({ id }) => id === conditionName);
  if (!point?.alarm || active === null || isHeard(point.id)) return null;
  const value = active ? point.alarm.at : (point.normal ?? point.usual ?? null);
  if (value === null) return null;
  return [point.id, { value, quality: "good", reason: null }, time, null];
}
