/** The stored matrix against the plain truth: everything looked up, everything sorted. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { type Ranked, rank, type Standing } from "#rules/dispatch/rank.ts";
import { type Closure, closureKey, roadsAt } from "#rules/dispatch/roads.ts";
import { type Drive, distanceM, estimateMs, mayPass, type Point } from "#rules/dispatch/travel.ts";
import { defaultSettings } from "#rules/settings.ts";
import { demoInventory } from "../demo.ts";
import { buildIndex, PackedInventory } from "../inventory/lookup.ts";
import { pack } from "../inventory/pack.ts";
import { Random } from "../simulation/random.ts";
import { southBridge, townInventory, townNetwork } from "../testing/canal-town/town.ts";
import { computeMatrix } from "./compute.ts";
import { encodeMatrix, type MatrixOrigin, type PlaceWays, StoredMatrix } from "./matrix.ts";
import { NetworkRoads, shortest } from "./network.ts";
import { batchesOf, wantedPlaces } from "./places.ts";
import { EngineRefused, tableOf } from "./travel-time.ts";

const { travel } = defaultSettings;
const demo = demoInventory();
const origin: MatrixOrigin = { engine: "network", roads: "made", inventory: null, without: [] };
/** 2026-11-23 02:00:00 and 07:30:00 +08:00. */
const night = 1_795_370_400_000;
const rushHour = night + 5.5 * 3_600_000;

function packed(inventory = demo): PackedInventory {
  return new PackedInventory(buildIndex(pack(inventory).packed));
}

function stored(
  responders: readonly Standing[],
  list: readonly PlaceWays[],
  of = origin,
  lost = -1,
): StoredMatrix {
  const steps = encodeMatrix(of, responders, list);
  let step = steps.next();
  while (!step.done) step = steps.next();
  const { hash, rows } = step.value;
  const bodies = new Map(rows.filter((_, i) => i !== lost).map((row) => [row.hash, row.body]));
  return new StoredMatrix(hash, bodies.get(hash) ?? new Uint8Array(), (h) => bodies.get(h) ?? null);
}

/** By the definition: each way from the list itself, all of them sorted. */
function bruteForce(
  stations: readonly Standing[],
  place: Point,
  ways: ReadonlyMap<string, Drive | null>,
  slowdown: number,
): Ranked[] {
  const all = stations.map((station): Ranked => {
    const way = ways.get(station.id);
    const straight = { station: station.id, distanceM: Math.round(distanceM(station, place)) };
    if (way) {
      const driving = Math.max(travel.atLeastMs, way.driveMs * slowdown + travel.gateMs);
      return { ...straight, estimateMs: Math.round(travel.turnoutMs + driving), source: "matrix" };
    }
    const estimate = estimateMs(station, place, travel, slowdown);
    const guessed = { ...straight, estimateMs: estimate, source: "detour" as const };
    return way === null ? { ...guessed, noWay: true } : guessed;
  });
  return all.sort(
    (a, b) =>
      Number(a.noWay ?? false) - Number(b.noWay ?? false) ||
      a.estimateMs - b.estimateMs ||
      a.distanceM - b.distanceM ||
      (a.station < b.station ? -1 : 1),
  );
}

test("RO-1: for 10,000 random points the ranking is the brute force one over the same matrix, for 1,000 in the rush hour", () => {
  const { rescue } = packed();
  const stations = rescue.first(rescue.size);
  const random = new Random(43);
  const { west, south, east, north } = demo.district.bounds;
  const list = Array.from({ length: 10_000 }, (): PlaceWays => {
    const place = {
      lng: west + random.next() * (east - west),
      lat: south + random.next() * (north - south),
    };
    const ways = new Map<string, Drive | null>();
    for (const station of stations) {
      const chance = random.next();
      if (chance < 0.05) continue;
      const straightM = distanceM(station, place);
      const driveMs = Math.ceil(straightM * (40 + random.next() * 200));
      const way = { driveMs, lengthM: Math.ceil(straightM * (1 + random.next())) };
      ways.set(station.id, chance < 0.08 ? null : way);
    }
    return { place, ways };
  });
  const matrix = stored(stations, list);
  for (const [at, slowdown] of [
    [night, 1],
    [rushHour, 1.3],
  ] as const) {
    const roads = roadsAt({ closures: [], matrix }, defaultSettings, at);
    assert.equal(roads.slowdown, slowdown);
    // The rush hour moves no station past another one but by rounding: a tenth of them will do.
    for (const { place, ways } of slowdown === 1 ? list : list.slice(0, 1000)) {
      const ranked = rank(rescue, place, 20, travel, roads);
      assert.deepEqual(ranked, bruteForce(stations, place, ways, slowdown));
    }
  }
});

