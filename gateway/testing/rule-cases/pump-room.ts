/** Cases of the rules of a pump room: what must raise each, and what must not. */
import { readProfiles } from "../../rulebook/profiles.ts";
import { type Case, type Field, ramp, type Step, silenceOf, type Values } from "./play.ts";

const profile = readProfiles().get("pump-room");
if (!profile) throw new Error("there is no profile of a pump room");

const peace: Values = {
  hydrant_header_pressure: 0.65,
  sprinkler_header_pressure: 0.65,
  hydrant_main_start_pressure: 0.54,
  sprinkler_main_start_pressure: 0.54,
  hydrant_remote_pressure: 0.35,
  sprinkler_end_pressure: 0.3,
  pool_level: 3.2,
  jockey_start_count: 100,
  pool_low_limit: 2.9,
  pool_extreme_low_limit: 0.5,
  pool_high_limit: 3.5,
  roof_tank_level: 1.6,
  roof_tank_low_limit: 1.2,
  room_temperature: 20,
  ...Object.fromEntries(
    ["a", "b"].flatMap((m) => ["ab", "bc", "ca"].map((u) => [`mains_${m}_u_${u}`, 380])),
  ),
};

const jockeyStarts = (count: number, everyS = 200): Step[] =>
  Array.from({ length: count }, (_, i): Step[] => [{ jockey_start_count: 100 + i }, everyS]).flat();
const sixHours = 6 * 3600;
const week = 7 * 24 * 3600;
const runs = { sprinkler_pump1_run: true, sprinkler_pump1_current: 60 };
const stops = { sprinkler_pump1_run: false, sprinkler_pump1_current: 0 };

/** What says that pumps are tried; the alarm, where it does not come, is the core's (PD). */
const periodic: readonly Case[] = [
  ["P13", [{ hydrant_pump1_run: true }, 11], [{ hydrant_pump1_run: true }, 9]],
  [
    "P13",
    [{ sprinkler_pump2_auto: false, sprinkler_pump2_run: true }, 11],
    [{ sprinkler_pump2_auto: false }, 60],
  ],
];

const suppression: readonly Case[] = [
  ["S02", [silenceOf(profile), 31], [{ ...silenceOf(profile), heartbeat: 7 }, 60]],
  ["S02", [silenceOf(profile), 31], [silenceOf(profile), 29, { heartbeat: 7 }, 60]],
  ["P01", [{ facp_start_command: true, hydrant_pump1_run: true, ...runs }, 56], [runs, 60]],
  [
    "P01",
    [{ sprinkler_header_pressure: 0.5 }, 56],
    [{ sprinkler_header_pressure: 0.5 }, 50, runs, 60],
  ],
  ["P02", [{ hydrant_pump1_fault: true }, 121], [{ hydrant_pump1_fault: true }, 119]],
  [
    "P02",
    // It runs, and the pressure does not come; one reading at the limit begins nothing anew.
    [
      { ...runs, sprinkler_header_pressure: 0.5 },
      60,
      { sprinkler_header_pressure: 0.545 },
      2,
      { sprinkler_header_pressure: 0.5 },
      60,
    ],
    [
      { ...runs, sprinkler_header_pressure: 0.5 },
      60,
      { sprinkler_pump2_run: true, sprinkler_pump2_current: 60 },
      120,
    ],
  ],
  [
    "P02",
    [{ hydrant_pump1_fault: true, hydrant_pump2_run: true }, 121],
    [
      { hydrant_pump1_fault: true, hydrant_pump2_run: true, hydrant_pump2_current: 60 },
      121,
      // Nobody has asked the main pump yet: that is P01.
      { hydrant_pump1_fault: false, hydrant_pump2_run: false, hydrant_pump2_current: 0 },
      1,
      { hydrant_header_pressure: 0.4 },
      121,
    ],
  ],
  ["P03", [{ hydrant_pump2_auto: false }, 121], [{ hydrant_pump2_auto: null }, 300]],
  [
    "P03",
    [{ sprinkler_pump1_auto: false }, 121],
    [{ sprinkler_pump1_auto: false }, 119, { sprinkler_pump1_auto: true }, 60],
  ],
  [
    "P06",
    [{ hydrant_header_pressure: 0.5 }, 11],
    [{ hydrant_header_pressure: 0.5 }, 8, { hydrant_header_pressure: 0.6 }, 60],
  ],
  [
    "P06",
    [{ sprinkler_end_pressure: 0.03, sprinkler_flow: 5 }, 11],
    [{ sprinkler_end_pressure: 0.03, sprinkler_flow: 0 }, 60],
  ],
  ["P08", [{ pool_low: true }, 61], [{ pool_level: 2.95 }, 120]],
  ["P08", [{ pool_level: 2.8 }, 61], [{ pool_level: 2.8 }, 30, { pool_level: 3.1 }, 61]],
  ["P08", [{ pool_level: null, pool_low: true }, 61], [{ pool_level: null }, 120]],
  ["P08X", [{ pool_extreme_low: true }, 61], [{ pool_level: 0.7 }, 61]],
  ["P08R", [{ pool_extreme_low: true, ...runs }, 11], [{ pool_extreme_low: true }, 60]],
  [
    "P08R",
    [{ pool_level: 0.4, hydrant_pump2_current: 60 }, 11],
    [{ pool_level: 0.4, ...runs, self_inspection_active: true }, 60],
  ],
  ["P10", [{ roof_tank_level: 1.1 }, 61], [{ roof_tank_level: null }, 61]],
  ["P11B", [{ mains_a_ok: false, mains_b_ok: false }, 4], [{ mains_a_ok: false }, 30]],
  ["P11B", [{ phase_fault: true }, 4], [{ phase_fault: true }, 2, { phase_fault: false }, 30]],
  [
    "P11B",
    [{ mains_a_u_ab: 300, mains_b_u_ca: 300 }, 15],
    [{ mains_a_u_ab: 300, mains_b_u_ca: 300 }, 8, { mains_b_u_ca: 380 }, 60],
  ],
  [
    "P12",
    [{ pump_room_flood: true }, 31],
    [{ pump_room_flood: true }, 20, { pump_room_flood: false }, 31],
  ],
];

