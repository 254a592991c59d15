/**
 * Which seats are attended: a page with a live stream that said, within the last 12 s, that its sound
 * runs. Where none is, an alarm would reach nobody: after a while that is an alarm itself (rule G03).
 */
import { rulebook } from "#rules/rulebook.ts";
import type { SignalBody } from "#rules/signal.ts";
import { systemDevice, systemSite } from "#rules/system.ts";
import type { Clock } from "./clock.ts";

export type Presence = {
  readonly audio: boolean;
  /** The stream the page reads: presence without one counts for nothing. */
  readonly stream: string;
  readonly person: string;
};

export type SeatsState = {
  readonly attended: number;
  /** Null while at least one seat is attended. */
  readonly unattendedSince: number | null;
};

export type SeatsOptions = {
  readonly clock: Clock;
  readonly unattendedAfterMs: number;
  /** False where the signal could not be taken now. */
  readonly push: (body: SignalBody) => boolean;
  /** A seat begins or ceases to be attended; `person` was the last one there. */
  readonly changed?: (seat: string, isAttended: boolean, person: string, attended: number) => void;
};

/** A page says so every 5 s: two may be lost. */
const presenceMs = 12_000;
const retryMs = 1000;
/** Streams that are open at once; the API refuses more long before. */
const mostStreams = 10_000;

type Stream = { readonly seat: string; audioUntil: number; person: string };

export class Seats {
  readonly #o: SeatsOptions;
  readonly #streams = new Map<string, Stream>();
  /** Seats that are attended now, with the last person there. */
  #attended = new Map<string, string>();
  #unattendedSince: number | null = null;
  /** The level that the rules have heard last. */
  #said: boolean | null = null;
  #cancelWake: (() => void) | null = null;
  #isRunning = false;

  constructor(options: SeatsOptions) {
    this.#o = options;
  }

  /** At readiness: from now on somebody should be there. */
  start(): void {
    this.#isRunning = true;
    this.#unattendedSince = this.#o.clock.now();
    this.#look();
  }

  stop(): void {
    this.#isRunning = false;
    this.#cancelWake?.();
    this.#cancelWake = null;
  }

  /** A page is connected; its seat is attended once it says that its sound runs. */
  streamOpened(stream: string, seat: string): void {
    if (this.#streams.size >= mostStreams && !this.#streams.has(stream)) return;
    this.#streams.set(stream, { seat, audioUntil: 0, person: "" });
  }

  streamClosed(stream: string): void {
    if (this.#streams.delete(stream)) this.#look();
  }

  /** What a page says of itself every 5 s. */
  attend(seat: string, { audio, stream, person }: Presence): void {
    const known = this.#streams.get(stream);
    if (known?.seat !== seat) return;
    known.audioUntil = audio ? this.#o.clock.now() + presenceMs : 0;
    known.person = person;
    this.#look();
  }

  state(): SeatsState {
    this.#look();
    return { attended: this.#attended.size, unattendedSince: this.#unattendedSince };
  }

  /** Who is there now, what that means, and when it can next be otherwise by time alone. */
  #look(): void {
    if (!this.#isRunning) return;
    const now = this.#o.clock.now();
    let next = Infinity;
    const attended = new Map<string, string>();
    for (const { seat, audioUntil, person } of this.#streams.values()) {
      if (audioUntil <= now) continue;
      attended.set(seat, person);
      next = Math.min(next, audioUntil);
    }
    this.#compare(attended);
    if (attended.size > 0) {
      this.#unattendedSince = null;
      if (!this.#say(false, now)) next = Math.min(next, now + retryMs);
    } else {
      this.#unattendedSince ??= now;
      next = this.#unattendedSince + this.#o.unattendedAfterMs;
      if (next <= now) next = this.#say(true, this.#unattendedSince) ? Infinity : now + retryMs;
    }
    this.#wakeAt(next);
  }

  #compare(attended: Map<string, string>): void {
    const before = this.#attended;
    this.#attended = attended;
    const { changed } = this.#o;
    if (!changed) return;
    for (const [seat, person] of attended) {
      if (!before.has(seat)) changed(seat, true, person, attended.size);
    }
    for (const [seat, person] of before) {
      if (!attended.has(seat)) changed(seat, false, person, attended.size);
    }
  }

  /** True where the rules know it already, or have just been told. */
  #say(level: boolean, since: number): boolean {
    if (this.#said === level) return true;
    const rule = rulebook.G03.id;
    const at = { site: systemSite, device: systemDevice };
    if (!this.#o.push({ kind: "level", rule, ...at, level, since })) return false;
    this.#said = level;
    return true;
  }

  #wakeAt(at: number): void {
    this.#cancelWake?.();
    this.#cancelWake =
      at === Infinity
        ? null
        : this.#o.clock.wakeAt(at, () => {
            this.#cancelWake = null;
            this.#look();
          });
  }
}