test("RO-2: of 20,000 stations with stored ways the best 20 are the brute force ones", () => {
  const random = new Random(7);
  const [model] = demo.responders;
  assert.ok(model);
  const { west, south, east, north } = demo.district.bounds;
  const responders = Array.from({ length: 20_000 }, (_, i) => ({
    ...model,
    id: `S${i}`,
    position: {
      ...{
        lng: west + random.next() * (east - west),
        lat: south + random.next() * (north - south),
      },
      ...{ accuracyM: 1, source: "made" },
    },
  }));
  const inventory = packed({ ...demo, responders, devices: [], sites: [] });
  const stations = inventory.rescue.first(responders.length);
  const place = { lng: 120.5, lat: 30.1 };
  const [batch] = batchesOf(inventory, [place]);
  assert.equal(batch?.from.length, 40);
  const ways = new Map(
    (batch?.from ?? []).map((one, i): [string, Drive | null] => {
      const straightM = distanceM(one, place);
      const driveMs = Math.ceil(straightM * (30 + ((i * 37) % 400)));
      return [one.id, i % 9 === 0 ? null : { driveMs, lengthM: Math.ceil(straightM * 1.2) }];
    }),
  );
  const matrix = stored(batch?.from ?? [], [{ place, ways }]);
  const roads = roadsAt({ closures: [], matrix }, defaultSettings, night);
  const ranked = rank(inventory.rescue, place, 20, travel, roads);
  assert.deepEqual(ranked, bruteForce(stations, place, ways, 1).slice(0, 20));
});

test("RO-3: a way counts only where both ends still stand there; a lost part leaves its places to the estimate", () => {
  const stations = [
    { id: "A", lng: 120.5, lat: 30.1 },
    { id: "B", lng: 120.52, lat: 30.1 },
  ];
  const place = { lng: 120.51, lat: 30.1 };
  const ways = new Map([
    ["A", { driveMs: 100_000, lengthM: 1000 }],
    ["B", { driveMs: 200_000, lengthM: 2000 }],
  ]);
  const matrix = stored(stations, [{ place, ways }]);
  const from = matrix.waysTo(place);
  assert.deepEqual(from?.(stations[0] as Standing), ways.get("A"));
  assert.equal(from?.({ id: "A", lng: 120.5001, lat: 30.1 }), null, "the station has moved");
  assert.equal(from?.({ id: "C", lng: 120.5, lat: 30.1 }), null, "another station");
  assert.equal(matrix.waysTo({ lng: 120.5101, lat: 30.1 }), null, "another place");
  assert.equal(stored(stations, [{ place, ways }], origin, 0).waysTo(place), null, "a lost part");
});

test("RO-4: in the town of canals the nearest by road is another one than the nearest by line", async () => {
  const engine = new NetworkRoads(townNetwork());
  const inventory = packed(townInventory());
  const nearest = async (
    site: string,
    without: readonly Closure[],
  ): Promise<(string | undefined)[]> => {
    const place = inventory.sites.get(site)?.position;
    assert.ok(place);
    const of = { ...origin, without: without.map(closureKey) };
    const wanted = stepsOf(wantedPlaces(inventory));
    const places = [...wanted.devices, ...wanted.sites];
    const round = await computeMatrix({
      ...{ engine, inventory, places, without, origin: of, known: [] },
      ...{ isOff: () => false, progress: () => {} },
    });
    assert.ok(round);
    const { hash, rows } = round.computed;
    const bodies = new Map(rows.map((row) => [row.hash, row.body]));
    const read = (name: string): Uint8Array | null => bodies.get(name) ?? null;
    const matrix = new StoredMatrix(hash, read(hash) ?? new Uint8Array(), read);
    const roads = roadsAt({ closures: without, matrix }, defaultSettings, night);
    assert.ok(matrix.leastMsPerM > 0, "a station on its own place is no bound");
    const [here, other] = inventory.rescue.first(2);
    assert.ok(here && other && matrix.waysTo(here)?.(other), "from station to station too");
    const byLine = rank(inventory.rescue, place, 1, travel)[0];
    const byRoad = rank(inventory.rescue, place, 1, travel, roads)[0];
    assert.equal(byRoad?.source, "matrix");
    return [byLine?.station, byRoad?.station];
  };
  const bridge: Closure = {
    ...southBridge,
    ...{ id: "south", name: { zh: "南桥", en: "South bridge" }, reason: "works" },
    ...{ from: night - 1, until: night + 1 },
  };
  assert.deepEqual(await nearest("temple", []), ["CT-N", "CT-W"], "the canal lies between");
  assert.deepEqual(await nearest("mill", []), ["CT-E", "CT-E"], "over the bridge it is near");
  assert.deepEqual(await nearest("mill", [bridge]), ["CT-E", "CT-W"], "the bridge is closed");
});

