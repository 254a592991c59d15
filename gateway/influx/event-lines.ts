/**
 * What the journal says of alarms, incidents, orders and permits as lines: marks beside the curves, and
 * the times people took (measurements.ts has every name). Their ids are fields, never tags; what says who it is about is kept from the
 * event that began it, so that an event gives the same line whenever it is read.
 *
 * Times are ns: the ms of the event, then its position, so that two events of one ms stay two.
 */
import { type ArrivalStep, arrivalSteps } from "#rules/dispatch/arrival.ts";
import type { Recorded } from "#rules/event.ts";
import { turnOutLimitMs } from "#rules/incident/times.ts";
import { headOf, quoted } from "./line.ts";
import type { marks } from "./measurements.ts";

/** What later events of an alarm, an incident or an order are told apart by. */
export type Subject = { readonly at: number; readonly tags: Readonly<Record<string, string>> };

export type Subjects = {
  readonly get: (id: string) => Subject | null;
  readonly put: (id: string, subject: Subject) => void;
};

type Name = keyof typeof marks;
type FieldsOf<N extends Name> = Readonly<
  Partial<Record<keyof (typeof marks)[N]["fields"], string | number>>
>;
type MarkOf<N extends Name> = {
  readonly measurement: N;
  /** Id of what it is about, and the field that has it. */
  readonly id: string;
  readonly idField: keyof (typeof marks)[N]["fields"] & string;
  /** Beside those of what began it. */
  readonly tags: Readonly<Partial<Record<keyof (typeof marks)[N]["tags"], string>>>;
  readonly fields?: FieldsOf<N>;
};
type Mark = { [N in Name]: MarkOf<N> }[Name];

/** None of an event that is about none of them. */
export function eventLines(event: Recorded, subjects: Subjects): string[] {
  begin(event, subjects);
  const mark = alarmMark(event) ?? incidentMark(event) ?? orderMark(event) ?? permitMark(event);
  const all = [mark, responseMark(event, subjects)].filter((one) => one !== null);
  return all.map((one) => lineOf(one, event, subjects));
}

function lineOf(mark: Mark, event: Recorded, subjects: Subjects): string {
  const { measurement, id, idField, tags, fields } = mark;
  const subject = subjects.get(id);
  const written = {
    [idField]: id,
    // Time since it began: of an order how long its station took.
    ...(subject ? { after_s: (event.at - subject.at) / 1000 } : {}),
    ...fields,
    position: event.position,
  };
  const { site = "" } = subject?.tags ?? {};
  const own = measurement === "response" ? { site } : subject?.tags;
  const sorted = Object.entries({ ...own, ...tags }).sort(([a], [b]) => (a < b ? -1 : 1));
  const head = headOf(measurement, Object.fromEntries(sorted));
  return `${head} ${fieldsOf(written)} ${nanoseconds(event)}`;
}

/** Where the limit of a step of the 1-3-5 clock is kept: its `at` is the limit. */
const limitId = (incident: string, step: ArrivalStep): string => `${incident}#${step}`;

function begin(event: Recorded, subjects: Subjects): void {
  const { at } = event;
  if (event.type === "alarm-raised") {
    const { alarm, site, rule } = event;
    subjects.put(alarm, { at, tags: { rule, site } });
  } else if (event.type === "incident-opened") {
    subjects.put(event.incident, { at, tags: { site: event.site } });
  } else if (event.type === "arrival-clock-started") {
    for (const step of arrivalSteps) {
      const limit = event.limits[step];
      if (limit !== null) subjects.put(limitId(event.incident, step), { at: limit, tags: {} });
    }
  } else if (event.type === "order-issued") {
    const { order, station, kind } = event;
    subjects.put(order, { at, tags: { kind, station } });
  } else if (event.type === "permit-drafted") {
    const { site, class: of } = event.report;
    subjects.put(event.permit, { at, tags: { class: of, site } });
  } else if (event.type === "permit-moved" && event.to === "submitted") {
    const tags = { ...subjects.get(event.permit)?.tags };
    if (event.class) tags.class = event.class;
    subjects.put(event.permit, { at, tags });
  }
}

function alarmMark(event: Recorded): Mark | null {
  const mark = (what: string, fields: FieldsOf<"alarms">): Mark => {
    const { alarm: id } = event as Recorded & { alarm: string };
    return { measurement: "alarms", id, idField: "alarm", tags: { what }, fields };
  };
  switch (event.type) {
    case "alarm-raised":
      return mark("raised", {
        device: event.device,
        point: event.point,
        priority: event.priority,
      });
    case "alarm-moved":
      return mark(event.why, { state: event.to });
    case "alarm-worse":
      return mark("worse", { priority: event.priority });
    case "alarm-priority":
    case "alarm-real":
      return mark("priority", { priority: event.priority });
    default:
      return null;
  }
}

