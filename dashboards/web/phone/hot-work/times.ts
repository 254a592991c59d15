/** Instants of a plan as people say them: to the minute, with the date on another day. */
import { formatWhen } from "../../shared/format.ts";

export function planTime(at: number, now: number, utcOffsetMin: number): string {
  return formatWhen(at, now, utcOffsetMin).slice(0, -3);
}
