/**
 * Stored samples of a device in the order in which they came, as if they came now. Reads beside the
 * worker that writes; of a day that is dropped meanwhile, what was read so far counts.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { DayReader, type StoredSample } from "./day-file.ts";
import { dayOf, daysIn } from "./days.ts";

export type Moment = {
  readonly at: number;
  readonly samples: readonly (StoredSample & { readonly point: string })[];
};

/** What is sorted at once: an hour of one device. */
const stretchMs = 3_600_000;
/** How far back the value that held at the beginning is looked for. */
const mostDaysBack = 7;

export class SampleReplay {
  readonly #folder: string;
  /** The day that was read last, and those a look back has opened. */
  readonly #open = new Map<string, DayReader>();

  /** The data folder. */
  constructor(folder: string) {
    this.#folder = join(folder, "history");
  }

  /** First what held at `from`, with that time; then each moment before `to`, in order. */
  *moments(device: string, points: readonly string[], from: number, to: number): Generator<Moment> {
    if (!existsSync(this.#folder)) return;
    const held = points.flatMap((point) => {
      const sample = this.#heldAt(device, point, from);
      return sample ? { ...sample, at: from, point } : [];
    });
    if (held.length > 0) yield { at: from, samples: held };
    for (let at = from; at < to; at += stretchMs) {
      yield* this.#stretch(device, points, at, Math.min(to, at + stretchMs));
    }
  }

  close(): void {
    for (const file of this.#open.values()) file.close();
    this.#open.clear();
  }

  *#stretch(device: string, points: readonly string[], from: number, to: number) {
    const rows: (StoredSample & { readonly point: string })[] = [];
    for (const day of new Set([dayOf(from), dayOf(to - 1)])) {
      const file = this.#file(day);
      if (!file) continue;
      for (const point of points) {
        for (const sample of file.range(device, point, from, to)) rows.push({ ...sample, point });
      }
    }
    rows.sort((a, b) => a.at - b.at);
    for (let i = 0; i < rows.length; ) {
      const { at } = rows[i] as StoredSample;
      let end = i + 1;
      while (rows[end]?.at === at) end += 1;
      yield { at, samples: rows.slice(i, end) };
      i = end;
    }
  }

  #heldAt(device: string, point: string, before: number): StoredSample | null {
    const days = daysIn(this.#folder).filter((day) => day <= dayOf(before));
    for (const day of days.slice(-mostDaysBack).reverse()) {
      const found = this.#file(day)?.last(device, point, before);
      if (found) return found;
    }
    return null;
  }

  #file(day: string): DayReader | null {
    const known = this.#open.get(day);
    if (known) return known;
    const path = join(this.#folder, `${day}.db`);
    if (!existsSync(path)) return null;
    for (const [other, file] of this.#open) {
      if (this.#open.size <= mostDaysBack) break;
      file.close();
      this.#open.delete(other);
    }
    const file = new DayReader(path);
    this.#open.set(day, file);
    return file;
  }
}
