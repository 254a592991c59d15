/** A test of what puts a fire out takes it away meanwhile: not where something burns on purpose. */
import type { Draft } from "../draft.ts";
import { isSuppression } from "../hot-work/impaired.ts";
import { isBeforeWork, isWatched, type Permit } from "../hot-work/permit.ts";
import { deviceKey } from "../inventory.ts";
import type { TestWindow } from "./test-window.ts";

/** What there is against a test: hot work goes on, or is to begin before the test is over. */
export function hotWorkAgainst(
  { state, world }: Draft,
  { site, expected, endsAt }: Pick<TestWindow, "site" | "expected" | "endsAt">,
): "hot-work-there" | "hot-work-planned" | null {
  const touched = [...state.permits.values()].filter(({ report: { site: of, zone } }) =>
    expected.some(({ device }) => {
      if (of !== site) return false;
      if (isSuppression(world, site, device)) return true;
      const tested = world.inventory.devices.get(deviceKey(site, device))?.zone;
      return tested !== undefined && tested === zone;
    }),
  );
  if (touched.some(isWatched)) return "hot-work-there";
  const isPlanned = (permit: Permit): boolean =>
    isBeforeWork(permit) && permit.report.kind !== "painting" && permit.report.startsAt < endsAt;
  return touched.some(isPlanned) ? "hot-work-planned" : null;
}
