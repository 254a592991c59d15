/**
 * The decision of one signal while it is being made: its events, and ids for what they create.
 *
 * Ids are made of the signal's id, so that the same journal gives the same ids anywhere (I6).
 */
import type { RoadsKnown } from "./dispatch/roads.ts";
import type { Event } from "./event.ts";
import type { InventoryIndex } from "./inventory-index.ts";
import type { Packs } from "./rulebook.ts";
import type { Settings } from "./settings.ts";
import type { Signal } from "./signal.ts";
import type { State } from "./state.ts";

/** What the rules read beside the state: immutable artefacts, named by hash in the state. */
export type World = {
  readonly inventory: InventoryIndex;
  readonly settings: Settings;
  readonly packs: Packs;
  /** Absent where nothing has been said of the roads: then the detour model estimates. */
  readonly roads?: RoadsKnown;
};

export class Draft {
  readonly state: State;
  readonly world: World;
  readonly signal: Signal;
  readonly events: Event[] = [];
  #ordinal = 0;

  constructor(state: State, signal: Signal, world: World) {
    this.state = state;
    this.signal = signal;
    this.world = world;
  }

  get at(): number {
    return this.signal.at;
  }

  add(event: Event): void {
    this.events.push(event);
  }

  /** Kind letter + the signal's id + ordinal (DESIGN §5); at most 32 characters. */
  newId(kind: "A" | "C" | "I" | "L" | "M" | "O" | "T" | "U" | "W"): string {
    const id = `${kind}${this.signal.id}${this.#ordinal.toString(36)}`;
    this.#ordinal += 1;
    return id;
  }

  /** A refusal is an event: it is audited, and the one who asked is told why. */
  refuse(what: string, reason: string, by: string | null): void {
    this.add({
      type: "signal-refused",
      signalKind: this.signal.kind,
      what,
      reason,
      by,
    });
  }
}
