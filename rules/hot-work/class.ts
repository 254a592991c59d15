/**
 * The class of hot work in force, and what it covers: the highest of what the firm declares, of what
 * its zone asks for, and of the night or holiday it falls on (GB 30871-2022; special is not raised
 * further, and a fixed hot-work area not at all).
 */
import { isNight, localTime } from "../calendar.ts";
import type { Zone } from "../inventory.ts";
import type { Settings } from "../settings.ts";
import { type HotWorkClass, hotWorkClasses, type Report, type ZoneUse } from "./permit.ts";

const quarterMs = 900_000;
const dayMs = 86_400_000;

/** Warehouses, lint of textile and dyeing, and paint: first class, and looked at each time. */
const firstClassUses: readonly ZoneUse[] = ["warehouse", "textile", "paint"];

type Work = Pick<Report, "class" | "object" | "outdoors" | "startsAt" | "endsAt">;
type Place = Pick<Zone, "use" | "minHotWorkClass" | "fixedHotWork"> | undefined;

export function classOf(work: Work, zone: Place, settings: Settings): HotWorkClass {
  const asked: HotWorkClass[] = [work.class];
  if (zone?.minHotWorkClass) asked.push(zone.minHotWorkClass);
  if (zone?.use && firstClassUses.includes(zone.use)) asked.push("first");
  // Indoors, and nobody says in which compartment: what is unknown is not taken for harmless.
  if (zone === undefined && !work.outdoors) asked.push("first");
  const usual = hotWorkClasses.find((one) => asked.includes(one)) ?? work.class;
  if (zone?.fixedHotWork || usual !== "second") return raised(usual, work, zone, settings);
  // Work of several days rests by night; a shift that reaches into one is work by night.
  const isShift = work.endsAt - work.startsAt <= settings.hotWork.longestMs.first;
  return isShift ? raised(usual, work, zone, settings) : usual;
}

function raised(of: HotWorkClass, work: Work, zone: Place, settings: Settings): HotWorkClass {
  const next = hotWorkClasses[hotWorkClasses.indexOf(of) - 1];
  if (next === undefined || zone?.fixedHotWork) return of;
  return isQuiet(work, settings) ? next : of;
}

/** Some of it falls on a night or a holiday. */
function isQuiet({ startsAt, endsAt }: Work, settings: Settings): boolean {
  const next = quietFrom(startsAt, settings);
  return next !== null && next < endsAt;
}

/** Nobody is about: the night of the settings, or a holiday, local time. */
export function isQuietAt(at: number, { utcOffsetMin, dispatch, hotWork }: Settings): boolean {
  if (isNight(at, utcOffsetMin, dispatch)) return true;
  return hotWork.holidays.length > 0 && hotWork.holidays.includes(localDate(at, utcOffsetMin));
}

/** When the next such time begins, `at` itself where it is one; null within a day where none does. */
export function quietFrom(at: number, settings: Settings): number | null {
  if (isQuietAt(at, settings)) return at;
  // Nights and days begin at whole quarters of an hour, whatever the offset.
  const first = Math.ceil((at + 1) / quarterMs) * quarterMs;
  for (let next = first; next <= at + dayMs; next += quarterMs) {
    if (isQuietAt(next, settings)) return next;
  }
  return null;
}

/** YYYY-MM-DD of the local day. */
export function localDate(at: number, utcOffsetMin: number): string {
  const { year, month, day } = localTime(at, utcOffsetMin);
  return `${year}-${String(month).padStart(2, "0")}-${String(day).padStart(2, "0")}`;
}

/** Where gas, solvent or dust may be, work needs a test; lint and dust need a photo instead. */
export function needsGasTest({ object }: Pick<Report, "object">, zone: Place): boolean {
  if (object !== "structure") return true;
  return zone?.use === "solvent" || zone?.use === "dye-chemical" || zone?.use === "gas";
}

export function needsDustCleared(zone: Place): boolean {
  return zone?.use === "textile";
}

/** Fire watch: 60 min where goods and lint smoulder, 30 min elsewhere (H05). */
export function isSmouldering(zone: Place): boolean {
  return zone?.use === "warehouse" || zone?.use === "textile";
}
