/**
 * A replay as a page reads it: the same shape as the live connection, fed by the frames of a record. It
 * hears nobody and tells nobody; its clock is its own.
 */
import type { RecordView } from "#gateway/api/contract.ts";
import type { LiveSource, SharedAudio } from "../../shared/live.ts";
import { type Live, nothingYet } from "../../shared/live-state.ts";
import { CardReel, frameAt } from "./frames.ts";

export const speeds = [1, 2, 5, 10, 20] as const;
export type Speed = (typeof speeds)[number];

export type ReplayState = {
  /** The instant that is shown, ms UTC. */
  readonly at: number;
  readonly from: number;
  readonly to: number;
  readonly speed: Speed;
  readonly playing: boolean;
};

const tickMs = 250;
const noAudio: SharedAudio = { anywhere: false, here: false };
const noValues: ReturnType<LiveSource["values"]> = new Map();

export class ReplayStore implements LiveSource {
  readonly #record: RecordView;
  readonly #reel: CardReel;
  readonly #listeners = new Set<() => void>();
  #state: ReplayState;
  #live: Live;
  #timer: ReturnType<typeof setInterval> | undefined;
  #tickedAt = 0;

  constructor(record: RecordView) {
    this.#record = record;
    this.#reel = new CardReel(record.frames);
    const from = record.frames[0]?.at ?? record.incident.openedAt;
    const to = record.incident.closedAt ?? record.frames.at(-1)?.at ?? from;
    this.#state = { at: from, from, to: Math.max(from, to), speed: 1, playing: true };
    this.#live = this.#liveAt(from);
  }

  /** Gives what stops it. */
  start(): () => void {
    this.#tickedAt = Date.now();
    this.#timer = setInterval(() => this.#tick(), tickMs);
    return () => clearInterval(this.#timer);
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };
  readonly live = (): Live => this.#live;
  readonly audio = (): SharedAudio => noAudio;
  readonly values = (): typeof noValues => noValues;
  readonly state = (): ReplayState => this.#state;
  /** Values of devices are no part of the journal. */
  watch(): () => void {
    return () => {};
  }
  again(): void {}

  play(playing: boolean): void {
    const isOver = this.#state.at >= this.#state.to;
    this.#put({ playing, ...(playing && isOver ? { at: this.#state.from } : {}) });
  }

  setSpeed(speed: Speed): void {
    this.#put({ speed });
  }

  seek(at: number): void {
    const { from, to } = this.#state;
    this.#put({ at: Math.min(to, Math.max(from, at)) });
  }

  /** To the next thing that happened, or the one before. */
  step(by: 1 | -1): void {
    const { frames } = this.#record;
    const index = frameAt(frames, this.#state.at);
    const isBetween = by < 0 && this.#state.at > (frames[index]?.at ?? 0);
    const frame = frames[isBetween ? index : index + by];
    if (frame) this.seek(frame.at);
  }

  #tick(): void {
    const now = Date.now();
    const passed = now - this.#tickedAt;
    this.#tickedAt = now;
    const { at, to, speed, playing } = this.#state;
    // Also while it stands still: its clock must not go on with that of this machine.
    const next = playing ? Math.min(to, at + passed * speed) : at;
    this.#put({ at: next, playing: playing && next < to });
  }

  #put(change: Partial<ReplayState>): void {
    this.#state = { ...this.#state, ...change };
    this.#live = this.#liveAt(this.#state.at);
    for (const tell of this.#listeners) tell();
  }

  #liveAt(at: number): Live {
    const { frames, utcOffsetMin, district } = this.#record;
    const card = this.#reel.cardAt(frameAt(frames, at));
    const { incidents } = this.#live ?? nothingYet;
    const isSame = card !== null && incidents.get(card.id) === card;
    return {
      ...nothingYet,
      complete: true,
      link: "live",
      ...{ utcOffsetMin, district },
      clockOffsetMs: at - Date.now(),
      incidents: isSame ? incidents : new Map(card ? [[card.id, card]] : []),
      alarms: nothingYet.alarms,
    };
  }
}
