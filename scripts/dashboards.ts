/** What Grafana shows: five pages, from the names of gateway/influx/measurements.ts. grafana.ts writes them. */
import {
  counted,
  curve,
  type Dashboard,
  last,
  level,
  type Mark,
  type Panel,
  type Query,
  rate,
  table,
  type Variable,
} from "./panels.ts";

const [red, orange] = ["#c00000", "#c25700"];
const raised: Mark = {
  name: "报警 Alarms",
  color: red,
  query: `SELECT "rule", "device", "priority" FROM "alarms" WHERE "what" = 'raised' AND $timeFilter`,
  text: "rule",
};
const hotWork: Mark = {
  name: "动火 Hot work",
  color: orange,
  query: `SELECT "what", "number", "why" FROM "permits" WHERE "what" =~ /^(active|suspended|closed)$/ AND $timeFilter`,
  text: "what",
};

const site: Variable = {
  name: "site",
  label: "园区/单位 Site",
  query: 'SHOW TAG VALUES FROM "pump_room" WITH KEY = "site"',
};
const station: Variable = {
  name: "station",
  label: "消防站 Station",
  query: 'SHOW TAG VALUES FROM "orders" WITH KEY = "station"',
};
const atSite = '"site" =~ /^$site$/ AND ';
const ofStation = '"station" =~ /^$station$/ AND ';
const bars = { drawStyle: "bars", fillOpacity: 80, stacking: { mode: "normal", group: "A" } };
const steps = { drawStyle: "line", lineInterpolation: "stepAfter", fillOpacity: 10 };

const controlRoom: Dashboard = {
  name: "control-room",
  title: "值班室 Control room",
  marks: [raised, hotWork],
  panels: [
    {
      type: "stat",
      title: "正在记录 Recording",
      wide: 4,
      queries: [last("recording")],
      good: { from: 1 },
    },
    {
      type: "stat",
      title: "未结警情 Open incidents",
      wide: 5,
      queries: [last("incidents_open")],
      good: { below: 1 },
    },
    {
      type: "stat",
      title: "未送达指令 Undelivered orders",
      wide: 5,
      queries: [last("orders_undelivered")],
      good: { below: 1 },
    },
    {
      type: "stat",
      title: "值守席位 Attended seats",
      wide: 5,
      queries: [last("seats_attended")],
      good: { from: 1 },
    },
    {
      type: "stat",
      title: "接警用时 Time to acknowledge",
      wide: 5,
      unit: "s",
      queries: [
        {
          query: `SELECT mean("after_s") FROM "response" WHERE "step" = 'acknowledged' AND $timeFilter`,
        },
      ],
    },
    {
      type: "timeseries",
      title: "报警数(按规则)Alarms by rule",
      wide: 12,
      queries: [counted("alarms", `"what" = 'raised' AND `, "rule")],
      more: bars,
    },
    {
      type: "timeseries",
      title: "警情进展 Steps of incidents",
      wide: 12,
      queries: [counted("incidents", "", "what")],
      more: bars,
    },
    {
      type: "table",
      title: "最近报警 Latest alarms",
      wide: 14,
      high: 10,
      queries: [
        table(
          `SELECT "site", "rule", "device", "point", "priority" FROM "alarms" WHERE "what" = 'raised' AND $timeFilter ORDER BY time DESC LIMIT 100`,
        ),
      ],
    },
    {
      type: "table",
      title: "动火作业 Hot work",
      wide: 10,
      high: 10,
      queries: [
        table(
          `SELECT "site", "class", "what", "permit", "cause" FROM "permits" WHERE $timeFilter ORDER BY time DESC LIMIT 100`,
        ),
      ],
    },
  ],
};

