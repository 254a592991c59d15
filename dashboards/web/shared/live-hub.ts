/**
 * What all tabs of one browser share: the connection, the seat's presence, and who plays the sound.
 * It lives in a SharedWorker, or in the page itself where there is none.
 *
 * One tab plays: eight tabs that sound together are noise, and the seat is attended if one does.
 */
import type { TelemetryFrame } from "#gateway/api/frames.ts";
import { LiveLink } from "./live-link.ts";
import type { Input, Live } from "./live-state.ts";

export type ToHub =
  | { readonly kind: "join"; readonly seat: string; readonly lock: string | null }
  | { readonly kind: "audio"; readonly running: boolean }
  | { readonly kind: "again" }
  /** Devices whose values this tab shows, SITE/DEVICE. */
  | { readonly kind: "watch"; readonly devices: readonly string[] }
  | { readonly kind: "bye" };

export type FromHub =
  | { readonly kind: "snapshot"; readonly live: Live }
  | { readonly kind: "input"; readonly input: Input }
  | { readonly kind: "values"; readonly frame: TelemetryFrame }
  /** `anywhere`: some tab of this browser plays. `here`: it is this one that must. */
  | { readonly kind: "audio"; readonly anywhere: boolean; readonly here: boolean }
  /** The worker lives; a page that misses it believes nothing any more. */
  | { readonly kind: "alive" };

type Tab = {
  readonly tell: (message: FromHub) => void;
  audio: boolean;
  devices: readonly string[];
};

const presenceEveryMs = 5000;

export class LiveHub {
  readonly #tabs = new Set<Tab>();
  #link: LiveLink | null = null;
  #seat = "";
  #reported = "";
  #watched = "";

  /** A new tab; returns where its messages go. */
  attach(tell: (message: FromHub) => void): (message: ToHub) => void {
    const tab: Tab = { tell, audio: false, devices: [] };
    return (message) => this.#take(tab, message);
  }

  #take(tab: Tab, message: ToHub): void {
    switch (message.kind) {
      case "join":
        return this.#join(tab, message.seat, message.lock);
      case "audio":
        tab.audio = message.running;
        return this.#shareAudio();
      case "again":
        return this.#link?.again();
      case "watch":
        tab.devices = message.devices;
        return this.#shareWatch();
      case "bye":
        this.#tabs.delete(tab);
        this.#shareWatch();
        return this.#shareAudio();
      default:
        message satisfies never;
    }
  }

  #join(tab: Tab, seat: string, lock: string | null): void {
    this.#tabs.add(tab);
    const link = this.#link ?? this.#start(seat);
    tab.tell({ kind: "snapshot", live: link.live });
    this.#shareAudio();
    // A tab holds its lock for as long as it lives: one that crashes says no good-bye.
    if (lock === null || !globalThis.navigator?.locks) return;
    void navigator.locks.request(lock, () => this.#take(tab, { kind: "bye" }));
  }

  #start(seat: string): LiveLink {
    this.#seat = seat;
    this.#link = new LiveLink({
      seat,
      tell: (input) => this.#spread(input),
      values: (frame) => this.#all({ kind: "values", frame }),
    });
    this.#link.start();
    setInterval(() => void this.#report(), presenceEveryMs);
    setInterval(() => this.#all({ kind: "alive" }), 2000);
    return this.#link;
  }

  #spread(input: Input): void {
    this.#all({ kind: "input", input });
    if (input.kind === "hello") void this.#report();
  }

  #all(message: FromHub): void {
    for (const tab of this.#tabs) tab.tell(message);
  }

  #shareWatch(): void {
    const devices = [...new Set([...this.#tabs].flatMap((tab) => tab.devices))].sort();
    if (devices.join() === this.#watched) return;
    this.#watched = devices.join();
    this.#link?.watch(devices);
  }

  #shareAudio(): void {
    const player = [...this.#tabs].find((tab) => tab.audio);
    for (const tab of this.#tabs) {
      tab.tell({ kind: "audio", anywhere: player !== undefined, here: tab === player });
    }
    // A seat that falls silent, or begins to sound, is told at once and not at the next turn.
    const state = `${this.#link?.live.stream} ${player !== undefined}`;
    if (state !== this.#reported) void this.#report();
  }

  /** Presence is a duty of the seat; a refusal or a lost link shows elsewhere. */
  async #report(): Promise<void> {
    const live = this.#link?.live;
    if (!live?.stream || live.link === "signed-out" || this.#tabs.size === 0) return;
    const audio = [...this.#tabs].some((tab) => tab.audio);
    this.#reported = `${live.stream} ${audio}`;
    try {
      await fetch(`/api/v1/seats/${this.#seat}`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ audio, stream: live.stream }),
        signal: AbortSignal.timeout(presenceEveryMs),
      });
    } catch {
      this.#reported = "";
    }
  }
}
