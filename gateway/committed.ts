/**
 * The committed state: what is on disk, folded once more by `evolve`. Pages, orders and every other
 * reader look here and never at the state of the loop, which may be one turn ahead (DESIGN §3).
 */
import type { Recorded } from "#rules/event.ts";
import { evolve } from "#rules/evolve.ts";
import type { State } from "#rules/state.ts";
import { plainWriter } from "#rules/writer.ts";

/** Told after each commit; `events` are folded into `state` already. */
export type Reader = (events: readonly Recorded[], state: State) => void;

export class Committed {
  readonly state: State;
  readonly #readers: { name: string; read: Reader }[] = [];
  readonly #onError: (reader: string, error: unknown) => void;

  constructor(state: State, onError: (reader: string, error: unknown) => void) {
    this.state = state;
    this.#onError = onError;
  }

  addReader(name: string, read: Reader): void {
    this.#readers.push({ name, read });
  }

  /** One reader that throws keeps neither the others nor the loop from going on. */
  fold(events: readonly Recorded[]): void {
    for (const event of events) evolve(this.state, event, plainWriter);
    for (const { name, read } of this.#readers) {
      try {
        read(events, this.state);
      } catch (error) {
        this.#onError(name, error);
      }
    }
  }
}
