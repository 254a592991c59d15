/**
 * The one connection of a browser to its gateway: reads the overview, then follows the stream from
 * there, and connects again by itself. It says "lost" after 4 s without any frame, so that the
 * banner stands within 5 s, however the silence came about.
 */
import type { Overview } from "#gateway/api/contract.ts";
import type { EndFrame, TelemetryFrame } from "#gateway/api/frames.ts";
import { type Input, type Live, nothingYet, reduce } from "./live-state.ts";

const silentAfterMs = 4000;
const readWithinMs = 3500;
const askAgainMs = 2000;

/** Pause before try `n` (0 is the first after a loss); never above 2 s. */
export function backOffMs(n: number): number {
  return Math.min(2000, 250 * 2 ** n);
}

export class LiveLink {
  live: Live = nothingYet;
  readonly #tell: (input: Input) => void;
  readonly #values: (frame: TelemetryFrame) => void;
  readonly #seat: string;
  /** Devices whose values some page looks at. */
  #watched: readonly string[] = [];
  #asking: Promise<void> = Promise.resolve();
  /** Stream and devices that the gateway has heard of. */
  #asked = "";
  #source: EventSource | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #watch: ReturnType<typeof setInterval> | undefined;
  #tries = 0;
  #heardAt = Date.now();
  #openedAt = 0;
  #stopped = false;

  constructor(options: {
    readonly seat: string;
    readonly tell: (input: Input) => void;
    readonly values: (frame: TelemetryFrame) => void;
  }) {
    this.#seat = options.seat;
    this.#tell = options.tell;
    this.#values = options.values;
  }

  start(): void {
    this.#watch = setInterval(() => this.#look(), 500);
    void this.#connect();
  }

  /** After a sign-in, or where a person does not want to wait for the next try. */
  again(): void {
    this.#tries = 0;
    this.#heardAt = Date.now();
    this.#put({ kind: "link", link: "connecting", since: null });
    this.#put({ kind: "reset", frame: { position: this.live.position, reason: "gap" } });
    this.#close();
    void this.#connect();
  }

  /** Values of these devices come along, and of no others. */
  watch(devices: readonly string[]): void {
    this.#watched = devices;
    void this.#askForValues();
  }

  stop(): void {
    this.#stopped = true;
    this.#close();
    clearInterval(this.#watch);
  }

  #put(input: Input): void {
    this.live = reduce(this.live, input);
    this.#tell(input);
  }

  #heard(): void {
    this.#heardAt = Date.now();
    this.#tries = 0;
    if (this.live.link !== "live") this.#put({ kind: "link", link: "live", since: null });
  }

  /** A frozen gateway closes nothing: only the clock notices it. */
  #look(): void {
    const { link } = this.live;
    if (link === "signed-out" || Date.now() - this.#heardAt < silentAfterMs) return;
    if (link !== "lost") this.#put({ kind: "link", link: "lost", since: this.#heardAt });
    // A connection that has just been made gets its time to answer.
    if (this.#source && Date.now() - this.#openedAt >= silentAfterMs) this.#again();
  }

  #close(): void {
    clearTimeout(this.#timer);
    this.#source?.close();
    this.#source = null;
  }

  #again(): void {
    this.#close();
    if (this.#stopped || this.live.link === "signed-out") return;
    this.#timer = setTimeout(() => void this.#connect(), backOffMs(this.#tries));
    this.#tries += 1;
  }

  /** One after the other: of two that overtake each other the older would be in force. */
  #askForValues(): Promise<void> {
    this.#asking = this.#asking.then(() => this.#askNow());
    return this.#asking;
  }

  /** Said again until it is heard; another stream is asked anew by its own greeting. */
  async #askNow(): Promise<void> {
    const { stream } = this.live;
    const devices = this.#watched;
    const asked = `${stream} ${devices.join()}`;
    if (stream === null || !this.#source || asked === this.#asked) return;
    try {
      const answer = await fetch(`/api/v1/streams/${stream}/devices`, {
        method: "PUT",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ devices }),
        signal: AbortSignal.timeout(readWithinMs),
      });
      // What is refused now (no such stream, no right) is refused again.
      if (answer.status < 500) {
        this.#asked = asked;
        return;
      }
    } catch {
      // Nobody knows whether it was heard.
    }
    setTimeout(() => {
      if (this.live.stream === stream && this.#watched === devices) void this.#askForValues();
    }, askAgainMs);
  }

  async #connect(): Promise<void> {
    try {
      // An event stream does not tell a closed door from a missing house; a plain read does.
      if (!this.live.complete || this.#tries > 1) {
        const answer = await fetch("/api/v1/overview", {
          signal: AbortSignal.timeout(readWithinMs),
          cache: "no-store",
        });
        if (answer.status === 401)
          return this.#put({ kind: "link", link: "signed-out", since: null });
        if (!answer.ok) return this.#again();
        const overview = (await answer.json()) as Overview;
        if (this.#stopped) return;
        this.#put({ kind: "overview", overview, heardAt: Date.now() });
      }
      this.#follow();
    } catch {
      this.#again();
    }
  }

  #follow(): void {
    const query = new URLSearchParams({ after: String(this.live.position), seat: this.#seat });
    const source = new EventSource(`/api/v1/stream?${query}`);
    this.#source = source;
    this.#openedAt = Date.now();
    const on = <Frame>(name: string, take: (frame: Frame) => void): void => {
      source.addEventListener(name, (event) => {
        if (this.#source !== source) return;
        this.#heard();
        take(JSON.parse((event as MessageEvent<string>).data) as Frame);
      });
    };
    type Of<K extends Input["kind"]> = Extract<Input, { kind: K; frame: unknown }>["frame"];
    on<Of<"hello">>("hello", (frame) => {
      this.#put({ kind: "hello", frame, heardAt: Date.now() });
      if (this.#watched.length > 0) void this.#askForValues();
    });
    on<TelemetryFrame>("telemetry", (frame) => this.#values(frame));
    on<Of<"change">>("change", (frame) => this.#put({ kind: "change", frame }));
    on<Of<"heartbeat">>("heartbeat", (frame) => {
      this.#put({ kind: "heartbeat", frame, heardAt: Date.now() });
    });
    on<Of<"reset">>("reset", (frame) => {
      this.#put({ kind: "reset", frame });
      this.#close();
      void this.#connect();
    });
    on<EndFrame>("end", (frame) => {
      this.#put({ kind: "end", frame });
      if (frame.reason === "signed-out") {
        this.#close();
        return this.#put({ kind: "link", link: "signed-out", since: null });
      }
      this.#again();
    });
    source.onerror = () => {
      if (this.#source === source) this.#again();
    };
  }
}
