/** Devices whose suppression does not work, each with its clock (rule E02). */
import { deadlineId } from "#rules/deadline.ts";
import { placeOf } from "#rules/place.ts";
import { placeText } from "#rules/text/render.ts";
import type { ImpairmentRow } from "../api/hold-contract.ts";
import { both, type Sight } from "./sight.ts";

export function impairmentView(sight: Sight, sees: (site: string) => boolean): ImpairmentRow[] {
  const { state, world } = sight;
  return [...state.impairments]
    .filter(([, { site }]) => sees(site))
    .map(([key, { site, device, since, sumMs, reported }]): ImpairmentRow => {
      const place = placeOf(world.inventory, site, device);
      const due = state.deadlines.get(deadlineId("impairment", key))?.at ?? null;
      return {
        site,
        siteName: world.inventory.sites.get(site)?.name ?? both(() => site),
        device,
        place: both((language) => placeText(language, { ...place, device }, world)),
        since,
        sumMs,
        reportAt: since === null ? null : due,
        reported,
      };
    })
    .sort((a, b) => urgency(a) - urgency(b) || (a.device < b.device ? -1 : 1));
}

/** What is reported and goes on first, then what will be soonest; what is whole again last. */
function urgency({ since, reportAt, reported }: ImpairmentRow): number {
  if (since === null) return Number.MAX_SAFE_INTEGER;
  return reported ? 0 : (reportAt ?? 0);
}
