/**
 * One line of a time line: what an event says, in the words of the screen. Who did it and when stand
 * beside it. An event that has no words here is shown by its type, never left out.
 */
import type { Priority } from "../alarm/alarm.ts";
import type { Event } from "../event.ts";
import { handlingLine } from "./log-handling.ts";
import { type Language, say } from "./render.ts";

/** Names of what an event names by id, in the language of the line. */
export type LogNames = {
  /** Where and what. */
  readonly alarm: (alarm: string) => string;
  readonly station: (station: string) => string;
  /** The station of an order. */
  readonly order: (order: string) => string;
  readonly person: (person: string) => string;
  /** P1 has two words: by the class of the alarm. */
  readonly priority: (priority: Priority, alarm: string | null) => string;
  readonly point: (site: string, device: string, point: string) => string;
  readonly prompt: (event: Event & { type: "operator-prompted" }) => string;
  /** The incident whose time line it is. */
  readonly incident: string;
};

type Line = readonly [key: string, parameters?: Readonly<Record<string, string | number>>];
type Say = (key: string, parameters?: Readonly<Record<string, string | number>>) => string;

export function logText(language: Language, event: Event, names: LogNames): string {
  const word: Say = (key, parameters = {}) => say(language, key, parameters);
  const [key, parameters] =
    alarmLine(event, names, word) ??
    incidentLine(event, names, word) ??
    orderLine(event, names, word) ??
    handlingLine(event, names, word) ??
    (["log.other", { type: event.type }] as const);
  return behind(event, word(key, parameters), names, word);
}

/** Why, by which way, and who else: where the event says so. */
function behind(event: Event, text: string, names: LogNames, word: Say): string {
  let said = text;
  const reason = "reason" in event ? event.reason : null;
  if (reason && asksForReason.has(event.type)) {
    said = word("log.because", { text: said, reason: word(`reason.${reason}`) });
  }
  if (event.type === "verification-moved") {
    if (event.cause !== null) {
      said = word("log.because", { text: said, reason: word(`cause.${event.cause}`) });
    }
    if (event.second) said = word("log.second", { text: said, name: names.person(event.second) });
  }
  const isByRadio = event.type === "order-replied" && event.by !== null;
  return isByRadio ? word("log.by-radio", { text: said }) : said;
}

const asksForReason: ReadonlySet<string> = new Set<Event["type"]>([
  ...(["order-issued", "order-revised", "order-replied", "verification-moved"] as const),
  ...(["alarm-moved", "checklist-noted"] as const),
]);

function alarmLine(event: Event, names: LogNames, word: Say): Line | null {
  if (event.type === "panel-noted") {
    const { site, device, point, value } = event;
    return [
      "log.panel-noted",
      { point: names.point(site, device, point), value: said(value, word) },
    ];
  }
  if (event.type === "alarm-escalated") {
    const calls = event.calls.map(({ to }) => word(`escalation.${to}`));
    return ["log.alarm-escalated", { calls: calls.join(" · ") }];
  }
  if (!("alarm" in event) || event.alarm === null) return null;
  const what = names.alarm(event.alarm);
  switch (event.type) {
    case "alarm-raised":
    case "alarm-silenced":
    case "alarm-shelved":
    case "alarm-unshelved":
    case "alarm-suppressed":
    case "alarm-unsuppressed":
    case "alarm-real":
      return [`log.${event.type}`, { what }];
    case "alarm-worse":
    case "alarm-priority":
      return [`log.${event.type}`, { what, priority: names.priority(event.priority, event.alarm) }];
    case "press-repeated":
      return ["log.press-repeated", { what, count: event.count }];
    case "device-event-noted":
      return ["log.device-event-noted", { what, event: event.event }];
    case "alarm-moved":
      return [`log.alarm-moved.${event.why}`, { what }];
    case "alarm-condition":
      return [`log.alarm-condition.${event.condition}`, { what }];
    case "incident-joined":
      return ["log.incident-joined", { what, why: word(`join.${event.why}`) }];
    default:
      return null;
  }
}

function incidentLine(event: Event, names: LogNames, word: Say): Line | null {
  switch (event.type) {
    case "incident-opened": {
      const { number, priority } = event;
      return ["log.incident-opened", { number, priority: names.priority(priority, event.alarm) }];
    }
    case "incident-priority-raised": {
      const priority = names.priority(event.to, null);
      return ["log.incident-priority-raised", { priority, why: word(`raised.${event.why}`) }];
    }
    case "incident-closed":
    case "incident-archived":
    case "verification-ordered":
      return [`log.${event.type}`];
    case "incident-reopened":
      return ["log.incident-reopened", { reason: word(`reason.${event.reason}`) }];
    case "incident-merged": {
      const here = event.into === names.incident ? "-here" : "";
      return [`log.incident-merged${here}`, { reason: word(`reason.${event.reason}`) }];
    }
    case "incident-split": {
      const reason = word(`reason.${event.reason}`);
      return ["log.incident-split", { count: event.alarms.length, reason }];
    }
    case "verification-moved":
      return ["log.verification-moved", { to: word(`verification.${event.to}`) }];
    case "call-back-noted":
      return ["log.call-back-noted", { result: word(`call-back.${event.result}`) }];
    case "response-moved":
      return ["log.response-moved", { to: word(`response.${event.to}`) }];
    default:
      return null;
  }
}

function orderLine(event: Event, names: LogNames, word: Say): Line | null {
  switch (event.type) {
    case "dispatch-ranked": {
      const taken = event.candidates.filter(({ verdict }) => verdict === "taken");
      const stations = taken.map(({ station }) => names.station(station)).join(" · ");
      return ["log.dispatch-ranked", { stations }];
    }
    case "order-issued": {
      const kind = word(`order-kind.${event.kind}`);
      const why = word(`order-reason.${event.why}`);
      return ["log.order-issued", { kind, station: names.station(event.station), why }];
    }
    case "escalation-stepped":
      return [`log.escalation-stepped.${event.step}`];
    case "operator-prompted":
      return ["log.operator-prompted", { text: names.prompt(event) }];
    default:
  }
  if (!("order" in event) || event.order === null) return null;
  const station = names.order(event.order);
  switch (event.type) {
    case "order-revised": {
      const { revision, priority } = event;
      return [
        "log.order-revised",
        { station, revision, priority: names.priority(priority, event.alarm) },
      ];
    }
    case "order-resent":
    case "order-delivered":
      return [`log.${event.type}`, { station, channel: event.channel + 1 }];
    case "order-undelivered":
      return ["log.order-undelivered", { station }];
    case "order-replied":
      return ["log.order-replied", { station, reply: word(`order-state.${event.reply}`) }];
    case "order-recalled":
      return ["log.order-recalled", { station, reason: word(`reason.${event.reason}`) }];
    default:
      return null;
  }
}

function said(value: boolean | number, word: Say): string | number {
  return typeof value === "boolean" ? word(`value.${value}`) : value;
}
