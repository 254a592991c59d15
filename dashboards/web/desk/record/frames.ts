/** Frames of a replay laid over each other: the card as it was at an instant. Pure. */
import type { IncidentCard, RecordFrame } from "#gateway/api/contract.ts";

/** Index of the last frame at that instant or before; -1 where there is none yet. */
export function frameAt(frames: readonly Pick<RecordFrame, "at">[], at: number): number {
  let [low, high] = [0, frames.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((frames[middle]?.at ?? 0) <= at) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** Goes along the frames; to go back it begins anew, which takes a millisecond. */
export class CardReel {
  readonly #frames: readonly RecordFrame[];
  #index = -1;
  #head: RecordFrame["head"] = null;
  readonly #alarms = new Map<string, IncidentCard["alarms"][number]>();
  readonly #orders = new Map<string, IncidentCard["orders"][number]>();
  #card: IncidentCard | null = null;

  constructor(frames: readonly RecordFrame[]) {
    this.#frames = frames;
  }

  /** The card after the frame of this index; the same object until it changes. */
  cardAt(index: number): IncidentCard | null {
    if (index === this.#index) return this.#card;
    if (index < this.#index) this.#rewind();
    while (this.#index < index) this.#lay(this.#frames[this.#index + 1]);
    this.#card = this.#head && {
      ...this.#head,
      alarms: [...this.#alarms.values()],
      orders: [...this.#orders.values()],
    };
    return this.#card;
  }

  #rewind(): void {
    this.#index = -1;
    this.#head = null;
    this.#alarms.clear();
    this.#orders.clear();
  }

  #lay(frame: RecordFrame | undefined): void {
    this.#index += 1;
    if (!frame) return;
    this.#head = frame.head ?? this.#head;
    for (const id of frame.gone) {
      this.#alarms.delete(id);
      this.#orders.delete(id);
    }
    for (const row of frame.alarms) this.#alarms.set(row.id, row);
    for (const row of frame.orders) this.#orders.set(row.id, row);
  }
}
