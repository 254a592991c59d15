/**
 * A report's position at the edge: any stated datum becomes WGS-84, and what is called WGS-84 but lies
 * where a Chinese web map shows the site that is named with it is asked about.
 */
import { distanceM } from "#rules/dispatch/travel.ts";
import type { ReportIncident } from "#rules/incident/report.ts";
import type { InventoryIndex } from "#rules/inventory-index.ts";
import { Refused } from "./errors.ts";
import { toWgs84, wgs84ToGcj02 } from "./inventory/datum.ts";

/** So near to where GCJ-02 would show the site, and so far from the site itself. */
const nearM = 60;
const stillM = 100;

/** Throws `Refused` (`looks-like-gcj-02`) unless `sure` says that it is meant so. */
export function reportFrom(wanted: ReportIncident, { sites }: InventoryIndex): ReportIncident {
  const { at, ...report } = wanted;
  if (at === undefined) return wanted;
  const { lng, lat, datum } = at;
  if (datum !== "WGS-84") {
    const given = { datum, lng, lat };
    return { ...report, at: { ...toWgs84(at, datum), datum: "WGS-84", given } };
  }
  const site = report.site === undefined ? undefined : sites.get(report.site);
  if (site && !report.sure) {
    const shown = wgs84ToGcj02(site.position);
    if (distanceM(at, shown) < nearM && distanceM(at, site.position) > stillM) {
      throw new Refused({
        code: "looks-like-gcj-02",
        message: "the position lies where a Chinese web map (GCJ-02) shows the site",
        allowed: "datum GCJ-02, or sure: true where it is WGS-84 all the same",
      });
    }
  }
  return wanted;
}
