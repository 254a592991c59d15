/**
 * The route engine in its own process: what it answers on real roads, and what becomes of us when it
 * dies, stops, or finds its tiles spoilt.
 */
import assert from "node:assert/strict";
import { readdirSync, readFileSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, test as run } from "node:test";
import { distanceM, type Point } from "#rules/dispatch/travel.ts";
import { ask, type Request } from "../control.ts";
import { Refused } from "../errors.ts";
import { noOsmium, writeExtract } from "../testing/canal-town/extract.ts";
import { southBridge, townInventory, townNetwork } from "../testing/canal-town/town.ts";
import { connectAs, deviceCredential } from "../testing/client.ts";
import { firelink, journalOf, makeFolder, startGateway, until } from "../testing/process.ts";
import { andorra, noValhalla, valhallaEngine } from "../testing/valhalla.ts";
import { buildMap, configOf, howToInstall, readMap, roadsFolder } from "./map.ts";
import { NetworkRoads } from "./network.ts";
import type { RoadsStatus } from "./status.ts";
import { EngineDown, type TableRequest, type TravelTime, tableOf } from "./travel-time.ts";
import { Valhalla } from "./valhalla.ts";

const folder = makeFolder();
const town = join(folder.path, "town.osm.pbf");

/**
 * The engine is an optional install of 280 MB (scripts/setup-test.sh). Where it could not be had nothing is
 * left out that could have run: the rest is shown by made engines.
 */
const notHere = noValhalla || noOsmium;

function test(name: string, lacks: string | false, shown: () => Promise<void>): void {
  if (lacks === false) run(name, shown);
  else process.stdout.write(`# not here, ${lacks}: ${name}\n`);
}

const engines: TravelTime[] = [];
after(() => {
  for (const engine of engines) engine.close();
  folder.remove();
});

const { responders, sites: townSites } = townInventory();
const places = (of: Iterable<{ readonly position: Point }>) => [...of].map((o) => o.position);
const stations = places(responders.values());
const request: TableRequest = { from: stations, to: places(townSites.values()), without: [] };
/** Of made engines, which answer each pair alike. */
const pair: TableRequest = { from: stations.slice(0, 1), to: stations.slice(1, 2), without: [] };

/** A program in the place of the engine, for what a real one does only by accident. */
function madeEngine(source: string): string {
  const path = makeFolder().path;
  writeFileSync(join(path, "package.json"), '{"main":"index.js"}');
  writeFileSync(join(path, "index.js"), source);
  return path;
}

function owner(engine: string, config: string, now: () => number): Valhalla {
  const options = { engine, config, roads: "test", now, died: () => {} };
  const valhalla = new Valhalla(options);
  engines.push(valhalla);
  return valhalla;
}

const well = `exports.VALHALLA_VERSION = "0";
exports.Actor = class { matrix(q) { const { sources, targets } = JSON.parse(q);
  const all = (n) => sources.map(() => targets.map(() => n));
  return Promise.resolve(JSON.stringify({ sources_to_targets: { durations: all(60), distances: all(1) } })); } };`;

test(
  "RO-15: an engine that is killed or stopped is down within its two seconds, and back after its back-off",
  false,
  async () => {
    let now = 0;
    const config = join(folder.path, "config.json");
    writeFileSync(config, "{}");
    const engine = owner(madeEngine(well), config, () => now);
    const expected = [[{ driveMs: 60_000, lengthM: 1000 }]];
    assert.deepEqual(await engine.table(pair), expected);
    for (const signal of ["SIGSEGV", "SIGSTOP", "SIGKILL"] as const) {
      const { pid } = engine;
      assert.ok(pid);
      process.kill(pid, signal);
      const began = performance.now();
      await assert.rejects(engine.table(pair), EngineDown, signal);
      assert.ok(performance.now() - began < 3500, `${signal}: ${performance.now() - began} ms`);
      await assert.rejects(engine.table(pair), EngineDown, "it is left alone");
      assert.equal(engine.pid, null);
      now += 1001;
      assert.deepEqual(await engine.table(pair), expected, `back after ${signal}`);
      assert.equal(engine.health().up, true);
    }
  },
);

