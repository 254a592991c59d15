/**
 * dispatch: what a ranking costs when an alarm comes in. The 20 stations of the district, by the estimate
 * and by stored ways; the best 20 of 100,000 responders by the prebuilt index, and by measuring all. Then
 * from press to order, while a route engine is up, gone and hanging.
 */
import { demoInventory } from "#gateway/demo.ts";
import { buildIndex, PackedInventory } from "#gateway/inventory/lookup.ts";
import { pack } from "#gateway/inventory/pack.ts";
import { encodeMatrix, StoredMatrix } from "#gateway/roads/matrix.ts";
import { inSlices } from "#gateway/slices.ts";
import { choose, judge } from "#rules/dispatch/choice.ts";
import { planFor } from "#rules/dispatch/first-alarm.ts";
import { fieldOf, rank } from "#rules/dispatch/rank.ts";
import { type Roads, roadsAt } from "#rules/dispatch/roads.ts";
import { distanceM, type Point } from "#rules/dispatch/travel.ts";
import type { Inventory } from "#rules/inventory.ts";
import { defaultSettings } from "#rules/settings.ts";
import { initialState } from "#rules/state.ts";
import { atMost, type Benchmark, median, quantile } from "./bench.ts";
import { pressesBesideAnEngine } from "./dispatch/engine.ts";

const { travel } = defaultSettings;
const demo = demoInventory();
const { west, south, east, north } = demo.district.bounds;

/** Places spread over the district, the same in every run (a Weyl sequence). */
function placeOf(n: number): { readonly lng: number; readonly lat: number } {
  const x = (n * 0.618_033_988_749_895) % 1;
  const y = (n * 0.754_877_666_246_693) % 1;
  return { lng: west + x * (east - west), lat: south + y * (north - south) };
}

type Scene = Parameters<typeof judge>[2];

function scenesOf(inventory: PackedInventory): Scene[] {
  return [...inventory.devices.values()].flatMap(({ site, position }) => {
    const at = position ?? inventory.sites.get(site)?.position;
    return at ? [{ site, position: at, incident: "" }] : [];
  });
}

/** Half of the stations have said that they are in service, the others nothing. */
const state = initialState();
for (const { id } of demo.responders.filter((_, i) => i % 2 === 0)) {
  const heard = { status: "in-service", crew: 8, heardAt: 0, movedAt: 0 } as const;
  state.stations.set(id, { ...heard, engaged: [], vehicles: new Map() });
}

function chooseFor(inventory: PackedInventory, scene: Scene): unknown {
  const sight = { state, world: { inventory, settings: defaultSettings }, at: 60_000 };
  const ranked = judge(sight, rank(inventory.rescue, scene.position, 20, travel), scene);
  const kind = { kind: "fire", priority: "P0", use: "warehouse", heightM: 14 } as const;
  return choose(sight, ranked, 3, planFor(defaultSettings.plans, kind));
}

function crowd(count: number): Inventory {
  const [model] = demo.responders;
  if (!model) throw new Error("the district has no station");
  const responders = Array.from({ length: count }, (_, i) => ({
    ...model,
    id: `S${i}`,
    position: { ...placeOf(i), accuracyM: 1, source: "made" },
  }));
  return { ...demo, responders, devices: [] };
}

function packed(inventory: Inventory): { inventory: PackedInventory; buildMs: number } {
  const began = performance.now();
  const index = buildIndex(pack(inventory).packed);
  return { inventory: new PackedInventory(index), buildMs: performance.now() - began };
}

/** Ms of each of `count` calls. */
function times(count: number, run: (n: number) => unknown): number[] {
  for (let n = 0; n < Math.min(count, 2000); n += 1) run(n);
  return Array.from({ length: count }, (_, n) => {
    const began = performance.now();
    run(n);
    return performance.now() - began;
  });
}

