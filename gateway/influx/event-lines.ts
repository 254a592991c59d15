/**
 * What the journal says of alarms, incidents and orders as lines: marks beside the curves, and the
 * times a station took. Their ids are fields, never tags; what says who it is about is kept from the
 * event that began it, so that an event gives the same line whenever it is read.
 *
 * Times are ns: the ms of the event, then its position, so that two events of one ms stay two.
 */
import type { Recorded } from "#rules/event.ts";
import { headOf, quoted } from "./line.ts";

/** What later events of an alarm, an incident or an order are told apart by. */
export type Subject = { readonly at: number; readonly tags: Readonly<Record<string, string>> };

export type Subjects = {
  readonly get: (id: string) => Subject | null;
  readonly put: (id: string, subject: Subject) => void;
};

type Fields = Readonly<Record<string, string | number>>;
type Mark = {
  readonly measurement: "alarms" | "incidents" | "orders";
  /** Id of what it is about. */
  readonly id: string;
  readonly what: string;
  readonly fields?: Fields;
};

/** Null of an event that is none of these. */
export function eventLine(event: Recorded, subjects: Subjects): string | null {
  begin(event, subjects);
  const mark = alarmMark(event) ?? incidentMark(event) ?? orderMark(event);
  if (!mark) return null;
  const { measurement, id, what } = mark;
  const subject = subjects.get(id);
  const field = measurement.slice(0, -1);
  const fields: Fields = {
    [field]: id,
    // Time since it began: of an order how long its station took.
    ...(subject ? { after_s: (event.at - subject.at) / 1000 } : {}),
    ...mark.fields,
    position: event.position,
  };
  const head = headOf(measurement, { ...subject?.tags, what });
  return `${head} ${written(fields)} ${nanoseconds(event)}`;
}

function begin(event: Recorded, subjects: Subjects): void {
  const { at } = event;
  if (event.type === "alarm-raised") {
    const { alarm, site, rule, device } = event;
    subjects.put(alarm, { at, tags: { device, rule, site } });
  } else if (event.type === "incident-opened") {
    subjects.put(event.incident, { at, tags: { site: event.site } });
  } else if (event.type === "order-issued") {
    const { order, station, kind, incident } = event;
    const site = subjects.get(incident)?.tags.site ?? "";
    subjects.put(order, { at, tags: { kind, site, station } });
  }
}

function alarmMark(event: Recorded): Mark | null {
  const measurement = "alarms";
  switch (event.type) {
    case "alarm-raised": {
      const { alarm: id, priority, point } = event;
      return { measurement, id, what: "raised", fields: { priority, point } };
    }
    case "alarm-moved":
      return { measurement, id: event.alarm, what: event.why, fields: { state: event.to } };
    case "alarm-worse":
      return { measurement, id: event.alarm, what: "worse", fields: { priority: event.priority } };
    case "alarm-priority":
    case "alarm-real":
      return {
        measurement,
        id: event.alarm,
        what: "priority",
        fields: { priority: event.priority },
      };
    default:
      return null;
  }
}

function incidentMark(event: Recorded): Mark | null {
  const measurement = "incidents";
  switch (event.type) {
    case "incident-opened": {
      const { incident: id, number, priority } = event;
      return { measurement, id, what: "opened", fields: { number, priority } };
    }
    case "verification-moved":
    case "response-moved":
      return { measurement, id: event.incident, what: event.to };
    case "incident-closed":
      return { measurement, id: event.incident, what: "closed" };
    case "incident-reopened":
      return { measurement, id: event.incident, what: "reopened" };
    case "incident-merged":
      return { measurement, id: event.incident, what: "merged", fields: { into: event.into } };
    default:
      return null;
  }
}

function orderMark(event: Recorded): Mark | null {
  const measurement = "orders";
  switch (event.type) {
    case "order-issued": {
      const { order: id, incident, priority, distanceM, estimateMs } = event;
      const fields: Record<string, string | number> = { incident, priority };
      if (distanceM !== null) fields.distance_m = distanceM;
      if (estimateMs !== null) fields.estimate_s = estimateMs / 1000;
      return { measurement, id, what: "issued", fields };
    }
    case "order-replied":
      return { measurement, id: event.order, what: event.reply };
    case "order-delivered":
      return { measurement, id: event.order, what: "delivered" };
    case "order-undelivered":
      return { measurement, id: event.order, what: "undelivered" };
    case "order-resent":
      return { measurement, id: event.order, what: "resent" };
    case "order-recalled":
      return { measurement, id: event.order, what: "recalled" };
    default:
      return null;
  }
}

function written(fields: Fields): string {
  return Object.entries(fields)
    .map(([name, value]) => `${name}=${typeof value === "number" ? value : quoted(value)}`)
    .join(",");
}

/** More than a number of JavaScript can hold. */
function nanoseconds({ at, position }: Recorded): string {
  return `${at}${String(position % 1_000_000).padStart(6, "0")}`;
}
