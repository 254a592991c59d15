/** Cases of the rules of a warehouse: what must raise each, and what must not. */
import { warehouseProfile } from "../../rulebook/warehouse.ts";
import { type Case, type Field, flutter, ramp, silenceOf } from "./play.ts";

/** Three compartments on two alarm valves: C01 and C02 on AV01. */
const profile = warehouseProfile({ root: "WH01", areaM2: 9000 });
const detectors = profile.points
  .filter(({ id, zone }) => /_s\d+_state$/.test(id) && zone === "C01")
  .map(({ id }) => id);
const [smoke = "", other = ""] = detectors;

const week = 7 * 24 * 3600;
const flow = "c01_flow_indicator";
const pressure = { av01_pressure_switch: true };
const runs = { sp1_running: true };

const fire: readonly Case[] = [
  ["F01", [{ c01_mcp1: true }], [{ c01_mcp1: null }, 60]],
  ["F02", [{ [smoke]: 2 }], [{ [smoke]: 1 }, 60, { [smoke]: 3 }, 60, { [smoke]: 5 }, 60]],
  ["F03", [{ [smoke]: 2 }, 200, { [other]: 2 }], [{ [smoke]: 2 }, 400]],
  [
    "F03",
    [{ c01_mcp1: true, [smoke]: 2 }],
    [{ [smoke]: 2 }, 1, { [smoke]: 0 }, 301, { [other]: 2 }],
  ],
  ["F04", [{ [flow]: true }, 11, pressure], [{ [flow]: true }, 5, { [flow]: false }, pressure, 60]],
  [
    "F04",
    [pressure, 30, { [flow]: true }, 11],
    [{ c01_end_test_valve_open: true, ...pressure, [flow]: true }, 60],
  ],
  [
    "F04T",
    [{ c01_end_test_valve_open: true, [flow]: true }, 11],
    [{ c01_end_test_valve_open: true }, 30, { c01_end_test_valve_open: false, [flow]: true }, 30],
  ],
  ["F05", [pressure, 6], [pressure, 4, { av01_pressure_switch: false }, 60]],
  // Whatever the chatter; at once, also where nobody hears of the flow beside it.
  [
    "F05",
    [120, pressure, 1, ...flutter(flow, 1, 3, 1), { [flow]: true }, 1],
    flutter(flow, 10, 3, 3),
  ],
  [
    "F05",
    [120, { [flow]: true }, 3, pressure, 6, ...flutter(flow, 1, 0, 5)],
    [{ [flow]: true }, 5, pressure, 120],
  ],
  ["F05", [120, pressure, ...flutter(flow, 3, 9, 1)], [120, { [flow]: true, ...pressure }, 300]],
  [
    "F05",
    [
      { c02_flow_indicator: null },
      120,
      pressure,
      1,
      ...flutter(flow, 1, 3, 1),
      { [flow]: true },
      1,
    ],
    [{ av01_test_valve_open: true, ...pressure }, 60],
  ],
  [
    "F05T",
    [{ av01_test_valve_open: true, ...pressure }, 11],
    [{ av01_test_valve_open: true }, 60, { av01_test_valve_open: false, ...pressure }, 60],
  ],
  [
    "F05T",
    [{ c02_end_test_valve_open: true, ...pressure }, 11],
    [{ c01_end_test_valve_open: true, [flow]: true, ...pressure }, 60],
  ],
  ["F06", [{ [flow]: true }, 31], flutter(flow, 20, 3, 3)],
  ["F06", [{ [flow]: true }, 31], [{ [flow]: true, ...pressure }, 60]],
  [
    "F07",
    [{ c01_temperature: 60 }, 61],
    [{ c01_temperature: 60 }, 30, { c01_temperature: 30 }, 120],
  ],
  ["F07", ramp("c01_temperature", 20, 60, 180, 2), ramp("c01_temperature", 20, 50, 600, 2)],
  // A fire that is soon hotter than any pipe may be; a sensor that jumps and stays.
  ["F07", ramp("c01_temperature", 20, 140, 100, 1), [120, { c01_temperature: 45 }, 180]],
];

const water: readonly Case[] = [
  ["V01", [{ c02_signal_valve_open: false }, 61], [{ c02_signal_valve_open: false }, 59]],
  ["V01", [{ av01_supply_valve_open: false }, 61], [{ av01_supply_valve_open: null }, 120]],
  ["V02", [{ c02_end_pressure: 0.1 }, 1801], [{ c02_end_pressure: 0.16 }, 1801]],
  [
    "V02M",
    [{ c02_end_pressure: 0.4 }, week, { c02_end_pressure: 0.3 }, 1801],
    // It flows: that is no valve.
    [{ c02_end_pressure: 0.4 }, week, { c02_flow_indicator: true, c02_end_pressure: 0.3 }, 1801],
  ],
  ["P01", [pressure, 56], [pressure, 50, runs, 60]],
  ["P02", [{ sp1_fault: true }, 121], [{ sp1_fault: true, sp2_running: true }, 300]],
  ["P03", [{ sp2_auto: false }, 121], [{ sp2_auto: false }, 119, { sp2_auto: true }, 60]],
  [
    "P14",
    [{ panel_auto_mode: false }, 601],
    [{ panel_auto_mode: false }, 590, { panel_auto_mode: true }, 60],
  ],
  ["P14S", [{ panel_auto_mode: false }], [{ panel_auto_mode: null }, 60]],
  ["S02", [silenceOf(profile), 31], [silenceOf(profile), 29, { panel_heartbeat: 7 }, 60]],
  [
    "S03",
    [{ av01_pressure_below: 0.7, av01_pressure_above: 0.5 }, 601],
    // What stands above the clapper may be more than below it.
    [{ av01_pressure_below: 0.5, av01_pressure_above: 0.7 }, 601],
  ],
  ["S03T", [60, { c02_temperature: 45 }], [60, ...ramp("c02_temperature", 20, 60, 40, 1)]],
];

export const warehouse: Field = {
  profile,
  peace: { av01_pressure_above: 0.65, av01_pressure_below: 0.65, c01_end_pressure: 0.3 },
  cases: [...fire, ...water],
};
