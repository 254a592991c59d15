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
  /** The device's clock, ms UTC; it may be wrong. */
  readonly now?: () => number;
};

type Pending = { readonly payload: EventPayload; sent: number };

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
  #pending: Pending | null = null;
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

  /** The last sequence number used. */
  get seq(): number {
    return this.#seq;
  }

  /** A finger on the key: gives the sequence number of the press. */
  press(holdMs: number = 720): number | null {
    if (holdMs < buttonTiming.holdAtLeastMs) return null;
    const payload = this.#event("press", holdMs);
    this.#begin(payload);
    return payload.seq;
  }

  cancel(): void {
    this.#publish(this.#event("cancel", 0));
  }

  test(): void {
    this.#publish(this.#event("test", 0));
  }

  /** The cover is opened or closed: told at once, and in the state. */
  setTamper(open: boolean): void {
    this.#tamper = open;
    if (open) this.#publish(this.#event("tamper", 0));
    this.#sendState();
  }

  setBattery(millivolts: number): void {
    this.#batteryMv = millivolts;
    if (millivolts < buttonTiming.batteryLowMv) this.#publish(this.#event("low_battery", 0));
    this.#sendState();
  }

  /** Switched off in order: says so, and leaves no last will. */
  async stop(): Promise<void> {
    this.#clear();
    clearInterval(this.#state);
    await this.#client.endAsync(false);
  }

  /** Power is gone at once: the broker finds out by itself. */
  cut(): void {
    this.#clear();
    clearInterval(this.#state);
    this.#client.end(true);
    this.#client.stream?.destroy();
  }

  #now(): number {
    return this.#o.now?.() ?? Math.round(performance.timeOrigin + performance.now());
  }

  #event(event: ButtonEvent, holdMs: number): EventPayload {
    this.#seq += 1;
    return {
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
  }

  #begin(payload: EventPayload): void {
    this.#clear();
    this.#pending = { payload, sent: 0 };
    this.#setLamp("flashing");
    this.#again();
    const every = this.#o.repeatEveryMs ?? buttonTiming.repeatEveryMs;
    this.#repeat = setInterval(() => this.#again(), every);
  }

  /** The same sequence number and time each time: the gateway knows it as the same press. */
  #again(): void {
    const pending = this.#pending;
    if (!pending) return this.#clear();
    if (pending.sent >= buttonTiming.repeatAtMost) {
      this.#clear();
      this.#setLamp("off");
      this.emit("say", sentences.failed);
      return;
    }
    if (!this.#client.connected) return;
    pending.sent += 1;
    this.#publish(pending.payload);
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
      if (this.#pending) this.#again();
    });
  }

  #message(topic: string, payload: Buffer): void {
    let message: Partial<AckPayload & CommandPayload>;
    try {
      message = JSON.parse(payload.toString("utf8")) as typeof message;
    } catch {
      return;
    }
    if (topic.endsWith("/ack")) this.#ack(message);
    else if (message.cmd === "speak" && message.say === "turned-out") {
      this.emit("say", sentences["turned-out"]);
    }
  }

  #ack({ seq, state }: Partial<AckPayload>): void {
    const waiting = this.#pending?.payload.seq;
    if (waiting !== undefined && seq !== undefined && seq >= waiting) {
      this.#pending = null;
      this.#clear();
      this.#setLamp("steady");
    }
    if (state === "acknowledged") this.emit("say", sentences.acknowledged);
  }

  #clear(): void {
    if (this.#repeat) clearInterval(this.#repeat);
    this.#repeat = null;
  }

  #setLamp(lamp: Lamp): void {
    if (lamp === this.lamp) return;
    this.lamp = lamp;
    this.emit("lamp", lamp);
  }
}
