/**
 * The packed inventory with what the rules look up in it: where rescue stations stand (a kd-tree),
 * and who belongs to a site or town.
 *
 * All of it is typed arrays: a worker builds it, and the main thread takes it over without copying.
 */

import { around } from "geokdbush";
import KDBush from "kdbush";
import { silentAtMostMs } from "#devices/kinds.ts";
import type { Field, Standing } from "#rules/dispatch/rank.ts";
import {
  type Building,
  canBeOrdered,
  type Device,
  type District,
  deviceKey,
  type LinkageRow,
  type Position,
  type Responder,
  type Site,
  type Town,
  type Vehicle,
  type Zone,
} from "#rules/inventory.ts";
import { countBySite, type InventoryIndex } from "#rules/inventory-index.ts";
import type { Packed } from "./pack.ts";
import { linesOf, type PackedTable, packTable, Table } from "./table.ts";

type PackedField = {
  /** Row of each standing in the table of responders. */
  readonly rows: Uint32Array<ArrayBuffer>;
  readonly lng: Float64Array<ArrayBuffer>;
  readonly lat: Float64Array<ArrayBuffer>;
  /** The kd-tree over them; null where there is none of them. */
  readonly tree: ArrayBuffer | null;
};

export type PackedIndex = Packed & {
  readonly rescue: PackedField;
  readonly idle: PackedField;
  /** `micro:SITE` and `brigade:TOWN` → rows of responders, `vehicles:STATION` → of vehicles. */
  readonly groups: PackedTable;
  /** Site → how many devices it has. */
  readonly deviceCounts: PackedTable;
  /** SITE/DEVICE of those whose silence is a lost link, with the ms it may last. */
  readonly watched: readonly (readonly [device: string, silentAtMostMs: number])[];
  /** Those that the gateway itself asks for their values. */
  readonly polled: readonly Device[];
};

/** Builds the look-ups; half a second for 5,000 devices among 100,000 stations. */
export function buildIndex(packed: Packed): PackedIndex {
  const responders = new Table<Responder>(packed.tables.responders);
  const groups = new Map<string, number[]>();
  const rescue: Row[] = [];
  const idle: Row[] = [];
  for (let row = 0; row < responders.size; row += 1) {
    const responder = responders.at(row);
    if (responder.kind === "rescue") {
      (canBeOrdered(responder) ? rescue : idle).push({ row, ...responder.position });
    } else {
      addRow(groups, groupKey(responder), row);
    }
  }
  const vehicles = new Table<Vehicle>(packed.tables.vehicles);
  for (let row = 0; row < vehicles.size; row += 1) {
    addRow(groups, `vehicles:${vehicles.at(row).station}`, row);
  }
  return {
    ...packed,
    rescue: packField(rescue),
    idle: packField(idle),
    groups: packTable(linesOf(groups)),
    deviceCounts: packTable(
      linesOf(countBySite(new Table<Device>(packed.tables.devices).values())),
    ),
    watched: watchedDevices(new Table<Device>(packed.tables.devices)),
    polled: [...new Table<Device>(packed.tables.devices).values()].filter(
      ({ modbus, opcua }) => modbus ?? opcua,
    ),
  };
}

function watchedDevices(devices: Table<Device>): [string, number][] {
  return Array.from(devices.values()).flatMap(({ site, id, kind }) => {
    const ms = Object.hasOwn(silentAtMostMs, kind) ? silentAtMostMs[kind] : undefined;
    return ms === undefined ? [] : [[deviceKey(site, id), ms]];
  });
}

function addRow(groups: Map<string, number[]>, key: string, row: number): void {
  const group = groups.get(key);
  if (group) group.push(row);
  else groups.set(key, [row]);
}

type Row = { readonly row: number; readonly lng: number; readonly lat: number };

function groupKey({ kind, site, town }: Responder): string {
  return kind === "micro" ? `micro:${site}` : `brigade:${town}`;
}