const pumpRoom = (fields: readonly string[]): Query[] => curve("pump_room", fields, atSite);
const pumpRooms: Dashboard = {
  name: "pump-rooms",
  title: "消防泵房 Pump rooms",
  variables: [site],
  marks: [raised],
  panels: [
    {
      type: "timeseries",
      title: "管网压力 Header pressure",
      about: "空白表示状态未知,不表示正常。A gap is unknown, never normal.",
      wide: 12,
      unit: "suffix: MPa",
      queries: pumpRoom([
        "hydrant_header_pressure",
        "sprinkler_header_pressure",
        "hydrant_remote_pressure",
      ]),
    },
    {
      type: "timeseries",
      title: "水池、水箱水位 Water levels",
      wide: 12,
      unit: "lengthm",
      queries: pumpRoom(["pool_level", "roof_tank_level"]),
    },
    {
      type: "timeseries",
      title: "水泵运行 Pumps running",
      wide: 12,
      queries: pumpRoom([
        "hydrant_pump1_run",
        "hydrant_pump2_run",
        "sprinkler_pump1_run",
        "sprinkler_pump2_run",
        "jockey1_run",
      ]),
      more: steps,
    },
    {
      type: "timeseries",
      title: "自动位 Pumps in AUTO",
      about: "1 自动,0 手动或停止。1 AUTO, 0 manual or off.",
      wide: 12,
      queries: pumpRoom([
        "hydrant_pump1_auto",
        "hydrant_pump2_auto",
        "sprinkler_pump1_auto",
        "sprinkler_pump2_auto",
      ]),
      more: steps,
    },
    {
      type: "timeseries",
      title: "电源 Supplies",
      wide: 12,
      queries: pumpRoom(["mains_a_ok", "mains_b_ok", "ats_on_b", "control_power_ok"]),
      more: steps,
    },
    {
      type: "timeseries",
      title: "电机电流 Motor currents",
      wide: 12,
      unit: "amp",
      queries: pumpRoom([
        "hydrant_pump1_current",
        "hydrant_pump2_current",
        "sprinkler_pump1_current",
      ]),
    },
    {
      type: "timeseries",
      title: "数据无效或过期 Not known",
      about: "1 不确定,2 无效,3 过期。1 uncertain, 2 bad, 3 stale.",
      wide: 24,
      queries: pumpRoom([
        "hydrant_header_pressure_quality",
        "pool_level_quality",
        "hydrant_pump1_run_quality",
      ]),
      more: { drawStyle: "points", pointSize: 6 },
    },
  ],
};

const inTime = (step: string): Query => ({
  query: `SELECT mean("in_time") FROM "response" WHERE "step" = '${step}' AND $timeFilter`,
});
const response: Dashboard = {
  name: "response",
  title: "消防站响应 Stations' response",
  variables: [station],
  panels: [
    ...(
      [
        ["turned-out", "1 分钟内出动 Turned out in time"],
        ["micro", "微型消防站按时到场 Micro station in time"],
        ["neighbours", "相邻力量按时到场 Neighbours in time"],
        ["station", "救援站按时到场 Station in time"],
      ] as const
    ).map(
      ([step, title]): Panel => ({
        ...{ type: "stat", title, wide: 6, unit: "percentunit", good: { from: 0.9 } },
        queries: [inTime(step)],
      }),
    ),
    {
      type: "timeseries",
      title: "出动用时 Time to turn out",
      about: "限时 60 秒,自下达指令起。Limit 60 s from the order.",
      wide: 12,
      unit: "s",
      queries: [
        {
          query: `SELECT max("after_s") FROM "response" WHERE "step" = 'turned-out' AND ${ofStation}$timeFilter GROUP BY time($__interval), "station" fill(none)`,
          alias: "$tag_station",
        },
      ],
      more: { drawStyle: "points", pointSize: 6 },
    },
    {
      type: "timeseries",
      title: "到场用时 Time to the scene",
      about: "自接警起。From receipt of the alarm.",
      wide: 12,
      unit: "s",
      queries: [
        {
          query: `SELECT max("after_s") FROM "response" WHERE "step" =~ /^(micro|neighbours|station)$/ AND $timeFilter GROUP BY time($__interval), "step" fill(none)`,
          alias: "$tag_step",
        },
      ],
      more: { drawStyle: "points", pointSize: 6 },
    },
    {
      type: "table",
      title: "各站平均用时 Mean times by station",
      wide: 12,
      high: 10,
      unit: "s",
      queries: [
        table(
          `SELECT mean("after_s") AS "mean_s", max("after_s") AS "max_s", count("after_s") AS "orders" FROM "orders" WHERE "what" =~ /^(accepted|turned-out|on-scene)$/ AND ${ofStation}$timeFilter GROUP BY "station", "what"`,
        ),
      ],
    },
    {
      type: "timeseries",
      title: "指令与回复 Orders and replies",
      wide: 12,
      high: 10,
      queries: [counted("orders", ofStation, "what")],
      more: bars,
    },
  ],
};

