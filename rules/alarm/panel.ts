/**
 * What a fire panel or a pump controller says of itself: it was reset (复位) or muted (消音), something is
 * disabled there (屏蔽), it is in AUTO or in manual. Each is journalled with its time. firelink resets,
 * mutes and disables nothing in the field (DESIGN §2, law 1).
 *
 * A reset before anybody has given a result of the verification is an alarm of its own, 未核实即复位, and
 * ends nothing: the incident stays open, and a point that fires again is a new alarm.
 */

import type { Draft } from "../draft.ts";
import { type Incident, verificationAtEnd } from "../incident/incident.ts";
import { deviceKey } from "../inventory.ts";
import { placeOf } from "../place.ts";
import { rulebook } from "../rulebook.ts";
import type { Signal } from "../signal.ts";
import { pointKey } from "../state.ts";
import { armEscalation } from "./escalation.ts";
import { raisedBy } from "./raised.ts";

export const panelNotes = ["reset", "muted", "disabled", "auto", "running"] as const;
/**
 * `reset` counts resets; `disabled` says whether, or how many; `auto` false is manual; `running`: a pump
 * is proven to run, as a rule of its pack says (`notes`).
 */
export type PanelNote = (typeof panelNotes)[number];

/** The last word of one point of a panel. */
export type PanelState = {
  readonly site: string;
  readonly device: string;
  readonly note: PanelNote;
  readonly value: boolean | number;
  readonly at: number;
  /** It has not changed since it is known: nobody has done anything. */
  readonly first: boolean;
};

type Said = Pick<Signal & { kind: "panel" }, "site" | "device" | "point" | "note" | "value" | "ts">;

export function decidePanel(draft: Draft, signal: Said): void {
  const { site, device, point, note, value, ts } = signal;
  const known = draft.state.panels.get(pointKey(deviceKey(site, device), point));
  if (known?.value === value) return;
  const first = known ? {} : ({ first: true } as const);
  draft.add({ type: "panel-noted", site, device, point, note, value, ts, ...first });
  // A count that begins anew is a panel that did: what it had latched is gone as well.
  if (note !== "reset" || !known) return;
  for (const id of draft.state.openBySite.get(site) ?? []) {
    const incident = draft.state.incidents.get(id);
    if (incident && isUnverified(draft, incident, device)) tooEarly(draft, incident, device);
  }
}

/** It has a fire of this panel, and nobody has said yet what it was. */
function isUnverified({ state }: Draft, incident: Incident, device: string): boolean {
  if (verificationAtEnd(incident.verification)) return false;
  return incident.alarms.some((id) => {
    const alarm = state.alarms.get(id);
    return alarm?.class === "fire" && alarm.device === device;
  });
}

function tooEarly(draft: Draft, incident: Incident, device: string): void {
  const { G06: rule } = rulebook;
  const { site } = incident;
  const stands = incident.alarms.some((id) => {
    const alarm = draft.state.alarms.get(id);
    return alarm?.rule === rule.id && alarm.state === "unacknowledged";
  });
  if (stands) return;
  const place = placeOf(draft.world.inventory, site, device);
  const alarm = draft.newId("A");
  draft.add({
    ...raisedBy(rule),
    alarm,
    site,
    device,
    zone: null,
    building: place.building,
    // It is of a moment: whoever has looked into it resets it.
    condition: "inactive",
  });
  armEscalation(draft, alarm, { ...rule, site });
  const why = "panel-reset";
  draft.add({ type: "incident-joined", incident: incident.id, alarm, zone: null, why });
}
