/** Back-tests from the command line: stored samples in files, a real worker, and what they refuse. */
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { demoFile } from "../demo.ts";
import type { Row } from "../history/day-file.ts";
import { pack } from "../history/packed.ts";
import { SampleStore } from "../history/store.ts";
import { connectAs, deviceCredential } from "../testing/client.ts";
import { firelink, firelinkJson, makeFolder, startGateway, until } from "../testing/process.ts";
import type { BacktestResult } from "./backtest-worker.ts";

const folder = makeFolder();
const files = makeFolder();
const house = readFileSync(join(import.meta.dirname, "../../rules/packs/pump-room.yaml"), "utf8");
/** 02:00 of the gateway's day, in Keqiao; a day change of the files (UTC) lies within what is stored. */
const start = Date.UTC(2026, 10, 21, 23, 0, 0);
const minute = 60_000;

before(() => {
  assert.equal(firelink(folder.path, ["import", demoFile]).status, 0);
  const store = new SampleStore(folder.path, 1 << 30);
  const rows: Row[] = [];
  const put = (atMs: number, point: string, value: number): void => {
    rows.push(["baolong/pump-01", { point, at: start + atMs, value, quality: "good" }]);
  };
  // Settings are stored long before: what held then holds still.
  put(-3 * minute, "sprinkler_main_start_pressure", 0.54);
  for (let at = -2 * minute; at < 120 * minute; at += minute) {
    put(at, "sprinkler_header_pressure", 0.65);
    put(at, "sprinkler_end_pressure", 0.3);
    put(at, "sprinkler_flow", 0);
  }
  // Three dips: 15 s, 40 s over the change of the day, and 20 min.
  for (const [from, seconds] of [
    [10 * minute, 15],
    [60 * minute - 20_000, 40],
    [90 * minute, 1200],
  ] as const) {
    put(from, "sprinkler_header_pressure", 0.41);
    for (let at = from + 30_000; at < from + seconds * 1000; at += 30_000) {
      put(Math.floor(at / minute) * minute, "sprinkler_header_pressure", 0.41);
    }
    put(from + seconds * 1000, "sprinkler_header_pressure", 0.65);
  }
  store.append(...pack(rows));
  store.close();
});

after(() => {
  folder.remove();
  files.remove();
});

const write = (name: string, text: string): string => {
  const path = join(files.path, name);
  writeFileSync(path, text);
  return path;
};
const slow = write("slow.yaml", house.replace(/(id: P06[\s\S]*?setAfterMs: )10000/, "$130000"));
const when = ["--from", "2026-11-22T07:00", "--to", "2026-11-22T09:00"];
const run = (...args: string[]) => firelink(folder.path, ["rules", "backtest", ...args]);

test("RA-21: which alarms a changed rule would have given, beside those of the rule in force", () => {
  const args = ["rules", "backtest", slow, "--rule", "P06", ...when];
  const result = firelinkJson<BacktestResult>(folder.path, args);
  assert.deepEqual(
    [result.pack, result.rule, result.inForce, result.totals],
    ["pump-room", "P06", "other", { tried: 2, inForce: 3, journal: 0 }],
  );
  const at = (ms: number): number => (ms - start) / 1000;
  const spans = (of: BacktestResult["rows"][number]["tried"]) =>
    of.map(({ from, to }) => [at(from), to && at(to)]);
  assert.deepEqual(
    result.rows.map(({ point, tried, inForce }) => [point, spans(tried), spans(inForce)]),
    [
      ["pressure.sprinkler", [], [[610, 625]]],
      ["pressure.sprinkler", [[3610, 3630]], [[3590, 3630]]],
      ["pressure.sprinkler", [[5430, 6610]], [[5410, 6610]]],
    ],
  );
  const [, second] = result.rows;
  assert.deepEqual(second?.thing, { zh: "喷淋管网", en: "sprinkler network" });
  assert.equal(
    second?.tried[0]?.why?.zh,
    "喷淋泵出水干管压力 0.41 MPa(良好,07:59:40)低于 喷淋主泵启泵压力 0.54 MPa 已 30 秒",
  );
  const [device] = result.devices;
  assert.equal(device?.device, "baolong/pump-01");
  assert.ok((device?.samples ?? 0) > 300, `${device?.samples} samples`);
  // The hydrant network has no stored values: that part of the rule could not tell, and says so.
  assert.equal(device?.blindMs, 120 * minute);
});

test("RA-21: the same as lines; a rule in force is tried without a file", () => {
  const { stdout, stderr } = run("--rule", "pump-room/P06", "--device", "baolong/pump-01", ...when);
  assert.match(stdout, /^pump-room\/P06 {2}低压 · Low pressure\n2026-11-22 07:00:00 … /, stderr);
  assert.match(stdout, /this rule 3 alarms, the same rule in force 3 alarms, journal 0 alarms/);
  assert.match(stdout, /^ {4}this rule {2}2026-11-22 07:10:10 → 2026-11-22 07:10:25 \(15 s\)$/m);
  assert.match(stdout, /Sprinkler header pressure 0\.41 MPa .* below .* for 10 s/);
});

