/**
 * Whether what arrives gets onto disk. After 2 s without a commit that is due, the gateway says so
 * everywhere: /readyz, pages, station boxes; presses are shown marked "not on disk" (DESIGN §3).
 */
import type { Clock } from "./clock.ts";
import type { Loop, UnrecordedPress } from "./loop.ts";

/** A turn that waits longer for the disk than this is trouble. */
export const notRecordingAfterMs = 2000;
const checkEveryMs = 250;
/** Presses named while the disk is away; the count is always exact. */
const namedPresses = 100;

export type RecordingState = {
  readonly recording: boolean;
  /** Why the last try failed, in SQLite's words for it: full, io, read-only, …; null where none did. */
  readonly reason: string | null;
  readonly waitingMs: number;
  readonly unrecorded: readonly UnrecordedPress[];
  readonly unrecordedCount: number;
};

export class Recording {
  readonly #loop: Loop;
  readonly #changed: (state: RecordingState) => void;
  #reason: string | null = null;
  #was = true;
  #seen = 0;
  #stop: (() => void) | null = null;

  constructor(loop: Loop, changed: (state: RecordingState) => void) {
    this.#loop = loop;
    this.#changed = changed;
  }

  start(clock: Clock): void {
    this.#stop = clock.every(checkEveryMs, () => this.check());
  }

  stop(): void {
    this.#stop?.();
  }

  /** The committer tells why a try failed; forgotten with the next commit. */
  note(reason: string | null): void {
    this.#reason = reason;
  }

  state(): RecordingState {
    const waitingMs = Math.round(this.#loop.waitingForDiskMs);
    const recording = waitingMs < notRecordingAfterMs;
    const unrecorded = recording ? [] : this.#loop.unrecorded(0);
    return {
      recording,
      reason: recording ? null : this.#reason,
      waitingMs,
      unrecorded: unrecorded.slice(0, namedPresses),
      unrecordedCount: unrecorded.length,
    };
  }

  /** Tells of a change, and of each further press while the disk is away. */
  check(): void {
    const state = this.state();
    if (state.recording === this.#was && state.unrecordedCount === this.#seen) return;
    this.#was = state.recording;
    this.#seen = state.unrecordedCount;
    this.#changed(state);
  }
}
