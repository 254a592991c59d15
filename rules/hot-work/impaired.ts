/**
 * One side of the triangle: what of the protection of a place is not whole, as this very decision
 * leaves it. Pump not in AUTO, valve shut, tank low, supply or link lost: alarms of the suppression class, and
 * of a link, that stand where the work is; whatever is out of service; a test that is open.
 *
 * Unknown is not whole (law 2): only what has returned is left out. What is put aside or explained by
 * another alarm is impaired all the same.
 */
import type { Alarm } from "../alarm/alarm.ts";
import type { OutOfService } from "../alarm/out-of-service.ts";
import type { Draft } from "../draft.ts";
import { deviceKey } from "../inventory.ts";
import { rulebook, rulesOfKind } from "../rulebook.ts";
import { pointKey } from "../state.ts";
import { wholeSite } from "../system.ts";
import type { Report, StopCause } from "./permit.ts";

/** Why, and the alarm, record or test that says so. */
export type Impaired = { readonly cause: StopCause; readonly by: string };

/** They say that hot work itself is not as it should be, or for how long something has been. */
const notOfProtection: readonly string[] = ["E02", "H07"];

/** Supervisory by their class, and water or power or sight that is missing. */
const alsoOfProtection: readonly string[] = ["P08", "P10", "P11", "V01", "P03"];

type Standing = Pick<
  Alarm,
  "id" | "rule" | "class" | "site" | "device" | "zone" | "state" | "condition"
>;

type Place = { readonly report: Pick<Report, "site" | "zone" | "isolations"> };

/** Whatever stands against work at this place now; empty where its protection is whole. */
export function impairedBy(draft: Draft, { report }: Place): Impaired[] {
  const alarms = standingAt(draft, report.site)
    .filter((alarm) => isOfProtection(draft, alarm) && reaches(alarm, report))
    .map(({ id }) => ({ cause: "impaired", by: id }) as const);
  const records = recordsAt(draft, report.site).flatMap(
    (record) => impairedByWork(draft, record, report) ?? [],
  );
  const all = [...alarms, ...records, ...testsAt(draft, report), ...disabledAt(draft, report)];
  return all.sort((a, b) => (a.by < b.by ? -1 : 1));
}

/** A panel says how many of its points are disabled (屏蔽), not which: no more than the permit names. */
function disabledAt(draft: Draft, { site, isolations }: Place["report"]): Impaired[] {
  const panels = [...disabledPoints(draft, site)].filter(([, count]) => count > 0);
  const count = panels.reduce((sum, [, one]) => sum + one, 0);
  if (count <= isolations.length) return [];
  return panels.map(([by]) => ({ cause: "isolated", by }));
}

/** Point of a panel → how many points are disabled there, as this decision leaves it. */
function disabledPoints({ state, events }: Draft, site: string): Map<string, number> {
  const counts = new Map<string, number>();
  for (const [key, panel] of state.panels) {
    if (panel.site === site && panel.note === "disabled") counts.set(key, Number(panel.value));
  }
  for (const event of events) {
    if (event.type !== "panel-noted" || event.site !== site || event.note !== "disabled") continue;
    counts.set(pointKey(deviceKey(site, event.device), event.point), Number(event.value));
  }
  return counts;
}

/**
 * A detector that a permit names is not back yet: out of service, disabled at its panel, or with an alarm
 * of its own, so that nobody has seen it normal.
 */
export function isIsolated(draft: Draft, { report }: Place): boolean {
  const { site, isolations } = report;
  if (isolations.length === 0) return false;
  const isNamed = ({ device }: { readonly device: string }) => isolations.includes(device);
  if (recordsAt(draft, site).some(isNamed) || standingAt(draft, site).some(isNamed)) return true;
  return [...disabledPoints(draft, site).values()].some((count) => count > 0);
}

function isOfProtection({ world }: Draft, alarm: Standing): boolean {
  const { rule, class: of, site, device } = alarm;
  if (notOfProtection.includes(rule)) return false;
  if (of === "suppression" || alsoOfProtection.includes(rule)) return true;
  if (rule === rulebook.G07.id) return true;
  // The link of what puts a fire out, or sees one in this zone.
  if (rule !== rulebook.S02.id) return false;
  return alarm.zone !== null || isSuppression(world, site, device);
}

export function isSuppression(
  { inventory, packs }: Draft["world"],
  site: string,
  id: string,
): boolean {
  const { kind = "" } = inventory.devices.get(deviceKey(site, id)) ?? {};
  return rulesOfKind(packs, kind).some((rule) => rule.class === "suppression");
}

/** What has a zone protects that zone; a pump room, and a whole site, protect all of it. */
function reaches(alarm: Standing, report: Pick<Report, "zone">): boolean {
  if (alarm.device === wholeSite || alarm.zone === null || report.zone === null) return true;
  return alarm.zone === report.zone;
}

/** Only a detector that the permit names may be out of service. */
function impairedByWork(
  { world }: Draft,
  { id, site, device }: Pick<OutOfService, "id" | "site" | "device">,
  report: Pick<Report, "zone" | "isolations">,
): Impaired | null {
  if (isSuppression(world, site, device)) return { cause: "impaired", by: id };
  if (report.isolations.includes(device)) return null;
  const { zone } = world.inventory.devices.get(deviceKey(site, device)) ?? {};
  const isElsewhere = zone !== undefined && report.zone !== null && zone !== report.zone;
  return isElsewhere ? null : { cause: "isolated", by: id };
}

/** A test of what puts a fire out takes it away meanwhile. */
function testsAt(draft: Draft, { site }: Pick<Report, "site">): Impaired[] {
  const ended = new Set(
    draft.events.flatMap((event) => (event.type === "test-ended" ? event.test : [])),
  );
  return [...draft.state.tests.values()]
    .filter((test) => test.site === site && !ended.has(test.id))
    .filter(({ expected }) =>
      expected.some(({ device }) => isSuppression(draft.world, site, device)),
    )
    .map(({ id }) => ({ cause: "test-open", by: id }));
}

/** As this decision leaves them. */
function standingAt({ state, events }: Draft, site: string): Standing[] {
  const standing = new Map<string, Standing>();
  for (const alarm of state.alarms.values()) {
    if (alarm.site === site) standing.set(alarm.id, alarm);
  }
  for (const event of events) {
    if (event.type === "alarm-raised" && event.site === site) {
      standing.set(event.alarm, { ...event, id: event.alarm, state: "unacknowledged" });
    } else if (event.type === "alarm-moved" || event.type === "alarm-condition") {
      const known = standing.get(event.alarm);
      if (!known) continue;
      const now =
        event.type === "alarm-moved" ? { state: event.to } : { condition: event.condition };
      standing.set(event.alarm, { ...known, ...now });
    }
  }
  return [...standing.values()].filter(
    ({ state: of, condition }) => of !== "normal" && condition !== "inactive",
  );
}

function recordsAt({ state, events }: Draft, site: string) {
  const records = new Map<string, Pick<OutOfService, "id" | "site" | "device">>();
  for (const record of state.outOfService.values()) {
    if (record.site === site) records.set(record.id, record);
  }
  for (const event of events) {
    if (event.type === "taken-out-of-service" && event.site === site) {
      records.set(event.record, { ...event, id: event.record });
    } else if (event.type === "returned-to-service") records.delete(event.record);
  }
  return [...records.values()];
}
