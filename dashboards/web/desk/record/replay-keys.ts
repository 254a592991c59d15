/** Keys of a replay: play, step, speed; and one that leads back to what goes on. */
import { useEffect } from "react";
import { languageNow, setLanguage } from "../../shared/i18n.ts";
import { toggleTheme } from "../use-theme.ts";
import { type ReplayStore, speeds } from "./replay-store.ts";
import { showNone } from "./use-shown.ts";

export function useReplayKeys(store: ReplayStore): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
      const does = doesOf(event, store);
      if (!does) return;
      event.preventDefault();
      does();
    };
    addEventListener("keydown", onKey);
    return () => removeEventListener("keydown", onKey);
  }, [store]);
}

function doesOf({ key, target }: KeyboardEvent, store: ReplayStore): (() => void) | null {
  const speed = speeds[Number(key) - 1];
  if (speed) return () => store.setSpeed(speed);
  switch (key.toLowerCase()) {
    case "n":
    case "escape":
      return showNone;
    case " ":
      // A button that has the focus is pressed by it already.
      if (target instanceof HTMLButtonElement) return null;
      return () => store.play(!store.state().playing);
    case "arrowright":
      return () => store.step(1);
    case "arrowleft":
      return () => store.step(-1);
    case "l":
      return () => setLanguage(languageNow() === "zh" ? "en" : "zh");
    case "d":
      return toggleTheme;
    default:
      return null;
  }
}
