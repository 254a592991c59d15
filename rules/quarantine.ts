/**
 * A signal on which the rules threw. It is named in the journal and the loop goes on (I11); a press
 * becomes a default alarm, decided with nothing that could throw again.
 */
import { raisedBy } from "./alarm/raised.ts";
import { localDay } from "./calendar.ts";
import { dueDeadlineId } from "./dispatch/clock.ts";
import type { Draft } from "./draft.ts";
import { deviceKey } from "./inventory.ts";
import { ruleNumbers } from "./numbers.ts";
import { freshPresses, pressKey } from "./press.ts";
import { rulebook } from "./rulebook.ts";
import type { Press, Signal } from "./signal.ts";

export function decideQuarantine(draft: Draft, signal: Signal & { kind: "quarantine" }): void {
  const { quarantined, error } = signal;
  const press = quarantined.kind === "press" ? quarantined : null;
  const device = press && deviceKey(press.site, press.device);
  const fresh = press && device ? freshOf(draft, device, press.presses) : [];
  draft.add({
    type: "signal-quarantined",
    signalKind: quarantined.kind,
    error,
    device,
    deadline: quarantined.kind === "time" ? dueDeadlineId(draft) : null,
    keys: fresh.slice(-64).map(pressKey),
  });
  const [first] = fresh;
  if (press && first) defaultAlarm(draft, press.site, press.device, first);
}

/** A repeat that waited together with a new press is no second press, here neither (I10). */
function freshOf(draft: Draft, device: string, presses: readonly Press[]): Press[] {
  const known = draft.state.devices.get(device);
  return freshPresses(known, presses, draft.at, draft.world.settings.repeat);
}

/** An alarm and an incident without place or plan: a person has to look and order by hand. */
function defaultAlarm(draft: Draft, site: string, device: string, press: Press): void {
  const alarm = draft.newId("A");
  const incident = draft.newId("I");
  const rule = rulebook.F01;
  draft.add({
    ...raisedBy(rule),
    alarm,
    site,
    device,
    zone: null,
    building: null,
    condition: "inactive",
    marks: ["quarantined"],
    deviceTs: press.ts,
    seq: press.seq,
  });
  const firstAt = draft.at + ruleNumbers.E01.secondDeskMs.is;
  draft.add({ type: "escalation-armed", alarm, firstAt });
  const day = localDay(draft.at, draft.world.settings.utcOffsetMin);
  const count = draft.state.daily.day === day ? draft.state.daily.count + 1 : 1;
  draft.add({
    type: "incident-opened",
    incident,
    number: `${day}-${String(count).padStart(3, "0")}`,
    site,
    building: null,
    zone: null,
    priority: rule.priority,
    alarm,
    splitFrom: null,
  });
  draft.add({
    type: "operator-prompted",
    incident,
    code: "quarantined-press",
    order: null,
  });
}