const others: readonly Case[] = [
  [
    "P04",
    [runs, 61],
    [
      { ...runs, self_inspection_active: true },
      61,
      { ...stops, self_inspection_active: false },
      61,
    ],
  ],
  [
    "P04",
    // Low pressure has started it; nobody has stopped it 5 min after the pressure was back.
    [{ sprinkler_header_pressure: 0.5, ...runs }, 20, { sprinkler_header_pressure: 0.7 }, 361],
    [{ sprinkler_header_pressure: 0.5, ...runs }, 20, { sprinkler_header_pressure: 0.7 }, 299],
  ],
  [
    "P04",
    [{ hydrant_pump2_run: true, hydrant_pump2_current: 60 }, 61],
    [{ alarm_valve_pressure_switch_any: true, ...runs }, 300],
  ],
  ["P15", [runs, 2], [{ sprinkler_pump1_run: true }, 30]],
  ["P05", jockeyStarts(17), jockeyStarts(10)],
  [
    "P05",
    ramp("hydrant_header_pressure", 0.68, 0.55, 2400),
    [
      ...ramp("hydrant_header_pressure", 0.68, 0.66, 2400),
      { jockey1_run: true },
      ...ramp("hydrant_header_pressure", 0.66, 0.3, 2400),
    ],
  ],
  [
    "P07",
    [{ sprinkler_header_pressure: 1.3 }, 31],
    [{ sprinkler_header_pressure: 1.3 }, 20, { sprinkler_header_pressure: 1.1 }, 31],
  ],
  ["P09", [{ pool_level: 3.6 }, 301], [{ pool_high: true }, 200, { pool_high: false }, 301]],
  ["P11", [{ mains_a_ok: false }, 4], [{ mains_a_u_ab: 300 }, 8, { mains_a_u_ab: 380 }, 30]],
  ["P11", [{ mains_a_u_ca: 300 }, 14], [{ mains_b_ok: false }, 30]],
  [
    "P12T",
    [{ room_temperature: 3 }, 1801],
    [{ room_temperature: 3 }, 900, { room_temperature: 7 }, 1801],
  ],
  [
    "F08",
    [{ hydrant_flow: 5 }, 11],
    [{ hydrant_flow: 1 }, 60, { roof_tank_flow_switch: true }, 60],
  ],
  [
    "F08",
    // From 0.60 to 0.45: the limit of 0.25 is far, the fall is not.
    [
      { hydrant_remote_pressure: 0.6 },
      90,
      { roof_tank_flow_switch: true },
      ...ramp("hydrant_remote_pressure", 0.6, 0.45, 30, 2),
      20,
    ],
    [
      { hydrant_remote_pressure: 0.6 },
      90,
      { roof_tank_flow_switch: true },
      ...ramp("hydrant_remote_pressure", 0.6, 0.57, 30, 2),
      20,
      { roof_tank_flow_switch: false },
      ...ramp("hydrant_remote_pressure", 0.57, 0.4, 30, 2),
      20,
    ],
  ],
  [
    "V02",
    [{ sprinkler_end_pressure: 0.1 }, 1801],
    [{ sprinkler_end_pressure: 0.1, sprinkler_flow: 20 }, 1801],
  ],
  ["S03", [{ hydrant_header_pressure: 1.6 }, 601], [{ hydrant_header_pressure: null }, 601]],
  [
    "S03",
    [{ hydrant_low_pressure_switch: true, hydrant_header_pressure: 0.75 }, 601],
    [{ hydrant_low_pressure_switch: true, hydrant_header_pressure: 0.55 }, 601],
  ],
  [
    "V02M",
    // A week at 0.35 MPa; then a fifth less, and not quite so much.
    [{ hydrant_remote_pressure: 0.35 }, week, { hydrant_remote_pressure: 0.27 }, 1801],
    [{ hydrant_remote_pressure: 0.35 }, week, { hydrant_remote_pressure: 0.29 }, 1801],
  ],
  [
    "S03",
    // It has stood still for six hours, and a jockey pump started meanwhile.
    [...ramp("sprinkler_header_pressure", 0.65, 0.66, sixHours, 600), ...jockeyStarts(2), 1000],
    [...ramp("sprinkler_header_pressure", 0.65, 0.66, sixHours, 600), 1000],
  ],
  ["S03L", [{ pool_low: true, pool_level: 3.3 }, 601], [{ pool_low: true, pool_level: 3.0 }, 601]],
  ["S03L", [{ roof_tank_level: 0.8 }, 601], [{ roof_tank_level: 0.8, roof_tank_low: true }, 601]],
];

export const pumpRoom: Field = { profile, peace, cases: [...suppression, ...periodic, ...others] };
