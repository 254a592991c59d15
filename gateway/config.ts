/**
 * The configuration: one table of keys. A value comes from the environment, else from the file
 * named by FIRELINK_CONFIG (YAML), else it is the default. Unknown keys are refused, and each error
 * says where, which key, what is wrong and what is allowed (DESIGN §6, Config).
 */
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { parse } from "yaml";
import { defaultSettings, type Settings } from "#rules/settings.ts";
import type { BrokerLimits } from "./adapters/mqtt/port.ts";
import { type Key, keys, type Value } from "./config-keys.ts";
import { Refused } from "./errors.ts";
import { readHotWork } from "./hot-work.ts";
import { buildInflux, type InfluxConfig } from "./influx/config.ts";
import { readPlans } from "./plans.ts";

export { keys };

const { arrival, incident, press, ranking, travel } = defaultSettings;

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
  readonly influx: InfluxConfig | null;
  readonly demoWarehouses: number;
  readonly webhooksFile: string | null;
  readonly publicUrl: string | null;
  readonly voice: { readonly url: string; readonly secretFile: string | null } | null;
  readonly roads: {
    readonly engine: string | null;
    readonly url: string | null;
    readonly api: "osrm" | "valhalla";
  };
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
    // Whoever writes a password into an address is told so; the log is not told the password.
    const shown = String(JSON.stringify(raw)).replace(/\/\/[^/"]*@/g, "//…@");
    const given = key.secret ? "not allowed" : shown;
    errors.push(`${where}: ${name} is ${given}; allowed: ${allowed(key)}`);
    return key.default;
  };
  if (key.type === "text") {
    if (typeof raw !== "string" || raw === "") return wrong();
    if (key.oneOf && !key.oneOf.includes(raw)) return wrong();
    return key.matches && !key.matches.test(raw) ? wrong() : raw;
  }
  if (typeof raw !== "number" || !Number.isFinite(raw)) return wrong();
  if (key.type === "integer" && !Number.isInteger(raw)) return wrong();
  return raw < (key.min ?? -Infinity) || raw > (key.max ?? Infinity) ? wrong() : raw;
}

function allowed(key: Key): string {
  if (key.oneOf) return key.oneOf.join(", ");
  if (key.allowed) return key.allowed;
  if (key.type === "text") return "a text that is not empty";
  return `${key.type === "integer" ? "a whole number" : "a number"} from ${key.min} to ${key.max}`;
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
    influx: buildInflux(get),
    demoWarehouses: get("demo.warehouses"),
    webhooksFile: get("webhooks.file"),
    publicUrl: get("public-url"),
    voice: voiceUrl === null ? null : { url: voiceUrl, secretFile: get("voice.secret-file") },
    roads: { engine: get("roads.engine"), url: get("roads.url"), api: get("roads.api") },
    settings: buildSettings(get),
  };
}

function buildSettings(get: <T>(name: KeyName) => T): Settings {
  const plansFile = get<string | null>("rules.plans-file");
  const hotWorkFile = get<string | null>("rules.hot-work-file");
  return {
    ...defaultSettings,
    ...(plansFile === null ? {} : { plans: readPlans(plansFile) }),
    ...(hotWorkFile === null ? {} : { hotWork: readHotWork(hotWorkFile) }),
    ranking: { ...ranking, staleAfterMs: get("rules.status-stale-after-ms") },
    arrival: {
      ...arrival,
      microMs: get("rules.micro-at-point-ms"),
      neighboursMs: get("rules.neighbours-on-scene-ms"),
    },
    utcOffsetMin: get("rules.utc-offset-min"),
    press: { ...press, lateAfterMs: get("rules.late-after-ms") },
    incident: {
      ...incident,
      joinWithinMs: get("rules.join-within-ms"),
      secondPersonAfterMs: get("rules.second-person-after-ms"),
      call119AfterMs: get("rules.call-119-after-ms"),
    },
    dispatch: {
      stationsP0: get("rules.stations-p0"),
      stationsP1: get("rules.stations-p1"),
      maxStations: get("rules.max-stations"),
      undeliveredAfterMs: get("rules.undelivered-after-ms"),
      secondChannelAfterMs: get("rules.second-channel-after-ms"),
      secondStationAfterMs: get("rules.second-station-after-ms"),
      thirdStationAfterMs: get("rules.third-station-after-ms"),
      verifierSilentAfterMs: get("rules.verifier-silent-after-ms"),
      unverifiedAfterMs: get("rules.unverified-after-ms"),
      nightFromHour: get("rules.night-from-hour"),
      nightUntilHour: get("rules.night-until-hour"),
      recallAnswerAfterMs: get("rules.recall-answer-after-ms"),
    },
    travel: {
      ...travel,
      peaks: peaksOf(get("rules.peak-hours")),
      peakFactor: get("rules.peak-factor"),
    },
  };
}

/** Over midnight it is two. */
function peaksOf(text: string | null): { fromMin: number; toMin: number }[] {
  const minutes = (clock: string): number =>
    Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3));
  return (text ?? "")
    .split(",")
    .filter(Boolean)
    .flatMap((span) => {
      const [from = "", to = ""] = span.split("-");
      const [fromMin, toMin] = [minutes(from), minutes(to)];
      if (fromMin < toMin) return [{ fromMin, toMin }];
      return [
        { fromMin, toMin: 24 * 60 },
        { fromMin: 0, toMin },
      ];
    });
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