function incidentMark(event: Recorded): Mark | null {
  const mark = (what: string, fields: FieldsOf<"incidents"> = {}): Mark => {
    const { incident: id } = event as Recorded & { incident: string };
    return { measurement: "incidents", id, idField: "incident", tags: { what }, fields };
  };
  switch (event.type) {
    case "incident-opened":
      return mark("opened", { number: event.number, priority: event.priority });
    case "verification-moved":
    case "response-moved":
      return mark(event.to);
    case "incident-closed":
      return mark("closed");
    case "incident-reopened":
      return mark("reopened");
    case "incident-merged":
      return mark("merged", { into: event.into });
    default:
      return null;
  }
}

function orderMark(event: Recorded): Mark | null {
  const mark = (what: string, fields: FieldsOf<"orders"> = {}): Mark => {
    const { order: id } = event as Recorded & { order: string };
    return { measurement: "orders", id, idField: "order", tags: { what }, fields };
  };
  switch (event.type) {
    case "order-issued": {
      const { incident, priority, distanceM, estimateMs } = event;
      return mark("issued", {
        ...{ incident, priority },
        ...(distanceM === null ? {} : { distance_m: distanceM }),
        ...(estimateMs === null ? {} : { estimate_s: estimateMs / 1000 }),
      });
    }
    case "order-replied":
      return mark(event.reply);
    case "order-delivered":
      return mark("delivered");
    case "order-undelivered":
      return mark("undelivered");
    case "order-resent":
      return mark("resent");
    case "order-recalled":
      return mark("recalled");
    default:
      return null;
  }
}

function permitMark(event: Recorded): Mark | null {
  const mark = (what: string, fields: FieldsOf<"permits"> = {}): Mark => {
    const { permit: id } = event as Recorded & { permit: string };
    return { measurement: "permits", id, idField: "permit", tags: { what }, fields };
  };
  const of = (station: string | null) => (station === null ? {} : { station });
  switch (event.type) {
    case "permit-drafted":
      return mark("draft", { number: event.number });
    case "permit-moved": {
      const { to, why, cause } = event;
      return mark(to, { why, ...(cause === undefined ? {} : { cause }) });
    }
    case "inspection-accepted":
    case "inspection-passed-on":
      return mark(event.type, of(event.station));
    case "inspection-signed":
    case "stop-confirmed":
    case "stop-unconfirmed":
    case "check-in-missed":
      return mark(event.type);
    case "permit-alarm":
      return mark("alarm");
    default:
      return null;
  }
}

/** How long people took: the desk, a station that left, and who was to be there (1-3-5). */
function responseMark(event: Recorded, subjects: Subjects): MarkOf<"response"> | null {
  const of = { measurement: "response", idField: "incident" } as const;
  if (event.type === "verification-moved" && event.to === "acknowledged") {
    return { ...of, id: event.incident, tags: { step: "acknowledged" } };
  }
  if (event.type === "order-replied" && event.reply === "turned-out") {
    const order = subjects.get(event.order);
    if (!order) return null;
    const tookMs = event.at - order.at;
    const { station = "" } = order.tags;
    const fields = { after_s: tookMs / 1000, ...judged(tookMs <= turnOutLimitMs) };
    const tags = {
      station,
      step: "turned-out",
      verdict: verdictOf(tookMs <= turnOutLimitMs),
    };
    return { ...of, idField: "order", id: event.order, tags, fields };
  }
  if (event.type === "arrival-reached") {
    const { incident: id, step } = event;
    const limit = subjects.get(limitId(id, step));
    if (!limit) return { ...of, id, tags: { step } };
    const isInTime = event.at <= limit.at;
    return {
      ...of,
      id,
      tags: { step, verdict: verdictOf(isInTime) },
      fields: judged(isInTime),
    };
  }
  if (event.type === "arrival-due") {
    const { incident: id, step, verdict } = event;
    return {
      ...of,
      id,
      tags: { step, verdict },
      fields: verdict === "late" ? judged(false) : {},
    };
  }
  return null;
}

const verdictOf = (isInTime: boolean): string => (isInTime ? "in-time" : "late");
const judged = (isInTime: boolean) => ({ in_time: isInTime ? 1 : 0 });

function fieldsOf(fields: Readonly<Record<string, string | number>>): string {
  return Object.entries(fields)
    .map(([name, value]) => `${name}=${typeof value === "number" ? value : quoted(value)}`)
    .join(",");
}

/** More than a number of JavaScript can hold. */
function nanoseconds({ at, position }: Recorded): string {
  return `${at}${String(position % 1_000_000).padStart(6, "0")}`;
}
