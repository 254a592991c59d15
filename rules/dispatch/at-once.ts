/** When nobody stands by: at night, in a crowd and under a red code who would goes at once (domain D). */
import { isNight } from "../calendar.ts";
import type { Draft } from "../draft.ts";
import { colourOf } from "../site-code.ts";

export function goesAtOnce({ state, world, at }: Draft, site: string): boolean {
  const { dispatch, utcOffsetMin } = world.settings;
  if (isNight(at, utcOffsetMin, dispatch)) return true;
  if (world.inventory.sites.get(site)?.crowded === true) return true;
  return colourOf(state, world.inventory, site) === "red";
}
