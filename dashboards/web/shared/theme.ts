/** Light, dark, or as the device is set; kept in this browser. */
import { keep, recall } from "./keep.ts";

export type Theme = "auto" | "light" | "dark";

export const themes: readonly Theme[] = ["auto", "light", "dark"];
const key = "firelink-theme";

export function readTheme(): Theme {
  const kept = recall(key);
  return themes.find((theme) => theme === kept) ?? "auto";
}

/** Also called at start, before anything is drawn: no white flash at three in the morning. */
export function applyTheme(theme: Theme): void {
  if (theme === "auto") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
  keep(key, theme);
}

export function nextTheme(theme: Theme): Theme {
  return themes[(themes.indexOf(theme) + 1) % themes.length] ?? "auto";
}

/** Whether it is dark now; for parts that cannot read CSS, such as a map or Ant Design. */
export function isDark(theme: Theme): boolean {
  return theme === "auto" ? matchMedia("(prefers-color-scheme: dark)").matches : theme === "dark";
}
