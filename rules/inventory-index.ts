/** The inventory with the look-ups the rules need; built once per artefact. */
import { type Field, fieldOf } from "./dispatch/rank.ts";
import {
  type Building,
  canBeOrdered,
  type Device,
  type District,
  deviceKey,
  type Inventory,
  type LinkageRow,
  type Responder,
  type Site,
  type Town,
  type Vehicle,
  type Zone,
  zoneKey,
} from "./inventory.ts";

/** What a look-up needs of a Map: the gateway's packed tables are none, and hold 180,000 sites. */
export type Lookup<T> = {
  get(key: string): T | undefined;
  keys(): Iterable<string>;
  values(): Iterable<T>;
  readonly size: number;
};

export type InventoryIndex = {
  readonly district: District;
  readonly responders: Lookup<Responder>;
  readonly towns: Lookup<Town>;
  readonly sites: Lookup<Site>;
  readonly devices: Lookup<Device>;
  readonly zones: Lookup<Zone>;
  /** By SITE/BUILDING. */
  readonly buildings: Lookup<Building>;
  /** Rescue stations in service, by where they stand; and those that are not in service. */
  readonly rescue: Field;
  readonly idle: Field;
  /** Micro stations of a site, brigades of a town: all of them, in service or not. */
  readonly microOf: (site: string) => readonly Responder[];
  readonly brigadesOf: (town: string) => readonly Responder[];
  readonly vehiclesOf: (station: string) => readonly Vehicle[];
  readonly deviceCountOf: (site: string) => number;
  readonly linkageOf: (site: string) => readonly LinkageRow[];
};

/** A small inventory held in Maps: for scenarios and simulations. The gateway packs its tables. */
export function indexInventory(source: Inventory): InventoryIndex {
  const rescue = source.responders.filter((r) => r.kind === "rescue");
  const micro = groupBy(source.responders, (r) => (r.kind === "micro" ? (r.site ?? "") : null));
  const counts = countBySite(source.devices);
  const brigades = groupBy(source.responders, (r) => (r.kind === "brigade" ? r.town : null));
  const vehicles = groupBy(source.vehicles, (vehicle) => vehicle.station);
  return {
    district: source.district,
    responders: new Map(source.responders.map((r) => [r.id, r])),
    towns: new Map(source.towns.map((t) => [t.id, t])),
    sites: new Map(source.sites.map((s) => [s.id, s])),
    devices: new Map(source.devices.map((d) => [deviceKey(d.site, d.id), d])),
    zones: new Map(source.zones.map((z) => [zoneKey(z.site, z.id), z])),
    buildings: new Map(source.buildings.map((b) => [zoneKey(b.site, b.id), b])),
    rescue: fieldOf(rescue.filter(canBeOrdered)),
    idle: fieldOf(rescue.filter((r) => !canBeOrdered(r))),
    microOf: (site) => micro.get(site) ?? [],
    brigadesOf: (town) => brigades.get(town) ?? [],
    vehiclesOf: (station) => vehicles.get(station) ?? [],
    deviceCountOf: (site) => counts.get(site) ?? 0,
    linkageOf: (site) => source.linkage.filter((row) => row.site === site),
  };
}

/** Items by key, in their order; those of no key are left out. */
function groupBy<T>(list: readonly T[], keyOf: (item: T) => string | null): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of list) {
    const key = keyOf(item);
    if (key === null) continue;
    const group = groups.get(key);
    if (group) group.push(item);
    else groups.set(key, [item]);
  }
  return groups;
}

/** How many devices each site has. */
export function countBySite(devices: Iterable<Pick<Device, "site">>): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { site } of devices) counts.set(site, (counts.get(site) ?? 0) + 1);
  return counts;
}