function packField(list: readonly Row[]): PackedField {
  const tree = list.length === 0 ? null : new KDBush(list.length);
  for (const { lng, lat } of list) tree?.add(lng, lat);
  tree?.finish();
  return {
    rows: Uint32Array.from(list, ({ row }) => row),
    lng: Float64Array.from(list, ({ lng }) => lng),
    lat: Float64Array.from(list, ({ lat }) => lat),
    tree: tree ? (tree.data as ArrayBuffer) : null,
  };
}

/** Stations by great-circle distance, from a kd-tree (kdbush with geokdbush). */
class KdField implements Field {
  readonly #rows: PackedField["rows"];
  readonly #lng: PackedField["lng"];
  readonly #lat: PackedField["lat"];
  readonly #responders: Table<Responder>;
  readonly #tree: KDBush | null;

  constructor(packed: PackedField, responders: Table<Responder>) {
    this.#rows = packed.rows;
    this.#lng = packed.lng;
    this.#lat = packed.lat;
    this.#responders = responders;
    this.#tree = packed.tree ? KDBush.from(packed.tree) : null;
  }

  get size(): number {
    return this.#rows.length;
  }

  near({ lng, lat }: Pick<Position, "lng" | "lat">, count: number): Standing[] {
    if (!this.#tree) return [];
    return around(this.#tree, lng, lat, count).map((place) => this.standing(place));
  }

  first(count: number): Standing[] {
    return Array.from({ length: Math.min(count, this.size) }, (_, place) => this.standing(place));
  }

  standing(place: number): Standing {
    return {
      id: this.#responders.keyAt(this.#rows[place] ?? 0),
      lng: this.#lng[place] ?? 0,
      lat: this.#lat[place] ?? 0,
    };
  }
}

/** What the rules see of it. */
export class PackedInventory implements InventoryIndex {
  readonly hash: string;
  readonly district: District;
  readonly responders: Table<Responder>;
  readonly towns: Table<Town>;
  readonly sites: Table<Site>;
  readonly devices: Table<Device>;
  readonly zones: Table<Zone>;
  readonly buildings: Table<Building>;
  readonly rescue: KdField;
  readonly idle: KdField;
  readonly packed: PackedIndex;
  readonly #vehicles: Table<Vehicle>;
  readonly #groups: Table<readonly number[]>;
  readonly #deviceCounts: Table<number>;
  #linkage: Map<string, LinkageRow[]> | null = null;

  constructor(packed: PackedIndex) {
    this.packed = packed;
    this.hash = packed.hash;
    this.district = packed.district;
    this.responders = new Table(packed.tables.responders);
    this.towns = new Table(packed.tables.towns);
    this.sites = new Table(packed.tables.sites);
    this.devices = new Table(packed.tables.devices);
    this.zones = new Table(packed.tables.zones);
    this.buildings = new Table(packed.tables.buildings);
    this.#vehicles = new Table(packed.tables.vehicles);
    this.rescue = new KdField(packed.rescue, this.responders);
    this.idle = new KdField(packed.idle, this.responders);
    this.#groups = new Table(packed.groups);
    this.#deviceCounts = new Table(packed.deviceCounts);
  }

  microOf = (site: string): Responder[] => this.#group(`micro:${site}`);
  brigadesOf = (town: string): Responder[] => this.#group(`brigade:${town}`);

  vehiclesOf = (station: string): Vehicle[] =>
    (this.#groups.get(`vehicles:${station}`) ?? []).map((row) => this.#vehicles.at(row));

  /** Read once: every alarm asks. */
  linkageOf = (site: string): readonly LinkageRow[] => {
    this.#linkage ??= Map.groupBy(
      new Table<LinkageRow>(this.packed.tables.linkage).values(),
      (row) => row.site,
    );
    return this.#linkage.get(site) ?? [];
  };

  deviceCountOf = (site: string): number => this.#deviceCounts.get(site) ?? 0;

  #group(key: string): Responder[] {
    return (this.#groups.get(key) ?? []).map((row) => this.responders.at(row));
  }
}
