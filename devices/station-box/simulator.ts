/**
 * The box of a rescue, micro or brigade station: its PUBACK is the delivery of an order. It sounds,
 * flashes and speaks each (order, revision) once, answers by its keys, runs on its battery when the
 * mains are gone, and says so when it hears nothing of the gateway. A task of hot work is spoken once,
 * and nothing sounds.
 *
 * Emits `connected`, `order`, `task`, `siren` (Siren), `say` (a sentence).
 */
import { EventEmitter } from "node:events";
import type { IClientOptions, MqttClient } from "mqtt";
import type { OrderReply, OrderState } from "#rules/dispatch/order.ts";
import { type Access, connectDevice } from "../connect.ts";
import {
  type AnswerPayload,
  type BoxKey,
  boxKeys,
  type StatePayload,
  stationBoxTiming,
  type TaskPayload,
} from "./profile.ts";
import {
  type Notice,
  notices,
  type ReceivedOrder,
  type Siren,
  sentenceOf,
  sirens,
} from "./speech.ts";

/** What the crew does with a new order by itself. */
export type CrewMode =
  | { readonly kind: "silent" }
  | { readonly kind: "accept"; readonly afterMs: number }
  | { readonly kind: "refuse"; readonly reason: string };

export type BoxOptions = Access & {
  readonly station: string;
  readonly mode?: CrewMode;
  /** The device it is in the inventory; without one it sends no state. */
  readonly device?: { readonly site: string; readonly id: string };
  readonly gatewayLostAfterMs?: number;
  readonly stateEveryMs?: number;
};

const ended: ReadonlySet<OrderState> = new Set<OrderState>(["refused", "returned", "recalled"]);
const isOpen = (state: OrderState): boolean => !ended.has(state);

/** A key says the next step or one further on, never one that has been. */
function isAhead(key: BoxKey, state: OrderState): boolean {
  const reached = (boxKeys as readonly string[]).indexOf(state);
  return isOpen(state) && state !== "controlled" && boxKeys.indexOf(key) > reached;
}

/** `heard`: of a recall, once somebody has said so. */
type Held = { order: ReceivedOrder; state: OrderState; heard?: true };

export class StationBox extends EventEmitter {
  readonly station: string;
  readonly orders = new Map<string, ReceivedOrder>();
  /** Permit → its task, until it is withdrawn. */
  readonly tasks = new Map<string, TaskPayload>();
  /** Everything it has said, oldest first. */
  readonly spoken: string[] = [];
  mode: CrewMode;
  siren: Siren = "off";
  strobe = false;
  /** Hears the gateway's heartbeat. */
  linked = true;
  onMains = true;
  readonly #o: BoxOptions;
  readonly #held = new Map<string, Held>();
  readonly #started = performance.now();
  #client: MqttClient;
  #battery = 100;
  #seq = 0;
  #recording = true;
  #heard: NodeJS.Timeout | null = null;
  #state: NodeJS.Timeout | null = null;

  constructor(options: BoxOptions) {
    super();
    this.#o = options;
    this.station = options.station;
    this.mode = options.mode ?? { kind: "silent" };
    this.#client = this.#connect();
    this.#expectHeartbeat();
    this.#beat();
  }

  get options(): BoxOptions {
    return this.#o;
  }

  /** A finger on a key: answers the newest order that this step fits. Null where there is none. */
  press(key: BoxKey): string | null {
    const held = [...this.#held.values()].findLast(({ order, state, heard }) =>
      order.kind === "recall" ? key === "accepted" && !heard : isAhead(key, state),
    );
    if (!held) return null;
    this.reply(held.order.order, key);
    return held.order.order;
  }

  /** A crew's answer to an order it has; the newest revision. */
  reply(order: string, reply: OrderReply, reason?: string): void {
    this.#seq += 1;
    const { revision = 1 } = this.orders.get(order) ?? {};
    const payload = {
      v: 1,
      order,
      revision,
      reply,
      ...(reason === undefined ? {} : { reason }),
      seq: this.#seq,
      ts: now(),
    };
    this.#client.publish(`${this.#topic}/reply`, JSON.stringify(payload), { qos: 1 }, () => {});
    this.#answered(order, reply);
  }