test(
  "RO-16: an engine that cannot be loaded, babbles or gives half a table is down, and says why",
  false,
  async () => {
    const config = join(folder.path, "config.json");
    writeFileSync(config, "{}");
    const half = well.replace("targets.map(() => n)", "targets.slice(1)");
    const cases: readonly (readonly [string, RegExp])[] = [
      ["throw new Error('not for this machine');", /not for this machine/],
      [half, /no table of 1 × 1/],
      [well.replace("Promise.resolve(", "Promise.reject(new Error('tile is spoilt'));("), /spoilt/],
    ];
    for (const [source, why] of cases) {
      const engine = owner(madeEngine(source), config, () => 0);
      await assert.rejects(engine.table(pair), (error: Error) => {
        assert.ok(error instanceof EngineDown);
        assert.match(error.message, why);
        return true;
      });
    }
  },
);

test(
  "RO-17: without an engine, or with a file that is no extract, `roads build` says what to do",
  false,
  async () => {
    const said = firelink(folder.path, ["roads", "build", "package.json"]);
    assert.equal(said.status, 1);
    assert.match(said.stderr, /is no \.osm\.pbf file/);
    const missing = firelink(folder.path, ["roads", "build", join(folder.path, "none.osm.pbf")]);
    assert.match(missing.stderr, /cannot be read/);
    const made = join(folder.path, "made.osm.pbf");
    writeFileSync(made, "\0\0\0\r\n\tOSMHeader");
    const bare = firelink(folder.path, ["roads", "build", made]);
    assert.equal(bare.status, 1);
    assert.ok(bare.stderr.includes(howToInstall(folder.path)), bare.stderr);
    assert.equal(readMap(folder.path), null);
  },
);

test(
  "RO-18, RO-29: the engine's tiles of the town of canals: its ways are the shortest ones, a closed bridge is gone round",
  notHere,
  async () => {
    writeExtract(town);
    const steps: string[] = [];
    const map = await buildMap(folder.path, valhallaEngine ?? "", town, 1, (step) =>
      steps.push(step),
    );
    assert.ok(map.tiles >= 1 && steps.includes("Parsing ways"), JSON.stringify({ map, steps }));
    assert.deepEqual(readMap(folder.path), map);
    const engine = owner(valhallaEngine ?? "", configOf(folder.path, map), () => 0);
    const truth = new NetworkRoads(townNetwork());
    for (const without of [[], [southBridge]]) {
      const [ways, exact] = await Promise.all(
        [engine, truth].map((roads) => roads.table({ ...request, without })),
      );
      for (const [i, row] of (exact ?? []).entries()) {
        for (const [j, way] of row.entries()) {
          const found = ways?.[i]?.[j];
          assert.ok(found && way, `${i} ${j}`);
          assert.ok(Math.abs(found.lengthM - way.lengthM) < 10, JSON.stringify([found, way]));
          assert.ok(Math.abs(found.driveMs / way.driveMs - 1) < 0.05, JSON.stringify([found, way]));
        }
      }
    }
    // RO-29: its line is as long as its way, and keeps off the closed bridge too.
    for (const without of [[], [southBridge]]) {
      const [from, to] = [stations[0], request.to[0]];
      assert.ok(from && to);
      const shape = (await engine.route({ from, to, without })) ?? [];
      const [[way] = []] = await engine.table({ from: [from], to: [to], without });
      const points = shape.map(([lng, lat]) => ({ lng, lat }));
      const lengthM = points
        .slice(1)
        .reduce((sum, at, i) => sum + distanceM(at, points[i] ?? at), 0);
      assert.ok(Math.abs(lengthM - (way?.lengthM ?? 0)) < 20, `${lengthM} m of ${way?.lengthM} m`);
    }
    const sea = { lng: 2.2, lat: 41.3 };
    const [[way, none] = []] = await tableOf(engine, { ...pair, to: [...pair.to, sea] });
    assert.deepEqual([typeof way?.driveMs, none], ["number", undefined]);
  },
);

