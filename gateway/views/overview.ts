/** What stands open now, most urgent first: one fold of the committed state for page and API. */
import { type Alarm, comparePriority } from "#rules/alarm/alarm.ts";
import type { Order } from "#rules/dispatch/order.ts";
import type { Incident } from "#rules/incident/incident.ts";
import type { State } from "#rules/state.ts";

export type OpenIncident = {
  readonly incident: Incident;
  readonly alarms: readonly Alarm[];
  readonly orders: readonly Order[];
};

export type Overview = {
  readonly position: number;
  readonly incidents: readonly OpenIncident[];
  /** Alarms that belong to no incident: outages, tamper, lost links. */
  readonly alarms: readonly Alarm[];
};

export function overviewOf(state: State): Overview {
  const incidents = [...state.incidents.values()]
    .filter((incident) => incident.closedAt === null)
    .sort((a, b) => comparePriority(a.priority, b.priority) || b.openedAt - a.openedAt)
    .map((incident) => ({
      incident,
      alarms: incident.alarms.flatMap((id) => state.alarms.get(id) ?? []),
      orders: incident.orders.flatMap((id) => state.orders.get(id) ?? []),
    }));
  const alarms = [...state.alarms.values()]
    .filter((alarm) => alarm.incident === null && alarm.state !== "normal")
    .sort((a, b) => comparePriority(a.priority, b.priority) || b.raisedAt - a.raisedAt);
  return { position: state.position, incidents, alarms };
}
