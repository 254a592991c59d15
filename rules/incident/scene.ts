/** Where an incident burns: the alarm that says so most. */
import { sceneAlarm } from "../alarm/alarm.ts";
import type { Draft } from "../draft.ts";
import type { Incident } from "./incident.ts";

/** Id of the alarm that says where crews are sent; null where none is left. */
export function sceneOf({ state }: Draft, incident: Incident): string | null {
  return sceneAlarm(incident.alarms.flatMap((id) => state.alarms.get(id) ?? []))?.id ?? null;
}
