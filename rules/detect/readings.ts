/**
 * So many readings in a row beyond a limit: one low reading of a battery is none (rule S04). It is not
 * time that counts here: a device may send each minute, or twice a day.
 */
import type { Condition } from "./condition.ts";

export type Readings = {
  readonly point: string;
  readonly above?: number;
  readonly below?: number;
  readonly least: number;
};

/** Number of the last reading that was counted; how many in a row are beyond. */
export const placesOfReadings = 2;

/** Unknown while its point is; a reading that is not believed ends the row, silence does not. */
export function countReadings(of: Readings, slot: number, place: number): Condition {
  const isBeyond = (value: number): boolean =>
    of.above === undefined ? value < (of.below ?? 0) : value > of.above;
  return {
    run: ({ values, readings }, memory) => {
      const value = values[slot];
      const count = readings?.[slot] ?? 0;
      if (count !== memory[place]) {
        memory[place] = count;
        const isOne = typeof value === "number" && isBeyond(value);
        memory[place + 1] = isOne ? (memory[place + 1] ?? 0) + 1 : 0;
      }
      return typeof value === "number" ? (memory[place + 1] ?? 0) >= of.least : undefined;
    },
    reads: [slot],
    cost: 3,
  };
}
