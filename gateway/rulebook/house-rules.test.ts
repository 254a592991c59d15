/**
 * Every detected rule of the house beside those of the first packs: the case that must raise it, and
 * the one that must not. The table of rules in the docs is generated, and has all of the domain's.
 */
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { Detector } from "#rules/detect/detector.ts";
import { compilePack } from "#rules/detect/pack.ts";
import type { Profile } from "#rules/profile.ts";
import type { Sample, Value } from "#rules/sample.ts";
import type { Level } from "#rules/signal.ts";
import { readPacks } from "./packs.ts";
import { readProfiles } from "./profiles.ts";
import { rulesTable } from "./table.ts";
import { warehouseProfile } from "./warehouse.ts";

const profiles = readProfiles();
const packs = readPacks(profiles);

type Values = Readonly<Record<string, Value | null>>;
type Step = Values | number;

const numbers: Values = {
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

/** Plays steps against one kind of device: values, or seconds that pass. Gives what one rule says. */
function play(kind: string, profile: Profile, rule: string, steps: readonly Step[]): string[] {
  const source = packs.find((pack) => pack.kind === kind) ?? assert.fail();
  const one = source.rules.filter(({ id }) => id === rule);
  const pack = compilePack({ ...source, rules: one }, profile);
  assert.ok(!Array.isArray(pack), JSON.stringify(pack));
  const detector = new Detector();
  const said: string[] = [];
  let seconds = 0;
  const hear = (levels: readonly Level[]): void => {
    for (const { each, level } of levels) if (level === true) said.push(each ?? "raised");
  };
  const put = (values: Values): void => {
    const at = seconds * 1000 + 1;
    const samples = Object.entries(values).map(([point, value]): Sample => {
      const quality = value === null ? "bad" : "good";
      return { point, value, quality, reason: null, at, sourceTs: null };
    });
    hear(detector.take("s/d", samples, at));
  };
  hear(detector.watch({ key: "s/d", site: "s", device: "d" }, pack, profile, 0));
  put(
    Object.fromEntries(
      profile.points.map(({ id, type, normal, usual }) => {
        return [id, normal ?? usual ?? numbers[id] ?? (type === "boolean" ? false : 0)];
      }),
    ),
  );
  for (const step of steps) {
    if (typeof step !== "number") put(step);
    else {
      for (const end = seconds + step; seconds < end; ) {
        seconds += 1;
        hear(detector.tick(seconds * 1000 + 1));
      }
    }
  }
  return [...new Set(said)];
}

/** From one value to another, evenly. */
const ramp = (point: string, from: number, to: number, seconds: number, every = 10): Step[] =>
  Array.from({ length: Math.floor(seconds / every) }, (_, i) => [
    { [point]: from + ((to - from) * i * every) / seconds },
    every,
  ]).flat();

const jockeyStarts = (count: number): Step[] =>
  Array.from({ length: count }, (_, i): Step[] => [{ jockey_start_count: 100 + i }, 200]).flat();

type Case = readonly [rule: string, must: readonly Step[], mustNot: readonly Step[]];

const pumpRoom: readonly Case[] = [
  [
    "P02",
    [{ hydrant_pump1_fault: true }, 121],
    [{ hydrant_pump1_fault: true, hydrant_pump2_run: true, hydrant_pump2_current: 60 }, 121],
  ],
  [
    "P04",
    [{ sprinkler_pump1_run: true, sprinkler_pump1_current: 60 }, 61],
    [
      { sprinkler_pump1_run: true, sprinkler_pump1_current: 60, self_inspection_active: true },
      61,
      { sprinkler_pump1_run: false, sprinkler_pump1_current: 0, self_inspection_active: false },
      61,
      { sprinkler_pump1_run: true, sprinkler_pump1_current: 60, sprinkler_header_pressure: 0.5 },
      61,
    ],
  ],
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
  ["P08", [{ pool_low: true }, 61], [{ pool_level: 2.95 }, 120]],
  ["P08", [{ pool_level: 2.8 }, 61], [{ pool_level: 2.8 }, 30, { pool_level: 3.1 }, 61]],
  ["P08X", [{ pool_extreme_low: true }, 61], [{ pool_level: 0.7 }, 61]],
  ["P09", [{ pool_level: 3.6 }, 301], [{ pool_high: true }, 200, { pool_high: false }, 301]],
  ["P10", [{ roof_tank_level: 1.1 }, 61], [{ roof_tank_level: null }, 61]],
  ["P11", [{ mains_a_ok: false }, 4], [{ mains_a_u_ab: 300 }, 8, { mains_a_u_ab: 380 }, 30]],
  ["P11", [{ mains_a_u_ca: 300 }, 14], [{ mains_b_ok: false }, 30]],
  ["P11B", [{ mains_a_ok: false, mains_b_ok: false }, 4], [{ mains_a_ok: false }, 30]],
  [
    "P12",
    [{ pump_room_flood: true }, 31],
    [{ pump_room_flood: true }, 20, { pump_room_flood: false }, 31],
  ],
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
    "V02",
    [{ sprinkler_end_pressure: 0.1 }, 1801],
    [{ sprinkler_end_pressure: 0.1, sprinkler_flow: 20 }, 1801],
  ],
  ["S03", [{ pool_low: true, pool_level: 3.3 }, 601], [{ pool_low: true, pool_level: 3.0 }, 601]],
  ["S03", [{ hydrant_header_pressure: 1.6 }, 601], [{ hydrant_header_pressure: null }, 601]],
];