test(
  "RO-19: a broken extract leaves the map in place, and says that it is broken",
  notHere,
  async () => {
    const before = readMap(folder.path);
    const half = join(folder.path, "half.osm.pbf");
    const whole = readFileSync(town);
    writeFileSync(half, whole.subarray(0, whole.length / 2));
    const error = await buildMap(folder.path, valhallaEngine ?? "", half, 2, () => {}).catch(
      (e) => e,
    );
    assert.ok(error instanceof Refused);
    assert.match(error.message, /unexpected EOF/);
    assert.deepEqual(readMap(folder.path), before);
    const maps = readdirSync(roadsFolder(folder.path)).filter((name) => name.startsWith("map-"));
    assert.deepEqual(maps, [before?.folder]);
  },
);

const inventory = `v: 2
district: { id: town, name: { zh: 测试, en: Test }, bounds: { west: 120.4, south: 30.0, east: 120.6, north: 30.2 }, demonstration: true }
towns:
  - { id: "1", name: { zh: 镇, en: Town }, position: { lng: 120.48, lat: 30.08, datum: WGS-84, accuracyM: 10, source: made } }
responders:
  - { id: A1, kind: rescue, name: { zh: 一站, en: One }, town: "1", position: { lng: 120.48, lat: 30.08, datum: WGS-84, accuracyM: 10, source: made }, certainty: assumed, lifecycle: { state: in-service }, authority: order, channels: [ { kind: mqtt } ] }
  - { id: A2, kind: rescue, name: { zh: 二站, en: Two }, town: "1", position: { lng: 120.488315, lat: 30.090792, datum: WGS-84, accuracyM: 10, source: made }, certainty: assumed, lifecycle: { state: in-service }, authority: order, channels: [ { kind: mqtt } ] }
sites:
SITES
devices:
DEVICES
`;
test(
  "RO-20: SIGSEGV, SIGSTOP and a spoilt tile leave press and order as they were",
  notHere,
  async () => {
    const sites = Array.from({ length: 12 }, (_, i) => `s${i}`);
    const text = inventory
      .replace(
        "SITES",
        sites
          .map(
            (id, i) =>
              `  - { id: ${id}, name: { zh: ${id}, en: ${id} }, town: "1", position: { lng: ${120.49 + i / 2000}, lat: 30.083597, datum: WGS-84, accuracyM: 10, source: made } }`,
          )
          .join("\n"),
      )
      .replace(
        "DEVICES",
        sites
          .map((id) => `  - { id: b, site: ${id}, kind: button, place: { zh: 门, en: door } }`)
          .join("\n"),
      );
    const file = join(folder.path, "town.yaml");
    writeFileSync(file, text);
    const env = { FIRELINK_ROADS_ENGINE: valhallaEngine ?? "" };
    const gateway = await startGateway({ folder: folder.path, env });
    const tell = async (what: Request): Promise<unknown> =>
      ((await ask(folder.path, what)) as { result: unknown } | null)?.result;
    const status = async (): Promise<RoadsStatus> =>
      (await tell({ do: "roads-status" })) as RoadsStatus;
    try {
      await tell({ do: "import", files: [file], dryRun: false });
      await until("a matrix", async () => (await status()).matrix?.isCurrent, 20_000);
      const keys = sites.map((id) => `${id}/b`);
      const button = await connectAs(gateway, deviceCredential(folder.path, ...keys));
      const press = async (site: string): Promise<{ source: unknown; ms: number }> => {
        const began = performance.now();
        const payload = JSON.stringify({ v: 1, seq: 1, ts: Date.now(), event: "press" });
        await button.publishAsync(`firelink/v1/${site}/b/event`, payload, { qos: 1 });
        const order = await until("an order", () => {
          const events = journalOf(folder.path);
          const opened = events.find((e) => e.type === "incident-opened" && e.site === site);
          return events.find((e) => e.type === "order-issued" && e.incident === opened?.incident);
        });
        return { source: order.source, ms: performance.now() - began };
      };
      const calm = await press("s0");
      assert.equal(calm.source, "matrix");
      const child = (): number | undefined => childOf(gateway.pid, "valhalla-child");
      for (const [i, signal] of (["SIGSEGV", "SIGSTOP"] as const).entries()) {
        const computing = tell({ do: "roads-compute", force: true }).catch(() => null);
        const pid = await until("the engine", child);
        process.kill(pid, signal);
        const after = await press(sites[1 + i] ?? "");
        assert.equal(after.source, "matrix");
        assert.ok(after.ms < 3000, `${signal}: ${after.ms} ms`);
        await computing;
        await until("the engine is back", async () => {
          const again = await tell({ do: "roads-compute", force: true }).catch(() => null);
          return again !== null;
        });
      }
      const map = readMap(folder.path);
      const tiles = join(roadsFolder(folder.path), map?.folder ?? "", "tiles");
      for (const name of readdirSync(tiles, { recursive: true })) {
        const path = join(tiles, String(name));
        const stat = statSync(path);
        if (stat.isFile()) truncateSync(path, Math.floor(stat.size / 2));
      }
      const pid = child();
      if (pid) process.kill(pid, "SIGKILL");
      const spoilt = tell({ do: "roads-compute", force: true }).catch((error) => error as Error);
      const after = await press("s5");
      assert.equal(after.source, "matrix");
      assert.ok(after.ms < 3000);
      await spoilt;
      assert.equal((await status()).matrix?.places, 14, "the stored ways stay");
      assert.equal((await press("s6")).source, "matrix");
      await button.endAsync(true);
    } finally {
      await gateway.stop();
    }
  },
);

