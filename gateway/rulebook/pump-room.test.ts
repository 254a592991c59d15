/** The rules of the pump room as they are shipped, against values of its profile. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { Detector } from "#rules/detect/detector.ts";
import { compilePack } from "#rules/detect/pack.ts";
import type { Sample, Value } from "#rules/sample.ts";
import type { Level } from "#rules/signal.ts";
import { readPacks } from "./packs.ts";
import { readProfiles } from "./profiles.ts";

const profiles = readProfiles();
const profile = profiles.get("pump-room");
assert.ok(profile);
const pack = compilePack(
  readPacks(profiles).find(({ kind }) => kind === "pump-room") ?? assert.fail(),
  profile,
);
assert.ok(!Array.isArray(pack));

type Values = Readonly<Record<string, Value | null>>;

const peace: Values = {
  ...Object.fromEntries(
    profile.points.map(({ id, type, normal = false }) => [id, type === "boolean" ? normal : 0]),
  ),
  hydrant_header_pressure: 0.65,
  sprinkler_header_pressure: 0.65,
  hydrant_main_start_pressure: 0.54,
  sprinkler_main_start_pressure: 0.54,
  hydrant_remote_pressure: 0.3,
  sprinkler_end_pressure: 0.3,
};
const silence: Values = Object.fromEntries(profile.points.map(({ id }) => [id, null]));

/** A pump room in peace since 0 s; gives what one rule says, as "30 s start.hydrant true". */
function room(rule: string) {
  const detector = new Detector();
  const said: string[] = [];
  let seconds = 0;
  const last = new Map<string | undefined, Level["level"]>();
  const hear = (levels: readonly Level[]): void => {
    for (const { rule: of, point, level, worse } of levels) {
      if (of !== rule) continue;
      // One more cause of what stands already is said, and is nothing new.
      const isRepeat = !worse && last.get(point) === level;
      last.set(point, level);
      if (level === false || isRepeat) continue;
      said.push(`${seconds} s ${point} ${worse ? "worse" : level}`);
    }
  };
  const put = (values: Values): void => {
    const at = seconds * 1000;
    const samples = Object.entries(values).map(([point, value]): Sample => {
      const quality = value === null ? "bad" : "good";
      return { point, value, quality, reason: null, at, sourceTs: null };
    });
    hear(detector.take("s/d", samples, at));
  };
  const pass = (of: number): void => {
    for (const end = seconds + of; seconds < end; ) {
      seconds += 1;
      hear(detector.tick(seconds * 1000));
    }
  };
  hear(detector.watch({ key: "s/d", site: "s", device: "d" }, pack as never, profile as never, 0));
  put(peace);
  return { put, pass, said };
}

test("DN-20: P01: one reading above the start pressure does not begin the hold anew, nor end what stands", () => {
  const { put, pass, said } = room("P01");
  put({ sprinkler_header_pressure: 0.53 });
  for (let i = 0; i < 5; i += 1) {
    pass(30);
    put({ sprinkler_header_pressure: 0.545 });
    pass(2);
    put({ sprinkler_header_pressure: 0.53 });
  }
  assert.deepEqual(said, ["55 s start.sprinkler true", "120 s start.sprinkler worse"]);
});

test("DN-20: P01 ends when the pressure is back by its dead band, or a pump is proven to run", () => {
  for (const end of [
    { hydrant_header_pressure: 0.58 },
    { hydrant_pump2_run: true, hydrant_pump2_current: 60 },
    // The handle closes the contactor itself: its contact may be without voltage.
    { mechanical_emergency_start: true, hydrant_pump1_current: 60 },
  ]) {
    const { put, pass, said } = room("P01");
    put({ hydrant_header_pressure: 0.4 });
    pass(60);
    put({ hydrant_header_pressure: 0.56 });
    pass(10);
    put(end);
    pass(120);
    assert.deepEqual(said, ["55 s start.hydrant true"], JSON.stringify(end));
  }
});

test("DN-21: P01: whatever asks for a pump arms its own set; the panel asks for both", () => {
  const asks: [string, Value, string[]][] = [
    ["hydrant_low_pressure_switch", true, ["hydrant"]],
    ["roof_tank_flow_switch", true, ["hydrant"]],
    ["hydrant_header_pressure", 0.3, ["hydrant"]],
    ["alarm_valve_pressure_switch_any", true, ["sprinkler"]],
    ["sprinkler_header_pressure", 0.3, ["sprinkler"]],
    ["facp_start_command", true, ["hydrant", "sprinkler"]],
    ["mechanical_emergency_start", true, []],
  ];
  for (const [point, value, sets] of asks) {
    const { put, pass, said } = room("P01");
    put({ [point]: value });
    pass(60);
    assert.deepEqual(
      said,
      sets.map((set) => `55 s start.${set} true`),
      point,
    );
  }
  const welded = room("P01");
  welded.put({ facp_start_command: true, hydrant_pump1_run: true });
  welded.pass(60);
  assert.equal(welded.said.length, 2, "a run contact without current is no pump");
  const inspected = room("P01");
  inspected.put({ facp_start_command: true, self_inspection_active: true });
  inspected.pass(200);
  assert.deepEqual(inspected.said, []);
});

test("DN-22: a link that flaps is one alarm; one that was lost once clears in 5 s", () => {
  const { put, pass, said } = room("S02");
  for (let i = 0; i < 6; i += 1) {
    put(silence);
    pass(40);
    put(peace);
    pass(8);
  }
  assert.deepEqual(said, ["30 s link true", "78 s link true"], "the first cut, then the flapping");
  pass(299);
  put(silence);
  pass(40);
  assert.equal(said.length, 3, "it had been stable for 5 min");
});
