/**
 * Keeps the figures up to date: made once after a start out of the journal's last 30 days, by the
 * reader's thread, and from then on event by event as it is committed. Bounded by what fold.ts keeps.
 */
import type { Recorded } from "#rules/event.ts";
import { type Figures, keptDays, noFigures, note } from "./fold.ts";

/** Committed while the journal is read; more than that, and it is read once more. */
const mostWaiting = 50_000;

export type FiguresRequest = { readonly from: number; readonly utcOffsetMin: number };

export type KeeperOptions = {
  readonly read: (request: FiguresRequest) => Promise<Figures>;
  readonly now: () => number;
  readonly utcOffsetMin: () => number;
  readonly failed: (error: unknown) => void;
};

export class FigureKeeper {
  readonly #o: KeeperOptions;
  #figures: Figures | null = null;
  #waiting: Recorded[] | null = null;
  #reading: Promise<void> | null = null;

  constructor(options: KeeperOptions) {
    this.#o = options;
  }

  /** What is known now; `complete` false while the journal is still read. */
  get now(): { readonly figures: Figures; readonly complete: boolean } {
    const { utcOffsetMin } = this.#o;
    return this.#figures === null
      ? { figures: noFigures(utcOffsetMin()), complete: false }
      : { figures: this.#figures, complete: true };
  }

  committed(events: readonly Recorded[]): void {
    if (this.#figures) for (const event of events) note(this.#figures, event);
    else if (this.#waiting && this.#waiting.length < mostWaiting) this.#waiting.push(...events);
    else this.#waiting = null;
  }

  /** Resolves when they are complete, or when they could not be made: then nothing is shown. */
  start(): Promise<void> {
    this.#reading ??= this.#read().catch((error) => {
      // Whoever asks next has them read once more.
      this.#reading = null;
      this.#o.failed(error);
    });
    return this.#reading;
  }

  async #read(): Promise<void> {
    for (;;) {
      this.#waiting = [];
      const from = this.#o.now() - keptDays * 86_400_000;
      const figures = await this.#o.read({ from, utcOffsetMin: this.#o.utcOffsetMin() });
      const waiting: readonly Recorded[] | null = this.#waiting;
      if (waiting === null) continue;
      for (const event of waiting) note(figures, event);
      this.#figures = figures;
      this.#waiting = null;
      return;
    }
  }
}