test("RO-5: the ways over the network are the shortest ones, with a closed bridge and without", () => {
  const network = townNetwork();
  const count = network.nodes.length;
  assert.equal(count, 48);
  for (const without of [[], [southBridge]]) {
    // Floyd and Warshall know no clever order: every crossing may lie between any two.
    const best = network.nodes.map((_, a) =>
      network.nodes.map((__, b) => (a === b ? 0 : Infinity)),
    );
    for (const { a, b, speedKmh } of network.edges) {
      const [from, to] = [network.nodes[a], network.nodes[b]];
      assert.ok(from && to);
      const middle = { lng: (from.lng + to.lng) / 2, lat: (from.lat + to.lat) / 2 };
      if (without.some((at) => distanceM(at, middle) < 20)) continue;
      const ms = (distanceM(from, to) / (speedKmh / 3.6)) * 1000;
      (best[a] as number[])[b] = ms;
      (best[b] as number[])[a] = ms;
    }
    for (let via = 0; via < count; via += 1) {
      for (let a = 0; a < count; a += 1) {
        for (let b = 0; b < count; b += 1) {
          const ms = (best[a]?.[via] ?? Infinity) + (best[via]?.[b] ?? Infinity);
          if (ms < (best[a]?.[b] ?? Infinity)) (best[a] as number[])[b] = ms;
        }
      }
    }
    for (let a = 0; a < count; a += 1) {
      shortest(network, a, without).forEach((way, b) => {
        assert.ok(Math.abs((way?.driveMs ?? Infinity) - (best[a]?.[b] ?? 0)) < 1, `${a} to ${b}`);
      });
    }
  }
});

test("RO-6: whoever has to go round a closed bridge is said to, until the way round is computed; few others are", () => {
  const network = townNetwork();
  let [passing, warned, all] = [0, 0, 0];
  network.nodes.forEach((from, a) => {
    const open = shortest(network, a, []);
    const closed = shortest(network, a, [southBridge]);
    network.nodes.forEach((to, b) => {
      const way = open[b];
      if (!way) return;
      all += 1;
      const mustGoRound = (closed[b]?.driveMs ?? Infinity) > way.driveMs + 1;
      const isWarned = mayPass([southBridge], from, to, way.lengthM);
      if (mustGoRound) passing += 1;
      if (isWarned) warned += 1;
      assert.ok(isWarned || !mustGoRound, `${a} to ${b} leads over the bridge and does not say so`);
    });
  });
  assert.ok(passing > 100 && warned < all, `${passing} pass, ${warned} of ${all} are warned`);
});

test("RO-7: a point off the map takes nothing away from the others", async () => {
  const engine = new NetworkRoads(townNetwork());
  const [a, b] = townNetwork().nodes;
  assert.ok(a && b);
  const far = { lng: 1.5, lat: 42.5 };
  await assert.rejects(engine.table({ from: [a], to: [far], without: [] }), EngineRefused);
  const table = await tableOf(engine, { from: [a, far, b], to: [b, far, a], without: [] });
  const known = table.map((row) => row.map((way) => way !== undefined));
  assert.deepEqual(known, [
    [true, false, true],
    [false, false, false],
    [true, false, true],
  ]);
});

function stepsOf<T>(steps: Generator<void, T>): T {
  let step = steps.next();
  while (!step.done) step = steps.next();
  return step.value;
}
