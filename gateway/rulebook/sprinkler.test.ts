/** The rules of a warehouse as they are shipped, against values of its profile. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { Detector } from "#rules/detect/detector.ts";
import { compilePack } from "#rules/detect/pack.ts";
import type { Sample, Value } from "#rules/sample.ts";
import type { Level } from "#rules/signal.ts";
import { readPacks } from "./packs.ts";
import { readProfiles } from "./profiles.ts";
import { warehouseProfile } from "./warehouse.ts";

/** Three compartments on two alarm valves: C01 and C02 on AV01. */
const profile = warehouseProfile({ root: "WH01", areaM2: 9000 });
const pack = compilePack(
  readPacks(readProfiles()).find(({ kind }) => kind === "warehouse") ?? assert.fail(),
  profile,
);
assert.ok(!Array.isArray(pack), JSON.stringify(pack));
const compiled = pack;

type Values = Readonly<Record<string, Value | null>>;

/** A warehouse in peace since 0 s; gives what its rules say, as "30 s F06 c01". */
function warehouse() {
  const detector = new Detector();
  const said: string[] = [];
  let seconds = 0;
  const hear = (levels: readonly Level[]): void => {
    for (const { rule, each, level } of levels) {
      if (level === true) said.push(`${seconds} s ${rule} ${each}`);
    }
  };
  const put = (values: Values): void => {
    const at = seconds * 1000 + 1;
    const samples = Object.entries(values).map(([point, value]): Sample => {
      const quality = value === null ? "bad" : "good";
      return { point, value, quality, reason: null, at, sourceTs: null };
    });
    hear(detector.take("s/d", samples, at));
  };
  const pass = (of: number): void => {
    for (const end = seconds + of; seconds < end; ) {
      seconds += 1;
      hear(detector.tick(seconds * 1000 + 1));
    }
  };
  hear(detector.watch({ key: "s/d", site: "s", device: "d" }, compiled, profile, 0));
  const peace = profile.points.map(({ id, normal, usual }) => [id, normal ?? usual ?? 0] as const);
  put(Object.fromEntries(peace));
  pass(1);
  return { said, put, pass };
}

const detectors = profile.points
  .filter(({ id, zone }) => /_s\d+_state$/.test(id) && zone === "C01")
  .map(({ id }) => id);
const [first = "", second = ""] = detectors;

test("WR-1: one detector in fire is F02; pre-alarm, fault, disabled and dirty are none; two are F03", () => {
  const { said, put, pass } = warehouse();
  for (const state of [1, 3, 4, 5, 0]) put({ [first]: state });
  pass(5);
  assert.deepEqual(said, []);
  put({ [first]: 2 });
  assert.deepEqual(said, [`6 s F02 ${first.replace("_state", "")}`]);
  put({ [second]: 2 });
  assert.deepEqual(said.slice(1).sort(), [
    `6 s F02 ${second.replace("_state", "")}`,
    "6 s F03 c01",
  ]);
});

test("WR-2: flow and pressure switch are F04 when the flow has held; not with an open test valve", () => {
  const fire = warehouse();
  fire.put({ c01_flow_indicator: true });
  fire.pass(5);
  fire.put({ av01_pressure_switch: true });
  assert.deepEqual(fire.said, []);
  fire.pass(6);
  assert.deepEqual(fire.said, ["11 s F04 c01"]);
  const tried = warehouse();
  tried.put({
    c01_end_test_valve_open: true,
    c01_flow_indicator: true,
    av01_pressure_switch: true,
    sp1_running: true,
  });
  tried.pass(120);
  tried.put({
    c01_end_test_valve_open: false,
    c01_flow_indicator: false,
    av01_pressure_switch: false,
  });
  tried.pass(5);
  assert.deepEqual(
    tried.said,
    ["11 s F04T c01"],
    "a test is no fire, nor is its end; nobody announced it",
  );
  const unheard = warehouse();
  unheard.put({
    c01_end_test_valve_open: null,
    c01_flow_indicator: true,
    av01_pressure_switch: true,
  });
  unheard.pass(15);
  assert.deepEqual(
    unheard.said,
    ["11 s F04 c01"],
    "a test valve nobody hears of holds nothing back",
  );
});

test("WR-3: a surge of less than 5 s is none; a pressure switch alone is F05 after 5 s", () => {
  const { said, put, pass } = warehouse();
  put({ av01_pressure_switch: true });
  pass(4);
  put({ av01_pressure_switch: false });
  pass(10);
  assert.deepEqual(said, []);
  put({ av01_pressure_switch: true });
  pass(6);
  assert.deepEqual(said, ["20 s F05 av01"]);
  const blind = warehouse();
  blind.put({ c02_flow_indicator: null, av01_pressure_switch: true });
  blind.pass(6);
  assert.deepEqual(blind.said, ["6 s F05 av01"], "an unknown flow indicator holds nothing back");
});

test("WR-4: flow alone is F06 after 30 s; one that chatters is none", () => {
  const { said, put, pass } = warehouse();
  for (let i = 0; i < 20; i += 1) {
    put({ c01_flow_indicator: i % 2 === 0 });
    pass(3);
  }
  put({ c01_flow_indicator: false });
  pass(5);
  assert.deepEqual(said, []);
  put({ c01_flow_indicator: true });
  pass(31);
  assert.deepEqual(said, ["96 s F06 c01"]);
});

test("WR-5: a call point is F01 at once, and a second signal with a detector; a shut valve is V01 after 60 s", () => {
  const { said, put } = warehouse();
  put({ c01_mcp1: true });
  assert.deepEqual(said, ["1 s F01 c01_mcp1"]);
  put({ [first]: 2 });
  assert.ok(said.includes("1 s F03 c01"));
  const shut = warehouse();
  shut.put({ c02_signal_valve_open: false, av01_supply_valve_open: false });
  shut.pass(59);
  assert.deepEqual(shut.said, []);
  shut.pass(1);
  assert.deepEqual(shut.said.sort(), ["61 s V01 av01", "61 s V01 c02"]);
});
