/**
 * Whether a simulator can do an act at all: asked before a scenario begins, and again by the
 * simulators when it comes to the act, so that both say the same. What depends on the moment (a
 * button that is not cut cannot be restored) only the act itself can tell.
 */
import type { Act } from "./ipc.ts";
import { checkWords } from "./pump-room/faults.ts";
import { checkWarehouseWords } from "./sprinkler/faults.ts";
import { checkBoxWords } from "./station-box/acts.ts";

/** Who is simulated: SITE/DEVICE, or the id of a station. */
export type Simulated = {
  readonly buttons: readonly string[];
  readonly stations: readonly string[];
  readonly notifiers: readonly string[];
  readonly pumpRooms: readonly string[];
  readonly warehouses: readonly string[];
};

/** Throws with what is there instead. */
export function checkAct(act: Act, there: Simulated): void {
  if (act.action === "reply" || act.action === "mode" || act.action === "box") {
    expect("station", act.station, there.stations);
    if (act.action === "box") checkBoxWords(act.words);
  } else if (act.action === "notifier") {
    expect("siren or display board", `${act.site}/${act.device}`, there.notifiers);
  } else if (act.action === "people") {
    // Who is called is known to the moment only.
  } else if (act.action === "fault") {
    const who = `${act.site}/${act.device}`;
    const isWarehouse = there.warehouses.includes(who);
    expect("pump room or warehouse", who, [...there.pumpRooms, ...there.warehouses]);
    if (isWarehouse) checkWarehouseWords(act.words);
    else checkWords(act.words);
  } else expect("button", `${act.site}/${act.device}`, there.buttons);
}

function expect(kind: string, name: string, known: readonly string[]): void {
  if (known.includes(name)) return;
  throw new Error(`no ${kind} ${name}; there are ${known.join(", ") || "none"}`);
}
