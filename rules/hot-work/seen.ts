/**
 * 动火未报备 (H01): evidence of hot work that no active permit covers for two minutes. A chip that was
 * switched on, a camera, heat, or a grid member's report; a fixed hot-work area is listed and needs none.
 */
import { endOwn, raiseOwn } from "../alarm/own.ts";
import { distanceM } from "../dispatch/travel.ts";
import type { Draft } from "../draft.ts";
import { zoneKey } from "../inventory.ts";
import { numberOf } from "../numbers.ts";
import { hotWorkRules } from "./alarms.ts";
import type { HotWorkCommand } from "./command.ts";
import type { HotWorkSeen, Permit } from "./permit.ts";

/** Of the whole district (invariant I8). */
export const mostSeen = 1000;

export function noteHotWork(
  draft: Draft,
  { command, site, source, chip, zone, spot, over }: HotWorkCommand & { command: "note-hot-work" },
  by: string,
): void {
  const { state, world } = draft;
  const key = `${site}/${chip ?? `${source}${zone === undefined ? "" : `-${zone}`}`}`;
  const known = state.hotWorkSeen.get(key);
  if (over) return known ? endSeen(draft, known, null) : undefined;
  if (!world.inventory.sites.get(site)) return draft.refuse(command, "unknown-site", by);
  const place = zone === undefined ? undefined : world.inventory.zones.get(zoneKey(site, zone));
  if (zone !== undefined && !place) return draft.refuse(command, "unknown-zone", by);
  if (known || place?.fixedHotWork) return;
  if (state.hotWorkSeen.size >= mostSeen) return draft.refuse(command, "too-many", by);
  const of = { site, zone: zone ?? null, source, chip: chip ?? null, spot: spot ?? null };
  const seen = { key, ...of, at: draft.at, raised: false };
  if (coveredBy(draft, seen)) return;
  const judgeAt = draft.at + numberOf(world.packs, "H01", "withinMs", site);
  draft.add({ type: "hot-work-seen", seen, judgeAt });
}

/** Its two minutes are over. */
export function judgeSeen(draft: Draft, seen: HotWorkSeen): void {
  const permit = coveredBy(draft, seen);
  if (permit) return endSeen(draft, seen, permit.id);
  draft.add({ type: "hot-work-unreported", key: seen.key });
  raiseOwn(draft, hotWorkRules.H01, aboutOf(seen));
}

/** A permit has become active: what was seen at its place belongs to it. */
export function coverSeen(draft: Draft, permit: Permit): void {
  for (const seen of draft.state.hotWorkSeen.values()) {
    if (covers(draft, permit, seen)) endSeen(draft, seen, permit.id);
  }
}

function endSeen(draft: Draft, seen: HotWorkSeen, permit: string | null): void {
  draft.add({ type: "hot-work-over", key: seen.key, permit });
  if (seen.raised) endOwn(draft, aboutOf(seen));
}

/** One alarm for each thing that is seen at a site. */
function aboutOf({ site, key }: HotWorkSeen) {
  const what = key.slice(site.length + 1);
  return { site, device: what, point: hotWorkRules.H01.point, words: { seen: what } };
}

function coveredBy(draft: Draft, seen: HotWorkSeen): Permit | null {
  const active = [...draft.state.permits.values()].filter(({ state }) => state === "active");
  return active.find((permit) => covers(draft, permit, seen)) ?? null;
}

function covers({ world }: Draft, { report }: Permit, seen: HotWorkSeen): boolean {
  if (report.site !== seen.site) return false;
  if (seen.chip !== null && seen.chip === report.chip) return true;
  if (seen.spot !== null) {
    const nearM = numberOf(world.packs, "H01", "nearM", seen.site);
    return distanceM(seen.spot, report.spot) <= nearM;
  }
  // A site with a permit somewhere, and nothing that says where this is.
  return seen.zone === null ? seen.chip === null : seen.zone === report.zone;
}
