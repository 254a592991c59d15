/** The sound of that time, where somebody asks for it; a sound of now always goes first. */
import { useEffect, useMemo, useState } from "react";
import { Sounder } from "../../shared/sound.ts";
import { chooseSound } from "../../shared/sound-choice.ts";
import { type DeskSound, useSoundChoice } from "../use-sound.ts";
import type { ReplayStore } from "./replay-store.ts";

export type Audible = { readonly on: boolean; readonly toggle: () => void };

/** Made when it is first asked for, and kept: a browser has few audio contexts to give. */
let sounder: Sounder | null = null;

export function useReplaySound(store: ReplayStore, desk: DeskSound): Audible {
  const [on, setOn] = useState(false);
  const isLiveSounding = useSoundChoice(desk) !== null;
  useEffect(() => {
    if (!on || isLiveSounding) return;
    if (sounder === null) {
      sounder = new Sounder({ onRunning: () => {} });
      sounder.start();
    }
    void sounder.turnOn();
    const heard = new Set<string>();
    const choose = (): void => {
      const choice = chooseSound({ live: store.live(), lostSilenced: null, heard });
      sounder?.play(store.state().playing ? (choice?.kind ?? null) : null);
    };
    const leave = store.subscribe(choose);
    choose();
    return () => {
      leave();
      sounder?.play(null);
    };
  }, [on, isLiveSounding, store]);
  return useMemo(() => ({ on, toggle: () => setOn((now) => !now) }), [on]);
}
