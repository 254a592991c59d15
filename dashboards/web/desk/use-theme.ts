/** Light or dark at the desk: a key and a button change it, the map and Ant Design read it. */
import { useSyncExternalStore } from "react";
import { applyTheme, isDark, readTheme } from "../shared/theme.ts";

const listeners = new Set<() => void>();

export function toggleTheme(): void {
  applyTheme(isDark(readTheme()) ? "light" : "dark");
  for (const tell of listeners) tell();
}

export function useDark(): boolean {
  return useSyncExternalStore(subscribe, () => isDark(readTheme()));
}

function subscribe(listener: () => void): () => void {
  const device = matchMedia("(prefers-color-scheme: dark)");
  listeners.add(listener);
  device.addEventListener("change", listener);
  return () => {
    listeners.delete(listener);
    device.removeEventListener("change", listener);
  };
}
