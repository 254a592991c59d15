/**
 * Every name that goes out to a time-series database: measurement, tags, fields. What writes a line,
 * docs/reference/time-series.md, and the check of Grafana's queries go by these lists. Tags have few
 * values; what is one of its kind (ids, numbers) is a field.
 */
import type { DeviceProfile } from "../rulebook/profiles.ts";

export type Field = {
  readonly type: "number" | "text";
  readonly unit?: string;
  /** 中文 and English. */
  readonly about: string;
};

export type Measurement = {
  readonly about: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly fields: Readonly<Record<string, Field>>;
};

const site = "园区/单位 site";
const device = "设备 device";
const number = (about: string, unit?: string): Field => ({
  type: "number",
  about,
  ...(unit === undefined ? {} : { unit }),
});
const text = (about: string): Field => ({ type: "text", about });
const position = number("日志位置 position in the journal");
const priority = text("优先级 priority, P0 to P4");
const since = (what: string): Field => number(`用时 time since ${what}`, "s");

/** What the journal says, as marks and as times that things took. */
export const marks = {
  alarms: {
    about: "报警 what became of alarms",
    tags: {
      rule: "规则 rule",
      site,
      what: "`raised`, `worse`, `priority`, or why it moved: `acknowledge`, `return`, `reset` …",
    },
    fields: {
      alarm: text("报警编号 its id"),
      after_s: since("it was raised"),
      device: text(device),
      point: text("点位 point"),
      priority,
      state: text("报警状态 its state from then on"),
      position,
    },
  },
  incidents: {
    about: "警情 what became of incidents",
    tags: {
      site,
      what: "`opened`, a step of verification or response, `closed`, `reopened`, `merged`",
    },
    fields: {
      incident: text("警情编号 its id"),
      after_s: since("it was opened"),
      number: text("警情号 the number of the day"),
      priority,
      into: text("并入 the one it was merged into"),
      position,
    },
  },
  orders: {
    about: "调派指令 what became of orders",
    tags: {
      kind: "`stand-by`, `turn-out`, `recall`, `notify`",
      station: "消防站 station",
      what: "`issued`, `delivered`, `undelivered`, `resent`, `recalled`, or the reply",
    },
    fields: {
      order: text("指令编号 its id"),
      after_s: since("it was issued"),
      incident: text("警情编号 of which incident"),
      priority,
      distance_m: number("距离 distance of the station", "m"),
      estimate_s: number("预计到场 estimated way", "s"),
      position,
    },
  },
  permits: {
    about: "动火作业票 what became of hot-work permits",
    tags: {
      class: "动火等级 `special`, `first`, `second`",
      site,
      what: "the state it moved to, `stop-confirmed`, `stop-unconfirmed`, `check-in-missed`, `alarm`, or how its inspection went",
    },
    fields: {
      permit: text("作业票编号 its id"),
      after_s: since("it was submitted"),
      number: text("作业票号 the number of the day"),
      why: text("原因 why it moved"),
      cause: text("暂停原因 of a suspension"),
      station: text("检查站 who inspects"),
      position,
    },
  },
  response: {
    about: "响应指标(1-3-5)how long people took, and whether in time",
    tags: {
      site: `${site}; none of \`turned-out\``,
      station: "消防站 station, of `turned-out`",
      step: "`acknowledged`, `turned-out`, `micro`, `neighbours`, `station`",
      verdict: "`in-time`, `late`, `nobody-sent`, `called-off`; absent where nothing is promised",
    },
    fields: {
      incident: text("警情编号 of which incident"),
      order: text("指令编号 of `turned-out`: of which order"),
      after_s: number("用时 from receipt; of `turned-out` from its order", "s"),
      in_time: number("1 及时 in time, 0 late"),
      position,
    },
  },
} as const satisfies Readonly<Record<string, Measurement>>;

