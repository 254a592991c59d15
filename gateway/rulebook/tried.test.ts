/**
 * Every detected rule can be tried: words of the simulators (`firelink simulate fault …`) lead to it
 * through their physics, the values with quality and age, and the rules as they are shipped. In peace
 * nothing is said, for hours.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { checkWords } from "#devices/pump-room/faults.ts";
import { PumpRoomSimulator } from "#devices/pump-room/simulator.ts";
import { inject, noFaults } from "#devices/sprinkler/faults.ts";
import { nodesOf, readTemplates } from "#devices/sprinkler/nodes.ts";
import { initialWarehouse, step } from "#devices/sprinkler/physics.ts";
import { shown } from "#devices/sprinkler/values.ts";
import { layoutOf } from "#devices/sprinkler/warehouse.ts";
import { Detector } from "#rules/detect/detector.ts";
import { compilePack, isReported } from "#rules/detect/pack.ts";
import type { Profile } from "#rules/profile.ts";
import type { PointReading } from "#rules/sample.ts";
import type { Level } from "#rules/signal.ts";
import { decode, lengthOf } from "../adapters/modbus/register.ts";
import { DeviceValues } from "../live/values.ts";
import { readPacks } from "./packs.ts";
import { readProfiles } from "./profiles.ts";
import { warehouseProfile } from "./warehouse.ts";

const profiles = readProfiles();
const packs = readPacks(profiles);
const begin = 1_795_370_400_000;

/** A simulated device: what somebody does to it, a second of it, what is read of it. */
type Device = {
  readonly act: (words: readonly string[]) => void;
  readonly second: () => void;
  readonly read: () => PointReading[];
};

function said(profile: Profile, device: Device, words: readonly string[], seconds: number) {
  const pack = compilePack(
    packs.find(({ kind }) => kind === profile.kind) ?? assert.fail(),
    profile,
  );
  assert.ok(!Array.isArray(pack));
  const detector = new Detector();
  const rules = new Set<string>();
  const hear = (levels: readonly Level[]): void => {
    for (const { rule, level } of levels) if (level === true) rules.add(rule);
  };
  const values = new DeviceValues(
    {
      profile,
      staleAfterMs: null,
      changed: (samples, at) => hear(detector.take("s/d", samples, at)),
      worth: () => {},
      woken: () => {},
    },
    begin,
  );
  hear(detector.watch({ key: "s/d", site: "s", device: "d" }, pack, profile, begin));
  const settleS = 60;
  for (let s = 0; s < settleS + seconds; s += 1) {
    if (s === settleS) for (const one of words) device.act(one.split(" "));
    device.second();
    const now = begin + s * 1000;
    values.take(device.read(), now);
    values.sweep(now);
    hear(detector.tick(now));
  }
  return rules;
}

const room = profiles.get("pump-room") ?? assert.fail();

function pumpRoom(): Device {
  const simulator = new PumpRoomSimulator();
  return {
    act: (words) => simulator.act(words),
    second: () => simulator.advance(1),
    read: () => {
      const { discrete, input, holding } = simulator.registers;
      return room.registers.map((register): PointReading => {
        const { id, table, address } = register;
        const words = { coil: [false, false, false], "discrete-input": discrete }[table as string];
        const all = words ?? (table === "input-register" ? input : holding);
        return [id, decode(register, all.slice(address, address + lengthOf(register)))];
      });
    },
  };
}

const place = { root: "WH01", areaM2: 9000 };

function warehouse(): Device {
  const layout = layoutOf(place.areaM2);
  const nodes = nodesOf(readTemplates(), layout, { root: place.root, namespace: 2 });
  const [state, faults] = [initialWarehouse(layout), noFaults()];
  return {
    act: (words) => inject({ state, faults, nowMs: begin }, words),
    second: () => step(state, faults, 1),
    read: () =>
      nodes.map((node): PointReading => {
        const { value, heard } = shown(state, faults, node);
        const bad = { value: null, quality: "bad", reason: "bad-status" } as const;
        return [node.id, heard ? { value, quality: "good", reason: null } : bad];
      }),
  };
}

type Tried = readonly [rule: string, words: readonly string[], withinS: number];

const noPump = ["no-start sprinkler_pump1", "no-start sprinkler_pump2"];
const noHydrantPump = ["no-start hydrant_pump1", "no-start hydrant_pump2"];

