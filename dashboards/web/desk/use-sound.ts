/**
 * Joins state and sound: one tab of the browser plays what `chooseSound` says, and the page knows
 * whether anybody can hear it.
 */
import { useSyncExternalStore } from "react";
import type { LiveStore } from "../shared/live.ts";
import { Sounder } from "../shared/sound.ts";
import { chooseSound, type SoundChoice, tones } from "../shared/sound-choice.ts";

const heardAtMost = 1000;

export class DeskSound {
  readonly #store: LiveStore;
  readonly #sounder: Sounder;
  readonly #heard = new Set<string>();
  readonly #listeners = new Set<() => void>();
  #lostSilenced: number | null = null;
  #choice: SoundChoice | null = null;

  constructor(store: LiveStore) {
    this.#store = store;
    this.#sounder = new Sounder({ onRunning: (running) => store.setAudio(running) });
  }

  start(): void {
    this.#sounder.start();
    this.#store.subscribe(() => this.#choose());
  }

  turnOn(): void {
    void this.#sounder.turnOn();
  }

  /** The loss of the link is silenced at this seat alone: nobody else can be asked. */
  silenceLost(): void {
    this.#lostSilenced = this.#store.live().lostSince;
    this.#choose();
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly choice = (): SoundChoice | null => this.#choice;

  #choose(): void {
    const live = this.#store.live();
    const choice = chooseSound({ live, lostSilenced: this.#lostSilenced, heard: this.#heard });
    const here = this.#store.audio().here;
    if (choice?.kind !== this.#choice?.kind) {
      this.#choice = choice;
      for (const tell of this.#listeners) tell();
    }
    this.#sounder.play(here ? (choice?.kind ?? null) : null);
    if (here && choice && !tones[choice.kind].repeats) this.#onceHeard(choice.alarms);
  }

  /** After its one sound an alarm of that kind leaves the field to others. */
  #onceHeard(alarms: readonly string[]): void {
    setTimeout(() => {
      if (this.#heard.size > heardAtMost) this.#heard.clear();
      for (const alarm of alarms) this.#heard.add(alarm);
      this.#choose();
    }, tones.P3.periodMs);
  }
}

/** The sound that should be heard now, for the page to show. */
export function useSoundChoice(sound: DeskSound): SoundChoice | null {
  return useSyncExternalStore(sound.subscribe, sound.choice);
}