/** Values of the gateway itself that are sampled: the point, and the metric it comes from. */
export const healthPoints = {
  recording: ["firelink_recording", "1 正在记录 what arrives gets onto disk"],
  journal_position: ["firelink_journal_position", "日志位置 last committed event"],
  incidents_open: ["firelink_incidents_open", "未结警情 open incidents"],
  orders_undelivered: ["firelink_orders_undelivered", "未送达指令 orders no box has confirmed"],
  seats_attended: ["firelink_seats_attended", "值守席位 seats whose sound runs"],
  mqtt_clients: ["firelink_mqtt_clients", "MQTT 连接 connections"],
  inbox_depth: ["firelink_inbox_depth", "排队信号 signals that wait"],
  signals_total: ["firelink_signals_total", "已处理信号 signals decided since the start"],
  failures_total: ["firelink_failures_total", "失败 effects that could not be made"],
  samples_stored_total: ["firelink_samples_total", "已存采样 samples stored", { to: "stored" }],
  samples_shed_total: ["firelink_samples_total", "丢弃采样 samples shed", { to: "shed" }],
  influx_lag_points: [
    "firelink_influx_lag_points",
    "时序库滞后 samples that wait for the database",
  ],
  influx_lag_seconds: ["firelink_influx_lag_seconds", "时序库滞后时间 how long the oldest waits"],
  event_loop_lag_seconds: [
    "firelink_process_nodejs_eventloop_lag_p99_seconds",
    "事件循环延迟 delay of the main thread",
  ],
  cpu_seconds_total: ["firelink_process_process_cpu_seconds_total", "CPU 时间 CPU since the start"],
  resident_bytes: ["firelink_process_resident_memory_bytes", "内存 resident memory"],
} as const satisfies Readonly<
  Record<
    string,
    readonly [metric: string, about: string, labels?: Readonly<Record<string, string>>]
  >
>;

export const gatewayKind = "gateway";
export const completenessKind = "completeness";

/** What the gateway samples of itself, and the completeness of each site. */
export const own = {
  [gatewayKind]: {
    about: "平台运行状态 the gateway about itself, every 10 s; site `station`, device `gateway`",
    tags: { device, site },
    fields: Object.fromEntries(
      Object.entries(healthPoints).map(([name, [, about]]) => [name, number(about)]),
    ),
  },
  [completenessKind]: {
    about: "数据归集率 of the last 24 h of a site, every 60 s; device `site`",
    tags: { device, site },
    fields: {
      expected: number("应收 readings that were due by inventory and profile"),
      received: number("实收 of them that came with a known value"),
      completeness_pct: number("数据归集率 the share of them", "%"),
    },
  },
} as const satisfies Readonly<Record<string, Measurement>>;

/** Of each kind of device: a field for each point, and what says that its value is not good. */
export function deviceMeasurements(
  profiles: ReadonlyMap<string, DeviceProfile>,
): Map<string, Measurement> {
  return new Map(
    [...profiles.values()].map(({ kind, name, points }): [string, Measurement] => {
      const fields = points.flatMap(({ id, name: of, type, unit }): [string, Field][] => {
        const about = `${of.zh} ${of.en}`;
        const value: [string, Field] =
          type === "text" ? [`${id}_text`, text(about)] : [id, number(about, unit)];
        return [value, [`${id}_quality`, number("1 uncertain, 2 bad, 3 stale: no value then")]];
      });
      const late = number("1: its source knew it a minute before it came");
      const about = `${name.zh} ${name.en}`;
      const all = Object.fromEntries([...fields, ["late", late]]);
      return [kind.replaceAll("-", "_"), { about, tags: { device, site }, fields: all }];
    }),
  );
}

export function allMeasurements(
  profiles: ReadonlyMap<string, DeviceProfile>,
): ReadonlyMap<string, Measurement> {
  return new Map<string, Measurement>([
    ...Object.entries(marks),
    ...Object.entries(own),
    ...deviceMeasurements(profiles),
  ]);
}
