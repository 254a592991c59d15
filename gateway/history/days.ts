/** History goes by days: which instant lies in which, and which have a file. */
import { readdirSync } from "node:fs";
import type { Packed } from "./packed.ts";

export const dayMs = 86_400_000;
const name = /^(\d{4}-\d\d-\d\d)\.db$/;
const longName = /^(\d{4}-\d\d-\d\d)\.long\.db$/;

/** Days that have a file, oldest first. */
export function daysIn(folder: string): string[] {
  return namedIn(folder, name);
}

/** Days that were thinned into a file beside it. */
export function longDaysIn(folder: string): string[] {
  return namedIn(folder, longName);
}

function namedIn(folder: string, pattern: RegExp): string[] {
  return readdirSync(folder)
    .flatMap((file) => pattern.exec(file)?.[1] ?? [])
    .sort();
}

/** Nearly always all are of one day. */
export function rowsByDay({ count, at }: Packed): Map<string, number[]> {
  const days = new Map<number, number[]>();
  for (let row = 0; row < count; row += 1) {
    const day = Math.floor((at[row] as number) / dayMs);
    const rows = days.get(day);
    if (rows) rows.push(row);
    else days.set(day, [row]);
  }
  return new Map([...days].map(([day, rows]) => [dayOf(day * dayMs), rows]));
}

/** YYYY-MM-DD, UTC: a file ends at the same instant wherever it is read. */
export function dayOf(at: number): string {
  return new Date(Math.floor(at / dayMs) * dayMs).toISOString().slice(0, 10);
}