const inPumpRoom: readonly Tried[] = [
  ["S02", ["freeze-heartbeat"], 180],
  ["P01", [...noPump, "open sprinkler 30"], 120],
  ["P02", ["trip hydrant_pump1"], 125],
  ["P03", ["manual hydrant_pump2"], 125],
  ["P04", ["hand-start sprinkler_pump1"], 90],
  ["P15", ["hand-start sprinkler_pump1"], 10],
  ["P05", ["leak hydrant 0.1"], 3600],
  ["P06", [...noPump, "open sprinkler 30"], 60],
  ["P07", ["sensor sprinkler-pressure 1.3"], 40],
  ["P08", ["pool 2.5"], 70],
  ["P08X", ["pool 0.4"], 70],
  ["P08R", ["pool 0.4", "hand-start hydrant_pump1"], 60],
  ["P09", ["pool 3.8"], 310],
  ["P10", ["roof-tank 0.9"], 70],
  ["P11", ["mains-a-off"], 10],
  ["P11", ["sensor mains-a 300"], 20],
  ["P11B", ["mains-a-off", "mains-b-off"], 10],
  ["P11B", ["phase-fault"], 10],
  ["P12", ["flood"], 40],
  ["P12T", ["sensor temperature 3"], 1810],
  ["F08", ["open hydrant 6"], 60],
  ["V02", ["sensor sprinkler-end 0.1"], 1810],
  ["P13", ["hand-start hydrant_pump1"], 30],
  ["S03", [...noHydrantPump, "open hydrant 20", "sensor hydrant-pressure 0.8"], 700],
  ["S03L", ["sensor pool 2"], 610],
];

const inWarehouse: readonly Tried[] = [
  ["F01", ["mcp C01.1"], 1],
  ["F02", ["smoke L1.S001"], 10],
  ["F03", ["smoke L1.S001", "mcp C01.1"], 10],
  ["F04", ["head C01"], 60],
  ["F04T", ["end-test C01"], 60],
  ["F05", ["switch-stuck AV01"], 10],
  ["F05", ["switch-stuck AV01", "chatter C01"], 12],
  ["F05T", ["valve-test AV01"], 60],
  ["F06", ["leak C01 0.7"], 60],
  ["F07", ["valve-shut C01", "head C01"], 180],
  ["V01", ["valve-shut C01"], 65],
  ["V02", ["valve-shut C01", "leak C01"], 1900],
  ["P01", ["pump-fail 1", "pump-fail 2", "head C01"], 120],
  ["P02", ["pump-fail 1"], 125],
  ["P03", ["pump-manual 2"], 125],
  ["P14", ["panel-manual"], 610],
  ["P14S", ["panel-manual"], 2],
  ["S02", ["freeze"], 180],
  ["S03", ["sensor AV01 0.2"], 610],
  ["S03T", ["sensor C01 60"], 3],
];

for (const [profile, make, tried, peaceS] of [
  [room, pumpRoom, inPumpRoom, 7200],
  [warehouseProfile(place), warehouse, inWarehouse, 1800],
] as const) {
  test(`HR-6: ${profile.kind}: in peace no rule says anything`, () => {
    assert.deepEqual([...said(profile, make(), [], peaceS)], []);
  });

  for (const [rule, words, withinS] of tried) {
    test(`HR-6: ${profile.kind} ${rule} is said within ${withinS} s of: ${words.join(", ")}`, () => {
      assert.ok(said(profile, make(), words, withinS).has(rule));
    });
  }

  test(`HR-6: ${profile.kind}: no detected rule is left out`, () => {
    const all = packs.filter(({ kind }) => kind === profile.kind).flatMap(({ rules }) => rules);
    // A week of a simulator is too long; its values are played (HR-1).
    const takesDays = ["V02M"];
    const missing = all.filter(
      ({ id, when }) =>
        !isReported({ when }) && !takesDays.includes(id) && !tried.some(([one]) => one === id),
    );
    assert.deepEqual(
      missing.map(({ id }) => id),
      [],
    );
  });
}

test("HR-6: words that a pump room does not have are refused with what there is", () => {
  const cases = [
    ["sensor level 1", "there are: hydrant-pressure, sprinkler-pressure"],
    ["sensor pool", "allowed: -4.5 to 9 shown by pool"],
    ["pool deep", '"deep" is not allowed; allowed: 0 to 4.5 m'],
    ["roof-tank 3", "allowed: 0 to 2.5 m"],
    ["hand-start pump1", "there are: hydrant_pump1"],
    ["flood 1", "is too much; allowed: flood"],
  ] as const;
  for (const [words, says] of cases) {
    const isSo = (error: Error): boolean => error.message.includes(says);
    assert.throws(() => checkWords(words.split(" ")), isSo, words);
  }
});