  /** The mains are cut or come back: it rings all the same, and says so. */
  setMains(on: boolean): void {
    if (on === this.onMains) return;
    this.onMains = on;
    this.#notice(on ? "mains" : "battery");
    this.#sendState();
  }

  setBattery(percent: number): void {
    const wasLow = this.#battery < stationBoxTiming.batteryLowPct;
    this.#battery = percent;
    if (!wasLow && percent < stationBoxTiming.batteryLowPct) this.#notice("battery-low");
    this.#sendState();
  }

  async stop(): Promise<void> {
    this.#rest();
    if (this.#o.device && this.#client.connected) {
      await this.#client.publishAsync(this.#own("status"), "offline", { qos: 1, retain: true });
    }
    await this.#client.endAsync(false);
  }

  /** Its network is cut: it stays on, and finds out that it hears nothing. */
  cut(): void {
    this.#client.end(true);
    this.#client.stream?.destroy();
  }

  restore(): void {
    if (!this.#client.connected) this.#client = this.#connect();
  }

  get #topic(): string {
    return `${this.#o.root}/station/${this.station}`;
  }

  #own(kind: "state" | "status" | "cmd"): string {
    const { site = "", id = "" } = this.#o.device ?? {};
    return `${this.#o.root}/${site}/${id}/${kind}`;
  }

  #connect(): MqttClient {
    const { root, device } = this.#o;
    const payload = Buffer.from("offline");
    const will: IClientOptions = device
      ? { will: { topic: this.#own("status"), payload, qos: 1, retain: true } }
      : {};
    const client = connectDevice(this.#o, will);
    const own = ["order", "task", "answer"].map((kind) => `${this.#topic}/${kind}`);
    const topics = [...own, `${root}/heartbeat`];
    client.on("connect", () => {
      if (device) {
        client.publish(this.#own("status"), "online", { qos: 1, retain: true }, () => {});
      }
      client.subscribe(device ? [...topics, this.#own("cmd")] : topics, { qos: 1 }, () => {
        this.emit("connected");
        this.#sendState();
      });
    });
    client.on("message", (topic, message) => this.#message(topic, message));
    return client;
  }

  #message(topic: string, payload: Buffer): void {
    const message = parse(payload);
    if (!message) return;
    if (topic.endsWith("/heartbeat")) this.#heartbeat(message);
    else if (topic.endsWith("/answer")) this.#told(message as Partial<AnswerPayload>);
    else if (topic.endsWith("/cmd")) this.#command(message);
    else if (typeof message.permit === "string") this.#task(message as TaskPayload);
    else if (typeof message.order === "string") this.#receive(message as ReceivedOrder);
  }

  /** At least once: the same order and revision again is the same order. */
  #receive(order: ReceivedOrder): void {
    const known = this.#held.get(order.order);
    if (known && known.order.revision >= order.revision) return;
    const recalled = order.kind === "recall";
    // Who stood by is told to go: that asks for an answer of its own.
    const goes = known?.order.kind === "stand-by" && order.kind === "turn-out";
    const state = recalled ? "recalled" : goes ? "issued" : (known?.state ?? "issued");
    this.#held.set(order.order, { order, state });
    this.orders.set(order.order, order);
    this.strobe = true;
    this.#sound(sirens[order.kind] ?? "single");
    this.#say(sentenceOf(order));
    this.emit("order", order);
    const { mode } = this;
    // Whoever is there has heard a recall (接令); a silent crew has to be chased.
    if (recalled && mode.kind !== "silent") this.reply(order.order, "accepted");
    if (recalled || (known && !goes)) return;
    if (mode.kind === "accept") {
      setTimeout(() => this.reply(order.order, "accepted"), mode.afterMs).unref();
    } else if (mode.kind === "refuse") this.reply(order.order, "refused", mode.reason);
  }

  /** The same revision again is the same task. */
  #task(task: TaskPayload): void {
    const known = this.tasks.get(task.permit);
    if (task.kind === "withdrawn") {
      if (!this.tasks.delete(task.permit)) return;
    } else if (known && known.revision >= task.revision) return;
    else this.tasks.set(task.permit, task);
    this.#say(task.what.zh);
    this.emit("task", task);
  }

  /** Whoever has the order now, here or on a phone: the siren has done its work. */
  #answered(order: string, state: OrderState): void {
    const held = this.#held.get(order);
    if (held?.state === "recalled") held.heard = true;
    else if (held) held.state = state;
    const rings = [...this.#held.values()].some((one) => one.state === "issued");
    if (!rings) this.#sound("off");
    this.strobe = [...this.#held.values()].some((one) => isOpen(one.state));
  }

  #told({ order, state }: Partial<AnswerPayload>): void {
    if (order !== undefined && state !== undefined) this.#answered(order, state as OrderState);
  }

  #command({ cmd, say }: Readonly<Record<string, unknown>>): void {
    if (cmd === "silence") this.#sound("off");
    if (cmd === "siren") this.#sound("single");
    if (cmd === "speak" && typeof say === "string") this.#say(say);
  }

  #heartbeat({ recording }: Readonly<Record<string, unknown>>): void {
    this.#expectHeartbeat();
    if (!this.linked) this.#setLinked(true);
    if (recording === this.#recording) return;
    this.#recording = recording !== false;
    if (!this.#recording) this.#notice("not-recording");
  }

  #expectHeartbeat(): void {
    if (this.#heard) clearTimeout(this.#heard);
    const ms = this.#o.gatewayLostAfterMs ?? stationBoxTiming.gatewayLostAfterMs;
    this.#heard = setTimeout(() => this.#setLinked(false), ms);
    this.#heard.unref();
  }

  #setLinked(linked: boolean): void {
    this.linked = linked;
    this.#notice(linked ? "gateway-back" : "gateway-lost");
    this.#sendState();
  }

  #notice(notice: Notice): void {
    this.#say(notices[notice]);
  }

  #say(sentence: string): void {
    this.spoken.push(sentence);
    this.emit("say", sentence);
  }

  #sound(siren: Siren): void {
    if (siren === this.siren) return;
    this.siren = siren;
    this.emit("siren", siren);
  }

  /** Its own pulse: the state goes out, and on its battery the charge goes down. */
  #beat(): void {
    const { heartbeatEveryMs, batteryLastsMs } = stationBoxTiming;
    const every = this.#o.stateEveryMs ?? heartbeatEveryMs;
    this.#state = setInterval(() => {
      const change = (every / batteryLastsMs) * 100;
      this.#battery = Math.min(100, Math.max(0, this.#battery + (this.onMains ? 1 : -1) * change));
      this.#sendState();
    }, every);
    this.#state.unref();
  }

  #sendState(): void {
    if (!this.#o.device || !this.#client.connected) return;
    const state: StatePayload = {
      v: 1,
      seq: this.#seq,
      ts: now(),
      points: {
        ext_power: this.onMains,
        battery_pct: Math.round(this.#battery * 10) / 10,
        tamper: false,
        gateway_link: this.linked,
        uptime_s: Math.round((performance.now() - this.#started) / 1000),
        fw: "2.0.1",
      },
    };
    this.#client.publish(this.#own("state"), JSON.stringify(state), { qos: 0, retain: true });
  }

  #rest(): void {
    if (this.#heard) clearTimeout(this.#heard);
    if (this.#state) clearInterval(this.#state);
  }
}

function now(): number {
  return Math.round(performance.timeOrigin + performance.now());
}

function parse(payload: Buffer): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(payload.toString("utf8"));
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}
