/**
 * The page's side of the live connection: a store that React reads, fed by the SharedWorker or,
 * where there is none or it does not answer, by a hub in the page itself.
 */
import { createContext, useContext, useEffect, useSyncExternalStore } from "react";
import type { TelemetryFrame } from "#gateway/api/frames.ts";
import { type DeviceNow, merged } from "./device-now.ts";
import { type FromHub, LiveHub, type ToHub } from "./live-hub.ts";
import { type Live, nothingYet, reduce } from "./live-state.ts";

export type SharedAudio = { readonly anywhere: boolean; readonly here: boolean };

const workerAnswersWithinMs = 3000;
const workerSilentAfterMs = 6000;

export class LiveStore {
  readonly #seat: string;
  readonly #listeners = new Set<() => void>();
  #live: Live = nothingYet;
  #audio: SharedAudio = { anywhere: false, here: false };
  /** Apart from what alarms are drawn from: values move twice a second. */
  #values: ReadonlyMap<string, DeviceNow> = new Map();
  /** Devices that parts of this page show, and how many parts. */
  readonly #shown = new Map<string, number>();
  #running = false;
  #send: (message: ToHub) => void = () => {};
  #heardAt = 0;
  #worker: SharedWorker | null = null;

  constructor(options: { readonly seat: string }) {
    this.#seat = options.seat;
  }

  start(): void {
    const lock = this.#holdLock();
    addEventListener("pagehide", () => this.#send({ kind: "bye" }));
    // A page out of the back-forward cache shows what was true when it was left.
    addEventListener("pageshow", (event) => {
      if (event.persisted) location.reload();
    });
    if (typeof SharedWorker === "undefined") return this.#joinHubInPage();
    this.#joinWorker(lock);
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly live = (): Live => this.#live;
  readonly audio = (): SharedAudio => this.#audio;

  readonly values = (): ReadonlyMap<string, DeviceNow> => this.#values;

  /** Values of SITE/DEVICE come along until the function that is returned is called. */
  watch(device: string): () => void {
    this.#shown.set(device, (this.#shown.get(device) ?? 0) + 1);
    this.#tellWatch();
    return () => {
      const left = (this.#shown.get(device) ?? 1) - 1;
      if (left > 0) this.#shown.set(device, left);
      else this.#shown.delete(device);
      const values = new Map(this.#values);
      if (left <= 0 && values.delete(device)) this.#values = values;
      this.#tellWatch();
    };
  }

  #tellWatch(): void {
    this.#send({ kind: "watch", devices: [...this.#shown.keys()] });
  }

  setAudio(running: boolean): void {
    if (running === this.#running) return;
    this.#running = running;
    this.#send({ kind: "audio", running });
  }

  /** Read everything again: after a sign-in, or by hand. */
  again(): void {
    this.#send({ kind: "again" });
  }

  /** Held by this page until it ends, however it ends: the worker waits for it. */
  #holdLock(): string | null {
    if (!navigator.locks) return null;
    const name = `firelink-tab-${crypto.randomUUID()}`;
    void navigator.locks.request(name, () => new Promise<never>(() => {}));
    return name;
  }

  #joinWorker(lock: string | null): void {
    let worker: SharedWorker;
    try {
      worker = new SharedWorker(new URL("./stream-worker.ts", import.meta.url), {
        type: "module",
        name: "firelink",
      });
    } catch {
      return this.#joinHubInPage();
    }
    this.#worker = worker;
    const { port } = worker;
    port.onmessage = (event: MessageEvent<FromHub>) => this.#take(event.data);
    port.start();
    this.#join((message) => port.postMessage(message), lock);
    worker.onerror = () => this.#leaveWorker(worker);
    setTimeout(() => {
      if (this.#heardAt === 0) this.#leaveWorker(worker);
    }, workerAnswersWithinMs);
    setInterval(() => {
      const silent = this.#heardAt > 0 && Date.now() - this.#heardAt > workerSilentAfterMs;
      if (silent) this.#leaveWorker(worker);
    }, 1000);
  }

  #leaveWorker(worker: SharedWorker): void {
    if (this.#worker !== worker) return;
    this.#worker = null;
    worker.port.close();
    this.#joinHubInPage();
  }

  #joinHubInPage(): void {
    const hub = new LiveHub();
    this.#join(
      hub.attach((message) => this.#take(message)),
      null,
    );
  }

  #join(send: (message: ToHub) => void, lock: string | null): void {
    this.#send = send;
    send({ kind: "join", seat: this.#seat, lock });
    send({ kind: "audio", running: this.#running });
    if (this.#shown.size > 0) this.#tellWatch();
  }

  #take(message: FromHub): void {
    this.#heardAt = Date.now();
    const { live, audio, values } = { live: this.#live, audio: this.#audio, values: this.#values };
    if (message.kind === "snapshot") this.#live = message.live;
    if (message.kind === "input") this.#live = reduce(this.#live, message.input);
    if (message.kind === "values") this.#takeValues(message.frame);
    if (message.kind === "audio") {
      const { anywhere, here } = message;
      if (anywhere !== audio.anywhere || here !== audio.here) this.#audio = { anywhere, here };
    }
    const same = this.#live === live && this.#audio === audio && this.#values === values;
    if (!same) for (const tell of this.#listeners) tell();
  }

  #takeValues(frame: TelemetryFrame): void {
    if (!this.#shown.has(frame.device)) return;
    const before = this.#values.get(frame.device) ?? null;
    this.#values = new Map(this.#values).set(frame.device, merged(before, frame, Date.now()));
  }
}

/** What a page reads, whoever gives it: the live connection, or a replay of what is over. */
export type LiveSource = Pick<
  LiveStore,
  "subscribe" | "live" | "audio" | "values" | "watch" | "again"
>;

export const LiveContext = createContext<LiveSource | null>(null);

export function useLiveStore(): LiveSource {
  const store = useContext(LiveContext);
  if (!store) throw new Error("no LiveContext above this component");
  return store;
}

export function useLive(): Live {
  const store = useLiveStore();
  return useSyncExternalStore(store.subscribe, store.live);
}

/** One value or part of it: drawn anew when that is another, and not with every frame. */
export function useLiveValue<T>(pick: (live: Live) => T): T {
  const store = useLiveStore();
  return useSyncExternalStore(store.subscribe, () => pick(store.live()));
}

export function useSharedAudio(): SharedAudio {
  const store = useLiveStore();
  return useSyncExternalStore(store.subscribe, store.audio);
}

/** Values of one device while this component stands; null before the first frame. */
export function useDeviceNow(device: string): DeviceNow | null {
  const store = useLiveStore();
  useEffect(() => store.watch(device), [store, device]);
  return useSyncExternalStore(store.subscribe, () => store.values().get(device) ?? null);
}
