/**
 * dispatch: what a ranking costs when an alarm comes in. The 20 stations of the district, computed
 * and looked up; the best 20 of 100,000 responders by the prebuilt index, and by measuring all.
 */
import { demoInventory } from "#gateway/demo.ts";
import { buildIndex, PackedInventory } from "#gateway/inventory/lookup.ts";
import { pack } from "#gateway/inventory/pack.ts";
import { fieldOf, rank } from "#rules/dispatch/rank.ts";
import type { Inventory } from "#rules/inventory.ts";
import { defaultSettings } from "#rules/settings.ts";
import { atMost, type Benchmark, median, quantile } from "./bench.ts";

const { travel } = defaultSettings;
const demo = demoInventory();
const { west, south, east, north } = demo.district.bounds;

/** Places spread over the district, the same in every run (a Weyl sequence). */
function placeOf(n: number): { readonly lng: number; readonly lat: number } {
  const x = (n * 0.618_033_988_749_895) % 1;
  const y = (n * 0.754_877_666_246_693) % 1;
  return { lng: west + x * (east - west), lat: south + y * (north - south) };
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

export const run: Benchmark = async ({ smoke }) => {
  const few = packed(demo).inventory;
  const keys = [...few.devices.keys()];
  const calls = smoke ? 200 : 20_000;
  const rank20 = times(calls, (n) => rank(few.rescue, placeOf(n), 20, travel));
  const looked = times(calls, (n) => few.rankingOf(keys[n % keys.length] ?? "", travel));
  const inventory = crowd(smoke ? 2000 : 100_000);
  const { inventory: many, buildMs } = packed(inventory);
  const best20 = times(smoke ? 50 : 5000, (n) => rank(many.rescue, placeOf(n), 20, travel));
  const plain = fieldOf(inventory.responders);
  const measured = times(smoke ? 2 : 10, (n) => rank(plain, placeOf(n), 20, travel));
  const us = (list: number[]): number => median(list) * 1000;
  return {
    figures: {
      responders: inventory.responders.length,
      index_build_ms: buildMs,
      rank20_p99_us: quantile(rank20, 0.99) * 1000,
      looked_up_us: us(looked),
      best20_of_100k_p99_ms: quantile(best20, 0.99),
      best20_by_measuring_all_ms: median(measured),
    },
    bars: {
      rank20_us: atMost(us(rank20), 50),
      best20_of_100k_ms: atMost(median(best20), 1),
    },
  };
};