test("RA-21: a site's own numbers are tried where they hold; a new rule has nothing beside it", () => {
  const site = write(
    "site.yaml",
    "v: 1\nsite: baolong\nrules:\n  pump-room/P06: { setAfterMs: 60000 }\n",
  );
  const args = ["rules", "backtest", site, "--rule", "P06", ...when];
  const { totals } = firelinkJson<BacktestResult>(folder.path, args);
  assert.deepEqual(totals, { tried: 1, inForce: 3, journal: 0 });
  const rule = house.slice(
    house.indexOf("  - id: P06"),
    house.indexOf("  - id: ", house.indexOf("  - id: P06") + 5),
  );
  const fresh = rule.replace("id: P06", "id: X06").replace("point: pressure", "point: other");
  const added = write("new.yaml", `v: 1\npack: own\nkind: pump-room\nrules:\n${fresh}`);
  const result = run(added, "--rule", "X06", ...when);
  assert.match(result.stderr, /conflict: X06 .* says of the same condition something else|^$/);
  const other = write(
    "other.yaml",
    `v: 1\npack: own\nkind: pump-room\nrules:\n${fresh.replace("{end} < 0.05", "{end} < 0.04")}`,
  );
  assert.match(
    run(other, "--rule", "X06", ...when).stdout,
    /this rule 3 alarms, none of that id is in force/,
  );
});

test("RA-22: what makes no sense is refused with what is allowed", () => {
  const cases: readonly (readonly [readonly string[], RegExp])[] = [
    [[slow, "--rule", "P99"], /there is no rule P99\nallowed: the id of a rule/],
    [["--rule", "S02"], /S02 stands in several packs\nallowed: .*pump-room\/S02/],
    [["--rule", "P06", "--device", "baolong/btn-99"], /has no values\nallowed: baolong\/pump-01/],
    [["--rule", "P06", "--device", "baolong/btn-01"], /there is no pump-room among them/],
    [["--rule", "P06", "--from", "40d"], /no such time\nallowed: from before to, at most 31 days/],
    [
      [write("wrong.yaml", house.replace("sprinkler_flow", "no_flow")), "--rule", "P06"],
      /wrong\.yaml:\d+: .*no_flow/,
    ],
    [["--rule", "S01"], /is said by another part of the gateway/],
  ];
  for (const [args, expected] of cases) {
    const { status, stderr } = run(...args);
    assert.equal(status, 1, args.join(" "));
    assert.match(stderr, expected);
  }
  assert.equal(run(slow).status, 2, "no rule is named");
  const nothing = run("--rule", "P06", "--from", "2025-01-01", "--to", "2025-01-02");
  assert.match(nothing.stdout, /baolong\/pump-01: nothing is stored of what it reads/);
});

/** Two weeks of a button's battery, a reading an hour; on the third and on the ninth day it falls for four hours. */
function writeBattery(): void {
  const hour = 60 * minute;
  const store = new SampleStore(folder.path, 1 << 30);
  const rows = Array.from({ length: 14 * 24 }, (_, n): Row => {
    const low = [60, 200].find((from) => n >= from && n < from + 4);
    const value = low === undefined ? 90 : 18 - 2 * (n - low);
    const at = start - 14 * 24 * hour + n * hour;
    return ["baolong/btn-01", { point: "battery_pct", at, value, quality: "good" }];
  });
  store.append(...pack(rows));
  store.close();
}

const weeks = ["--from", "2026-11-08T08:00", "--to", "2026-11-22T06:00"];
const tryBattery = (...of: string[]): BacktestResult =>
  firelinkJson(folder.path, ["rules", "backtest", "--rule", "button/S04", ...weeks, ...of]);

test("RA-28: a back-test has every device of the inventory, heard or not, and says after a restart what it said before", async () => {
  writeBattery();
  const withoutGateway = tryBattery();
  assert.equal(withoutGateway.devices.length, 40);
  assert.deepEqual(
    withoutGateway.rows.map(({ device, tried }) => [device, tried.length]),
    [
      ["baolong/btn-01", 1],
      ["baolong/btn-01", 1],
    ],
  );
  const first = await startGateway({ folder: folder.path });
  try {
    const button = await connectAs(first, deviceCredential(folder.path, "baolong/btn-01"));
    const state = JSON.stringify({ v: 1, seq: 1, ts: Date.now(), battery_pct: 90 });
    await button.publishAsync("firelink/v1/baolong/btn-01/state", state, { qos: 1 });
    await button.endAsync();
    await until("it is heard", () => tryBattery("--device", "baolong/btn-01").devices.length === 1);
    assert.deepEqual(tryBattery(), withoutGateway);
  } finally {
    await first.stop();
  }
  const again = await startGateway({ folder: folder.path });
  try {
    assert.deepEqual(tryBattery(), withoutGateway);
    assert.deepEqual(tryBattery("--device", "baolong/btn-01").rows, withoutGateway.rows);
  } finally {
    await again.stop();
  }
});

test("RA-22: of one kind at most 200 are run at once, and of the others as many as there are", () => {
  const district = makeFolder();
  try {
    const demo = readFileSync(demoFile, "utf8");
    const one = /^ {2}- \{ id: btn-40, .*\n/m.exec(demo)?.[0] ?? "";
    const more = Array.from({ length: 200 }, (_, n) => one.replace("btn-40", `more-${n}`));
    const path = write("district.yaml", demo.replace(one, one + more.join("")));
    const imported = firelink(district.path, ["import", path]);
    assert.equal(imported.status, 0, imported.stderr);
    const ask = (...args: string[]) =>
      firelink(district.path, ["rules", "backtest", ...weeks, ...args]);
    const { status, stderr } = ask("--rule", "button/S04");
    assert.equal(status, 1);
    assert.match(stderr, /more than 200 of kind button\nallowed: --device SITE\/DEVICE/);
    assert.equal(ask("--rule", "button/S04", "--device", "baolong/more-7").status, 0);
    assert.equal(ask("--rule", "P06").status, 0, "there are few pump rooms");
  } finally {
    district.remove();
  }
});
