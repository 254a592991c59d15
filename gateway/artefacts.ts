/**
 * Inventory, settings and rule packs as the rules of the day: content-addressed, kept in the journal file.
 *
 * The state names them by hash; here the bytes become a World. The rows of a new artefact are given
 * to the loop before the event that names it, so that no event on disk names what is not there.
 */
import type { World } from "#rules/draft.ts";
import { emptyInventory } from "#rules/inventory.ts";
import { type InventoryIndex, indexInventory } from "#rules/inventory-index.ts";
import type { Packs } from "#rules/rulebook.ts";
import { defaultSettings, type Settings } from "#rules/settings.ts";
import type { Command } from "#rules/signal.ts";
import type { State } from "#rules/state.ts";
import { buildIndex, PackedInventory } from "./inventory/lookup.ts";
import { unpack } from "./inventory/pack.ts";
import { artefactHash } from "./journal/chain.ts";
import type { ArtefactRow } from "./journal/file.ts";
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
  readonly #travel: Settings["travel"];
  readonly #inventories = new Map<string | null, InventoryIndex>([
    [null, indexInventory(emptyInventory)],
  ]);
  readonly #settings = new Map<string | null, Settings>([[null, defaultSettings]]);
  readonly #packs = new Map<string | null, Packs>([[null, []]]);
  #world: { readonly of: string; readonly is: World } | null = null;

  /** `travel`: the settings that rankings are computed with when an inventory is read. */
  constructor(read: ReadArtefact, travel: Settings["travel"]) {
    this.#read = read;
    this.#travel = travel;
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
  }

  /**
   * The world of a state, or of an order that was made of an earlier inventory. Throws where it
   * names an artefact that is not there.
   */
  world(state: State, inventory: string | null = state.adopted.inventory): World {
    const { settings, packs } = state.adopted;
    const key = `${inventory} ${settings} ${packs}`;
    if (this.#world?.of === key) return this.#world.is;
    const is = {
      inventory: this.#inventory(inventory),
      settings: this.#settingsOf(settings),
      packs: this.#packsOf(packs),
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
    const inventory = new PackedInventory(buildIndex(unpack(hash, this.#read), this.#travel));
    this.#inventories.set(hash, inventory);
    return inventory;
  }

  #settingsOf(hash: string | null): Settings {
    const held = this.#settings.get(hash);
    if (held || hash === null) return held ?? defaultSettings;
    // What an earlier version adopted knows nothing of what came since.
    const settings = { ...defaultSettings, ...(this.#json(hash) as Settings) };
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

  #json(hash: string): unknown {
    const body = this.#read(hash);
    if (!body) throw new Error(`artefact ${hash} is not in the journal`);
    return JSON.parse(Buffer.from(body).toString("utf8"));
  }
}
