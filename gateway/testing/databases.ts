/** InfluxDB 1.6 and VictoriaMetrics as Debian ships them, on free ports, with data folders of their own. */
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { until } from "./process.ts";

const programs = join(import.meta.dirname, "../../.cache/debian/usr/bin");
const influxd = join(programs, "influxd");
const victoria = join(programs, "victoria-metrics");

/** Why they cannot run here; false where they can. */
export const noDatabases = [influxd, victoria].every((path) => existsSync(path))
  ? false
  : "influxdb and victoria-metrics are not unpacked (npm run setup:test)";

export type DatabaseKind = "influx" | "victoria";

/** A series as it reads back: its points in order of time. */
export type ReadSeries = { readonly times: number[]; readonly values: number[] };

export type Database = {
  readonly kind: DatabaseKind;
  readonly url: string;
  readonly pid: () => number;
  /** On the same port and folder. */
  readonly start: () => Promise<void>;
  readonly stop: (signal?: NodeJS.Signals) => Promise<void>;
  /** Every point of a field, by `site/device`. */
  readonly read: (measurement: string, field: string) => Promise<Map<string, ReadSeries>>;
  /** How many points a field has, of all devices, or where a condition of InfluxQL holds. */
  readonly count: (measurement: string, field: string, where?: string) => Promise<number>;
  /** How many series there are, as the server counts them. */
  readonly series: () => Promise<number>;
};

export const databaseName = "firelink";

export async function makeDatabase(kind: DatabaseKind, folder: string): Promise<Database> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const args =
    kind === "influx" ? influxArgs(folder, port, await freePort()) : victoriaArgs(folder, port);
  let child: ChildProcess | null = null;
  return {
    kind,
    url,
    pid: () => child?.pid ?? 0,
    start: async () => {
      child = spawn(kind === "influx" ? influxd : victoria, args, { stdio: "ignore" });
      await until(`${kind} answers`, () => answers(`${url}/ping`), 20_000);
      if (kind === "influx") await post(`${url}/query?q=CREATE DATABASE ${databaseName}`);
    },
    stop: async (signal = "SIGTERM") => {
      const running = child;
      child = null;
      if (!running || running.exitCode !== null || running.signalCode !== null) return;
      const gone = new Promise((resolve) => running.once("exit", resolve));
      running.kill("SIGCONT");
      running.kill(signal);
      await gone;
    },
    read: (measurement, field) =>
      kind === "influx"
        ? readInflux(url, measurement, field)
        : readVictoria(url, measurement, field),
    count: (measurement, field, where) =>
      kind === "influx"
        ? countInflux(url, measurement, field, where)
        : countVictoria(url, measurement, field),
    series: () => (kind === "influx" ? influxSeries(url) : victoriaSeries(url)),
  };
}

function influxArgs(folder: string, port: number, rpcPort: number): string[] {
  mkdirSync(folder, { recursive: true });
  const path = join(folder, "influx.conf");
  writeFileSync(
    path,
    `reporting-disabled = true
bind-address = "127.0.0.1:${rpcPort}"
[meta]
dir = "${join(folder, "meta")}"
[data]
dir = "${join(folder, "data")}"
wal-dir = "${join(folder, "wal")}"
[http]
bind-address = "127.0.0.1:${port}"
log-enabled = false
[monitor]
store-enabled = false
`,
  );
  return ["-config", path];
}

/** Without de-duplication what is written again would be there twice. */
function victoriaArgs(folder: string, port: number): string[] {
  return [
    `-storageDataPath=${join(folder, "victoria")}`,
    `-httpListenAddr=127.0.0.1:${port}`,
    "-dedup.minScrapeInterval=1ms",
    "-search.latencyOffset=1s",
    "-retentionPeriod=100y",
  ];
}

async function answers(url: string): Promise<boolean> {
  try {
    return (await fetch(url, { signal: AbortSignal.timeout(1000) })).ok;
  } catch {
    return false;
  }
}

async function post(url: string): Promise<void> {
  const answer = await fetch(encodeURI(url), { method: "POST" });
  if (!answer.ok) throw new Error(await answer.text());
}

type Tags = { readonly site?: string; readonly device?: string };
type InfluxSeries = { readonly tags?: Tags; readonly values: unknown[][] };

/** `site/device`; nothing where a measurement has no devices. */
const keyOf = ({ site = "", device = "" }: Tags): string => (device ? `${site}/${device}` : "");

async function influxQuery(url: string, q: string): Promise<InfluxSeries[]> {
  const query = new URLSearchParams({ db: databaseName, epoch: "ms", q });
  const answer = (await (await fetch(`${url}/query?${query}`)).json()) as {
    readonly results: readonly { readonly series?: InfluxSeries[]; readonly error?: string }[];
  };
  const [result] = answer.results;
  if (result?.error) throw new Error(result.error);
  return result?.series ?? [];
}

async function readInflux(url: string, measurement: string, field: string) {
  const series = await influxQuery(
    url,
    `SELECT "${field}" FROM "${measurement}" GROUP BY "site", "device"`,
  );
  return new Map(
    series.map(({ tags, values }): [string, ReadSeries] => [
      keyOf(tags ?? {}),
      { times: values.map(([at]) => Number(at)), values: values.map(([, value]) => Number(value)) },
    ]),
  );
}

async function countInflux(url: string, measurement: string, field: string, where = "") {
  const only = where === "" ? "" : ` WHERE ${where}`;
  const [series] = await influxQuery(url, `SELECT count("${field}") FROM "${measurement}"${only}`);
  return Number(series?.values[0]?.[1] ?? 0);
}

async function countVictoria(url: string, measurement: string, field: string): Promise<number> {
  const all = await readVictoria(url, measurement, field);
  return [...all.values()].reduce((sum, { values }) => sum + values.length, 0);
}

async function influxSeries(url: string): Promise<number> {
  const all = await influxQuery(url, "SHOW SERIES EXACT CARDINALITY");
  return all.reduce((sum, { values }) => sum + Number(values[0]?.[0] ?? 0), 0);
}

type Exported = {
  readonly metric: Tags;
  readonly values: number[];
  readonly timestamps: number[];
};

async function readVictoria(url: string, measurement: string, field: string) {
  await fetch(`${url}/internal/force_flush`);
  const match = new URLSearchParams({ "match[]": `${measurement}_${field}` });
  const text = await (await fetch(`${url}/api/v1/export?${match}`)).text();
  const found = new Map<string, ReadSeries>();
  for (const line of text.split("\n").filter(Boolean)) {
    const { metric, values, timestamps } = JSON.parse(line) as Exported;
    const known = found.get(keyOf(metric)) ?? { times: [], values: [] };
    known.times.push(...timestamps);
    known.values.push(...values);
    found.set(keyOf(metric), known);
  }
  return found;
}

async function victoriaSeries(url: string): Promise<number> {
  await fetch(`${url}/internal/force_flush`);
  const answer = await fetch(`${url}/api/v1/series/count`);
  return Number(((await answer.json()) as { data: number[] }).data[0]);
}

/** Free a moment ago: a server that dies and comes back must have the same one. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === "object" && address ? address.port : 0;
}
