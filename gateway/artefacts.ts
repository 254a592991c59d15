/**
 * Inventory, settings and rule packs as the rules of the day: content-addressed, kept in the journal file.
 *
 * The state names them by hash; here the bytes become a World. The rows of a new artefact are given
 * to the loop before the event that names it, so that no event on disk names what is not there.
 */

import type { Command } from "#rules/command.ts";
import type { Closure, RoadsKnown } from "#rules/dispatch/roads.ts";
import type { World } from "#rules/draft.ts";
import { emptyInventory } from "#rules/inventory.ts";
import { type InventoryIndex, indexInventory } from "#rules/inventory-index.ts";
import type { Packs } from "#rules/rulebook.ts";
import { completeSettings, defaultSettings, type Settings } from "#rules/settings.ts";
import type { State } from "#rules/state.ts";
import { buildIndex, PackedInventory } from "./inventory/lookup.ts";
import { unpack } from "./inventory/pack.ts";
import { artefactHash } from "./journal/chain.ts";
import type { ArtefactRow } from "./journal/file.ts";
import { closuresOf } from "./roads/closures.ts";
import { StoredMatrix } from "./roads/matrix.ts";
import { readStored } from "./rulebook/stored.ts";

/** The body of a stored artefact, null where there is none. */
export type ReadArtefact = (hash: string) => Uint8Array | null;

export type Offer = {
  readonly command: Command & { command: "adopt" };
  /** What the journal must hold before the command is decided. */
  readonly rows: readonly ArtefactRow[];
};

export class Artefacts {
  readonly #read: ReadArtefact;
  readonly #inventories = new Map<string | null, InventoryIndex>([
    [null, indexInventory(emptyInventory)],
  ]);
  readonly #settings = new Map<string | null, Settings>([[null, defaultSettings]]);
  readonly #packs = new Map<string | null, Packs>([[null, []]]);
  readonly #closures = new Map<string | null, readonly Closure[]>([[null, []]]);
  readonly #matrices = new Map<string | null, StoredMatrix | null>([[null, null]]);
  #world: { readonly of: string; readonly is: World } | null = null;

  constructor(read: ReadArtefact) {
    this.#read = read;
  }

  settings(settings: Settings): Offer {
    const body = Buffer.from(JSON.stringify(settings), "utf8");
    const hash = artefactHash(body);
    this.#settings.set(hash, settings);
    const command = { command: "adopt", artefact: "settings", hash, summary: {} } as const;
    return { command, rows: [{ hash, kind: "settings", body }] };
  }

  /** Packs that are about to be adopted, or to be looked at once more. */
  holdPacks(hash: string, packs: Packs): void {
    this.#packs.set(hash, packs);
  }

  /** Packs by their name; throws where the journal has none of that name. */
  packs(hash: string): Packs {
    return this.#packsOf(hash);
  }

  /** An inventory that is about to be adopted. */
  hold(inventory: PackedInventory): void {
    this.#inventories.set(inventory.hash, inventory);
  }

  /** A matrix that is about to be adopted. */
  holdMatrix(matrix: StoredMatrix): void {
    this.#matrices.set(matrix.hash, matrix);
  }

  /** Inventories that neither the state nor an order under way names are let go, and packs too. */
  letGo(state: State): void {
    const named = new Set([null, state.adopted.inventory]);
    for (const order of state.orders.values()) named.add(order.inventory);
    for (const hash of this.#inventories.keys()) {
      if (!named.has(hash)) this.#inventories.delete(hash);
    }
    for (const hash of this.#packs.keys()) {
      if (hash !== null && hash !== state.adopted.packs) this.#packs.delete(hash);
    }
    for (const hash of this.#matrices.keys()) {
      if (hash !== null && hash !== state.adopted.matrix) this.#matrices.delete(hash);
    }
  }

  /**
   * The world of a state, or of an order that was made of an earlier inventory. Throws where it
   * names an artefact that is not there.
   */
  world(state: State, inventory: string | null = state.adopted.inventory): World {
    const { settings, packs, closures, matrix } = state.adopted;
    const key = `${inventory} ${settings} ${packs} ${closures} ${matrix}`;
    if (this.#world?.of === key) return this.#world.is;
    const is = {
      inventory: this.#inventory(inventory),
      settings: this.#settingsOf(settings),
      packs: this.#packsOf(packs),
      roads: this.#roadsOf(closures, matrix),
    };
    if (inventory === state.adopted.inventory) this.#world = { of: key, is };
    return is;
  }

  /** Devices of the inventory in force that must be heard again and again. */
  watched(state: State): PackedInventory["packed"]["watched"] {
    const inventory = this.#inventory(state.adopted.inventory);
    return inventory instanceof PackedInventory ? inventory.packed.watched : [];
  }

  /** Devices of the inventory in force that the gateway asks for their values. */
  polled(state: State): PackedInventory["packed"]["polled"] {
    const inventory = this.#inventory(state.adopted.inventory);
    return inventory instanceof PackedInventory ? inventory.packed.polled : [];
  }

  #inventory(hash: string | null): InventoryIndex {
    const held = this.#inventories.get(hash);
    if (held || hash === null) return held ?? indexInventory(emptyInventory);
    const inventory = new PackedInventory(buildIndex(unpack(hash, this.#read)));
    this.#inventories.set(hash, inventory);
    return inventory;
  }

  #settingsOf(hash: string | null): Settings {
    const held = this.#settings.get(hash);
    if (held || hash === null) return held ?? defaultSettings;
    const settings = completeSettings(this.#json(hash) as Partial<Settings>);
    this.#settings.set(hash, settings);
    return settings;
  }

  #packsOf(hash: string | null): Packs {
    const held = this.#packs.get(hash);
    if (held || hash === null) return held ?? [];
    const packs = readStored(hash, this.#read);
    this.#packs.set(hash, packs);
    return packs;
  }

  #roadsOf(closures: string | null, matrix: string | null): RoadsKnown {
    return { closures: this.#closuresOf(closures), matrix: this.matrix(matrix) };
  }

  #closuresOf(hash: string | null): readonly Closure[] {
    const held = this.#closures.get(hash);
    if (held || hash === null) return held ?? [];
    const body = this.#read(hash);
    const closures = body ? closuresOf(body) : [];
    this.#closures.clear();
    this.#closures.set(hash, closures);
    return closures;
  }

  /** Null where it is not in the journal: ways are then estimated, and no alarm waits for a repair. */
  matrix(hash: string | null): StoredMatrix | null {
    const held = this.#matrices.get(hash);
    if (held !== undefined || hash === null) return held ?? null;
    const body = this.#read(hash);
    const matrix = body && new StoredMatrix(hash, body, this.#read);
    this.#matrices.set(hash, matrix);
    return matrix;
  }

  #json(hash: string): unknown {
    const body = this.#read(hash);
    if (!body) throw new Error(`artefact ${hash} is not in the journal`);
    return JSON.parse(Buffer.from(body).toString("utf8"));
  }
}
