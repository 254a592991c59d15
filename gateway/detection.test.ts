/** What detection says of devices and rules that it watches no more. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { sitePack } from "#rules/override.ts";
import type { Packs } from "#rules/rulebook.ts";
import type { PointReading, Sample } from "#rules/sample.ts";
import type { Level } from "#rules/signal.ts";
import type { Clock } from "./clock.ts";
import { Detection, type DetectionOptions } from "./detection.ts";
import type { LiveDevice } from "./live/devices.ts";
import { DeviceValues } from "./live/values.ts";
import { readPacks } from "./rulebook/packs.ts";
import { readProfiles } from "./rulebook/profiles.ts";
import { warehouseProfile } from "./rulebook/warehouse.ts";
import { until } from "./testing/process.ts";

const profiles = readProfiles();
const packs = readPacks(profiles);
const profile = profiles.get("pump-room");
assert.ok(profile);

/** Silent pump rooms; `pass` lets time go by and wakes detection. */
function bench(stored?: DetectionOptions["stored"]) {
  let now = 1e12;
  let wake: () => void = () => {};
  const clock = {
    now: () => now,
    monotonic: () => now,
    wakeAt: (_at: number, run: () => void) => {
      wake = run;
      return () => {};
    },
    every: () => () => {},
  } as unknown as Clock;
  const said: string[] = [];
  const all: Level[] = [];
  const inbox = { isFull: false };
  const push = (one: Level): boolean => {
    const { rule, point, level, site } = one;
    if (!inbox.isFull) all.push(one);
    if (!inbox.isFull && rule === "S02")
      said.push(`${site === "s" ? "" : `${site}: `}${rule} ${point} ${level}`);
    return !inbox.isFull;
  };
  const failed = (error: unknown): void => assert.fail(String(error));
  const detection = new Detection({ clock, push, failed, ...(stored ? { stored } : {}) });
  const values = new DeviceValues(
    { profile, staleAfterMs: null, changed: () => {}, worth: () => {}, woken: () => {} } as never,
    now,
  );
  const deviceAt = (site: string): LiveDevice => {
    return {
      key: `${site}/d`,
      site,
      device: "d",
      kind: "pump-room",
      profile,
      values,
    } as LiveDevice;
  };
  const watch = (devices: readonly LiveDevice[], of: Packs) => detection.watch(devices, of);
  const pass = (ms: number): void => {
    now += ms;
    wake();
  };
  return { all, detection, watch, pass, said, deviceAt, inbox };
}

/** One whose S02 stands. */
function silent() {
  const { watch, pass, said, deviceAt, inbox } = bench();
  const device = deviceAt("s");
  watch([device], packs);
  pass(30_000);
  assert.deepEqual(said.splice(0), ["S02 link true"]);
  return { watch, pass, said, device, inbox };
}

const without = (id: string): Packs =>
  packs.map((pack) => ({ ...pack, rules: pack.rules.filter((rule) => rule.id !== id) }));

test("DN-23: a device that is watched no more leaves its alarms unknown, not standing for ever", () => {
  const { watch, said } = silent();
  watch([], packs);
  assert.deepEqual(said, ["S02 link unknown"]);
});

test("DN-23: so does one that leaves while other packs come into force", () => {
  const { watch, said } = silent();
  watch([], [...packs]);
  assert.deepEqual(said, ["S02 link unknown"]);
});

test("DN-23: of other packs only the rules that are gone leave theirs; what stays is not disturbed", () => {
  const { watch, said, device } = silent();
  watch([device], without("P01"));
  assert.deepEqual(said, []);
  const other = silent();
  other.watch([other.device], without("S02"));
  assert.deepEqual(other.said, ["S02 link unknown"]);
});

test("DN-23: last words that find no place are said again", () => {
  const { watch, said, inbox, pass } = silent();
  inbox.isFull = true;
  watch([], packs);
  assert.deepEqual(said, []);
  inbox.isFull = false;
  pass(100);
  assert.deepEqual(said, ["S02 link unknown"]);
  pass(100);
  assert.equal(said.length, 1);
});

test("RA-6: a site's own numbers hold for its devices, and come and go with an adoption", () => {
  const { watch, pass, said, deviceAt } = bench();
  const devices = [deviceAt("s"), deviceAt("t")];
  watch(devices, [...packs, sitePack("t", { "pump-room/S02": { setAfterMs: 5000 } })]);
  pass(5000);
  assert.deepEqual(said.splice(0), ["t: S02 link true"]);
  watch(devices, packs);
  pass(25_000);
  assert.deepEqual(said.splice(0), ["S02 link true"], "what stands at t is not said again");
  watch(devices, [...packs, sitePack("t", { "pump-room/P06": { setAfterMs: 5000 } })]);
  pass(60_000);
  assert.deepEqual(said, []);
});

