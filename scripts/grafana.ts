/**
 * Writes Grafana's dashboards (dashboards/grafana/dashboards/*.json): `npm run -s reference`. Queries
 * are InfluxQL, which InfluxDB 1 and 2 both answer, so that the tests can put each to a real server.
 */
import { writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { dashboards } from "./dashboards.ts";
import type { Dashboard, Mark, Panel, Variable } from "./panels.ts";

const folder = resolve(import.meta.dirname, "../dashboards/grafana/dashboards");
const source = { type: "influxdb", uid: "firelink" } as const;

const [green, red, blue] = ["#1a7f37", "#c00000", "#0b5cad"];

/** As Grafana reads it. Ids and uids stay what they are from one version to the next. */
export function dashboardJson({
  name,
  title,
  variables = [],
  marks = [],
  panels,
}: Dashboard): object {
  let [x, y, rowHigh] = [0, 0, 0];
  const placed = panels.map((panel, i) => {
    const { wide: w, high: h = panel.type === "stat" ? 4 : 8 } = panel;
    if (x + w > 24) [x, y, rowHigh] = [0, y + rowHigh, 0];
    const gridPos = { h, w, x, y };
    [x, rowHigh] = [x + w, Math.max(rowHigh, h)];
    return { id: i + 1, gridPos, ...panelJson(panel) };
  });
  return {
    uid: `firelink-${name}`,
    title,
    tags: ["firelink"],
    timezone: "Asia/Shanghai",
    schemaVersion: 39,
    editable: false,
    graphTooltip: 1,
    refresh: "10s",
    time: { from: "now-6h", to: "now" },
    links: [
      {
        type: "dashboards",
        tags: ["firelink"],
        title: "firelink",
        asDropdown: false,
        keepTime: true,
      },
    ],
    templating: { list: variables.map(variableJson) },
    annotations: { list: marks.map(markJson) },
    panels: placed,
  };
}

function panelJson({ type, title, about, unit, queries, good, more }: Panel): object {
  const color = (name: string, value: number | null) => ({ color: name, value });
  const thresholds =
    good === undefined
      ? [color(blue, null)]
      : "below" in good
        ? [color(green, null), color(red, good.below)]
        : [color(red, null), color(green, good.from)];
  const custom = type === "timeseries" ? { custom: { spanNulls: false, ...more } } : {};
  return {
    ...{ type, title, ...(about === undefined ? {} : { description: about }), datasource: source },
    fieldConfig: {
      defaults: {
        ...(unit === undefined ? {} : { unit }),
        noValue: "状态未知 unknown",
        color: { mode: type === "timeseries" ? "palette-classic" : "thresholds" },
        thresholds: { mode: "absolute", steps: thresholds },
        ...custom,
      },
      overrides: [],
    },
    options: type === "stat" ? { colorMode: "background", graphMode: "none" } : {},
    targets: queries.map(({ query, alias, table: isTable }, i) => ({
      refId: String.fromCharCode(65 + i),
      datasource: source,
      rawQuery: true,
      query,
      resultFormat: isTable ? "table" : "time_series",
      ...(alias === undefined ? {} : { alias }),
    })),
  };
}

function variableJson({ name, label, query }: Variable): object {
  const all = {
    includeAll: true,
    multi: true,
    allValue: ".*",
    current: { text: "All", value: "$__all" },
  };
  return {
    ...{ type: "query", name, label, query, datasource: source, refresh: 2, sort: 1 },
    ...all,
  };
}

function markJson({ name, color, query, text }: Mark): object {
  const target = { refId: "Anno", query, rawQuery: true, textColumn: text, timeEndColumn: "" };
  return {
    name,
    iconColor: color,
    enable: true,
    datasource: source,
    target,
    query,
    textColumn: text,
  };
}

/** Everything that it asks a database. */
export function queriesOf({ name, variables = [], marks = [], panels }: Dashboard) {
  const queries = [...variables, ...marks, ...panels.flatMap((panel) => panel.queries)];
  return { name, queries: queries.map(({ query }) => query) };
}

export const written = (one: Dashboard): string =>
  `${JSON.stringify(dashboardJson(one), null, 2)}\n`;

if (import.meta.main) {
  for (const one of dashboards) writeFileSync(resolve(folder, `${one.name}.json`), written(one));
  process.stdout.write(`dashboards/grafana: ${dashboards.length} dashboards written\n`);
}
