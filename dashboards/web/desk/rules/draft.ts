/**
 * What somebody is changing: it outlives the page, which gives way to a fire when nobody has touched it
 * for a while. Nothing of it leaves this browser before a person asks.
 */
import { useSyncExternalStore } from "react";
import type { RulesLook } from "#gateway/api/contract.ts";
import type { Source } from "./use-rules.ts";

export type Draft = {
  /** Null: nothing is chosen yet; a rule in force may be tried all the same. */
  readonly source: Source | null;
  /** Of this very source; null where it has not been looked at since it was changed. */
  readonly looked: RulesLook | null;
  readonly reason: string | null;
  /** `PACK/RULE` that is tried out. */
  readonly rule: string | null;
  readonly backtest: string | null;
};

const nothing: Draft = { source: null, looked: null, reason: null, rule: null, backtest: null };

class DraftStore {
  #draft = nothing;
  readonly #listeners = new Set<() => void>();

  now = (): Draft => this.#draft;

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** Anew: what stood there before is gone. */
  begin(next: Partial<Draft>): void {
    this.#set({ ...nothing, ...next });
  }

  put(change: Partial<Draft>): void {
    this.#set({ ...this.#draft, ...change });
  }

  /** What was seen of another source says nothing of this one. */
  source(source: Source | null): void {
    this.put({ source, looked: null, backtest: null });
  }

  #set(next: Draft): void {
    this.#draft = next;
    for (const listener of this.#listeners) listener();
  }
}

export const draft = new DraftStore();

export function useDraft(): Draft {
  return useSyncExternalStore(draft.subscribe, draft.now);
}