const completeness: Dashboard = {
  name: "completeness",
  title: "数据归集率 Data completeness",
  panels: [
    {
      type: "stat",
      title: "全区数据归集率 District",
      wide: 8,
      unit: "percent",
      good: { from: 100 },
      queries: [
        {
          query: `SELECT sum("good") * 100 / sum("total") FROM (SELECT last("received") AS "good", last("expected") AS "total" FROM "completeness" WHERE $timeFilter GROUP BY "site")`,
        },
      ],
    },
    {
      type: "table",
      title: "红名单(低于 100%)Red list, below 100 %",
      wide: 16,
      unit: "percent",
      queries: [
        table(
          `SELECT "pct" FROM (SELECT last("completeness_pct") AS "pct" FROM "completeness" WHERE $timeFilter GROUP BY "site") WHERE "pct" < 100 GROUP BY "site"`,
        ),
      ],
    },
    {
      type: "timeseries",
      title: "各单位数据归集率 By site",
      wide: 24,
      high: 10,
      unit: "percent",
      queries: [
        {
          query: `SELECT min("completeness_pct") FROM "completeness" WHERE $timeFilter GROUP BY time($__interval), "site" fill(none)`,
          alias: "$tag_site",
        },
      ],
    },
    {
      type: "timeseries",
      title: "应收与实收 Expected and received",
      wide: 24,
      queries: ["expected", "received"].map((field) => ({
        query: `SELECT last("${field}") FROM "completeness" WHERE $timeFilter GROUP BY time($__interval), "site" fill(none)`,
        alias: `$tag_site ${field}`,
      })),
    },
  ],
};

const gateway: Dashboard = {
  name: "gateway",
  title: "平台运行 Gateway health",
  panels: [
    {
      type: "stat",
      title: "正在记录 Recording",
      wide: 6,
      queries: [last("recording")],
      good: { from: 1 },
    },
    {
      type: "stat",
      title: "时序库滞后 Behind by",
      wide: 6,
      unit: "s",
      queries: [last("influx_lag_seconds")],
      good: { below: 60 },
    },
    { type: "stat", title: "MQTT 连接 Connections", wide: 6, queries: [last("mqtt_clients")] },
    {
      type: "stat",
      title: "日志位置 Journal position",
      wide: 6,
      queries: [last("journal_position")],
    },
    {
      type: "timeseries",
      title: "采样写入 Samples a second",
      wide: 12,
      queries: [rate("samples_stored_total"), rate("samples_shed_total")],
    },
    {
      type: "timeseries",
      title: "已处理信号 Signals a second",
      wide: 12,
      queries: [rate("signals_total"), level("inbox_depth")],
    },
    {
      type: "timeseries",
      title: "待写入采样 Samples that wait for the database",
      wide: 12,
      queries: [level("influx_lag_points")],
    },
    {
      type: "timeseries",
      title: "事件循环延迟 Delay of the main thread",
      wide: 12,
      unit: "s",
      queries: [level("event_loop_lag_seconds")],
    },
    {
      type: "timeseries",
      title: "CPU(核)CPU in cores",
      wide: 12,
      queries: [rate("cpu_seconds_total")],
    },
    {
      type: "timeseries",
      title: "内存 Memory",
      wide: 12,
      unit: "bytes",
      queries: [level("resident_bytes")],
    },
    {
      type: "timeseries",
      title: "失败 Failures",
      wide: 24,
      queries: [level("failures_total")],
      more: bars,
    },
  ],
};

export const dashboards: readonly Dashboard[] = [
  controlRoom,
  pumpRooms,
  response,
  completeness,
  gateway,
];
