/**
 * The box of a rescue, micro or brigade station: receives orders (its PUBACK is the delivery), and
 * answers as a crew would, or not at all.
 */
import { EventEmitter } from "node:events";
import type { MqttClient } from "mqtt";
import type { OrderReply } from "#rules/dispatch/order.ts";
import { type Access, connectDevice } from "../connect.ts";

export type ReceivedOrder = {
  readonly order: string;
  readonly revision: number;
  readonly kind: string;
  readonly incident: string;
  readonly [key: string]: unknown;
};

/** What the crew does with a new order by itself. */
export type CrewMode =
  | { readonly kind: "silent" }
  | { readonly kind: "accept"; readonly afterMs: number }
  | { readonly kind: "refuse"; readonly reason: string };

export type StationOptions = Access & { readonly station: string; readonly mode?: CrewMode };

/** Emits `order` once for each (order, revision). */
export class StationSimulator extends EventEmitter {
  readonly station: string;
  readonly orders = new Map<string, ReceivedOrder>();
  mode: CrewMode;
  readonly #client: MqttClient;
  readonly #base: string;
  #seq = 0;

  constructor(options: StationOptions) {
    super();
    this.station = options.station;
    this.mode = options.mode ?? { kind: "silent" };
    this.#base = `${options.root}/station/${options.station}`;
    this.#client = connectDevice(options);
    this.#client.on("connect", () => {
      this.#client.subscribe(`${this.#base}/order`, { qos: 1 }, () => this.emit("connected"));
    });
    this.#client.on("message", (_topic, payload) => this.#receive(payload));
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
      ts: Math.round(performance.timeOrigin + performance.now()),
    };
    this.#client.publish(`${this.#base}/reply`, JSON.stringify(payload), { qos: 1 }, () => {});
  }

  async stop(): Promise<void> {
    await this.#client.endAsync(false);
  }

  #receive(payload: Buffer): void {
    const order = parse(payload);
    if (!order) return;
    const known = this.orders.get(order.order);
    // At least once: the same order and revision again is the same order.
    if (known && known.revision >= order.revision) return;
    this.orders.set(order.order, order);
    this.emit("order", order);
    const { mode } = this;
    if (order.kind === "recall") {
      // Whoever is there has heard it (接令); a silent crew has to be chased.
      if (mode.kind !== "silent") this.reply(order.order, "accepted");
      return;
    }
    // Who stood by is told to go: that asks for an answer of its own.
    if (known && known.kind === order.kind) return;
    if (mode.kind === "accept") {
      setTimeout(() => this.reply(order.order, "accepted"), mode.afterMs).unref();
    } else if (mode.kind === "refuse") this.reply(order.order, "refused", mode.reason);
  }
}

function parse(payload: Buffer): ReceivedOrder | null {
  try {
    const order = JSON.parse(payload.toString("utf8")) as Partial<ReceivedOrder> | null;
    return typeof order?.order === "string" ? (order as ReceivedOrder) : null;
  } catch {
    return null;
  }
}