const flow = "c01_flow_indicator";
const chatter: Step[] = Array.from({ length: 10 }, (_, i): Step[] => [
  { [flow]: i % 2 === 0 },
  3,
]).flat();

const warehouse: readonly Case[] = [
  [
    "F04T",
    [{ c01_end_test_valve_open: true, [flow]: true }, 11],
    [{ c01_end_test_valve_open: true }, 30, { c01_end_test_valve_open: false, [flow]: true }, 30],
  ],
  ["F05", [{ av01_pressure_switch: true }, ...chatter], chatter],
  [
    "F07",
    [{ c01_temperature: 60 }, 61],
    [{ c01_temperature: 60 }, 30, { c01_temperature: 30 }, 120],
  ],
  ["F07", ramp("c01_temperature", 20, 60, 180, 2), ramp("c01_temperature", 20, 50, 600, 2)],
  ["V02", [{ c02_end_pressure: 0.1 }, 1801], [{ c02_end_pressure: 0.16 }, 1801]],
  [
    "P14",
    [{ panel_auto_mode: false }, 601],
    [{ panel_auto_mode: false }, 590, { panel_auto_mode: true }, 60],
  ],
  ["P14S", [{ panel_auto_mode: false }], [{ panel_auto_mode: null }, 60]],
];

const small = warehouseProfile({ root: "WH01", areaM2: 9000 });

for (const [kind, profile, cases] of [
  ["pump-room", profiles.get("pump-room") ?? assert.fail(), pumpRoom],
  ["warehouse", small, warehouse],
] as const) {
  test(`HR-1: ${kind}: each rule is raised by its case, and not by the one beside it`, () => {
    for (const [rule, must, mustNot] of cases) {
      assert.equal(play(kind, profile, rule, must).length, 1, `${rule} ${JSON.stringify(must)}`);
      assert.deepEqual(
        play(kind, profile, rule, mustNot),
        [],
        `${rule} ${JSON.stringify(mustNot)}`,
      );
    }
  });
}

test("HR-2: all 43 rules of the domain and P14 are in the packs, with words, clause and who acts", () => {
  const ids = new Set(packs.flatMap(({ rules }) => rules.map(({ id }) => id)));
  for (const { rules } of packs) {
    for (const { id, name, act, basis } of rules) {
      assert.ok(
        [name.zh, name.en, act.zh, act.en, basis].every((text) => text.length > 1),
        id,
      );
    }
  }
  assert.ok(ids.has("P14"));
  const table = "../shared/domain/rules.csv";
  if (!existsSync(table)) return;
  const given = readFileSync(table, "utf8").trim().split("\n").slice(1);
  const wanted = given.map((row) => row.slice(0, row.indexOf(",")));
  assert.equal(wanted.length, 43);
  assert.deepEqual(
    wanted.filter((id) => !ids.has(id)),
    [],
  );
});

test("HR-3: the table of rules in the docs is the one the packs give", () => {
  assert.equal(readFileSync("docs/reference/rules.md", "utf8"), rulesTable(packs));
});