test("DN-39: thousands of samples at once are judged in parts and in their order, others between", async () => {
  const { detection, said, deviceAt, pass } = bench();
  const profile = warehouseProfile({ root: "WH01", areaM2: 60_000 });
  const at = 1e12;
  const changed = (samples: readonly Sample[]) => detection.take(wide, samples, at);
  const values = new DeviceValues(
    { profile, staleAfterMs: null, changed, worth: () => {}, woken: () => {} },
    at,
  );
  const room = deviceAt("r");
  const wide: LiveDevice = { ...deviceAt("s"), kind: "warehouse", profile, values };
  detection.watch([room, wide], packs);
  const readings = profile.points.map((point): PointReading => {
    const value = point.normal ?? point.values?.[0]?.value ?? point.range?.[0] ?? 0;
    return [point.id, { value, quality: "good", reason: null }];
  });
  values.take(readings, at);
  values.linkLost(at);
  pass(30_000);
  const lost = () => said.filter((one) => one.endsWith("true"));
  assert.deepEqual(lost(), ["r: S02 link true"], "another room is judged before the warehouse is");
  await until("all of it is judged", () => {
    pass(30_000);
    return said.includes("S02 link true");
  });
  assert.equal(said.at(-1), "S02 link true", "lost, and not live by older values");
});

test("DN-41: the past is asked for once, of points with windows; without an answer a device is watched all the same", async () => {
  const asked: string[] = [];
  const { detection, said, deviceAt, pass } = bench(async (key, point, from, to) => {
    asked.push(`${key} ${point} ${to - from}`);
    if (asked.length > 2) throw new Error("busy");
    return { samples: [], thinned: false };
  });
  await detection.watchSoon(() => [deviceAt("s")], packs);
  await detection.recalled;
  assert.equal(asked.filter((one) => one.endsWith(" 3600000")).length, 3);
  assert.equal(asked.length, 4, "and of a week once more");
  assert.match(asked[0] ?? "", /^s\/d \w+ 3600000$/);
  pass(30_000);
  assert.deepEqual(said, ["S02 link true"]);
  await detection.watchSoon(() => [deviceAt("s")], packs);
  await detection.recalled;
  assert.equal(asked.length, 4, "what is watched already has its own memory");
});

test("DN-45: a week of a pressure is asked for after the watch has begun, and known then", async () => {
  const day = 86_400_000;
  const { detection, all, deviceAt } = bench(async (_key, point, from, to) => {
    if (to - from < 7 * day) throw new Error("busy");
    const steps = Array.from({ length: 7 * 24 }, (_, n) => to - (7 * 24 - n) * 3_600_000);
    const value = point.endsWith("flow") ? 0 : 0.4;
    return {
      samples: steps.map((at) => ({ value, quality: "good" as const, at })),
      thinned: true,
    };
  });
  const device = deviceAt("s");
  await detection.watchSoon(() => [device], packs);
  await detection.recalled;
  const sample = (point: string, value: number): Sample => {
    return { point, value, quality: "good", reason: null, at: 1e12, sourceTs: null };
  };
  detection.take(device, [sample("hydrant_flow", 0), sample("hydrant_remote_pressure", 0.3)], 1e12);
  const last = all.findLast(({ point }) => point === "end-pressure-drop.hydrant_remote_pressure");
  assert.notEqual(last?.level, true, "its hold of half an hour runs");
  detection.take(device, [sample("hydrant_remote_pressure", 0.39)], 1e12);
  const now = all.findLast(({ point }) => point === "end-pressure-drop.hydrant_remote_pressure");
  assert.deepEqual([now?.rule, now?.level], ["V02M", false]);
});

test("DN-41: a history that does not answer is not waited for", async () => {
  const { detection, said, deviceAt, pass } = bench(() => new Promise(() => {}));
  const began = performance.now();
  await detection.watchSoon(() => [deviceAt("s")], packs);
  const took = performance.now() - began;
  assert.ok(took < 2000, `${took} ms`);
  pass(30_000);
  assert.deepEqual(said, ["S02 link true"]);
});

