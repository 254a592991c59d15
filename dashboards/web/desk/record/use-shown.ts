/** Which record, list or replay is open: it stands in the address, so that it can be kept and sent. */
import { useMemo, useSyncExternalStore } from "react";

export type Shown =
  | { readonly what: "record"; readonly incident: string }
  | { readonly what: "replay"; readonly incident: string }
  | { readonly what: "closed" };

const form = /^#(incident|replay)\/([A-Za-z0-9][A-Za-z0-9_-]{0,31})$/;
const closed = "#incidents";

export function showRecord(incident: string): void {
  location.hash = `incident/${incident}`;
}

export function showReplay(incident: string): void {
  location.hash = `replay/${incident}`;
}

export function showClosed(): void {
  location.hash = closed;
}

/** Back to what goes on. */
export function showNone(): void {
  if (location.hash !== "") location.hash = "";
}

/** The same object for the same address. */
export function useShownIncident(): Shown | null {
  const hash = useSyncExternalStore(subscribe, () => location.hash);
  return useMemo(() => shownBy(hash), [hash]);
}

export function shownBy(hash: string): Shown | null {
  if (hash === closed) return { what: "closed" };
  const [, what, incident] = form.exec(hash) ?? [];
  if (incident === undefined) return null;
  return { what: what === "replay" ? "replay" : "record", incident };
}

function subscribe(listener: () => void): () => void {
  addEventListener("hashchange", listener);
  return () => removeEventListener("hashchange", listener);
}
