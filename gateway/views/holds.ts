/** What is kept from the desk, who is called meanwhile, and what panels say: committed state as rows. */
import { type Alarm, comparePriority } from "#rules/alarm/alarm.ts";
import { nextCalls } from "#rules/alarm/escalation.ts";
import { holdOf } from "#rules/alarm/lifecycle.ts";
import { causesOf, type OutOfService } from "#rules/alarm/out-of-service.ts";
import { deadlineId } from "#rules/deadline.ts";
import type { Incident } from "#rules/incident/incident.ts";
import { deviceKey } from "#rules/inventory.ts";
import { placeOf } from "#rules/place.ts";
import { accessText, alarmText, placeText, ruleName, ruleText } from "#rules/text/render.ts";
import type { AlarmRow } from "../api/contract.ts";
import type { CalledRow, OutOfServiceRow, PanelRow } from "../api/hold-contract.ts";
import { both, type Sight } from "./sight.ts";
import { pointName } from "./tests.ts";

type HoldParts = Pick<
  AlarmRow,
  "hold" | "shelved" | "byDesign" | "outOfService" | "causes" | "panelResetAt" | "escalation"
>;

export function holdParts(sight: Sight, alarm: Alarm): HoldParts {
  const { state, world, nameOf } = sight;
  const { site, device, shelved, byDesign, outOfService, escalation, panelResetAt } = alarm;
  const explains = byDesign === null ? undefined : state.alarms.get(byDesign);
  return {
    hold: holdOf(alarm),
    shelved: shelved && { ...shelved, byName: nameOf(shelved.by) },
    byDesign: explains
      ? { alarm: explains.id, title: both((language) => ruleText(language, explains, world)) }
      : null,
    outOfService: outOfService?.record ?? null,
    causes: causesOf(alarm).map((point) => {
      return { point, name: pointName(sight, deviceKey(site, device), point) };
    }),
    panelResetAt,
    escalation: escalation && {
      steps: escalation.steps.map((step) => ({
        ...step,
        name: step.person === null ? null : nameOf(step.person),
      })),
      nextTo: nextCalls(alarm, world.packs),
      nextAt: state.deadlines.get(deadlineId("escalate", alarm.id))?.at ?? null,
    },
  };
}

/** The one that ends first before the others. */
export function outOfServiceView(sight: Sight, sees: (site: string) => boolean): OutOfServiceRow[] {
  return [...sight.state.outOfService.values()]
    .filter(({ site }) => sees(site))
    .sort((a, b) => a.until - b.until)
    .map((record) => outOfServiceRow(sight, record));
}

function outOfServiceRow(sight: Sight, record: OutOfService): OutOfServiceRow {
  const { world, nameOf } = sight;
  const { id, site, device, points, rule, at, reason, until, by } = record;
  const place = placeOf(world.inventory, site, device);
  const key = deviceKey(site, device);
  return {
    id,
    site,
    siteName: world.inventory.sites.get(site)?.name ?? both(() => site),
    device,
    place: both((language) => placeText(language, { ...place, device }, world)),
    points: points?.map((point) => ({ id: point, name: pointName(sight, key, point) })) ?? null,
    rule,
    ruleName:
      rule === null ? null : both((language) => ruleName(language, { rule, site, device }, world)),
    since: at,
    reason,
    until,
    by,
    byName: nameOf(by),
  };
}

/** What panels of its site have said since it was opened, the newest first. */
export function panelRows(sight: Sight, incident: Incident): PanelRow[] {
  const { alarms, panels } = sight.state;
  if (panels.size === 0) return [];
  const devices = new Set(incident.alarms.flatMap((id) => alarms.get(id)?.device ?? []));
  const rows: PanelRow[] = [];
  for (const [of, { site, device, note, value, at, first }] of panels) {
    if (site !== incident.site || !devices.has(device)) continue;
    if (first || at < incident.openedAt) continue;
    const key = deviceKey(site, device);
    const point = of.slice(key.length + 1);
    rows.push({ device, point, name: pointName(sight, key, point), note, value, at });
  }
  return rows.sort((a, b) => b.at - a.at);
}

/**
 * What one of these persons is called for, those that nobody has acknowledged first. A fire has as many
 * alarms as detectors: of an incident it is the most urgent one, with the count of the others.
 */
export function callsOf(sight: Sight, persons: ReadonlySet<string>): CalledRow[] {
  const groups = new Map<string, Called[]>();
  for (const alarm of sight.state.alarms.values()) {
    const step = alarm.escalation?.steps.findLast(({ person }) => person && persons.has(person));
    if (!step || alarm.state === "normal") continue;
    const of = alarm.incident ?? alarm.id;
    groups.set(of, [...(groups.get(of) ?? []), { alarm, step }]);
  }
  const rows = [...groups.values()].map((group) => calledRow(sight, group));
  return rows.sort((a, b) => isOver(a) - isOver(b) || b.at - a.at);
}

type Called = {
  readonly alarm: Alarm;
  readonly step: NonNullable<Alarm["escalation"]>["steps"][number];
};

const isOver = ({ acknowledgedAt }: Pick<Alarm, "acknowledgedAt">): number =>
  Number(acknowledgedAt !== null);

/** The one that was called for first stays the same until it is acknowledged: it rings once. */
function calledRow({ state, world }: Sight, group: readonly Called[]): CalledRow {
  const [first] = [...group].sort(
    (a, b) =>
      isOver(a.alarm) - isOver(b.alarm) ||
      comparePriority(a.alarm.priority, b.alarm.priority) ||
      a.alarm.raisedAt - b.alarm.raisedAt,
  );
  if (!first) throw new Error("a group has one at least");
  const { alarm, step } = first;
  const { incident } = alarm;
  return {
    alarm: alarm.id,
    to: step.to,
    at: step.at,
    class: alarm.class,
    priority: alarm.priority,
    number: incident === null ? null : (state.incidents.get(incident)?.number ?? null),
    what: both((language) => alarmText(language, alarm, world)),
    place: both((language) => placeText(language, alarm, world)),
    siteName: world.inventory.sites.get(alarm.site)?.name ?? both(() => alarm.site),
    access: both((language) => accessText(language, alarm, world)),
    raisedAt: alarm.raisedAt,
    acknowledgedAt: alarm.acknowledgedAt,
    others: group.filter((one) => isOver(one.alarm) === isOver(alarm)).length - 1,
  };
}
