/**
 * The inbox: where every signal gets its id and receive time and waits for its turn.
 *
 * Two lanes. Urgent: presses, replies, commands, edges. Routine: the rest, in short slices. Presses
 * of one device that wait together become one signal, so that a flood from one button costs one
 * event per turn. Nothing is dropped here: a full lane says no, and the sender keeps the signal.
 */
import type { Recorded } from "#rules/event.ts";
import type { Signal, SignalBody } from "#rules/signal.ts";
import type { Clock } from "./clock.ts";

export type Lane = "urgent" | "routine";

/** What became of a signal, told after its turn is on disk. */
export type Outcome = {
  /** Journal position of the turn's end. */
  readonly position: number;
  /** What this signal decided; empty where it was a repeat. */
  readonly events: readonly Recorded[];
};

export type Item = {
  readonly signal: Signal;
  readonly done: ((outcome: Outcome) => void)[];
  /** Monotonic ms of arrival: how long it has been waiting. */
  readonly arrived: number;
};

/** Signals that may wait in each lane (invariant I8). */
export const laneLimits: Readonly<Record<Lane, number>> = { urgent: 200_000, routine: 100_000 };

/** Presses that one merged signal may hold. */
const mergeLimit = 4096;
/**
 * A merged signal has the receive time of its first press. Later ones may differ by this much, so
 * that a stalled disk does not shorten the time in which a repeat is known as one.
 */
const mergeWithinMs = 250;

export class Inbox {
  readonly #clock: Clock;
  readonly #newId: (at: number) => string;
  readonly #lanes: Record<Lane, Item[]> = { urgent: [], routine: [] };
  /** Index of the next item to take in each lane: shifting a long array is slow. */
  readonly #next: Record<Lane, number> = { urgent: 0, routine: 0 };
  /** The waiting press signal of each device. */
  readonly #waitingPress = new Map<string, Item>();
  #wake: () => void = () => {};

  constructor(clock: Clock, newId: (at: number) => string) {
    this.#clock = clock;
    this.#newId = newId;
  }

  /** Who is called when a signal has arrived. */
  onArrival(wake: () => void): void {
    this.#wake = wake;
  }

  /** False where the lane is full: nothing was taken, `done` will not be called. */
  push(lane: Lane, body: SignalBody, done?: (outcome: Outcome) => void): boolean {
    if (this.depth(lane) >= laneLimits[lane]) return false;
    if (body.kind === "press" && this.#mergePress(body, done)) return true;
    const at = this.#clock.now();
    const item: Item = {
      signal: { ...body, id: this.#newId(at), at },
      done: done ? [done] : [],
      arrived: this.#clock.monotonic(),
    };
    this.#lanes[lane].push(item);
    const device = deviceOf(body);
    if (body.kind === "press") this.#waitingPress.set(`${body.site}/${body.device}`, item);
    else if (device) this.#waitingPress.delete(device);
    this.#wake();
    return true;
  }

  take(lane: Lane): Item | null {
    const list = this.#lanes[lane];
    const item = list[this.#next[lane]];
    if (!item) return null;
    this.#next[lane] += 1;
    if (this.#next[lane] === list.length) {
      list.length = 0;
      this.#next[lane] = 0;
    }
    const { signal } = item;
    if (signal.kind === "press") {
      const key = `${signal.site}/${signal.device}`;
      if (this.#waitingPress.get(key) === item) this.#waitingPress.delete(key);
    }
    return item;
  }

  depth(lane: Lane): number {
    return this.#lanes[lane].length - this.#next[lane];
  }

  /** What waits in the urgent lane, oldest first. */
  waiting(): readonly Item[] {
    return this.#lanes.urgent.slice(this.#next.urgent);
  }

  /** Order within a device is receive order: a cancel in between ends the merging. */
  #mergePress(
    body: SignalBody & { kind: "press" },
    done: ((outcome: Outcome) => void) | undefined,
  ): boolean {
    const waiting = this.#waitingPress.get(`${body.site}/${body.device}`);
    if (waiting?.signal.kind !== "press") return false;
    const presses = waiting.signal.presses as SignalPresses;
    if (presses.length + body.presses.length > mergeLimit) return false;
    if (this.#clock.now() - waiting.signal.at > mergeWithinMs) return false;
    presses.push(...body.presses);
    if (done) waiting.done.push(done);
    return true;
  }
}

/** The inbox owns the list until the signal is taken; the rules see it read-only. */
type SignalPresses = (SignalBody & { kind: "press" })["presses"][number][];

function deviceOf(body: SignalBody): string | null {
  return body.kind === "device-event" ? `${body.site}/${body.device}` : null;
}
