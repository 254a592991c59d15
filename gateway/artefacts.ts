/**
 * Inventory and settings as the rules of the day: content-addressed, kept in the journal file.
 *
 * The state names them by hash; here the bytes become a World. A new artefact is handed to the turn
 * that carries the event naming it, so that neither is ever on disk without the other.
 */
import type { World } from "#rules/draft.ts";
import { emptyInventory, type Inventory, indexInventory } from "#rules/inventory.ts";
import { defaultSettings, type Settings } from "#rules/settings.ts";
import type { Command } from "#rules/signal.ts";
import type { State } from "#rules/state.ts";
import { artefactHash } from "./journal/chain.ts";
import type { ArtefactRow } from "./journal/file.ts";

export type ArtefactKind = "inventory" | "settings";
type Content = { readonly inventory: Inventory; readonly settings: Settings };

export class Artefacts {
  readonly #bodies = new Map<string, Uint8Array>();
  readonly #waiting = new Map<string, ArtefactRow>();
  #world: World = { inventory: indexInventory(emptyInventory), settings: defaultSettings };
  #worldOf: { inventory: string | null; settings: string | null } = {
    inventory: null,
    settings: null,
  };

  constructor(stored: readonly ArtefactRow[]) {
    for (const row of stored) this.#bodies.set(row.hash, row.body);
  }

  /** Takes a new content; gives the command that adopts it. */
  offer<K extends ArtefactKind>(
    kind: K,
    content: Content[K],
    summary: Readonly<Record<string, number>>,
  ): Command & { command: "adopt" } {
    const body = Buffer.from(JSON.stringify(content), "utf8");
    const hash = artefactHash(body);
    if (!this.#bodies.has(hash)) {
      this.#bodies.set(hash, body);
      this.#waiting.set(hash, { hash, kind, body });
    }
    return { command: "adopt", artefact: kind, hash, summary };
  }

  /** Rows that no committed turn has carried yet. */
  take(): ArtefactRow[] {
    const rows = [...this.#waiting.values()];
    this.#waiting.clear();
    return rows;
  }

  /** The world of a state. Throws where it names an artefact that is not there. */
  world(state: State): World {
    const { inventory, settings } = state.adopted;
    if (inventory !== this.#worldOf.inventory) {
      const content = this.#content("inventory", inventory) ?? emptyInventory;
      this.#world = { ...this.#world, inventory: indexInventory(content) };
      this.#worldOf = { ...this.#worldOf, inventory };
    }
    if (settings !== this.#worldOf.settings) {
      const content = this.#content("settings", settings) ?? defaultSettings;
      this.#world = { ...this.#world, settings: content };
      this.#worldOf = { ...this.#worldOf, settings };
    }
    return this.#world;
  }

  #content<K extends ArtefactKind>(_kind: K, hash: string | null): Content[K] | null {
    if (hash === null) return null;
    const body = this.#bodies.get(hash);
    if (!body) throw new Error(`artefact ${hash} is not in the journal`);
    return JSON.parse(Buffer.from(body).toString("utf8")) as Content[K];
  }
}
