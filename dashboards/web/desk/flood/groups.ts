/**
 * The list in a flood of alarms: fire stands on top, row by row; everything else is one line for each
 * site, its rows by device behind it. Nothing is left out. Pure.
 */
import { systemSite } from "#rules/system.ts";
import { floodOf } from "../../shared/flood.ts";
import type { Live } from "../../shared/live-state.ts";
import { compareRows, type Row, rowsOf, urgencies } from "../rows.ts";

export type Group = {
  /** Id of the site. */
  readonly key: string;
  /** By device, the most urgent of each first. */
  readonly rows: readonly Row[];
  readonly devices: number;
};

export type Parts = {
  /** Fires, and what the gateway says of itself. */
  readonly loose: readonly Row[];
  readonly groups: readonly Group[];
};

/** Fire, and what fails in one (P0), and then the gateway itself: each has a row of its own. */
function isLoose(row: Row): boolean {
  return row.urgency === "P0" || row.urgency === "P1-fire" || siteOf(row) === systemSite;
}

/** The rows of the list in the order in which they are drawn: keys walk the same way. */
export function listOf(live: Pick<Live, "incidents" | "alarms">): Row[] {
  const rows = rowsOf(live);
  return floodOf(live) ? floodOrder(rows) : rows;
}

function floodOrder(rows: readonly Row[]): Row[] {
  const { loose, groups } = partsOf(rows);
  const sorted = [...groups].sort(
    (a, b) => urgencyOf(a) - urgencyOf(b) || (a.key < b.key ? -1 : 1),
  );
  return [...[...loose].sort(compareRows), ...sorted.flatMap((group) => byDevice(group.rows))];
}

/** Rows as they stand, put together by site: fires first, then sites as they appear. */
export function partsOf(rows: readonly Row[]): Parts {
  const loose: Row[] = [];
  const sites = new Map<string, Row[]>();
  for (const row of rows) {
    if (isLoose(row)) loose.push(row);
    else sites.set(siteOf(row), [...(sites.get(siteOf(row)) ?? []), row]);
  }
  const groups = [...sites].map(([key, of]) => ({
    key,
    rows: of,
    devices: new Set(of.map(deviceOf)).size,
  }));
  return { loose, groups };
}

/** The most urgent that stands in it. */
export function urgencyOf({ rows }: Pick<Group, "rows">): number {
  return Math.min(...rows.map(({ urgency }) => urgencies.indexOf(urgency)));
}

function byDevice(rows: readonly Row[]): Row[] {
  return [...rows].sort((a, b) => {
    const [one, other] = [deviceOf(a), deviceOf(b)];
    return one < other ? -1 : one > other ? 1 : compareRows(a, b);
  });
}

function siteOf(row: Row): string {
  return row.kind === "incident" ? row.card.site : row.alarm.site;
}

function deviceOf(row: Row): string {
  return row.kind === "incident" ? row.key : row.alarm.device;
}
