/**
 * An inventory as artefacts of the journal: a manifest, and parts of about 64 kB that it names by
 * their hashes.
 *
 * The manifest's hash is the inventory's name. Parts end at keys that the content chooses, so that
 * an import with one more site writes one new part and not all of them.
 */
import type { District, Inventory, LifecycleState, Responder } from "#rules/inventory.ts";
import { artefactHash } from "../journal/chain.ts";
import type { ArtefactRow } from "../journal/file.ts";
import { keyOf, type ListName, listNames } from "./schema.ts";
import { keyHash, linesOf, type PackedTable, packTable, Table } from "./table.ts";

export type Manifest = {
  readonly v: 2;
  readonly district: District;
  readonly lists: Readonly<
    Record<ListName, { readonly count: number; readonly parts: readonly string[] }>
  >;
};

export type Tables = Readonly<Record<ListName, PackedTable>>;

export type Packed = {
  readonly hash: string;
  readonly district: District;
  readonly tables: Tables;
};

const leastPartBytes = 32 << 10;
const mostPartBytes = 128 << 10;
/** One key in this many ends a part. */
const endEvery = 128;

/** The inventory and the rows its name stands for, the manifest last. */
export function pack(inventory: Inventory): { packed: Packed; rows: ArtefactRow[] } {
  const rows: ArtefactRow[] = [];
  const lists = {} as Record<ListName, { count: number; parts: string[] }>;
  const tables = {} as Record<ListName, PackedTable>;
  for (const list of listNames) {
    const parts = cutParts(list, inventory[list]);
    for (const body of parts) rows.push({ hash: artefactHash(body), kind: "inventory-part", body });
    const hashes = rows.slice(rows.length - parts.length).map((row) => row.hash);
    lists[list] = { count: inventory[list].length, parts: hashes };
    tables[list] = packTable(parts);
  }
  const { district } = inventory;
  const manifest: Manifest = { v: 2, district, lists };
  const body = Buffer.from(JSON.stringify(manifest));
  const hash = artefactHash(body);
  rows.push({ hash, kind: "inventory", body });
  return { packed: { hash, district, tables }, rows };
}

function cutParts(list: ListName, items: readonly object[]): Buffer[] {
  const keyed = items.map((item) => [keyOf(list, item as Record<string, unknown>), item] as const);
  const parts: Buffer[] = [];
  let lines: Buffer[] = [];
  let size = 0;
  linesOf(keyed).forEach((line, i) => {
    lines.push(line);
    size += line.length;
    const isEnd = keyHash(keyed[i]?.[0] ?? "") % endEvery === 0;
    if (size >= mostPartBytes || (isEnd && size >= leastPartBytes)) {
      parts.push(Buffer.concat(lines));
      lines = [];
      size = 0;
    }
  });
  if (lines.length > 0) parts.push(Buffer.concat(lines));
  return parts;
}

/** Names of the parts of a manifest; none where the body is no manifest. */
export function partsOf(body: Uint8Array): string[] {
  try {
    const { v, lists } = JSON.parse(Buffer.from(body).toString("utf8")) as
      | Manifest
      | (InventoryV1 & { lists?: undefined });
    return v === 2 && lists ? Object.values(lists).flatMap(({ parts }) => parts) : [];
  } catch {
    return [];
  }
}

/** Reads it back. `read` gives the body of an artefact; throws where one is missing. */
export function unpack(hash: string, read: (hash: string) => Uint8Array | null): Packed {
  const body = (name: string): Uint8Array => {
    const found = read(name);
    if (!found) throw new Error(`artefact ${name} is not in the journal`);
    return found;
  };
  const manifest = JSON.parse(Buffer.from(body(hash)).toString("utf8")) as Manifest | InventoryV1;
  // What an earlier version adopted keeps its name; its content is read as it would be said today.
  if (manifest.v === 1) return { ...pack(fromV1(manifest)).packed, hash };
  const tables = listNames.map(
    (list) => [list, packTable((manifest.lists[list]?.parts ?? []).map(body))] as const,
  );
  return { hash, district: manifest.district, tables: Object.fromEntries(tables) as Tables };
}

/** The inventory of version 0.1: one JSON text, stations with two marks. */
type InventoryV1 = Omit<Inventory, "v" | "responders"> & {
  readonly v: 1;
  readonly responders: readonly (Omit<Responder, "certainty" | "lifecycle" | "authority"> & {
    readonly assumed: boolean;
    readonly inService: boolean;
  })[];
};

function fromV1(old: InventoryV1): Inventory {
  const buildings = new Map(
    [...old.zones, ...old.devices].flatMap(({ site, building }) =>
      building === undefined
        ? []
        : [[`${site}/${building}`, { id: building, site, name: { zh: building, en: building } }]],
    ),
  );
  return {
    v: 2,
    district: {
      id: "v1",
      name: { zh: "旧版导入", en: "imported by version 0.1" },
      bounds: { west: -180, south: -90, east: 180, north: 90 },
      demonstration: false,
    },
    towns: old.towns,
    responders: old.responders.map(({ assumed, inService, ...rest }) => ({
      ...rest,
      certainty: assumed ? "assumed" : "confirmed",
      lifecycle: { state: (inService ? "in-service" : "down") satisfies LifecycleState },
      authority: "order",
    })),
    vehicles: [],
    sites: old.sites,
    tenants: [],
    buildings: [...buildings.values()],
    zones: old.zones,
    devices: old.devices,
    points: [],
    linkage: [],
  };
}

/** The whole inventory as objects: to check an import against, and to export. */
export function unpackAll({ district, tables }: Packed): Inventory {
  const all = listNames.map((list) => [list, [...new Table(tables[list]).values()]] as const);
  return { v: 2, district, ...Object.fromEntries(all) } as unknown as Inventory;
}