if (andorra !== null) {
  const capital = { lng: 1.5211, lat: 42.5078 };
  const village = { lng: 1.5133, lat: 42.4637 };
  test(
    "RO-18: on real roads, of Andorra, a way follows its valley, and a closed road costs time",
    notHere,
    async () => {
      const data = makeFolder();
      const map = await buildMap(data.path, valhallaEngine ?? "", andorra ?? "", 1, () => {});
      const engine = owner(valhallaEngine ?? "", configOf(data.path, map), () => 0);
      const valley: TableRequest = { from: [capital], to: [village], without: [] };
      const [[way] = []] = await engine.table(valley);
      // 5.1 km by line.
      assert.ok(way && way.lengthM > 5000 && way.lengthM < 12_000, JSON.stringify(way));
      const along = Array.from({ length: 20 }, (_, i) => ({
        lng: capital.lng + ((village.lng - capital.lng) * i) / 20,
        lat: capital.lat + ((village.lat - capital.lat) * i) / 20,
      }));
      const round = await Promise.all(
        along.map(async (at) => (await engine.table({ ...valley, without: [at] }))[0]?.[0]),
      );
      assert.ok(round.every((one) => one === null || (one?.driveMs ?? 0) >= way.driveMs));
      assert.ok(
        round.some((one) => one === null || (one?.driveMs ?? 0) > way.driveMs),
        "no closure anywhere makes the way longer",
      );
      data.remove();
    },
  );
}

/** A child of a process by a word of its command line. */
function childOf(parent: number, word: string): number | undefined {
  for (const name of readdirSync("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    try {
      const stat = readFileSync(`/proc/${name}/stat`, "utf8");
      const ppid = Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]);
      if (ppid === parent && readFileSync(`/proc/${name}/cmdline`, "utf8").includes(word)) {
        return Number(name);
      }
    } catch {
      // It has ended meanwhile.
    }
  }
  return undefined;
}
