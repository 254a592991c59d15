/**
 * How often alarms come, as the state keeps it: the newest times, and the edges of each contact of the
 * last minutes. What it means is decided by chatter.ts and flood.ts. Bounded (invariant I8).
 */
import { clearDeadline, setDeadline } from "../deadline.ts";
import type { Event, Recorded } from "../event.ts";
import { deviceKey } from "../inventory.ts";
import { numbersOf } from "../numbers.ts";
import { pointKey, type State } from "../state.ts";
import { systemDevice } from "../system.ts";
import type { Writer } from "../writer.ts";
import { alarmOf } from "./evolve.ts";
import { isNewAlarm } from "./flood.ts";
import { rulesOfRates } from "./own.ts";
import type { RateEvent } from "./rate-event.ts";

const mostRecent = (numbersOf("C03").alarmsMost?.most ?? 0) + 1;
const mostEdges = numbersOf("C02").edgesLeast?.most ?? 0;
const { withinMs, quietMs } = numbersOf("C02");
/** No contact is judged by what is older than this. */
const keepEdgesMs = Math.max(withinMs?.most ?? 0, quietMs?.most ?? 0);
const sweepEveryMs = 60_000;

export function evolveRate(state: State, event: Recorded<RateEvent>, writer: Writer): void {
  switch (event.type) {
    case "chatter-held":
      writer.patch(alarmOf(state, event.alarm), { chatters: true });
      return setDeadline(state, writer, "chatter", event.alarm, event.quietAt);
    case "chatter-goes-on":
      return setDeadline(state, writer, "chatter", event.alarm, event.quietAt);
    case "chatter-ended":
      writer.patch(alarmOf(state, event.alarm), { chatters: false });
      return clearDeadline(state, writer, "chatter", event.alarm);
    case "flood-began":
      writer.patch(state.rates, { floodSince: event.at, floodCount: event.count });
      return setDeadline(state, writer, "flood", systemDevice, event.endsAt);
    case "flood-goes-on":
      return setDeadline(state, writer, "flood", systemDevice, event.endsAt);
    case "flood-ended":
      writer.patch(state.rates, { floodSince: null, floodCount: 0 });
      return clearDeadline(state, writer, "flood", systemDevice);
    default:
      return event satisfies never;
  }
}

/** Before an event of an alarm changes the state: what leaves it is still in there. */
export function noteRate(state: State, event: Recorded<Event>, writer: Writer): void {
  const { rates } = state;
  if (isNewAlarm(event, state)) {
    writer.replace(rates.recent, [...rates.recent, event.at].slice(-mostRecent));
    if (rates.floodSince !== null) writer.patch(rates, { floodCount: rates.floodCount + 1 });
  }
  if (event.type === "alarm-raised" && event.class !== "fire") {
    return noteEdge(state, { ...event, condition: event.condition }, event.at, writer);
  }
  if (event.type === "alarm-condition") {
    const alarm = alarmOf(state, event.alarm);
    if (alarm.class === "fire") return;
    return noteEdge(state, { ...alarm, condition: event.condition }, event.at, writer);
  }
  if (event.type === "alarm-moved" && event.to === "normal") {
    clearDeadline(state, writer, "chatter", event.alarm);
  }
}

type Contact = {
  readonly site: string;
  readonly device: string;
  readonly point: string;
  readonly rule: string;
  readonly condition: string;
};

function noteEdge(state: State, contact: Contact, at: number, writer: Writer): void {
  const { rates } = state;
  const { site, device, point, rule, condition } = contact;
  if (condition === "unknown" || rulesOfRates.includes(rule)) return;
  const key = pointKey(deviceKey(site, device), point);
  const known = rates.edges.get(key);
  const level = condition === "active";
  // Unknown in between is no edge of the contact: its link comes and goes.
  if (known?.level === level) return;
  const times = [...(known?.at ?? []), at].slice(-mostEdges);
  writer.set(rates.edges, key, { level, at: times });
  if (at - rates.sweptAt < sweepEveryMs) return;
  writer.patch(rates, { sweptAt: at });
  for (const [other, edges] of [...rates.edges]) {
    if (at - (edges.at.at(-1) ?? 0) > keepEdgesMs) writer.remove(rates.edges, other);
  }
}
