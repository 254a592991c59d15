/**
 * The configuration: one table of keys. A value comes from the environment, else from the file
 * named by FIRELINK_CONFIG (YAML), else it is the default. Unknown keys are refused, and each error
 * says where, which key, what is wrong and what is allowed (DESIGN §6, Config).
 */
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { parse } from "yaml";
import { defaultSettings, type Settings } from "#rules/settings.ts";
import { type BrokerLimits, defaultLimits } from "./adapters/mqtt/port.ts";
import { Refused } from "./errors.ts";
import { buildInflux, type InfluxConfig } from "./influx/config.ts";

type Value = number | string | null;

type Key = {
  readonly type: "integer" | "number" | "text";
  readonly default: Value;
  readonly min?: number;
  readonly max?: number;
  readonly oneOf?: readonly string[];
  /** The empty text means "none". */
  readonly nullable?: true;
  readonly form?: "url";
  /** Never in a file that others may read. */
  readonly secret?: true;
  readonly meaning: string;
};

const port = (value: Value, meaning: string): Key => ({
  type: "integer",
  default: value,
  min: 0,
  max: 65_535,
  meaning,
});
const count = (value: number, min: number, max: number, meaning: string): Key => ({
  type: "integer",
  default: value,
  min,
  max,
  meaning,
});

const optional = (meaning: string): Key => ({
  type: "text",
  default: null,
  nullable: true,
  meaning,
});

const { dispatch, incident, press } = defaultSettings;
const limit = defaultLimits;
const hour = 3_600_000;

