/** What a scenario expects: `expect WHAT …` of play.ts, each word of it against the state or the events. */
import { holdOf } from "../alarm/lifecycle.ts";
import type { ArrivalStep } from "../dispatch/arrival.ts";
import type { Order } from "../dispatch/order.ts";
import { availabilityOf } from "../dispatch/status.ts";
import type { Scenario, Step } from "./play.ts";

/** The last alarm of a device (s1/b1) or of a rule (G01). */
export function alarmOf(s: Scenario, name: string): string {
  const alarm = [...s.state.alarms.values()].findLast(
    (a) => a.rule === name || `${a.site}/${a.device}` === name,
  );
  if (!alarm) throw new Error(`there is no alarm of ${name}`);
  return alarm.id;
}

export function expect(s: Scenario, words: Step): void {
  const [what = "", name = "", ...rest] = words;
  if (what === "no") {
    if (holds(s, name, rest)) throw new Error("but it is so");
  } else if (!holds(s, what, [name, ...rest])) {
    throw new Error(
      `it is not so; last decided: ${s.last.map((e) => e.type).join(", ") || "nothing"}`,
    );
  }
}

function holds(s: Scenario, what: string, [name = "", detail, ...more]: Step): boolean {
  const orders = [...s.state.orders.values()];
  switch (what) {
    case "order":
      return orders.some((o) => o.station === name && (detail === undefined || o.why === detail));
    case "orders":
      return orders.filter((o) => o.station === name).length === Number(detail);
    case "stations":
      return orders.filter(isSent).length === Number(name);
    case "kind":
      return s.orderOf(name).kind === detail;
    case "made-of":
      return s.orderOf(name).inventory === (detail === "none" ? null : detail);
    case "candidate":
      return candidates(s).some((c) => c.station === name && c.reason === detail);
    case "way":
      return wayIs(s, name, [detail, ...more]);
    case "standing": {
      const responder = s.world.inventory.responders.get(name);
      const sight = { state: s.state, world: s.world, at: s.now };
      return responder !== undefined && availabilityOf(sight, responder, null).standing === detail;
    }
    case "asked":
      return candidates(s).some((c) => c.station === name && c.ask === true);
    case "engaged":
      return s.state.stations.get(name)?.engaged.some((one) => one.as === detail) === true;
    case "said":
      return s.state.stations.get(name)?.status === detail;
    case "arrival":
      return s.incident.arrival?.marks[name as ArrivalStep].verdict === detail;
    case "reached":
      return s.incident.arrival?.marks[name as ArrivalStep].reachedAt != null;
    case "incident-kind":
      return s.incident.kind === name;
    case "plan":
      return s.incident.firstAlarm?.plan === name;
    case "short":
      return s.incident.firstAlarm?.short.some(({ what }) => what === name) === true;
    case "town":
      return s.incident.town === name;
    case "state":
      return s.orderOf(name).state === detail;
    case "revision":
      return s.orderOf(name).revision === Number(detail);
    case "channel":
      return s.orderOf(name).channel === Number(detail);
    case "prompt":
      return s.events.some((e) => e.type === "operator-prompted" && e.code === name);
    case "incidents":
      return (
        [...s.state.incidents.values()].filter((i) => i.closedAt === null).length === Number(name)
      );
    case "priority":
      return s.incident.priority === name;
    case "verification":
      return s.incident.verification === name;
    case "calls":
      return (
        s.incident.calls.map((call) => call.result).join(" ") ===
        [name, detail, ...more].filter(Boolean).join(" ")
      );
    case "acknowledged":
      return s.state.alarms.get(alarmOf(s, name))?.acknowledgedBy === detail;
    case "row":
      return (s.incident.checklist?.rows.get(name as "pump")?.state ?? "open") === detail;
    case "checklist":
      return s.incident.checklist?.why === name;
    case "command-119":
      return s.incident.command119 !== null;
    case "record":
      return [...s.state.maintenance.values()].some(
        (one) => one.closed === null && `${one.site}/${one.device}` === name,
      );
    case "response":
      return s.incident.response === name;
    case "closed":
      return s.incident.closedAt !== null;
    case "presses":
      return s.state.alarms.get(alarmOf(s, name))?.presses === Number(detail);
    case "mark":
      return s.state.alarms.get(alarmOf(s, name))?.marks.includes(detail as "late") === true;
    case "alarm":
      return open(s, name).length > 0;
    case "joined":
      return s.last.some((e) => e.type === "incident-joined" && e.why === name);
    case "refused":
      return s.last.some((e) => e.type === "signal-refused" && e.reason === name);
    case "called":
      return calls(s).some((c) => c.to === name && (detail === undefined || c.person === detail));
    case "calls-made":
      return calls(s).length === Number(name);
    case "sounds":
      return s.state.alarms.get(alarmOf(s, name))?.sounding === true;
    case "held": {
      const alarm = s.state.alarms.get(alarmOf(s, name));
      return alarm !== undefined && holdOf(alarm) === detail;
    }
    case "alarms":
      return open(s, name).length === Number(detail);
    case "alarm-priority":
      return s.state.alarms.get(alarmOf(s, name))?.priority === detail;
    case "condition":
      return s.state.alarms.get(alarmOf(s, name))?.condition === detail;
    case "of-the-incident":
      return s.incident.alarms.includes(alarmOf(s, name));
    case "nothing":
      return s.last.length === 0;
    case "event-ever":
      return s.events.some((e) => e.type === name);
    case "event-twice":
      return s.events.filter((e) => e.type === name).length > 1;
    case "event":
      return s.last.some((e) => e.type === name);
    default:
      throw new Error(`there is nothing called ${what} to expect`);
  }
}

function wayIs(
  s: Scenario,
  station: string,
  [source, minutes, closed]: readonly (string | undefined)[],
) {
  const way = candidates(s).find((candidate) => candidate.station === station);
  return (
    way?.source === source &&
    (minutes === undefined || Math.round((way?.estimateMs ?? 0) / 60_000) === Number(minutes)) &&
    (way?.mayBeClosed === true) === (closed === "closed")
  );
}

function candidates(s: Scenario) {
  const ranked = s.events.findLast((event) => event.type === "dispatch-ranked");
  return ranked?.type === "dispatch-ranked" ? ranked.candidates : [];
}

function open(s: Scenario, rule: string) {
  return [...s.state.alarms.values()].filter((a) => a.rule === rule && a.state !== "normal");
}

/** Whom escalation has called so far. */
function calls(s: Scenario) {
  return s.events.flatMap((event) => (event.type === "alarm-escalated" ? event.calls : []));
}

/** A rescue station that does not only stand by. */
function isSent({ stationKind, kind }: Order): boolean {
  return stationKind === "rescue" && kind !== "stand-by";
}
