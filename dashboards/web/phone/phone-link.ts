/**
 * The phone's connection: follows a stream (of one station, or of one site) and reads its view again
 * whenever it has changed. It alone connects again. It says "lost" after 4 s without a frame, however the silence
 * came about, so that the banner stands within 5 s.
 */
import type { CrewOrders, SessionView } from "#gateway/api/contract.ts";
import type { ChangeFrame, EndFrame, HeartbeatFrame, HelloFrame } from "#gateway/api/frames.ts";
import { getJson, Refused } from "../shared/api.ts";

/** `refused`: signed in, but this is not for this person. */
export type LinkState = "connecting" | "live" | "lost" | "signed-out" | "refused";

export type Linked<View> = {
  readonly link: LinkState;
  readonly view: View | null;
  readonly access: SessionView["access"];
  readonly recording: boolean;
  /** Gateway time minus `elapsed()`, so that lengths count on while the link is away. */
  readonly clockOffsetMs: number;
  /** `elapsed()` of the last frame. */
  readonly heardAt: number;
  readonly refusal: Refused | null;
  readonly version: string | null;
  readonly loadedVersion: string | null;
};
export type Crew = Linked<CrewOrders>;

/** What a link follows: the query of its stream, where it reads, and which changes concern it. */
export type Feed = {
  readonly stream: string;
  readonly path: string;
  readonly concerns: (change: ChangeFrame) => boolean;
};

type Read = { readonly position: number; readonly at: number; readonly recording?: boolean };

const silentAfterMs = 4000;
const lookEveryMs = 500;
const longestPauseMs = 2000;

/** Time that never runs backwards and is not stopped by a wrong clock. */
export function elapsed(): number {
  return performance.now();
}

export class PhoneLink<View extends Read> {
  readonly #feed: Feed;
  readonly #listeners = new Set<() => void>();
  #now: Linked<View>;
  #source: EventSource | null = null;
  #openedAt = 0;
  #tries = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #watch: ReturnType<typeof setInterval> | undefined;
  #reading = false;
  /** What is shown may be older than the stream: read them at the next frame. */
  #unread = false;
  #wallHeardAt = Date.now();
  #readAgain = false;
  #stopped = false;

  constructor(feed: Feed, access: SessionView["access"]) {
    this.#feed = feed;
    this.#now = {
      link: "connecting",
      view: null,
      access,
      recording: true,
      clockOffsetMs: 0,
      heardAt: elapsed(),
      refusal: null,
      version: null,
      loadedVersion: null,
    };
  }

  start(): void {
    this.#stopped = false;
    this.#watch = setInterval(() => this.#look(), lookEveryMs);
    this.#connect();
  }

  stop(): void {
    this.#stopped = true;
    clearInterval(this.#watch);
    this.#close();
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly now = (): Linked<View> => this.#now;

  /** By hand, or when the phone wakes up. */
  again(): void {
    this.#tries = 0;
    this.#close();
    this.#connect();
  }

  /** After an act was taken: what it changed is shown without waiting for the stream. */
  async read(): Promise<void> {
    this.#unread = true;
    if (this.#reading) {
      this.#readAgain = true;
      return;
    }
    this.#reading = true;
    do {
      this.#readAgain = false;
      await this.#readOnce();
    } while (this.#readAgain && !this.#stopped);
    this.#reading = false;
  }

  async #readOnce(): Promise<void> {
    try {
      const view = await getJson<View>(this.#feed.path);
      const older = this.#now.view && view.position < this.#now.view.position;
      this.#unread = false;
      if (this.#stopped || older) return;
      const recording = view.recording ?? this.#now.recording;
      this.#put({ view, recording, clockOffsetMs: view.at - elapsed() });
    } catch (error) {
      if (!(error instanceof Refused)) return;
      if (error.status === 401) this.#end("signed-out", error);
      else if (error.status === 403 || error.status === 404) this.#end("refused", error);
    }
  }

  #put(change: Partial<Linked<View>>): void {
    this.#now = { ...this.#now, ...change };
    for (const tell of this.#listeners) tell();
  }

  #end(link: "signed-out" | "refused", refusal: Refused): void {
    this.#close();
    clearInterval(this.#watch);
    this.#put({ link, refusal });
  }

  #heard(change: Partial<Linked<View>> = {}): void {
    this.#tries = 0;
    this.#wallHeardAt = Date.now();
    this.#put({ ...change, heardAt: elapsed(), link: "live" });
  }

  /** A frozen gateway closes nothing: only the clock notices it. */
  #look(): void {
    // The steady clock may stand still while a phone sleeps; the one on the wall does not.
    const wallMs = Date.now() - this.#wallHeardAt;
    if (Math.max(elapsed() - this.#now.heardAt, wallMs) < silentAfterMs) return;
    if (this.#now.link !== "lost") this.#put({ link: "lost" });
    // A connection that has just been made gets its time to answer.
    if (this.#source && elapsed() - this.#openedAt >= silentAfterMs) this.#later();
  }

  #close(): void {
    clearTimeout(this.#timer);
    this.#source?.close();
    this.#source = null;
  }

  #later(): void {
    this.#close();
    if (this.#stopped) return;
    const pauseMs = Math.min(longestPauseMs, 250 * 2 ** this.#tries);
    this.#tries += 1;
    this.#timer = setTimeout(() => {
      // An event stream does not tell a closed door from a missing house; a plain read does.
      if (this.#tries > 1) void this.read();
      if (this.#now.link !== "signed-out" && this.#now.link !== "refused") this.#connect();
    }, pauseMs);
  }

  #connect(): void {
    const source = new EventSource(`/api/v1/stream?${this.#feed.stream}`);
    this.#source = source;
    this.#openedAt = elapsed();
    const on = <Frame>(name: string, take: (frame: Frame) => void): void => {
      source.addEventListener(name, (event) => {
        if (this.#source !== source) return;
        take(JSON.parse((event as MessageEvent<string>).data) as Frame);
      });
    };
    on<HelloFrame>("hello", ({ access, version, at }) => {
      const loadedVersion = this.#now.loadedVersion ?? version;
      this.#heard({ access, version, loadedVersion, clockOffsetMs: at - elapsed() });
      void this.read();
    });
    on<ChangeFrame>("change", (change) => {
      this.#heard();
      if (this.#feed.concerns(change)) void this.read();
    });
    on<HeartbeatFrame>("heartbeat", ({ recording, at }) => {
      const clockOffsetMs = at - elapsed();
      this.#heard({ recording: recording.recording, clockOffsetMs });
      if (this.#unread && !this.#reading) void this.read();
    });
    on("reset", () => {
      this.#heard();
      void this.read();
    });
    on<EndFrame>("end", ({ reason }) => {
      if (reason === "expired") this.#put({ access: "read-only" });
      this.#later();
      // Signed out in another tab, or the scope is another one now: the plain read says which.
      if (reason === "signed-out" || reason === "scope-changed") void this.read();
    });
    source.onerror = () => {
      if (this.#source === source) this.#later();
    };
  }
}