/** Every key; the environment variable is FIRELINK_ and the key in capitals, `.` as `_`. */
export const keys = {
  data: { type: "text", default: "./.firelink", meaning: "data folder" },
  "http.host": { type: "text", default: "127.0.0.1", meaning: "address of pages and API" },
  "http.port": port(8080, "port of pages and API; 0 picks a free one"),
  "mqtt.host": { type: "text", default: "127.0.0.1", meaning: "address of the MQTT broker" },
  "mqtt.port": port(1883, "MQTT over TCP; 0 picks a free one"),
  "mqtt.ws-port": {
    ...port(null, "MQTT over WebSocket (/mqtt); none by default, 0 picks a free one"),
    nullable: true,
  },
  "mqtt.root": { type: "text", default: "firelink/v1", meaning: "first levels of every topic" },
  "mqtt.packet-bytes": count(limit.packetBytes, 1024, 1 << 20, "largest MQTT packet"),
  "mqtt.connect-timeout-ms": count(limit.connectTimeoutMs, 500, 60_000, "time for CONNECT"),
  "mqtt.max-clients": count(limit.maxClients, 1, 100_000, "connections"),
  "mqtt.subscriptions-per-client": count(
    limit.subscriptionsPerClient,
    1,
    10_000,
    "topic filters of one client",
  ),
  "mqtt.topic-levels": count(limit.topicLevels, 5, 32, "levels of a topic"),
  "mqtt.topic-bytes": count(limit.topicBytes, 64, 4096, "length of a topic"),
  "mqtt.in-flight": count(limit.inFlight, 1, 10_000, "unfinished QoS 2 messages of one client"),
  "mqtt.rate-per-second": count(
    limit.ratePerSecond,
    1,
    100_000,
    "messages of one client; over it `state` is dropped, `event` and `reply` never",
  ),
  "mqtt.output-bytes": count(limit.outputBytes, 65_536, 1 << 27, "bytes waiting for one client"),
  "mqtt.frozen-after-ms": count(limit.frozenAfterMs, 500, 60_000, "a reader that does not read"),
  "log.level": {
    type: "text",
    default: "info",
    oneOf: ["trace", "debug", "info", "warn", "error", "fatal"],
    meaning: "least important line that is logged",
  },
  "heartbeat-ms": count(10_000, 1000, 60_000, "time between two heartbeats"),
  "snapshot.every-events": count(20_000, 100, 10_000_000, "events between two snapshots"),
  "link-lost-after-ms": count(30_000, 100, hour, "an `offline` that lasts this long is an alarm"),
  "unheard-after-ms": count(60_000, 1000, hour, "after a start: devices not heard are named"),
  "seat.unattended-after-ms": count(
    30_000,
    1000,
    hour,
    "no seat with a live page and running sound for this long is an alarm",
  ),
  "modbus.timeout-ms": count(1000, 50, 60_000, "an answer of a Modbus device must be here by then"),
  "modbus.retries": count(1, 0, 5, "how often a silent Modbus device is asked again at once"),
  "history.mb": count(
    2048,
    16,
    1_000_000,
    "size of the local history; over it the oldest day goes",
  ),
  "history.long-mb": count(
    1024,
    16,
    1_000_000,
    "size of what stays by minute and hour of older days",
  ),
  "history.keep-free-mb": count(
    256,
    0,
    1_000_000,
    "free space that history leaves on the disk; below it the oldest days go, then nothing is stored",
  ),
  "influx.url": {
    ...optional(
      "InfluxDB (1, 2 or 3) or VictoriaMetrics that samples are written to; none by default",
    ),
    form: "url",
  },
  "influx.org": optional("organisation of InfluxDB 2"),
  "influx.bucket": optional("bucket of InfluxDB 2 and 3; of InfluxDB 1 its database"),
  "influx.retention-policy": optional(
    "retention policy of InfluxDB 1, where it is not the default",
  ),
  "influx.token-file": optional("file with the token; of InfluxDB 1 with `USER:PASSWORD`"),
  "influx.token": { ...optional("the same, by the environment only"), secret: true },
  "influx.api": {
    type: "text",
    default: "auto",
    oneOf: ["auto", "1", "2"],
    meaning: "how lines are written: `/write` (1) or `/api/v2/write` (2); auto asks the server",
  },
  "influx.resend-seconds": count(
    60,
    0,
    3600,
    "after a connection broke: what was written within this time before is written again",
  ),
  "influx.timeout-ms": count(10_000, 500, 120_000, "an answer of InfluxDB must be here by then"),
  "influx.lag-alarm-seconds": count(300, 5, 86_400, "InfluxDB this far behind is an alarm (G08)"),
  "demo.warehouses": count(
    1,
    0,
    100,
    "warehouses that `start --demo` simulates, each a process of 300 MB; 0 leaves them out",
  ),
  "voice.url": {
    type: "text",
    default: null,
    nullable: true,
    meaning: "webhook of the second channel (telephone or radio gateway)",
  },
  "voice.secret-file": {
    type: "text",
    default: null,
    nullable: true,
    meaning: "file with the secret that signs the webhook",
  },
  "rules.utc-offset-min": count(defaultSettings.utcOffsetMin, -720, 840, "local time"),
  "rules.late-after-ms": count(press.lateAfterMs, 1000, hour, "a press this old is marked late"),
  "rules.join-within-ms": count(incident.joinWithinMs, 0, hour, "alarms that join a new incident"),
  "rules.stations-p0": count(dispatch.stationsP0, 1, 20, "rescue stations ordered for P0"),
  "rules.stations-p1": count(dispatch.stationsP1, 1, 20, "rescue stations ordered for P1"),
  "rules.max-stations": count(dispatch.maxStations, 1, 20, "most the system orders by itself"),
  "rules.undelivered-after-ms": count(dispatch.undeliveredAfterMs, 1000, hour, "no PUBACK: said"),
  "rules.second-channel-after-ms": count(
    dispatch.secondChannelAfterMs,
    1000,
    hour,
    "no acceptance: the same station by its second channel",
  ),
  "rules.second-station-after-ms": count(
    dispatch.secondStationAfterMs,
    1000,
    hour,
    "no acceptance: the second station too",
  ),
  "rules.third-station-after-ms": count(
    dispatch.thirdStationAfterMs,
    1000,
    hour,
    "no acceptance: the third station and the town's brigades",
  ),
  "rules.unverified-after-ms": count(
    dispatch.unverifiedAfterMs,
    1000,
    hour,
    "nobody says what the micro station found: the first alarm",
  ),
  "rules.night-from-hour": count(dispatch.nightFromHour, 0, 23, "hour the night begins"),
  "rules.night-until-hour": count(dispatch.nightUntilHour, 0, 23, "hour the night ends"),
} as const satisfies Readonly<Record<string, Key>>;

