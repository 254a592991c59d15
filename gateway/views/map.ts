/** What the map of the desk draws: the district's frame, its towns, responders and guarded sites. */
import { isInService, type Responder, type Site, type Town } from "#rules/inventory.ts";
import type { InventoryIndex } from "#rules/inventory-index.ts";
import { doubtsOf } from "#rules/text/render.ts";
import type { DistrictMap } from "../api/contract.ts";
import { PackedInventory } from "../inventory/lookup.ts";
import { Table } from "../inventory/table.ts";
import { areasOf } from "./areas.ts";
import type { Sight } from "./sight.ts";

/** A screen shows no more; the rest is found by searching (`/api/v1/sites`). */
const most = { sites: 2000, responders: 2000 } as const;

/** `sees`: whether whoever asks may see what stands at a site. */
export function mapOf({ state, world }: Sight, sees: (site: string) => boolean): DistrictMap {
  const { inventory } = world;
  const guarded = guardedSites(inventory).filter(({ id }) => sees(id));
  const towns = townsOf(inventory);
  const responders = first(inventory.responders.values(), most.responders);
  const rescue = responders.filter(({ kind }) => kind === "rescue");
  return {
    position: state.position,
    bounds: inventory.district.bounds,
    areas: areasOf(inventory.district.bounds, rescue, towns),
    towns: towns.map(({ id, name, position }) => ({ id, name, at: at(position) })),
    stations: responders.map(stationOf),
    sites: guarded
      .slice(0, most.sites)
      .map(({ id, name, position }) => ({ id, name, at: at(position) })),
    more: Math.max(0, guarded.length - most.sites),
  };
}

function stationOf(responder: Responder): DistrictMap["stations"][number] {
  const { id, name, kind, position } = responder;
  return {
    id,
    name,
    kind,
    at: at(position),
    inService: isInService(responder),
    doubts: { zh: doubtsOf("zh", responder), en: doubtsOf("en", responder) },
  };
}

/** Sites with devices: of 180,000 registered ones only these can raise an alarm. */
function guardedSites({ sites, devices }: InventoryIndex): Site[] {
  const ids = new Set<string>();
  for (const key of devices.keys()) ids.add(key.slice(0, key.indexOf("/")));
  return [...ids].flatMap((id) => sites.get(id) ?? []);
}

function townsOf(inventory: InventoryIndex): Town[] {
  if (!(inventory instanceof PackedInventory)) return [];
  return [...new Table<Town>(inventory.packed.tables.towns).values()];
}

function first<T>(items: Iterable<T>, count: number): T[] {
  const list: T[] = [];
  for (const item of items) {
    if (list.length === count) break;
    list.push(item);
  }
  return list;
}

function at({ lng, lat }: { readonly lng: number; readonly lat: number }) {
  return { lng, lat };
}
