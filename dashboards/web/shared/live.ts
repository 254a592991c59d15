/**
 * The page's side of the live connection: a store that React reads, fed by the SharedWorker or,
 * where there is none or it does not answer, by a hub in the page itself.
 */
import { createContext, useContext, useSyncExternalStore } from "react";
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
  }

  #take(message: FromHub): void {
    this.#heardAt = Date.now();
    const { live, audio } = { live: this.#live, audio: this.#audio };
    if (message.kind === "snapshot") this.#live = message.live;
    if (message.kind === "input") this.#live = reduce(this.#live, message.input);
    if (message.kind === "audio") {
      const { anywhere, here } = message;
      if (anywhere !== audio.anywhere || here !== audio.here) this.#audio = { anywhere, here };
    }
    if (this.#live !== live || this.#audio !== audio) for (const tell of this.#listeners) tell();
  }
}

export const LiveContext = createContext<LiveStore | null>(null);

export function useLiveStore(): LiveStore {
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