export type KeyName = keyof typeof keys;

export type Config = {
  readonly data: string;
  readonly http: { readonly host: string; readonly port: number };
  readonly mqtt: {
    readonly host: string;
    readonly port: number;
    readonly wsPort: number | null;
    readonly root: string;
    readonly limits: BrokerLimits;
  };
  readonly logLevel: string;
  readonly heartbeatMs: number;
  readonly snapshotEveryEvents: number;
  readonly linkLostAfterMs: number;
  readonly unheardAfterMs: number;
  readonly seatUnattendedAfterMs: number;
  readonly modbusTimeoutMs: number;
  readonly modbusRetries: number;
  readonly historyMb: number;
  readonly historyLongMb: number;
  readonly historyKeepFreeMb: number;
  readonly demoWarehouses: number;
  readonly influx: InfluxConfig | null;
  readonly voice: { readonly url: string; readonly secretFile: string | null } | null;
  readonly settings: Settings;
};

export function variableOf(key: string): string {
  return `FIRELINK_${key.replaceAll(/[.-]/g, "_").toUpperCase()}`;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** Reads file and environment; throws `Refused` (bad-config) with every error on a line. */
export function readConfig(env: Environment): Config {
  const path = env.FIRELINK_CONFIG;
  const errors: string[] = [];
  const fromFile = path ? readFile(path, errors) : new Map<string, unknown>();
  const values = new Map<string, Value>();
  for (const [name, key] of Object.entries(keys) as [KeyName, Key][]) {
    const variable = variableOf(name);
    const text = env[variable];
    const inFile = fromFile.has(name);
    const where = text === undefined ? (path ?? "") : variable;
    const raw = text === undefined ? fromFile.get(name) : fromText(key, text);
    if (key.secret && inFile) {
      errors.push(
        `${path}: ${name} is a secret; allowed: the environment (${variable}), or a file`,
      );
    }
    if (text === undefined && !inFile) values.set(name, key.default);
    else values.set(name, check(name, key, raw, where, errors));
  }
  if (values.get("influx.url") !== null && values.get("influx.bucket") === null) {
    errors.push("influx.url is set, influx.bucket is not; allowed: both, or neither");
  }
  if (errors.length > 0) throw new Refused({ code: "bad-config", message: errors.join("\n") });
  return build((name) => values.get(name) as never);
}

function fromText(key: Key, text: string): unknown {
  if (key.nullable && text === "") return null;
  return key.type === "text" || text.trim() === "" ? text : Number(text);
}

function check(name: string, key: Key, raw: unknown, where: string, errors: string[]): Value {
  if (key.nullable && raw === null) return null;
  const wrong = (): Value => {
    const given = key.secret ? "not allowed" : JSON.stringify(raw);
    errors.push(`${where}: ${name} is ${given}; allowed: ${allowed(key)}`);
    return key.default;
  };
  if (key.type === "text") {
    if (typeof raw !== "string" || raw === "") return wrong();
    if (key.form === "url" && !isHttpUrl(raw)) return wrong();
    return key.oneOf && !key.oneOf.includes(raw) ? wrong() : raw;
  }
  if (typeof raw !== "number" || !Number.isFinite(raw)) return wrong();
  if (key.type === "integer" && !Number.isInteger(raw)) return wrong();
  return raw < (key.min ?? -Infinity) || raw > (key.max ?? Infinity) ? wrong() : raw;
}

function allowed(key: Key): string {
  if (key.oneOf) return key.oneOf.join(", ");
  if (key.form === "url") return "an http or https address without user, password and query";
  if (key.type === "text") return "a text that is not empty";
  return `${key.type === "integer" ? "a whole number" : "a number"} from ${key.min} to ${key.max}`;
}

function isHttpUrl(text: string): boolean {
  const url = URL.canParse(text) ? new URL(text) : null;
  const isPlain = url !== null && url.username + url.password + url.search + url.hash === "";
  return isPlain && ["http:", "https:"].includes(url.protocol);
}

/** The file's keys flattened to dots; nested or dotted makes no difference. */
function readFile(path: string, errors: string[]): Map<string, unknown> {
  const flat = new Map<string, unknown>();
  let content: unknown;
  try {
    content = parse(readFileSync(path, "utf8"));
  } catch (error) {
    errors.push(`${path}: ${(error as Error).message}`);
    return flat;
  }
  flatten(content, "", flat);
  for (const name of flat.keys()) {
    if (!Object.hasOwn(keys, name)) {
      errors.push(`${path}: there is no key ${name}; known: ${Object.keys(keys).join(", ")}`);
    }
  }
  return flat;
}

function flatten(value: unknown, prefix: string, into: Map<string, unknown>): void {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    if (prefix !== "") into.set(prefix, value);
    return;
  }
  for (const [key, child] of Object.entries(value)) {
    flatten(child, prefix === "" ? key : `${prefix}.${key}`, into);
  }
}

