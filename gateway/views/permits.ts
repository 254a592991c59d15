/** Permits for hot work as a person or another platform reads them. */
import type { Recorded } from "#rules/event.ts";
import { type Permit, parties, taskRevision } from "#rules/hot-work/permit.ts";
import { sightOf } from "#rules/hot-work/sight.ts";
import { deviceKey, type Text, zoneKey } from "#rules/inventory.ts";
import { type PermitNames, permitLine } from "#rules/text/permit.ts";
import { alarmText, type Language } from "#rules/text/render.ts";
import type { PermitLineView, PermitView } from "../api/hot-work-contract.ts";
import { both, type Sight } from "./sight.ts";

/** `named`: the asker has to do with the people at work; others see ids. */
export function permitView(sight: Sight, permit: Permit, at: number, named: boolean): PermitView {
  const { state, world, nameOf } = sight;
  const { report, inspection, stop, gas, clocks } = permit;
  const { missing, impaired } = sightOf(state, world, permit, at);
  const person = (id: string) => ({ id, name: named ? nameOf(id) : null });
  const { worker, watcher, photo, spot, ...of } = report;
  const { sites, zones } = world.inventory;
  const zone = report.zone === null ? null : zones.get(zoneKey(report.site, report.zone));
  const station = inspection?.station ?? null;
  return {
    ...{ id: permit.id, number: permit.number, state: permit.state, class: permit.class },
    by: person(permit.by),
    ...{ sender: permit.sender, faults: [...permit.faults], missing: [...missing] },
    impaired: impaired.map((one) => ({ ...one, what: whatOf(sight, one.by) })),
    report: {
      ...{ ...of, tools: [...of.tools], isolations: [...of.isolations] },
      ...{ position: { ...spot, datum: "WGS-84" as const }, photo: photo?.file ?? null },
      siteName: sites.get(report.site)?.name ?? both(() => report.site),
      zoneName: zone?.name ?? null,
      ...{ worker: person(worker), watcher: person(watcher) },
      certificate: named ? (sight.certificateOf?.(worker) ?? null) : null,
    },
    check: inspection && {
      ...{ need: inspection.need.need, station, expectedAt: inspection.expectedAt },
      stationName: (station !== null && world.inventory.responders.get(station)?.name) || null,
      delivered: inspection.deliveredRevision >= taskRevision(inspection),
      accepted: inspection.acceptedBy !== null,
      ...{ remoteAsked: inspection.remoteAsked, done: inspection.done },
      parties: parties.map((party) => partyView(permit, party, person)),
    },
    approval: permit.approval && { ...permit.approval, by: person(permit.approval.by) },
    extension: permit.extension,
    gas: gas && { ...gas, readings: [...gas.readings] },
    gasWaiver: permit.gasWaiver && { ...permit.gasWaiver, by: person(permit.gasWaiver.by) },
    ...{ dust: permit.dust?.file ?? null, empty: permit.empty?.file ?? null, wind: permit.wind },
    stop: stop && {
      ...{ at: stop.at, cause: stop.cause, by: [...stop.by] },
      confirmBy: stop.at + world.settings.hotWork.stopWithinMs,
      what: stop.by.flatMap((by) => whatOf(sight, by) ?? []),
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

/** An alarm by its line; what is out of service by its device. */
function whatOf({ state, world }: Sight, by: string): Text | null {
  const alarm = state.alarms.get(by);
  if (alarm) return both((language) => alarmText(language, alarm, world));
  const record = state.outOfService.get(by);
  if (!record) return null;
  const { site, device } = record;
  const { place } = world.inventory.devices.get(deviceKey(site, device)) ?? {};
  return both((language) => [place?.[language], device].filter(Boolean).join(" "));
}

type Person = PermitView["by"];

function partyView(
  { inspection }: Permit,
  party: (typeof parties)[number],
  person: (id: string) => Person,
) {
  const signed = inspection?.signatures.find((one) => one.party === party);
  if (signed) {
    const { at, photo, pass, by } = signed;
    const result = pass ? ("pass" as const) : ("fail" as const);
    return { ...{ party, result, at, photo: photo.file }, by: person(by), reason: null };
  }
  const waived = inspection?.waivers.find((one) => one.party === party);
  const nothing = { party, at: null, photo: null };
  if (!waived) return { ...nothing, result: null, by: null, reason: null };
  const { by, reason } = waived;
  return { ...nothing, result: "waived" as const, by: person(by), reason };
}

type Events = readonly Recorded[];

/** What has happened with a permit, out of its events; those that say nothing to a person are left out. */
export function permitHistory(sight: Sight, events: Events, named: boolean): PermitLineView[] {
  const { state, world, nameOf } = sight;
  const person = (id: string): string => (named ? nameOf(id) : null) ?? id;
  const names = (language: Language): PermitNames => ({
    station: (id) => world.inventory.responders.get(id)?.name[language] ?? id,
    alarm: (id) => {
      const alarm = state.alarms.get(id);
      return alarm ? alarmText(language, alarm, world) : id;
    },
    person,
    utcOffsetMin: world.settings.utcOffsetMin,
  });
  return events
    .filter(({ type }) => !silent.has(type))
    .map((event) => {
      const { position, at, type } = event;
      const who = actedBy(event);
      const by = who === null ? null : { id: who, name: named ? nameOf(who) : null };
      const text = both((language) => permitLine(language, event, names(language)));
      return { position, at, type, by, text };
    });
}

/** What the system decides because of a person's act is the system's. */
function actedBy(event: Recorded): string | null {
  if ("by" in event) return typeof event.by === "string" ? event.by : null;
  return ofTheSystem.has(event.type) ? null : (event.actor?.person ?? null);
}

const ofTheSystem: ReadonlySet<string> = new Set<Recorded["type"]>([
  ...(["permit-called", "permit-matched", "permit-alarm", "permit-faulted"] as const),
  ...(["permit-stop-grew", "inspection-passed-on"] as const),
]);

const silent: ReadonlySet<string> = new Set<Recorded["type"]>([
  "permit-clock-came",
  "permit-forgotten",
]);
