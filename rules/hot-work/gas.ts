/**
 * Gas tests (气体分析, GB 30871-2022 5.3): what passes, and for how long. Limits are in per cent of the
 * volume; another unit is refused and never converted, for a wrong guess burns.
 */
import type { GasReading, GasTest, WorkObject } from "./permit.ts";

/** Lower explosive limits, % vol (GBZ/T 223 annex, as published); what is not here has the strict limit. */
export const lowerLimits: Readonly<Record<string, number>> = {
  acetone: 2.5,
  acetylene: 2.5,
  ammonia: 15,
  "carbon-monoxide": 12.5,
  dmf: 2.2,
  ethanol: 3.3,
  gasoline: 1.3,
  hydrogen: 4,
  "hydrogen-sulfide": 4,
  methane: 5,
  methanol: 5.5,
  "natural-gas": 5,
  propane: 2.1,
  toluene: 1.1,
  xylene: 1.1,
};

const yearMs = 366 * 86_400_000;
/** Of a phone's clock. */
const slackMs = 60_000;

/** From a lower limit of 4 % on 0.5 % vol pass, below it 0.2 %. */
export function passLimit(substance: string): number {
  return (lowerLimits[substance] ?? 0) >= 4 ? 0.5 : 0.2;
}

export type GasFault =
  | "wrong-unit"
  | "not-a-reading"
  | "no-meter"
  | "calibration-overdue"
  | "taken-in-the-future"
  | "too-old"
  | "no-oxygen";

/** Why a test cannot be taken down at all; null where it can. */
export function gasFault(
  test: GasTest,
  { at, oldestMs, object }: { at: number; oldestMs: number; object: WorkObject },
): GasFault | null {
  if (test.meter === "") return "no-meter";
  if (test.readings.length === 0) return "not-a-reading";
  if (test.readings.some(({ unit }) => unit !== "%vol")) return "wrong-unit";
  if (!test.readings.every(({ value }) => value >= 0 && value <= 100)) return "not-a-reading";
  if (test.takenAt > at + slackMs || test.calibratedAt > at) return "taken-in-the-future";
  if (at - test.takenAt > oldestMs) return "too-old";
  if (at - test.calibratedAt > yearMs) return "calibration-overdue";
  if (object === "confined-space" && test.oxygen === null) return "no-oxygen";
  return null;
}

export function isPassed({ readings, oxygen }: GasTest): boolean {
  if (oxygen !== null && (oxygen < 19.5 || oxygen > 21)) return false;
  return readings.every(isBelow);
}

function isBelow({ substance, value }: GasReading): boolean {
  return value <= passLimit(substance);
}
