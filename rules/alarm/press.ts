/**
 * A press of a one-button alarm: rule F01, incident and order at once (GB 50116 4.1.6).
 *
 * Never filtered away (law 3). A repeat of a known press decides nothing; a further press while
 * its alarm and incident stand open is counted into them; everything else is a new alarm.
 */
import type { Draft } from "../draft.ts";
import { isCalledOff } from "../incident/incident.ts";
import { openOrJoin } from "../incident/opening.ts";
import { deviceKey } from "../inventory.ts";
import { placeOf } from "../place.ts";
import { freshPresses, hasUsableTs, isRestart, pressKey } from "../press.ts";
import { rulebook } from "../rulebook.ts";
import type { Press, Signal } from "../signal.ts";
import { pointKey } from "../state.ts";
import { expectedTest, lookOf, noteExpected } from "../test-window/judge.ts";
import type { TestWindow } from "../test-window/test-window.ts";
import type { Alarm, AlarmMark } from "./alarm.ts";
import { armEscalation } from "./escalation.ts";

export function decidePress(draft: Draft, signal: Signal & { kind: "press" }): void {
  const { state, world } = draft;
  const device = deviceKey(signal.site, signal.device);
  const known = state.devices.get(device);
  const fresh = freshPresses(known, signal.presses, signal.at, world.settings.repeat);
  const [first, ...rest] = fresh;
  if (!first) return;
  noteRestart(draft, device, known?.lastSeq ?? null, fresh);
  const open = openAlarm(draft, device);
  if (open && open.incident !== null && isOpen(draft, open.incident)) {
    return repeat(draft, device, open.id, fresh, !open.sounding);
  }
  const came = { site: signal.site, device: signal.device, points: [rulebook.F01.point] };
  const test = expectedTest(draft, rulebook.F01, came);
  if (test) noteExpected(draft, test, came);
  if (test && open?.test === test.id) return repeat(draft, device, open.id, fresh, false);
  if (open) supersede(draft, open);
  const alarm = raisePress(draft, came, first, test);
  if (rest.length > 0) repeat(draft, device, alarm, rest, false);
}

type At = { readonly site: string; readonly device: string };

/** Raises F01 for one press and takes it to its incident, but for a test; gives the alarm's id. */
function raisePress(
  draft: Draft,
  { site, device }: At,
  press: Press,
  test: TestWindow | null,
): string {
  const rule = rulebook.F01;
  const place = placeOf(draft.world.inventory, site, device);
  const alarm = draft.newId("A");
  const marks = marksOf(draft, press);
  if (!place.knownDevice) marks.push("unknown-device");
  if (!place.knownSite) marks.push("unknown-site");
  draft.add({
    type: "alarm-raised",
    alarm,
    rule: rule.id,
    site,
    device,
    point: rule.point,
    zone: place.zone,
    building: place.building,
    // A button is momentary: its contact is open again before anybody looks.
    condition: "inactive",
    ...lookOf(rule, test),
    marks,
    deviceTs: press.ts,
    seq: press.seq,
    key: pressKey(press),
    outage: null,
  });
  if (test) return alarm;
  armEscalation(draft, alarm, { ...rule, site });
  openOrJoin(draft, { id: alarm, priority: rule.priority, place });
  return alarm;
}

function repeat(
  draft: Draft,
  device: string,
  alarm: string,
  presses: readonly Press[],
  sounds: boolean,
): void {
  const seqs = presses.map((p) => p.seq);
  draft.add({
    type: "press-repeated",
    alarm,
    device,
    firstSeq: seqs[0] ?? null,
    lastSeq: seqs.at(-1) ?? null,
    count: presses.length,
    keys: presses.slice(-draft.world.settings.repeat.windowLength).map(pressKey),
    sounds,
  });
}

function noteRestart(
  draft: Draft,
  device: string,
  lastSeq: number | null,
  presses: readonly Press[],
): void {
  let last = lastSeq;
  for (const { seq } of presses) {
    if (last !== null && seq !== null && isRestart(last, seq)) {
      draft.add({ type: "device-restarted", device, lastSeq: last, seq });
    }
    if (seq !== null) last = seq;
  }
}

function marksOf(draft: Draft, press: Press): AlarmMark[] {
  const marks: AlarmMark[] = press.unreadable ? ["unreadable"] : [];
  const { lateAfterMs, clockOffMs, lateAtMostMs } = draft.world.settings.press;
  if (press.ts === null) return marks;
  const ageMs = draft.at - press.ts;
  if (!hasUsableTs(press.ts) || ageMs < -clockOffMs || ageMs > lateAtMostMs) {
    marks.push("clock-not-believed");
  } else if (ageMs > lateAfterMs || press.ts < draft.state.startedAt - lateAfterMs) {
    marks.push("late");
  }
  return marks;
}

function openAlarm(draft: Draft, device: string): Alarm | null {
  const id = draft.state.openByPoint.get(pointKey(device, rulebook.F01.point));
  return (id !== undefined && draft.state.alarms.get(id)) || null;
}

function isOpen(draft: Draft, incident: string): boolean {
  const known = draft.state.incidents.get(incident);
  // What was called off, and is only cleared up, counts no press: that is a fire of its own.
  return known?.closedAt === null && !isCalledOff(known);
}

/** A held alarm of a closed incident makes way: its successor must be seen as new. */
function supersede(draft: Draft, alarm: Alarm): void {
  draft.add({
    type: "alarm-moved",
    alarm: alarm.id,
    to: "normal",
    why: "superseded",
    by: null,
    seat: null,
  });
}
