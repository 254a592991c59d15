/**
 * What linkage tells: a siren with strobe and loudspeaker, or a display board. It does what it is told
 * once for each run, and says so in its `state`; it knows nothing that moves water or air.
 *
 * Emits `connected`, `does` (what it does, in words).
 */
import { EventEmitter } from "node:events";
import type { MqttClient } from "mqtt";
import { type Access, connectDevice } from "../connect.ts";

export type NotifierOptions = Access & {
  readonly site: string;
  readonly device: string;
  readonly stateEveryMs?: number;
};

type Told = {
  readonly cmd?: string;
  readonly linkage?: string;
  readonly say?: { readonly zh?: string };
};

const stateEveryMs = 60_000;
/** What it knows at all. */
const known: ReadonlySet<string> = new Set([
  "siren",
  "speak",
  "display",
  "silence",
  "test",
  "locate",
]);

export class Notifier extends EventEmitter {
  sounding = false;
  shown = "";
  readonly #o: NotifierOptions;
  readonly #client: MqttClient;
  readonly #base: string;
  readonly #state: NodeJS.Timeout;
  readonly #done = new Set<string>();
  #last: { linkage: string; ok: boolean } | null = null;
  #broken = false;
  #seq = 0;

  constructor(options: NotifierOptions) {
    super();
    this.#o = options;
    const { root, site, device } = options;
    this.#base = `${root}/${site}/${device}`;
    const will = { topic: `${this.#base}/status`, payload: Buffer.from("offline") };
    this.#client = connectDevice(options, { will: { ...will, qos: 1, retain: true } });
    this.#client.on("connect", () => {
      const online = { qos: 1, retain: true } as const;
      this.#client.publish(`${this.#base}/status`, "online", online, () => {});
      this.#client.subscribe(`${this.#base}/cmd`, { qos: 1 }, () => {
        this.emit("connected");
        this.#sendState();
      });
    });
    this.#client.on("message", (_topic, payload) => this.#told(payload));
    this.#state = setInterval(() => this.#sendState(), options.stateEveryMs ?? stateEveryMs);
  }

  get key(): string {
    return `${this.#o.site}/${this.#o.device}`;
  }

  /** Its horn is broken: it is told, and says that it could not. */
  setBroken(broken: boolean): void {
    this.#broken = broken;
  }

  async stop(): Promise<void> {
    clearInterval(this.#state);
    await this.#client.endAsync(false);
  }

  #told(payload: Buffer): void {
    let told: Told | null;
    try {
      told = JSON.parse(payload.toString("utf8")) as Told | null;
    } catch {
      return;
    }
    const { cmd = "", linkage = "", say } = told ?? {};
    const once = `${linkage}:${cmd}`;
    if (!known.has(cmd)) return;
    if (!this.#done.has(once)) {
      if (this.#broken) this.#last = { linkage, ok: false };
      else {
        this.#done.add(once);
        this.#do(cmd, say?.zh ?? "");
        this.#last = { linkage, ok: true };
      }
    }
    this.#sendState();
  }

  #do(cmd: string, text: string): void {
    if (cmd === "siren" || cmd === "test") this.sounding = true;
    if (cmd === "speak" || cmd === "display") this.shown = text;
    if (cmd === "silence") {
      this.sounding = false;
      this.shown = "";
    }
    this.emit("does", text === "" ? cmd : `${cmd} ${text}`);
  }

  #sendState(): void {
    if (!this.#client.connected) return;
    this.#seq += 1;
    const state = {
      v: 1,
      seq: this.#seq,
      ts: Math.round(performance.timeOrigin + performance.now()),
      points: {
        sounding: this.sounding,
        showing: this.shown !== "",
        broken: this.#broken,
        ...(this.#last === null ? {} : { linkage: this.#last.linkage, linkage_ok: this.#last.ok }),
      },
    };
    const how = { qos: 1, retain: true } as const;
    this.#client.publish(`${this.#base}/state`, JSON.stringify(state), how, () => {});
  }
}
