/** What stands open now, most urgent first: one fold of the committed state for pages and API. */
import { type Alarm, compareUrgency } from "#rules/alarm/alarm.ts";
import type { Order } from "#rules/dispatch/order.ts";
import type { Incident } from "#rules/incident/incident.ts";
import type { State } from "#rules/state.ts";
import type { Overview as OverviewView } from "../api/contract.ts";
import type { RecordingState } from "../recording.ts";
import type { SeatsState } from "../seats.ts";
import { version } from "../version.ts";
import { alarmRow, incidentCard } from "./cards.ts";
import { outOfServiceView } from "./holds.ts";
import { impairmentView } from "./impairments.ts";
import type { Sight } from "./sight.ts";
import { testsView } from "./tests.ts";

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
    .sort((a, b) => compareUrgency(kindOf(a, state), kindOf(b, state)) || b.openedAt - a.openedAt)
    .map((incident) => ({
      incident,
      alarms: incident.alarms.flatMap((id) => state.alarms.get(id) ?? []),
      orders: incident.orders.flatMap((id) => state.orders.get(id) ?? []),
    }));
  const alarms = [...state.alarms.values()]
    .filter((alarm) => alarm.incident === null && alarm.state !== "normal")
    .sort((a, b) => compareUrgency(a, b) || b.raisedAt - a.raisedAt);
  return { position: state.position, incidents, alarms };
}

/** An incident none of whose alarms is a fire is no unconfirmed fire. */
function kindOf({ priority, alarms }: Incident, state: State): Pick<Alarm, "class" | "priority"> {
  const known = alarms.flatMap((id) => state.alarms.get(id) ?? []);
  const isOther = known.length > 0 && known.every((alarm) => alarm.class !== "fire");
  return { priority, class: isOther ? "suppression" : "fire" };
}

/** The same for a screen; `sees` says what of it this person may see. */
export function overviewView(
  sight: Sight,
  now: number,
  around: Pick<OverviewView, "timeSeries"> & {
    readonly recording: RecordingState;
    readonly seats: SeatsState;
  },
  sees: (site: string) => boolean,
): OverviewView {
  const { position, incidents, alarms } = overviewOf(sight.state);
  const { inventory, settings } = sight.world;
  const { name, demonstration } = inventory.district;
  return {
    position,
    at: now,
    version,
    utcOffsetMin: settings.utcOffsetMin,
    district: { name, demonstration },
    recording: recordingView(around.recording, sees),
    seats: around.seats,
    timeSeries: around.timeSeries,
    incidents: incidents
      .filter(({ incident }) => sees(incident.site))
      .map(({ incident }) => incidentCard(sight, incident)),
    alarms: alarms.filter(({ site }) => sees(site)).map((alarm) => alarmRow(sight, alarm)),
    tests: testsView(sight, sees),
    outOfService: outOfServiceView(sight, sees),
    impairments: impairmentView(sight, sees),
  };
}

/** Whether it records is for everybody; whose press waits is for those who may see the site. */
export function recordingView(
  { recording, reason, waitingMs, unrecorded, unrecordedCount }: RecordingState,
  sees: (site: string) => boolean,
): OverviewView["recording"] {
  return {
    recording,
    reason,
    waitingMs,
    unrecordedCount,
    unrecorded: unrecorded
      .filter(({ site }) => sees(site))
      .map(({ site, device, at }) => ({ site, device, at })),
  };
}
