/**
 * The time of the gateway, once a second. One timer for all that show it, so that a list of a hundred
 * rows is drawn once a second and not a hundred times.
 */
import { useSyncExternalStore } from "react";
import { useLiveValue } from "../shared/live.ts";

const listeners = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | undefined;
let second = Date.now();

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  timer ??= setInterval(tick, 1000);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}

function tick(): void {
  second = Date.now();
  for (const tell of listeners) tell();
}

export function useNow(): number {
  const offset = useLiveValue((live) => live.clockOffsetMs);
  return useSyncExternalStore(subscribe, () => second) + offset;
}

/** Whole minutes since then; drawn anew once a minute. */
export function useMinutesSince(since: number): number {
  const offset = useLiveValue((live) => live.clockOffsetMs);
  return useSyncExternalStore(subscribe, () => Math.floor((second + offset - since) / 60_000));
}
