/** Every key of the configuration: its type, its default, what is allowed and what it means. */
import { defaultSettings } from "#rules/settings.ts";
import { defaultLimits } from "./adapters/mqtt/port.ts";

export type Value = number | string | null;

export type Key = {
  readonly type: "integer" | "number" | "text";
  readonly default: Value;
  readonly min?: number;
  readonly max?: number;
  readonly oneOf?: readonly string[];
  /** The empty text means "none". */
  readonly nullable?: true;
  /** Of a text: its form, and how that is said. */
  readonly matches?: RegExp;
  readonly allowed?: string;
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

const { arrival, dispatch, incident, press, ranking, travel } = defaultSettings;
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
    "size of the local history; over it what was set aside as damaged goes, then the oldest day",
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
    matches: /^https?:\/\/[^\s/?#@]+(\/[^\s?#]*)?$/,
    allowed: "an http or https address without user, password and query",
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
  "webhooks.file": {
    type: "text",
    default: null,
    nullable: true,
    meaning: "YAML file of webhooks: names, formats, addresses, secrets, who is called by which",
  },
  "public-url": {
    type: "text",
    default: null,
    nullable: true,
    meaning:
      "address by which telephones and providers reach the pages; without it no link is sent",
  },
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
  "roads.engine": {
    type: "text",
    default: null,
    nullable: true,
    meaning: "folder of the installed route engine; in the data folder where nothing is said",
  },
  "roads.url": {
    type: "text",
    default: null,
    nullable: true,
    matches: /^https?:\/\/[^\s/?#]+[^\s?#]*$/,
    allowed: "http://HOST:PORT",
    meaning: "a route server of your own, asked instead of an engine on this machine",
  },
  "roads.api": {
    type: "text",
    default: "osrm",
    oneOf: ["osrm", "valhalla"],
    meaning: "what the route server speaks",
  },
  "rules.peak-hours": {
    type: "text",
    default: "07:00-09:00,16:30-18:30",
    nullable: true,
    matches: /^(?:(?:^|,)(?:[01]\d|2[0-3]):[0-5]\d-(?:[01]\d|2[0-3]):[0-5]\d)+$/,
    allowed: "07:00-09:00,16:30-18:30",
    meaning: "hours of the local day in which driving takes longer",
  },
  "rules.peak-factor": {
    type: "number",
    default: travel.peakFactor ?? 1,
    min: 1,
    max: 5,
    meaning: "how many times as long it takes then",
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
  "rules.plans-file": {
    type: "text",
    default: null,
    nullable: true,
    meaning: "YAML file with first-alarm plans, in the place of those that the program brings",
  },
  "rules.hot-work-file": {
    type: "text",
    default: null,
    nullable: true,
    meaning: "YAML file with numbers of hot work: approvers, holidays, samples, distances",
  },
  "rules.status-stale-after-ms": count(
    ranking.staleAfterMs,
    60_000,
    24 * hour,
    "a station's status this old is asked for",
  ),
  "rules.micro-at-point-ms": count(
    arrival.microMs,
    1000,
    hour,
    "1-3-5: the site's micro station is at the point",
  ),
  "rules.neighbours-on-scene-ms": count(
    arrival.neighboursMs,
    1000,
    hour,
    "1-3-5: neighbours are on scene",
  ),
  "rules.verifier-silent-after-ms": count(
    dispatch.verifierSilentAfterMs,
    1000,
    hour,
    "no result, and no crew has accepted: treated as real",
  ),
  "rules.unverified-after-ms": count(
    dispatch.unverifiedAfterMs,
    1000,
    hour,
    "a crew has accepted, and nobody says what it found: treated as real",
  ),
  "rules.night-from-hour": count(dispatch.nightFromHour, 0, 23, "local hour: nobody stands by"),
  "rules.night-until-hour": count(dispatch.nightUntilHour, 0, 23, "local hour: the day begins"),
  "rules.recall-answer-after-ms": count(
    dispatch.recallAnswerAfterMs,
    1000,
    hour,
    "of a false alarm: a recall that nobody has answered is chased",
  ),
  "rules.second-person-after-ms": count(
    incident.secondPersonAfterMs,
    1000,
    hour,
    "no second person for a P0 that is false: it stays open",
  ),
  "rules.call-119-after-ms": count(
    incident.call119AfterMs,
    1000,
    hour,
    "119 is not logged: it sounds again, the shift leader is called",
  ),
} as const satisfies Readonly<Record<string, Key>>;
