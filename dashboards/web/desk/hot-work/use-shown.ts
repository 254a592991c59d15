/** Which page of hot work is open: it stands in the address, as that of a record does. */
import { useMemo, useSyncExternalStore } from "react";

export type ShownHotWork =
  | { readonly what: "list" | "calendar" | "wall" }
  | { readonly what: "permit"; readonly permit: string };

const form = /^#hot-work(?:\/(calendar|wall)|\/permit\/([A-Za-z0-9][A-Za-z0-9_-]{0,31}))?$/;

export function showHotWork(what: "list" | "calendar" | "wall" = "list"): void {
  location.hash = what === "list" ? "hot-work" : `hot-work/${what}`;
}

export function showPermit(permit: string): void {
  location.hash = `hot-work/permit/${permit}`;
}

/** The same object for the same address; null where another page is open. */
export function useShownHotWork(): ShownHotWork | null {
  const hash = useSyncExternalStore(subscribe, () => location.hash);
  return useMemo(() => shownHotWork(hash), [hash]);
}

export function shownHotWork(hash: string): ShownHotWork | null {
  const found = form.exec(hash);
  if (!found) return null;
  const [, page, permit] = found;
  if (permit !== undefined) return { what: "permit", permit };
  return { what: page === "calendar" || page === "wall" ? page : "list" };
}

function subscribe(listener: () => void): () => void {
  addEventListener("hashchange", listener);
  return () => removeEventListener("hashchange", listener);
}
