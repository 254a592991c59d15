/** Permits for hot work as a person or another platform reads them. */
import { type Permit, parties } from "#rules/hot-work/permit.ts";
import { sightOf } from "#rules/hot-work/sight.ts";
import type { PermitView } from "../api/hot-work-contract.ts";
import type { Sight } from "./sight.ts";

/** `named`: the asker has to do with the people at work; others see ids. */
export function permitView(sight: Sight, permit: Permit, at: number, named: boolean): PermitView {
  const { state, world, nameOf } = sight;
  const { report, inspection, stop, gas, clocks } = permit;
  const { missing, impaired } = sightOf(state, world, permit, at);
  const person = (id: string) => ({ id, name: named ? nameOf(id) : null });
  const { worker, watcher, photo, spot, ...of } = report;
  const station = inspection?.station ?? null;
  return {
    ...{ id: permit.id, number: permit.number, state: permit.state, class: permit.class },
    ...{ sender: permit.sender, faults: [...permit.faults], missing: [...missing] },
    impaired: impaired.map((one) => ({ ...one })),
    report: {
      ...{ ...of, tools: [...of.tools], isolations: [...of.isolations] },
      ...{ position: { ...spot, datum: "WGS-84" as const }, photo: photo?.file ?? null },
      ...{ worker: person(worker), watcher: person(watcher) },
    },
    check: inspection && {
      ...{ need: inspection.need.need, station, expectedAt: inspection.expectedAt },
      stationName: (station !== null && world.inventory.responders.get(station)?.name) || null,
      accepted: inspection.acceptedBy !== null,
      ...{ remoteAsked: inspection.remoteAsked, done: inspection.done },
      parties: parties.map((party) => partyView(permit, party)),
    },
    approval: permit.approval && {
      ...{ by: person(permit.approval.by), as: permit.approval.as, at: permit.approval.at },
    },
    gas: gas && { takenAt: gas.takenAt, meter: gas.meter, readings: [...gas.readings] },
    stop: stop && {
      ...{ at: stop.at, cause: stop.cause, by: [...stop.by] },
      ...{ confirmed: stop.confirmedBy !== null, looked: stop.lookedBy !== null },
    },
    watch: {
      ...{ checkedInAt: permit.checkedInAt, missed: permit.missed, until: permit.watchUntil },
      nextAt: clocks["check-in"] ?? null,
      finalPhoto: permit.finalPhoto?.file ?? null,
    },
    ...{ startedAt: permit.startedAt, workEndedAt: permit.workEndedAt, alarms: [...permit.alarms] },
  };
}

function partyView({ inspection }: Permit, party: (typeof parties)[number]) {
  const signed = inspection?.signatures.find((one) => one.party === party);
  if (signed) {
    const { at, photo, pass } = signed;
    return { party, result: pass ? ("pass" as const) : ("fail" as const), at, photo: photo.file };
  }
  const isWaived = inspection?.waivers.some((one) => one.party === party) === true;
  return { party, result: isWaived ? ("waived" as const) : null, at: null, photo: null };
}
