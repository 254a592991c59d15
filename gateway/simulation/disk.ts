/**
 * The disk of the simulation: what survives a crash. Rows are the exact bytes a journal file would
 * hold, chained the same way; a crash may fall before or after a write, never in the middle of one
 * (SQLite's transactions are tested with real kills elsewhere).
 */

import { evolve } from "#rules/evolve.ts";
import type { State } from "#rules/state.ts";
import { deserializeState, initialState, serializeState } from "#rules/state.ts";
import { plainWriter } from "#rules/writer.ts";
import { genesis, nextHash } from "../journal/chain.ts";
import { decodeEvent } from "../journal/codec.ts";
import type { ArtefactRow, Head, Turn } from "../journal/file.ts";

export class SimulatedDisk {
  readonly bodies: Uint8Array[] = [];
  readonly artefacts = new Map<string, ArtefactRow>();
  head: Head = { position: 0, hash: genesis };
  #snapshot: { readonly position: number; readonly text: string } | null = null;

  /** Appends a turn, or finds that it is there already (its answer was lost in a crash). */
  append(turn: Turn): Head {
    if (this.head.position >= turn.first) throw new Error("a turn must not be written twice");
    if (turn.first !== this.head.position + 1) throw new Error("a turn must follow the last one");
    for (const row of turn.artefacts) this.artefacts.set(row.hash, row);
    for (const body of turn.bodies) {
      this.bodies.push(Buffer.from(body));
      this.head = { position: this.head.position + 1, hash: nextHash(this.head.hash, body) };
    }
    return this.head;
  }

  takeSnapshot(): void {
    const state = this.replay();
    this.#snapshot = { position: state.position, text: serializeState(state) };
  }

  /** The state of the whole journal, from its first byte. */
  replay(): State {
    return this.#fold(initialState(), 0);
  }

  /** The state as a start would find it: snapshot and tail. */
  recover(): State {
    const snapshot = this.#snapshot;
    if (!snapshot) return this.replay();
    return this.#fold(deserializeState(snapshot.text), snapshot.position);
  }

  #fold(state: State, after: number): State {
    for (const body of this.bodies.slice(after)) evolve(state, decodeEvent(body), plainWriter);
    return state;
  }
}
