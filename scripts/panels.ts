/** Panels of Grafana as dashboards.ts writes them down, and the queries that most of them are. */
export type Query = { readonly query: string; readonly alias?: string; readonly table?: boolean };
export type Panel = {
  readonly type: "timeseries" | "stat" | "table" | "barchart";
  /** 中文 English. */
  readonly title: string;
  readonly about?: string;
  readonly wide: number;
  readonly high?: number;
  readonly unit?: string;
  readonly queries: readonly Query[];
  /** Green below (or above) it. */
  readonly good?: { readonly below: number } | { readonly from: number };
  readonly more?: Readonly<Record<string, unknown>>;
};
export type Variable = { readonly name: string; readonly label: string; readonly query: string };
export type Dashboard = {
  readonly name: string;
  readonly title: string;
  readonly variables?: readonly Variable[];
  readonly marks?: readonly Mark[];
  readonly panels: readonly Panel[];
};
export type Mark = {
  readonly name: string;
  readonly color: string;
  readonly query: string;
  readonly text: string;
};

export const last = (field: string): Query => ({
  query: `SELECT last("${field}") FROM "gateway" WHERE $timeFilter`,
});
export const curve = (
  measurement: string,
  fields: readonly string[],
  where = "",
  by = '"site", "device"',
): Query[] =>
  fields.map((field) => ({
    query: `SELECT mean("${field}") FROM "${measurement}" WHERE ${where}$timeFilter GROUP BY time($__interval), ${by} fill(none)`,
    alias: `$tag_device ${field}`,
  }));
export const rate = (field: string): Query => ({
  query: `SELECT non_negative_derivative(last("${field}"), 1s) FROM "gateway" WHERE $timeFilter GROUP BY time($__interval) fill(none)`,
  alias: field,
});
export const level = (field: string): Query => ({
  query: `SELECT max("${field}") FROM "gateway" WHERE $timeFilter GROUP BY time($__interval) fill(none)`,
  alias: field,
});
export const counted = (measurement: string, where: string, by: string): Query => ({
  query: `SELECT count("position") FROM "${measurement}" WHERE ${where}$timeFilter GROUP BY time($__interval), "${by}" fill(none)`,
  alias: `$tag_${by}`,
});
export const table = (query: string): Query => ({ query, table: true });