/** The district with a way from every station to 500 places, as an engine would have said. */
async function storedWays(
  inventory: PackedInventory,
): Promise<{ readonly roads: Roads; readonly places: readonly Point[] }> {
  const stations = inventory.rescue.first(inventory.rescue.size);
  const list = Array.from({ length: 500 }, (_, n) => {
    const place = placeOf(n);
    const ways = new Map(
      stations.map((station, i) => {
        const lengthM = Math.ceil(distanceM(station, place) * (1.1 + ((n * 7 + i * 13) % 10) / 10));
        return [station.id, { driveMs: lengthM * 90, lengthM }] as const;
      }),
    );
    return { place, ways };
  });
  const origin = { engine: "network", roads: "made", inventory: null, without: [] } as const;
  const encoded = await inSlices(encodeMatrix(origin, stations, list));
  const bodies = new Map(encoded?.rows.map(({ hash, body }) => [hash, body]));
  const hash = encoded?.hash ?? "";
  const read = (name: string): Uint8Array | null => bodies.get(name) ?? null;
  const matrix = new StoredMatrix(hash, read(hash) ?? new Uint8Array(), read);
  const places = list.map(({ place }) => place);
  return { roads: roadsAt({ closures: [], matrix }, defaultSettings, 0), places };
}

export const run: Benchmark = async ({ smoke }) => {
  const few = packed(demo).inventory;
  const calls = smoke ? 200 : 20_000;
  const rank20 = times(calls, (n) => rank(few.rescue, placeOf(n), 20, travel));
  const stored = await storedWays(few);
  const closed = { ...stored.roads, closed: [placeOf(1), placeOf(2), placeOf(3)] };
  const rankStored = (roads: Roads) => (n: number) =>
    rank(few.rescue, stored.places[n % stored.places.length] ?? placeOf(n), 20, travel, roads);
  const by = times(calls, rankStored(stored.roads));
  const byClosed = times(calls, rankStored(closed));
  const scenes = scenesOf(few);
  const chosen = times(calls, (n) => chooseFor(few, scenes[n % scenes.length] as Scene));
  const inventory = crowd(smoke ? 2000 : 100_000);
  const { inventory: many, buildMs } = packed(inventory);
  const best20 = times(smoke ? 50 : 5000, (n) => rank(many.rescue, placeOf(n), 20, travel));
  const plain = fieldOf(inventory.responders);
  const measured = times(smoke ? 2 : 10, (n) => rank(plain, placeOf(n), 20, travel));
  const beside = await pressesBesideAnEngine(smoke ? 2 : 60);
  const all = [...beside.values()].flat();
  const order = (mood: "well" | "fails" | "hangs") => beside.get(mood) ?? [];
  const us = (list: number[]): number => median(list) * 1000;
  return {
    figures: {
      responders: inventory.responders.length,
      index_build_ms: buildMs,
      rank20_p99_us: quantile(rank20, 0.99) * 1000,
      rank20_stored_us: us(by),
      rank20_stored_p99_us: quantile(by, 0.99) * 1000,
      rank20_stored_3_closures_us: us(byClosed),
      chosen_p99_us: quantile(chosen, 0.99) * 1000,
      best20_of_100k_p99_ms: quantile(best20, 0.99),
      best20_by_measuring_all_ms: median(measured),
      order_engine_up_ms: median(order("well")),
      order_engine_up_p99_ms: quantile(order("well"), 0.99),
      order_engine_down_ms: median(order("fails")),
      order_engine_down_p99_ms: quantile(order("fails"), 0.99),
      order_engine_hanging_ms: median(order("hangs")),
      order_engine_hanging_p99_ms: quantile(order("hangs"), 0.99),
    },
    bars: {
      // The whole of what an alarm costs: looked up, judged with penalties, chosen by its plan.
      rank20_us: atMost(Math.max(us(rank20), us(chosen)), 50),
      best20_of_100k_ms: atMost(median(best20), 1),
      order_max_ms: atMost(Math.max(...all), 3000),
    },
  };
};
