/**
 * A one-button alarm as a real MQTT client: birth and last will, a press repeated until the gateway
 * has it, a lamp that flashes while sending and is steady when received, a speaker that says
 * nothing before it is true.
 */
import { EventEmitter } from "node:events";
import type { MqttClient } from "mqtt";
import { type Access, connectDevice } from "../connect.ts";
import {
  type AckPayload,
  type ButtonEvent,
  buttonTiming,
  type CommandPayload,
  type EventPayload,
  type StatePayload,
} from "./profile.ts";

export type Lamp = "off" | "flashing" | "steady";

/** What the speaker says; each only when the gateway has reported it. */
export const sentences = {
  acknowledged: "控制室已收到",
  "turned-out": "救援人员已出动",
  failed: "发送失败，请拨打119",
} as const;

export type ButtonOptions = Access & {
  readonly site: string;
  readonly device: string;
  readonly repeatEveryMs?: number;
  readonly stateEveryMs?: number;
  /** The last sequence number of an earlier life: a real device keeps it over a power cut. */
  readonly firstSeq?: number;
  /** The device's clock, ms UTC; it may be wrong. */
  readonly now?: () => number;
};

/** An event that the gateway has not confirmed yet. */
type Pending = { readonly payload: EventPayload; sent: number };

/** Sent again until they are confirmed; the others inform once. */
const repeated: ReadonlySet<ButtonEvent> = new Set(["press", "cancel", "tamper"]);

/** Emits `lamp` (Lamp), `say` (sentence), `connected`, `disconnected`. */
export class ButtonSimulator extends EventEmitter {
  readonly site: string;
  readonly device: string;
  readonly #client: MqttClient;
  readonly #base: string;
  readonly #o: ButtonOptions;
  readonly #started: number;
  #seq = 0;
  #tamper = false;
  #batteryMv: number = buttonTiming.batteryFullMv;
  #clockAheadMs = 0;
  /** By sequence number: a second press does not push the first one out. */
  readonly #pending = new Map<number, Pending>();
  #repeat: NodeJS.Timeout | null = null;
  readonly #state: NodeJS.Timeout;
  lamp: Lamp = "off";

