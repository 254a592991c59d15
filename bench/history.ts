/**
 * history: 20,000 messages a second of which every sample is stored, beside the bare broker; then each
 * database killed under load and back. What a message costs, what is missing, whether a press notices.
 */
import { type ChildProcess, fork } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DayReader } from "#gateway/history/day-file.ts";
import { daysIn } from "#gateway/history/days.ts";
import { inventoryYaml } from "#gateway/inventory/write.ts";
import { type Credential, connectAs, deviceCredential } from "#gateway/testing/client.ts";
import {
  type Database,
  type DatabaseKind,
  databaseName,
  makeDatabase,
  noDatabases,
} from "#gateway/testing/databases.ts";
import {
  firelink,
  firelinkJson,
  makeFolder,
  type Started,
  startGateway,
  until,
} from "#gateway/testing/process.ts";
import { Browser } from "#gateway/testing/web.ts";
import { atMost, type Benchmark, median } from "./bench.ts";
import type { Login } from "./history/load.ts";
import { storeRate, writeMonth } from "./history/months.ts";
import { inventoryFor } from "./press-to-order/inventory.ts";

const root = "firelink/v1";
/** A login of the command line takes 200 words. */
const devicesPerLogin = 190;
const telemetryDevices = 2 * devicesPerLogin;
/** A whole number of looks of 30. */
const pressesPerLogin = 180;
/** One of the buttons: it has a month of history. */
const old = { device: `p${telemetryDevices}/b`, point: "temp_c" };
const fields = ["temp_c", "rssi_dbm", "uptime_s"] as const;
const samplesOfMessage = fields.length;
const ticksPerSecond = 100;
/** A database that has all but so many seconds of samples is there. */
const nearlyS = 3;
/** On a machine that others use too, one look without anything new is no end. */
const looksWithoutMore = 4;

type Options = {
  readonly perSecond: number;
  readonly seconds: number;
  /** With the database there, and as many with it away; so in each of `outages`. */
  readonly presses: number;
  readonly outages: number;
  /** Until the generator is compiled: with two cores its compiler would be measured (ADR 30). */
  readonly steadyAfterMs: number;
  readonly days: number;
};

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** Of all threads of a process, s. */
function cpuOf(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]?.split(" ") ?? [];
  return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
}

function startLoad(
  url: string,
  logins: readonly Login[],
  perSecond: number,
): Promise<ChildProcess> {
  const child = fork(join(import.meta.dirname, "history/load.ts"));
  child.send({ url, logins, perSecond });
  return new Promise((resolve) => child.once("message", () => resolve(child)));
}

function stopLoad(child: ChildProcess): Promise<number> {
  return new Promise((resolve) => {
    child.once("message", (message) => resolve((message as { sent: number }).sent));
    child.send("stop");
  });
}

const topicsOf = (part: number): string[] =>
  Array.from(
    { length: devicesPerLogin },
    (_, i) => `${root}/p${part * devicesPerLogin + i}/b/state`,
  );

/** CPU of a message while they come at a steady rate, µs. */
async function costOf(pid: number, { perSecond, seconds }: Options): Promise<number> {
  const [cpu, at] = [cpuOf(pid), performance.now()];
  await pause(seconds * 1000);
  const messages = ((performance.now() - at) / 1000) * perSecond;
  return ((cpuOf(pid) - cpu) / messages) * 1e6;
}

async function bare(options: Options): Promise<number> {
  const broker = fork(join(import.meta.dirname, "history/bare.ts"));
  const port = await new Promise<number>((resolve) =>
    broker.once("message", (message) => resolve((message as { port: number }).port)),
  );
  const logins = [0, 1].map((part) => ({ username: "x", password: "x", topics: topicsOf(part) }));
  const load = await startLoad(`mqtt://127.0.0.1:${port}`, logins, options.perSecond);
  await pause(options.steadyAfterMs);
  const cost = await costOf(broker.pid ?? 0, options);
  load.kill();
  broker.kill();
  return cost;
}

type Field = {
  readonly gateway: Started;
  readonly folder: string;
  readonly password: string;
  readonly logins: readonly Login[];
  readonly buttons: readonly Credential[];
  readonly metric: (name: string) => Promise<number>;
  readonly stop: () => Promise<void>;
};

