/**
 * 报警泛滥 (rule C03): whether more new alarms come than a seat can take. The gateway says so by an
 * alarm, and by the end of its condition; a screen counts nothing itself. Pure.
 */
import type { AlarmRow } from "#gateway/api/contract.ts";
import type { Live } from "./live-state.ts";

const floodRule = "C03";

/** The alarm that says so; null where there is no flood. */
export function floodOf({ alarms }: Pick<Live, "alarms">): AlarmRow | null {
  for (const row of alarms.values()) {
    if (row.rule === floodRule && row.condition === "active") return row;
  }
  return null;
}
