/**
 * The field of a rehearsal: one client that is button and station box at once, on a real socket of
 * a broker that listens on loopback for as long as the rehearsal lasts.
 */
import { randomBytes } from "node:crypto";
import { connect, type Socket } from "node:net";
import packets, { type Packet } from "mqtt-packet";
import { MqttBroker } from "./adapters/mqtt/broker.ts";
import { type BrokerHooks, defaultLimits } from "./adapters/mqtt/port.ts";
import type { Principal } from "./identity/credentials.ts";

type Message = Parameters<MqttBroker<Principal>["publish"]>[0];

/** A round of a press may take this long before the rehearsal is given up. */
const withinMs = 2000;

export class RehearsalField {
  readonly #broker: MqttBroker<Principal>;
  readonly #password = randomBytes(20).toString("base64url");
  #socket: Socket | null = null;
  readonly #waiting = new Map<string, PromiseWithResolvers<void>>();
  #error: unknown = null;

  constructor(hooks: BrokerHooks<Principal>) {
    const limits = { ...defaultLimits, ratePerSecond: 100_000 };
    this.#broker = new MqttBroker({ host: "127.0.0.1", port: 0, wsPort: null, limits, hooks });
  }

  isPassword(given: Uint8Array): boolean {
    return Buffer.from(given).toString() === this.#password;
  }

  /** Resolves when the client may press and receives orders. */
  async start(orders: string): Promise<void> {
    const { port } = await this.#broker.start();
    const socket = connect({ port, host: "127.0.0.1", noDelay: true });
    this.#socket = socket;
    const parser = packets.parser();
    socket.on("data", (bytes) => parser.parse(bytes));
    socket.on("error", () => {});
    parser.on("packet", (packet) => this.#take(packet));
    const username = "rehearsal";
    await this.#ask("connack", {
      cmd: "connect",
      clientId: username,
      username,
      password: Buffer.from(this.#password),
      keepalive: 60,
      clean: true,
    });
    const subscriptions = [{ topic: orders, qos: 1 as const }];
    await this.#ask("suback", { cmd: "subscribe", messageId: 1, subscriptions });
  }

  publish(message: Message): void {
    this.#broker.publish(message).catch(() => {});
  }

  /** Resolves with the PUBACK and the order of this press; rejects with what `fail` is told. */
  async press(topic: string, seq: number, at: number): Promise<void> {
    const order = this.#expect(orderOf(seq));
    const payload = JSON.stringify({ v: 1, seq, ts: at, event: "press" });
    // The first one is that of the subscription.
    const messageId = seq + 1;
    const packet = { cmd: "publish", topic, payload, qos: 1, messageId } as const;
    await Promise.all([order, this.#ask("puback", { ...packet, dup: false, retain: false })]);
  }

  /** Something on the way threw, where nobody could catch it: whoever waits is told, and whoever will. */
  fail(error: unknown): void {
    this.#error ??= error;
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
  }

  async stop(): Promise<void> {
    this.fail(new Error("the rehearsal is over"));
    this.#socket?.destroy();
    await this.#broker.stop();
  }

  #ask(answer: string, packet: Packet): Promise<void> {
    const answered = this.#expect(answer);
    this.#socket?.write(packets.generate(packet));
    return answered;
  }

  #expect(what: string): Promise<void> {
    if (this.#error !== null) return Promise.reject(this.#error);
    const waiting = Promise.withResolvers<void>();
    this.#waiting.set(what, waiting);
    const late = () => this.fail(new Error(`no ${what} in ${withinMs} ms`));
    const timer = setTimeout(late, withinMs);
    return waiting.promise.finally(() => clearTimeout(timer));
  }

  #take(packet: Packet): void {
    if (packet.cmd === "publish" && packet.messageId !== undefined) {
      this.#socket?.write(packets.generate({ cmd: "puback", messageId: packet.messageId }));
    }
    const what = packet.cmd === "publish" ? orderOf(seqOf(packet.payload)) : packet.cmd;
    this.#waiting.get(what)?.resolve();
    this.#waiting.delete(what);
  }
}

/** An order names the press it came of: one that comes late is not taken for that of the next. */
const orderOf = (seq: number): string => `order of press ${seq}`;

const seqOf = (payload: string | Buffer): number =>
  (JSON.parse(payload.toString()) as { seq: number }).seq;