function build(get: <T>(name: KeyName) => T): Config {
  const voiceUrl = get<string | null>("voice.url");
  return {
    data: resolve(get<string>("data")),
    http: { host: get("http.host"), port: get("http.port") },
    mqtt: {
      host: get("mqtt.host"),
      port: get("mqtt.port"),
      wsPort: get("mqtt.ws-port"),
      root: get("mqtt.root"),
      limits: {
        packetBytes: get("mqtt.packet-bytes"),
        connectTimeoutMs: get("mqtt.connect-timeout-ms"),
        maxClients: get("mqtt.max-clients"),
        subscriptionsPerClient: get("mqtt.subscriptions-per-client"),
        topicLevels: get("mqtt.topic-levels"),
        topicBytes: get("mqtt.topic-bytes"),
        inFlight: get("mqtt.in-flight"),
        ratePerSecond: get("mqtt.rate-per-second"),
        outputBytes: get("mqtt.output-bytes"),
        frozenAfterMs: get("mqtt.frozen-after-ms"),
      },
    },
    logLevel: get("log.level"),
    heartbeatMs: get("heartbeat-ms"),
    snapshotEveryEvents: get("snapshot.every-events"),
    linkLostAfterMs: get("link-lost-after-ms"),
    unheardAfterMs: get("unheard-after-ms"),
    seatUnattendedAfterMs: get("seat.unattended-after-ms"),
    modbusTimeoutMs: get("modbus.timeout-ms"),
    modbusRetries: get("modbus.retries"),
    historyMb: get("history.mb"),
    historyLongMb: get("history.long-mb"),
    historyKeepFreeMb: get("history.keep-free-mb"),
    demoWarehouses: get("demo.warehouses"),
    influx: buildInflux(get),
    voice: voiceUrl === null ? null : { url: voiceUrl, secretFile: get("voice.secret-file") },
    settings: buildSettings(get),
  };
}

function buildSettings(get: <T>(name: KeyName) => T): Settings {
  return {
    ...defaultSettings,
    utcOffsetMin: get("rules.utc-offset-min"),
    press: { ...press, lateAfterMs: get("rules.late-after-ms") },
    incident: { ...incident, joinWithinMs: get("rules.join-within-ms") },
    dispatch: {
      stationsP0: get("rules.stations-p0"),
      stationsP1: get("rules.stations-p1"),
      maxStations: get("rules.max-stations"),
      undeliveredAfterMs: get("rules.undelivered-after-ms"),
      secondChannelAfterMs: get("rules.second-channel-after-ms"),
      secondStationAfterMs: get("rules.second-station-after-ms"),
      thirdStationAfterMs: get("rules.third-station-after-ms"),
      unverifiedAfterMs: get("rules.unverified-after-ms"),
      nightFromHour: get("rules.night-from-hour"),
      nightUntilHour: get("rules.night-until-hour"),
    },
  };
}

/** The table for docs/reference: key, variable, default, allowed, meaning. */
export function describeConfig(): string {
  const rows = (Object.entries(keys) as [string, Key][]).map(
    ([name, key]) =>
      `| \`${name}\` | \`${variableOf(name)}\` | ${key.default ?? "none"} | ${allowed(key)} | ${key.meaning} |`,
  );
  return [
    "| key | variable | default | allowed | meaning |",
    "|---|---|---|---|---|",
    ...rows,
  ].join("\n");
}