test("DN-39: what waits when other rules come into force is judged by the old ones, and not dropped", () => {
  const { detection, all, deviceAt } = bench();
  const profile = warehouseProfile({ root: "WH01", areaM2: 60_000 });
  const at = 1e12;
  const changed = (samples: readonly Sample[]) => detection.take(wide, samples, at);
  const values = new DeviceValues(
    { profile, staleAfterMs: null, changed, worth: () => {}, woken: () => {} },
    at,
  );
  const wide: LiveDevice = { ...deviceAt("s"), kind: "warehouse", profile, values };
  detection.watch([wide], packs);
  const readings = (isPressed: boolean) =>
    profile.points.map((point): PointReading => {
      const usual = point.normal ?? point.values?.[0]?.value ?? point.range?.[0] ?? 0;
      const value = point.id === "c07_mcp1" ? isPressed : usual;
      return [point.id, { value, quality: "good", reason: null }];
    });
  values.take(readings(true), at);
  values.take(readings(false), at);
  detection.watch(
    [wide],
    packs.map((pack) => ({ ...pack, rules: pack.rules.slice(0, -1) })),
  );
  const pressed = all.filter(({ rule, point }) => rule === "F01" && point === "press.c07_mcp1");
  assert.ok(
    pressed.some(({ level }) => level === true),
    "a press came and went meanwhile",
  );
});

test("DN-38: thousands of rules are compiled in slices; what was in force stays so until then; the last call counts", async () => {
  const { detection, said, deviceAt, pass } = bench();
  const device = deviceAt("s");
  detection.watch([device], packs);
  // As many as take a warm machine several slices too; what shares a profile is compiled once.
  const wide = Array.from({ length: 10 }, (_, i): LiveDevice => {
    const profile = warehouseProfile({ root: `WH${i}`, areaM2: 60_000 });
    return { ...device, key: `s/wh${i}`, device: `wh${i}`, kind: "warehouse", profile };
  });
  let turns = 0;
  const count = (): void => {
    turns += 1;
    timer = setImmediate(count);
  };
  let timer = setImmediate(count);
  const called = detection.watchSoon(() => [device, ...wide], packs);
  const last = detection.watchSoon(() => [device, ...wide], packs);
  pass(30_000);
  assert.deepEqual(said, ["S02 link true"], "the old rules go on meanwhile");
  await Promise.all([called, last]);
  clearImmediate(timer);
  assert.ok(turns >= 10, `${turns} turns of the loop in between`);
  assert.deepEqual(said.slice(1), [], "the room is not said again");
  pass(30_000);
  const lost = wide.map(() => "S02 link true");
  assert.deepEqual(said.slice(1), lost, "and each warehouse is watched");
});

test("BT-8: a device that has just appeared is judged by the rules in force, and before them by none", () => {
  const { detection, watch, pass, said, deviceAt } = bench();
  detection.join(deviceAt("early"));
  pass(30_000);
  assert.deepEqual(said, []);
  watch([], packs);
  detection.join(deviceAt("s"));
  pass(30_000);
  assert.deepEqual(said, ["S02 link true"]);
});

test("TG-7: where hot work goes on a pump that is not in AUTO is said without a hold, and its site is hurried", () => {
  const { detection, all, deviceAt, pass } = bench();
  const room = deviceAt("s");
  const changed = (samples: readonly Sample[]) => detection.take(room, samples, 1e12);
  const watched: LiveDevice = {
    ...room,
    values: new DeviceValues(
      { profile, staleAfterMs: null, changed, worth: () => {}, woken: () => {} },
      1e12,
    ),
  };
  detection.watch([watched], packs);
  const readings = profile.points.map((point): PointReading => {
    const usual = point.normal ?? point.values?.[0]?.value ?? point.range?.[0] ?? 0;
    const value = point.id.endsWith("_auto") ? point.id !== "sprinkler_pump1_auto" : usual;
    return [point.id, { value, quality: "good", reason: null }];
  });
  const isSaid = () => all.some(({ rule, level }) => rule === "P03" && level === true);
  watched.values.take(readings, 1e12);
  pass(1000);
  assert.equal(isSaid(), false, "somebody may be working there");
  const permit = (state: string) =>
    ({
      openBySite: new Map(),
      permits: new Map([["W1", { state, report: { site: "s" } }]]),
    }) as never;
  assert.deepEqual(detection.incidents(permit("checked")), []);
  assert.deepEqual(detection.incidents(permit("active")), [["s", true]]);
  assert.equal(isSaid(), true);
  assert.deepEqual(detection.incidents(permit("suspended")), [], "until the work is over");
  assert.deepEqual(detection.incidents(permit("fire-watch")), [["s", false]]);
});
