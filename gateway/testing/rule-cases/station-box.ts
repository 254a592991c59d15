/** Cases of the rules of a station box that its values decide. */
import { readProfiles } from "../../rulebook/profiles.ts";
import type { Case, Field, Step } from "./play.ts";

const profile = readProfiles().get("station-box");
if (!profile) throw new Error("there is no profile of a station box");

const reads = (...values: readonly number[]): Step[] =>
  values.flatMap((battery_pct): Step[] => [{ battery_pct }, 10]);

const cases: readonly Case[] = [
  ["S04", reads(19, 18, 17), reads(19, 18, 21, 19, 18)],
  ["S07", [{ ext_power: false }, 61], [{ ext_power: false }, 50, { ext_power: true }, 20]],
];

export const stationBox: Field = {
  profile,
  peace: { battery_pct: 100, ext_power: true },
  cases,
};
