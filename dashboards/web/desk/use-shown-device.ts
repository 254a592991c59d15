/** Which device's page is open, in the address: it can be kept, sent, and left with the browser's back. */
import { useCallback, useSyncExternalStore } from "react";

const form = /^#device\/([A-Za-z0-9][A-Za-z0-9_-]{0,31}\/[A-Za-z0-9][A-Za-z0-9_-]{0,31})$/;

/** SITE/DEVICE, or null. */
export function useShownDevice(): [string | null, (device: string | null) => void] {
  const device = useSyncExternalStore(subscribe, () => form.exec(location.hash)?.[1] ?? null);
  const show = useCallback((to: string | null) => {
    if (to === null && location.hash === "") return;
    location.hash = to === null ? "" : `device/${to}`;
  }, []);
  return [device, show];
}

function subscribe(listener: () => void): () => void {
  addEventListener("hashchange", listener);
  return () => removeEventListener("hashchange", listener);
}
