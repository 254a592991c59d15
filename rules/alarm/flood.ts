/**
 * 告警洪泛 (rule C03; ISA-18.2, IEC 62682): more new alarms than one seat can take, 10 in 10 min. It
 * begins with the alarm that is one too many, and ends when a window has few again; that end is a
 * deadline of the state. Nothing is left out: desks group, put fire first, and sound for fire alone.
 *
 * Every desk shows every alarm of the district, so what one seat gets is what comes in all.
 */
import type { Draft } from "../draft.ts";
import type { Event } from "../event.ts";
import { numberOf, numbersOf } from "../numbers.ts";
import type { Rule } from "../rulebook.ts";
import type { State } from "../state.ts";
import { systemDevice, systemSite } from "../system.ts";
import { endOwn, raiseOwn, rulesOfRates } from "./own.ts";

const usual: Rule = {
  id: "C03",
  class: "supervisory",
  priority: "P2",
  point: "flood",
  latched: false,
  opensIncident: false,
};
const about = { site: systemSite, device: systemDevice, point: usual.point };

/** No pack asks for fewer: below it nobody has to look at the numbers. */
const leastAlarms = numbersOf("C03").alarmsMost?.least ?? 0;

/** After a decision: whether what it brings to the desks is one too many. */
export function watchFlood(draft: Draft): void {
  const { recent, floodSince } = draft.state.rates;
  if (floodSince !== null) return;
  const added = draft.events.filter((event) => isNewAlarm(event, draft.state)).length;
  if (added === 0 || recent.length + added <= leastAlarms) return;
  const { packs } = draft.world;
  const withinMs = numberOf(packs, "C03", "withinMs");
  const times = [...recent, ...Array<number>(added).fill(draft.at)];
  const count = times.filter((at) => draft.at - at < withinMs).length;
  if (count <= numberOf(packs, "C03", "alarmsMost")) return;
  const alarm = raiseOwn(draft, usual, about);
  draft.add({ type: "flood-began", alarm, count, endsAt: endOf(draft, times) });
}

/** Looked at again: still, or few enough at last. */
export function judgeFlood(draft: Draft): void {
  const { recent, floodCount } = draft.state.rates;
  const endsAt = endOf(draft, recent);
  if (endsAt > draft.at) return draft.add({ type: "flood-goes-on", endsAt });
  draft.add({ type: "flood-ended", count: floodCount });
  endOwn(draft, about);
}

/** When a window is below the end of a flood, if nothing more comes: its n-th newest has left it. */
function endOf({ world, at }: Draft, times: readonly number[]): number {
  const below = numberOf(world.packs, "C03", "alarmsLeast");
  const withinMs = numberOf(world.packs, "C03", "withinMs");
  return (times.at(-below) ?? at - withinMs) + withinMs;
}

/**
 * Somebody at a desk sees and hears it as new: raised, or back after it had returned. A test is
 * expected, and what is put aside comes and goes in silence.
 */
export function isNewAlarm(event: Event, { alarms }: State): boolean {
  if (event.type === "alarm-raised") {
    return event.test === undefined && !rulesOfRates.includes(event.rule);
  }
  if (event.type !== "alarm-moved" || event.why !== "raise") return false;
  const alarm = alarms.get(event.alarm);
  if (!alarm || alarm.test !== null || alarm.shelved !== null) return false;
  return !rulesOfRates.includes(alarm.rule);
}
