/**
 * Which station inspects (现场检查): the nearest in time that is in service, has no order of an alarm out
 * and not too many inspections, that of the town first. An inspection is no emergency: a station whose
 * crew is on an alarm keeps what is left of it at home.
 */

import { roadsNow } from "../dispatch/issue.ts";
import { orderAtEnd } from "../dispatch/order.ts";
import { rank } from "../dispatch/rank.ts";
import { availabilityOf, engineKinds, vehiclesReady } from "../dispatch/status.ts";
import type { Draft } from "../draft.ts";
import { type BuildingUse, type Zone, zoneKey } from "../inventory.ts";
import { colourOf } from "../site-code.ts";
import type { Inspector } from "./event.ts";
import type { CheckNeed, HotWorkClass, Permit, Report, ZoneUse } from "./permit.ts";

/** Stations that are considered, and named in the journal. */
const considered = 8;

export type Match = {
  readonly station: string | null;
  readonly expectedAt: number | null;
  readonly candidates: readonly Inspector[];
};

/** `asked`: stations that have been asked in vain, and are asked again only where nobody else is left. */
export function matchStation(draft: Draft, report: Report, asked: readonly string[]): Match {
  const { inventory, settings } = draft.world;
  const town = inventory.sites.get(report.site)?.town;
  const { travel } = settings;
  const ranked = rank(inventory.rescue, report.spot, considered, travel, roadsNow(draft));
  const judged = ranked
    .map((way) => {
      const responder = inventory.responders.get(way.station);
      return { way, isOfTown: responder?.town === town, why: reasonAgainst(draft, way.station) };
    })
    .filter(({ way }) => inventory.responders.get(way.station)?.authority !== "via-119");
  const able = judged.filter(({ why }) => why === null);
  const fresh = able.filter(({ way }) => !asked.includes(way.station));
  const pool = fresh.length > 0 ? fresh : able.filter(({ way }) => way.station !== asked.at(-1));
  const taken = pool.find(({ isOfTown }) => isOfTown) ?? pool[0];
  const candidates = judged.map(({ way, why }): Inspector => {
    if (way === taken?.way) {
      return { ...way, verdict: "taken", reason: taken === pool[0] ? "nearest" : "same-town" };
    }
    const wasAsked = asked.includes(way.station) ? "asked" : "further-away";
    return { ...way, verdict: "left", reason: why ?? wasAsked };
  });
  const { acceptWithinMs } = settings.hotWork;
  const expectedAt = taken ? draft.at + acceptWithinMs + taken.way.estimateMs : null;
  return { station: taken?.way.station ?? null, expectedAt, candidates };
}

/** Who inspects goes by two, in a car of their own. */
const inspectors = 2;

function reasonAgainst(draft: Draft, station: string): Inspector["reason"] | null {
  const { inventory, settings } = draft.world;
  const responder = inventory.responders.get(station);
  if (!responder || isOut(draft, station)) return "not-available";
  const { standing, crew } = availabilityOf(draft, responder, null);
  if (standing !== "free" && standing !== "ask") return "not-available";
  const load = [...draft.state.permits.values()].filter((permit) => inspects(permit, station));
  if (load.length >= settings.hotWork.mostInspections) return "load";
  // One engine stays at home, with the people that it takes to turn out.
  const left = crew === null ? null : crew - inspectors * (load.length + 1);
  const tooFew = left !== null && left < (responder.crew?.atLeast ?? 0);
  return tooFew || !hasEngine(draft, station) ? "last-engine" : null;
}

/** Of a station whose vehicles nobody has listed, it is not known that it has none. */
function hasEngine({ state, world }: Draft, station: string): boolean {
  const vehicles = world.inventory.vehiclesOf(station);
  if (vehicles.length === 0) return true;
  return vehiclesReady(state, station, vehicles).some(({ kind }) => engineKinds.has(kind));
}

/** It has the order of an alarm that is not at an end, or gets one by this decision. */
function isOut({ state, events }: Draft, station: string): boolean {
  if (events.some((event) => event.type === "order-issued" && event.station === station)) {
    return true;
  }
  return [...state.orders.values()].some(
    (order) => order.station === station && order.kind !== "notify" && !orderAtEnd(order.state),
  );
}

/** The check of this permit waits for this station. */
export function inspects({ state, inspection }: Permit, station: string): boolean {
  return state === "matched" && inspection?.station === station && inspection.done === null;
}

/**
 * Special and first class are looked at each time; of the second as many of a hundred as the colour
 * of its site says. The draw is made of the signal's id: the same journal draws the same (I6).
 */
export function needOf(draft: Draft, report: Report, of: HotWorkClass): CheckNeed {
  if (of !== "second") return { need: "always" };
  const { state, world } = draft;
  const colour = colourOf(state, world.inventory, report.site);
  const { red, yellow, green } = world.settings.hotWork.samplePercent;
  const percent = { red, yellow, green, unknown: yellow }[colour];
  const draw = drawOf(draft.signal.id);
  return { need: draw < percent ? "drawn" : "not-drawn", colour, draw };
}

/** 0 to 99 of a text (FNV-1a, 32 bit). */
export function drawOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  }
  return (hash >>> 0) % 100;
}

/** A compartment of which nobody has said what it is used for is used as its building is. */
const useOfBuilding: Readonly<Partial<Record<BuildingUse, ZoneUse>>> = {
  warehouse: "warehouse",
  chemicals: "dye-chemical",
};

export function zoneOf(
  { world }: Pick<Draft, "world">,
  { site, zone }: Pick<Report, "site" | "zone">,
): Zone | undefined {
  const { zones, buildings } = world.inventory;
  const known = zone === null ? undefined : zones.get(zoneKey(site, zone));
  if (known === undefined || known.use !== undefined) return known;
  const use = useOfBuilding[buildings.get(zoneKey(site, known.building))?.use ?? "factory"];
  return use === undefined ? known : { ...known, use };
}
