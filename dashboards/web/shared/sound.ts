/**
 * Plays the sound of the desk, and knows whether it can be heard at all: browsers keep a page
 * silent until somebody has touched it, and a device may go away. Never says "running" on trust:
 * the clock of the audio context must move.
 */
import { type SoundKind, samplesOf, tones } from "./sound-choice.ts";

const watchEveryMs = 1000;

export class Sounder {
  readonly #onRunning: (running: boolean) => void;
  #context: AudioContext | null = null;
  #source: AudioBufferSourceNode | null = null;
  #kind: SoundKind | null = null;
  #running = false;
  #lastTime = -1;

  constructor(options: { readonly onRunning: (running: boolean) => void }) {
    this.#onRunning = options.onRunning;
  }

  start(): void {
    this.#make();
    setInterval(() => this.#watch(), watchEveryMs);
    // Any touch of the page is the permission a browser waits for.
    for (const name of ["pointerdown", "keydown"] as const) {
      addEventListener(name, () => void this.turnOn(), { capture: true });
    }
  }

  async turnOn(): Promise<void> {
    if (this.#running) return;
    if (this.#context === null || this.#context.state === "closed") this.#make();
    try {
      await this.#context?.resume();
    } catch {
      // Refused: the page goes on saying that its sound is off.
    }
  }

  /** Null is silence. The same sound again does not start anew. */
  play(kind: SoundKind | null): void {
    if (kind === this.#kind) return;
    this.#kind = kind;
    this.#begin();
  }

  #make(): void {
    if (typeof AudioContext === "undefined") return;
    const context = new AudioContext({ latencyHint: "interactive" });
    context.onstatechange = () => this.#watch();
    this.#context = context;
    this.#begin();
  }

  #begin(): void {
    this.#source?.stop();
    this.#source = null;
    const context = this.#context;
    if (!context || this.#kind === null) return;
    const tone = tones[this.#kind];
    const samples = samplesOf(tone, context.sampleRate);
    const buffer = context.createBuffer(1, samples.length, context.sampleRate);
    buffer.copyToChannel(samples, 0);
    const source = context.createBufferSource();
    source.buffer = buffer;
    source.loop = tone.repeats;
    source.connect(context.destination);
    source.start();
    this.#source = source;
  }

  #watch(): void {
    const context = this.#context;
    const time = context?.currentTime ?? 0;
    const moved = time !== this.#lastTime;
    this.#lastTime = time;
    const running = context?.state === "running" && moved;
    if (running === this.#running) return;
    this.#running = running;
    this.#onRunning(running);
  }
}