async function startOurs(
  presses: number,
  more: Record<string, string> = {},
  prepare: (folder: string) => void = () => {},
): Promise<Field> {
  const { path, remove } = makeFolder();
  const folder = join(path, "data");
  mkdirSync(folder);
  prepare(folder);
  const words = ["user", "add", "bench", "--role", "operator"];
  const { password } = firelinkJson<{ password: string }>(folder, words);
  const env = { FIRELINK_LOG_LEVEL: "error", FIRELINK_MQTT_RATE_PER_SECOND: "100000", ...more };
  const gateway = await startGateway({ folder, env, withinMs: 60_000 });
  const file = join(path, "inventory.yaml");
  writeFileSync(file, inventoryYaml(inventoryFor(telemetryDevices + presses)));
  const { status, stderr } = firelink(folder, ["import", file]);
  if (status !== 0) throw new Error(stderr);
  const keys = (from: number, count: number) =>
    Array.from({ length: count }, (_, i) => `p${from + i}/b`);
  const logins = [0, 1].map((part) => ({
    ...deviceCredential(folder, ...keys(part * devicesPerLogin, devicesPerLogin)),
    topics: topicsOf(part),
  }));
  const buttons: Credential[] = [];
  for (let from = 0; from < presses; from += pressesPerLogin) {
    const count = Math.min(pressesPerLogin, presses - from);
    buttons.push(deviceCredential(folder, ...keys(telemetryDevices + from, count)));
  }
  const metric = async (name: string): Promise<number> => {
    const text = await (await fetch(`${gateway.httpUrl}/metrics`)).text();
    const found = text.split("\n").find((line) => line.startsWith(`${name} `));
    return Number(found?.split(" ")[1] ?? 0);
  };
  const stop = async (): Promise<void> => {
    await gateway.kill();
    remove();
  };
  return { gateway, folder, password, logins, buttons, metric, stop };
}

const stored = 'firelink_samples_total{to="stored"}';

/** All that was sent is stored, or nothing more has come for some seconds; gives what is missing. */
async function missing(field: Field, sent: number): Promise<number> {
  let [last, same] = [-1, 0];
  for (;;) {
    const now = await field.metric(stored);
    const left = sent * samplesOfMessage - now;
    same = now === last ? same + 1 : 0;
    if (left <= 0 || same === looksWithoutMore) return left;
    last = now;
    await pause(2500);
  }
}

type Ours = { readonly cost: number; readonly missing: number };
/** Bytes of a sample: a row in a slow series, and in the blocks of a flood. */
type Month = { bytes: number; floodBytes: number; trendMs: number };

/** In the first round with a month behind it. */
async function ours(options: Options, month: Month): Promise<Ours> {
  const now = Date.now();
  const isFirst = month.bytes === 0;
  const prepare = (folder: string): void => {
    if (!isFirst) return;
    month.bytes = writeMonth(folder, old.device, old.point, options.days, now);
  };
  const field = await startOurs(1, { FIRELINK_HISTORY_MB: "100000" }, prepare);
  try {
    const load = await startLoad(field.gateway.mqttUrl, field.logins, options.perSecond);
    await pause(options.steadyAfterMs);
    const cost = await costOf(field.gateway.pid, options);
    const sent = await stopLoad(load);
    const left = await missing(field, sent);
    load.kill();
    if (!isFirst) month.floodBytes = bytesOf(field.folder) / (await field.metric(stored));
    if (isFirst) month.trendMs = await trend(field, options.days, now);
    return { cost, missing: left };
  } finally {
    await field.stop();
  }
}

function bytesOf(folder: string): number {
  const history = join(folder, "history");
  // Without what is written ahead, which is the same for a day of any size.
  const days = readdirSync(history).filter((name) => /^\d{4}-\d\d-\d\d\.db$/.test(name));
  return days.reduce((sum, name) => sum + statSync(join(history, name)).size, 0);
}

/** A month of one point at a sample a second, from the API. */
async function trend(field: Field, days: number, now: number): Promise<number> {
  const { gateway, password, buttons } = field;
  const browser = new Browser(gateway.httpUrl);
  await browser.signIn("bench", password);
  // A device that sends by itself is known once it has said something.
  const client = await connectAs(gateway, buttons[0] as Credential);
  const state = JSON.stringify({ v: 1, seq: 1, points: { temp_c: 21 } });
  await client.publishAsync(`${root}/${old.device}/state`, state, { qos: 1 });
  client.end(true);
  const range = `from=${now - days * 86_400_000}&to=${now}`;
  const path = `/api/v1/trends?points=${old.device}/${old.point}&${range}`;
  const took: number[] = [];
  for (let i = 0; i < 5; i += 1) {
    const began = performance.now();
    const { status, body } = await browser.ask("GET", path);
    took.push(performance.now() - began);
    if (status !== 200) throw new Error(JSON.stringify(body));
  }
  return median(took);
}

/** Median from PUBLISH of a press to its PUBACK, ms. */
async function pressP50(field: Field, from: number, count: number): Promise<number> {
  const login = field.buttons[Math.floor(from / pressesPerLogin)];
  if (!login) return Number.NaN;
  const client = await connectAs(field.gateway, login);
  const took: number[] = [];
  for (let i = 0; i < count; i += 1) {
    const topic = `${root}/p${telemetryDevices + from + i}/b/event`;
    const began = performance.now();
    const body = JSON.stringify({ v: 1, seq: i + 1, ts: Date.now(), event: "press" });
    await client.publishAsync(topic, body, { qos: 1 });
    took.push(performance.now() - began);
    await pause(10);
  }
  client.end(true);
  return median(took);
}

type Outage = { readonly lost: number; readonly ratio: number; readonly perSecond: number };

/**
 * Killed while samples come, and back, again and again: what it has not, and what a press noticed. A
 * machine that others use too is now faster and now slower by half: only what lies close together is
 * compared, and the median of all ratios counts.
 */
