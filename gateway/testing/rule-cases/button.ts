/** Cases of the rules of a one-button alarm that its values decide. */
import { readProfiles } from "../../rulebook/profiles.ts";
import type { Case, Field, Step } from "./play.ts";

const profile = readProfiles().get("button");
if (!profile) throw new Error("there is no profile of a button");

const reads = (point: string, ...values: readonly (number | null)[]): Step[] =>
  values.flatMap((value): Step[] => [{ [point]: value }, 60]);

const cases: readonly Case[] = [
  ["S04", reads("battery_pct", 19, 18, 18), reads("battery_pct", 19, 18, 21, 19, 18)],
  ["S04", reads("battery_pct", 15, 15, 15), reads("battery_pct", 15, 15, null, 15, 15)],
  ["S04X", reads("battery_pct", 9, 9, 9), reads("battery_pct", 10, 10, 10, 10)],
  ["S06", reads("clock_off_s", 12, 12, 12), reads("clock_off_s", 12, 12, 4, 12, 12)],
  ["S06", reads("clock_off_s", -400, -400, -400), reads("clock_off_s", 5, 5, 5, 5)],
  // What came late says nothing of its clock.
  ["S06", reads("clock_off_s", -60, -60, -60), reads("clock_off_s", -60, null, null, -20, 0)],
];

export const button: Field = { profile, peace: { battery_pct: 100 }, cases };
