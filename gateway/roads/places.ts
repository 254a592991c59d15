/**
 * Whose ways are computed: from the rescue stations to every place from which an alarm can come, those
 * of devices first, and to each other, for who covers whose area. A district of 100,000 responders is asked for the nearest by line of each place.
 */
import type { Standing } from "#rules/dispatch/rank.ts";
import type { Point } from "#rules/dispatch/travel.ts";
import type { Device, Site } from "#rules/inventory.ts";
import type { PackedInventory } from "../inventory/lookup.ts";
import { Table } from "../inventory/table.ts";

/** Stations asked of one place: twice as many as are ranked, for the nearest by road is another one. */
export const nearStations = 40;
/** With so few every place has all of them, and one question serves many places. */
const askedTogether = 64;
/** Places that are computed; more is told and left to the estimate. */
export const mostPlaces = 50_000;

export type Wanted = {
  /** Places of devices, then of sites without one and of stations. */
  readonly devices: readonly Point[];
  readonly sites: readonly Point[];
  /** Places that are too many. */
  readonly left: number;
};

/** One step for each item: 180,000 sites are half a second. */
export function* wantedPlaces(inventory: PackedInventory): Generator<void, Wanted> {
  const seen = new Set<string>();
  const devices: Point[] = [];
  const sites: Point[] = [];
  let left = 0;
  const add = (list: Point[], position: Point | undefined): void => {
    if (!position) return;
    const { lng, lat } = position;
    const key = `${lng} ${lat}`;
    if (seen.has(key)) return;
    seen.add(key);
    if (devices.length + sites.length >= mostPlaces) left += 1;
    else list.push({ lng, lat });
  };
  const { tables } = inventory.packed;
  const ofSites = new Table<Site>(tables.sites);
  for (const device of new Table<Device>(tables.devices).values()) {
    add(devices, device.position ?? ofSites.get(device.site)?.position);
    yield;
  }
  for (const { position } of ofSites.values()) {
    add(sites, position);
    yield;
  }
  for (const station of inventory.rescue.first(inventory.rescue.size)) {
    add(sites, station);
    yield;
  }
  return { devices, sites, left };
}

export type Batch = { readonly from: readonly Standing[]; readonly to: readonly Point[] };

/** Questions of a size that is answered within two seconds. */
export function* batchesOf(
  inventory: PackedInventory,
  places: readonly Point[],
): Generator<Batch, void> {
  const { rescue, idle } = inventory;
  const all = rescue.size + idle.size;
  if (all === 0) return;
  if (all <= askedTogether) {
    const from = [...rescue.first(rescue.size), ...idle.first(idle.size)];
    for (let i = 0; i < places.length; i += 25) yield { from, to: places.slice(i, i + 25) };
    return;
  }
  for (const place of places) {
    const from = [...rescue.near(place, nearStations), ...idle.near(place, 3)];
    yield { from, to: [place] };
  }
}