async function outage(kind: DatabaseKind, options: Options): Promise<Outage> {
  const { path, remove } = makeFolder();
  const database = await makeDatabase(kind, path);
  await database.start();
  const { presses } = options;
  const field = await startOurs(2 * presses * options.outages, {
    FIRELINK_INFLUX_URL: database.url,
    FIRELINK_INFLUX_BUCKET: databaseName,
    FIRELINK_INFLUX_TIMEOUT_MS: "2000",
  });
  try {
    const load = await startLoad(field.gateway.mqttUrl, field.logins, options.perSecond);
    await pause(options.steadyAfterMs);
    const lag = () => field.metric("firelink_influx_lag_points");
    const ratios: number[] = [];
    for (let n = 0; n < options.outages; n += 1) {
      if (n > 0) {
        await database.start();
        const near = options.perSecond * samplesOfMessage * nearlyS;
        await until(`${kind} is nearly there`, async () => (await lag()) < near, 120_000);
      }
      const calm = await pressP50(field, 2 * n * presses, presses);
      await database.stop("SIGKILL");
      await pause(options.seconds * 250);
      ratios.push((await pressP50(field, (2 * n + 1) * presses, presses)) / calm);
    }
    await pause(options.seconds * 500);
    const sent = await stopLoad(load);
    await missing(field, sent);
    const behind = await lag();
    await database.start();
    const began = performance.now();
    const isCaughtUp = async () => (await lag()) === 0;
    await until(`${kind} has caught up`, isCaughtUp, 120_000);
    const perSecond = behind / ((performance.now() - began) / 1000);
    await pause(2500);
    await until(`${kind} has caught up`, isCaughtUp, 120_000);
    load.kill();
    const lost = countAt(field.folder) - (await countIn(database));
    return { lost, ratio: median(ratios), perSecond };
  } finally {
    await field.stop();
    await database.stop("SIGKILL");
    remove();
  }
}

/** In the local store, where two of a point in one ms are one. */
function countAt(folder: string): number {
  let count = 0;
  for (const day of daysIn(join(folder, "history"))) {
    const reader = new DayReader(join(folder, "history", `${day}.db`));
    for (const [device, point] of reader.series()) {
      if (!(fields as readonly string[]).includes(point)) continue;
      for (const { quality } of reader.range(device, point, 0, Number.MAX_SAFE_INTEGER)) {
        if (quality === "good") count += 1;
      }
    }
    reader.close();
  }
  return count;
}

async function countIn(database: Database): Promise<number> {
  let count = 0;
  for (const field of fields) count += await database.count("button", field);
  return count;
}

export const run: Benchmark = async ({ smoke }) => {
  const options = smoke
    ? { perSecond: 500, seconds: 1, presses: 5, outages: 1, steadyAfterMs: 100, days: 1 }
    : { perSecond: 20_000, seconds: 16, presses: 30, outages: 6, steadyAfterMs: 3000, days: 30 };
  const month: Month = { bytes: 0, floodBytes: 0, trendMs: 0 };
  const local = storeRate(smoke ? 2 : 50);
  const rounds: (Ours & { readonly bare: number })[] = [];
  for (let n = 0; n < (smoke ? 1 : 5); n += 1) {
    rounds.push({ bare: await bare(options), ...(await ours(options, month)) });
  }
  const calm = {
    ...options,
    perSecond: Math.min(options.perSecond, 5000),
    seconds: Math.min(options.seconds, 8),
  };
  const kinds = smoke || noDatabases ? [] : (["influx", "victoria"] as const);
  const outages: Outage[] = [];
  for (const kind of kinds) outages.push(await outage(kind, calm));
  const cost = median(rounds.map((one) => one.cost));
  const bareCost = median(rounds.map((one) => one.bare));
  // Of a round, for what lies close together is compared; the rounds stand beside it.
  const ratios = rounds.map((one) => one.cost / one.bare);
  const worst = (pick: (one: Outage) => number) =>
    outages.length > 0 ? Math.max(...outages.map(pick)) : null;
  return {
    figures: {
      messages_per_s: options.perSecond,
      samples_per_s: options.perSecond * samplesOfMessage,
      cpu_us_per_msg: cost,
      bare_cpu_us_per_msg: bareCost,
      cpu_ratio_least: Math.min(...ratios),
      cpu_ratio_most: Math.max(...ratios),
      local_store_per_s: local,
      bytes_per_sample: month.bytes,
      bytes_per_sample_flood: month.floodBytes,
      influx_catch_up_per_s: outages[0]?.perSecond ?? null,
      victoria_catch_up_per_s: outages[1]?.perSecond ?? null,
    },
    bars: {
      cpu_per_msg_vs_bare: atMost(median(ratios), 2.5),
      missing: atMost(Math.max(...rounds.map((one) => one.missing)), 0),
      alarm_p50_ratio: atMost(
        worst(({ ratio }) => ratio),
        1.25,
      ),
      lost: atMost(
        worst(({ lost }) => Math.max(0, lost)),
        0,
      ),
      trend_30d_ms: atMost(month.trendMs, 200),
    },
  };
};