  constructor(options: ButtonOptions) {
    super();
    this.#o = options;
    this.site = options.site;
    this.device = options.device;
    this.#base = `${options.root}/${options.site}/${options.device}`;
    this.#started = performance.now();
    this.#seq = options.firstSeq ?? 0;
    const will = {
      topic: `${this.#base}/status`,
      payload: "offline",
      qos: 1,
      retain: true,
    } as const;
    this.#client = connectDevice(options, {
      will: { ...will, payload: Buffer.from(will.payload) },
    });
    this.#client.on("connect", () => this.#connected());
    this.#client.on("close", () => this.emit("disconnected"));
    this.#client.on("message", (topic, payload) => this.#message(topic, payload));
    const period = options.stateEveryMs ?? buttonTiming.stateEveryMs;
    this.#state = setInterval(() => this.#sendState(), period);
  }

  get options(): ButtonOptions {
    return this.#o;
  }

  /** The last sequence number used. */
  get seq(): number {
    return this.#seq;
  }

  /** A finger on the key: gives the sequence number of the press. */
  press(holdMs: number = 720): number | null {
    if (holdMs < buttonTiming.holdAtLeastMs) return null;
    this.#setLamp("flashing");
    return this.#send("press", holdMs);
  }

  cancel(): void {
    this.#send("cancel");
  }

  test(): void {
    this.#send("test");
  }

  /** The cover is opened or closed: told at once, and in the state. */
  setTamper(open: boolean): void {
    this.#tamper = open;
    if (open) this.#send("tamper");
    this.#sendState();
  }

  setBattery(millivolts: number): void {
    this.#batteryMv = millivolts;
    if (millivolts < buttonTiming.batteryLowMv) this.#send("low_battery");
    this.#sendState();
  }

  setClock(aheadS: number): void {
    this.#clockAheadMs = aheadS * 1000;
    this.#sendState();
  }

  /** Switched off in order: says so itself, for a clean end leaves no last will. */
  async stop(): Promise<void> {
    this.#rest();
    clearInterval(this.#state);
    if (this.#client.connected) {
      await this.#client.publishAsync(`${this.#base}/status`, "offline", { qos: 1, retain: true });
    }
    await this.#client.endAsync(false);
  }

  /** Power is gone at once: the broker finds out by itself. */
  cut(): void {
    this.#rest();
    clearInterval(this.#state);
    this.#client.end(true);
    this.#client.stream?.destroy();
  }

  #now(): number {
    const now = this.#o.now?.() ?? Math.round(performance.timeOrigin + performance.now());
    return now + this.#clockAheadMs;
  }

  #send(event: ButtonEvent, holdMs = 0): number {
    this.#seq += 1;
    const payload: EventPayload = {
      v: 1,
      seq: this.#seq,
      ts: this.#now(),
      event,
      channel: 1,
      hold_ms: holdMs,
      battery_mv: this.#batteryMv,
      ext_power: true,
      rssi_dbm: -83,
      tamper: this.#tamper,
      fw: "1.4.2",
    };
    if (repeated.has(event)) this.#keep({ payload, sent: 0 });
    else this.#publish(payload);
    return payload.seq;
  }

  #keep(pending: Pending): void {
    this.#pending.set(pending.payload.seq, pending);
    this.#again(pending);
    const every = this.#o.repeatEveryMs ?? buttonTiming.repeatEveryMs;
    this.#repeat ??= setInterval(() => this.#againAll(), every);
  }

  #againAll(): void {
    for (const pending of this.#pending.values()) this.#again(pending);
  }

  /** The same sequence number and time each time: the gateway knows it as the same event. */
  #again(pending: Pending): void {
    if (!this.#client.connected) return;
    if (pending.sent > buttonTiming.repeatAtMost) return this.#fail(pending);
    pending.sent += 1;
    this.#publish(pending.payload);
  }

  /** Given up: a person must know it, once, and telephone. */
  #fail({ payload }: Pending): void {
    this.#confirm(payload.seq);
    if (payload.event !== "press") return;
    this.#setLamp("off");
    this.emit("say", sentences.failed);
  }

  #confirm(seq: number): Pending | undefined {
    const pending = this.#pending.get(seq);
    this.#pending.delete(seq);
    if (this.#pending.size === 0) this.#rest();
    return pending;
  }

  #publish(payload: EventPayload): void {
    this.#client.publish(`${this.#base}/event`, JSON.stringify(payload), { qos: 1 }, () => {});
  }

  #sendState(): void {
    if (!this.#client.connected) return;
    const state: StatePayload = {
      v: 1,
      seq: this.#seq,
      ts: this.#now(),
      points: {
        battery_mv: this.#batteryMv,
        ext_power: true,
        rssi_dbm: -83,
        temp_c: 21,
        tamper: this.#tamper,
        uptime_s: Math.round((performance.now() - this.#started) / 1000),
        fw: "1.4.2",
      },
    };
    const options = { qos: 0, retain: true } as const;
    this.#client.publish(`${this.#base}/state`, JSON.stringify(state), options, () => {});
  }

  #connected(): void {
    this.#client.publish(`${this.#base}/status`, "online", { qos: 1, retain: true }, () => {});
    this.#client.subscribe([`${this.#base}/ack`, `${this.#base}/cmd`], { qos: 1 }, () => {
      this.emit("connected");
      this.#sendState();
      this.#againAll();
    });
  }

  #message(topic: string, payload: Buffer): void {
    let message: Partial<AckPayload & CommandPayload> | null;
    try {
      message = JSON.parse(payload.toString("utf8")) as typeof message;
    } catch {
      return;
    }
    if (topic.endsWith("/ack")) this.#ack(message ?? {});
    else if (message?.cmd === "speak" && message.say === "turned-out") {
      this.emit("say", sentences["turned-out"]);
    }
  }

  /** Only the very press that was confirmed turns the lamp steady. */
  #ack({ seq, state }: Partial<AckPayload>): void {
    if (seq === undefined || (state !== "received" && state !== "acknowledged")) return;
    const confirmed = this.#confirm(seq);
    if (confirmed?.payload.event === "press" && !this.#waits) this.#setLamp("steady");
    if (state === "acknowledged") this.emit("say", sentences.acknowledged);
  }

  /** True while a press of this device is not known to have arrived. */
  get #waits(): boolean {
    return [...this.#pending.values()].some(({ payload }) => payload.event === "press");
  }

  #rest(): void {
    if (this.#repeat) clearInterval(this.#repeat);
    this.#repeat = null;
  }

  #setLamp(lamp: Lamp): void {
    if (lamp === this.lamp) return;
    this.lamp = lamp;
    this.emit("lamp", lamp);
  }
}
