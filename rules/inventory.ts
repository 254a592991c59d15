/**
 * What stands in the district, as the rules read it: towns, responders, sites, zones, devices.
 *
 * An inventory is an immutable artefact named by its content hash. Nothing here is ever changed in
 * place: a new inventory is a new artefact, adopted by an event. Persons are not in it (only ids).
 */

/** A text in both languages of the screen; `zh` is the one that is spoken on the radio. */
export type Text = { readonly zh: string; readonly en: string };

/** WGS-84 degrees. `accuracyM` is the radius the source claims, metres. */
export type Position = {
  readonly lng: number;
  readonly lat: number;
  readonly accuracyM: number;
  readonly source: string;
};

export type Town = {
  readonly id: string;
  readonly name: Text;
  readonly position: Position;
};

/** How an order reaches a responder. The first channel is used first, the second after silence. */
export type Channel =
  | { readonly kind: "mqtt" }
  | { readonly kind: "webhook"; readonly endpoint: string };

export type ResponderKind = "rescue" | "micro" | "brigade";

/** A rescue station, micro station or brigade: whoever can be ordered. */
export type Responder = {
  readonly id: string;
  readonly kind: ResponderKind;
  readonly name: Text;
  readonly town: string;
  readonly site?: string;
  readonly position: Position;
  /** True where name or place is an assumption; carried to every screen and order. */
  readonly assumed: boolean;
  readonly inService: boolean;
  readonly channels: readonly Channel[];
};

export type Site = {
  readonly id: string;
  readonly name: Text;
  readonly town: string;
  readonly position: Position;
};

/** A fire compartment. `neighbours` are zone ids of the same site that share a wall or a door. */
export type Zone = {
  readonly id: string;
  readonly site: string;
  readonly building: string;
  readonly name: Text;
  readonly neighbours: readonly string[];
};

export type Device = {
  readonly id: string;
  readonly site: string;
  readonly kind: string;
  readonly zone?: string;
  readonly building?: string;
  /** The place in the words of the radio. */
  readonly place: Text;
  readonly position?: Position;
};

export type Inventory = {
  readonly v: 1;
  readonly towns: readonly Town[];
  readonly responders: readonly Responder[];
  readonly sites: readonly Site[];
  readonly zones: readonly Zone[];
  readonly devices: readonly Device[];
};

/** The inventory with the look-ups the rules need; built once per artefact. */
export type InventoryIndex = {
  readonly source: Inventory;
  readonly responders: ReadonlyMap<string, Responder>;
  readonly sites: ReadonlyMap<string, Site>;
  readonly devices: ReadonlyMap<string, Device>;
  readonly zones: ReadonlyMap<string, Zone>;
  readonly rescue: readonly Responder[];
  readonly microBySite: ReadonlyMap<string, readonly Responder[]>;
  readonly brigadesByTown: ReadonlyMap<string, readonly Responder[]>;
};

export const emptyInventory: Inventory = {
  v: 1,
  towns: [],
  responders: [],
  sites: [],
  zones: [],
  devices: [],
};

/** A device's key across the district: device ids are unique within a site only. */
export function deviceKey(site: string, device: string): string {
  return `${site}/${device}`;
}

export function zoneKey(site: string, zone: string): string {
  return `${site}/${zone}`;
}

export function indexInventory(source: Inventory): InventoryIndex {
  const inService = source.responders.filter((r) => r.inService);
  return {
    source,
    responders: new Map(source.responders.map((r) => [r.id, r])),
    sites: new Map(source.sites.map((s) => [s.id, s])),
    devices: new Map(source.devices.map((d) => [deviceKey(d.site, d.id), d])),
    zones: new Map(source.zones.map((z) => [zoneKey(z.site, z.id), z])),
    rescue: inService.filter((r) => r.kind === "rescue"),
    microBySite: groupBy(
      inService.filter((r) => r.kind === "micro"),
      (r) => r.site ?? "",
    ),
    brigadesByTown: groupBy(
      inService.filter((r) => r.kind === "brigade"),
      (r) => r.town,
    ),
  };
}

function groupBy<T>(list: readonly T[], keyOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of list) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group) group.push(item);
    else groups.set(key, [item]);
  }
  return groups;
}
