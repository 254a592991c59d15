/**
 * What is wrong with a report of hot work (动火报备) when it is submitted. All of it is said at once; the
 * draft is kept, and nothing is put right in silence.
 */

import { distanceM } from "../dispatch/travel.ts";
import type { Draft } from "../draft.ts";
import { deviceKey } from "../inventory.ts";
import { rulesOfKind } from "../rulebook.ts";
import { mostAheadMs } from "./ahead.ts";
import { classOf } from "./class.ts";
import { impairedBy } from "./impaired.ts";
import { isOver } from "./lifecycle.ts";
import { zoneOf } from "./matching.ts";
import type { Permit, Report } from "./permit.ts";

/** A form takes a while to fill in. */
const lateMs = 900_000;

export const reportFaults = [
  "unknown-site",
  "unknown-zone",
  "outside-the-district",
  "ends-before-it-starts",
  "starts-in-the-past",
  "starts-too-far-ahead",
  "longer-than-allowed",
  "certificate-expires",
  "same-person",
  "combustibles-not-cleared",
  "no-extinguisher",
  "no-photo",
  "not-a-detector",
  "worker-works-elsewhere",
  "too-near-another-permit",
  "too-near-painting",
  "protection-impaired",
] as const;
export type ReportFault = (typeof reportFaults)[number];

type Of = Pick<Permit, "id" | "report">;

export function faultsOf(draft: Draft, { id, report }: Of): ReportFault[] {
  const { sites } = draft.world.inventory;
  const { settings } = draft.world;
  if (!sites.get(report.site)) return ["unknown-site"];
  const zone = zoneOf(draft, report);
  const { startsAt, endsAt } = report;
  const longest = settings.hotWork.longestMs[classOf(report, zone, settings)];
  const isPainting = report.kind === "painting";
  const wrong: readonly (readonly [ReportFault, boolean])[] = [
    ["unknown-zone", report.zone !== null && !zone],
    ["outside-the-district", isOutside(draft, report)],
    ["ends-before-it-starts", endsAt <= startsAt],
    ["starts-in-the-past", startsAt < draft.at - lateMs || endsAt <= draft.at],
    ["starts-too-far-ahead", startsAt > draft.at + mostAheadMs],
    ["longer-than-allowed", endsAt - startsAt > longest],
    ["certificate-expires", !isPainting && report.certificateUntil < endsAt],
    ["same-person", report.worker === report.watcher],
    ["combustibles-not-cleared", !isPainting && !report.combustiblesCleared],
    ["no-extinguisher", !isPainting && report.extinguishers < 1],
    ["no-photo", report.photo === null],
    ["not-a-detector", report.isolations.some((one) => !isDetector(draft, report.site, one))],
    ["worker-works-elsewhere", overlaps(draft, id, report, worksElsewhere).length > 0],
    ["too-near-another-permit", conflicts(draft, id, report, false).length > 0],
    ["too-near-painting", conflicts(draft, id, report, true).length > 0],
    ["protection-impaired", !isPainting && impairedBy(draft, { report }).length > 0],
  ];
  return wrong.filter(([, is]) => is).map(([fault]) => fault);
}

function isOutside({ world }: Draft, { spot: { lng, lat } }: Report): boolean {
  const { west, south, east, north } = world.inventory.district.bounds;
  return !(lng >= west && lng <= east && lat >= south && lat <= north);
}

/** Of the site, and nothing that puts a fire out. */
export function isDetector({ world }: Pick<Draft, "world">, site: string, device: string): boolean {
  const known = world.inventory.devices.get(deviceKey(site, device));
  if (!known) return false;
  return !rulesOfKind(world.packs, known.kind).some(({ class: of }) => of === "suppression");
}

type Judge = (one: Report, other: Report) => boolean;

/** Permits that are submitted or at work, at a time that this one has as well. */
export function overlaps(draft: Draft, id: string, report: Report, judge: Judge): Permit[] {
  return [...draft.state.permits.values()].filter(({ id: other, state, report: of }) => {
    if (other === id || state === "draft" || isOver(state)) return false;
    return of.startsAt < report.endsAt && report.startsAt < of.endsAt && judge(report, of);
  });
}

const worksElsewhere: Judge = (one, other) =>
  one.worker === other.worker || (one.chip !== null && one.chip === other.chip);

/** Too near each other, on the same floor or not: sparks fall. `painting`: one of the two is. */
export function conflicts(draft: Draft, id: string, report: Report, painting: boolean): Permit[] {
  const { apartM, paintingApartM } = draft.world.settings.hotWork;
  return overlaps(draft, id, report, (one, other) => {
    const painted = Number(one.kind === "painting") + Number(other.kind === "painting");
    // Two who paint do not set each other alight.
    if (painted === 2 || (painted === 1) !== painting) return false;
    return distanceM(one.spot, other.spot) < (painting ? paintingApartM : apartM);
  });
}
