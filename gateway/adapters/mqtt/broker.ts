/**
 * The embedded MQTT broker: Aedes 1.2 behind our own queue and limits, over TCP and WebSocket.
 *
 * A PUBLISH waits in `authorizePublish` until the gateway has it on disk: the only hook before
 * PUBACK (STACK §2.2). An error there would cut the client off, so trouble with the disk is never
 * an error, it is waiting. Sessions are clean: the journal is the truth, not the broker.
 */
import { createServer as createHttpServer, type Server as HttpServer } from "node:http";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { Aedes, type AedesPublishPacket, type Client, type Subscription } from "aedes";
import { createWebSocketStream, WebSocketServer } from "ws";
import { TopicEmitter } from "./emitter.ts";
import {
  checkInternals,
  disableDeduplication,
  limitPacketSize,
  onPuback,
  refreshKeepAlive,
  skimPublish,
  takeMessageId,
} from "./internals.ts";
import type { BrokerHooks, BrokerLimits, Principal, Skim } from "./port.ts";
import { indexRetained } from "./retained.ts";
import { WayFinder, type Ways } from "./ways.ts";

export type Outgoing = {
  readonly topic: string;
  readonly payload: Buffer;
  readonly qos: 0 | 1;
  readonly retain: boolean;
  /** Comes back in `delivered` with each subscriber's PUBACK. */
  readonly tag?: string;
};

export type BrokerOptions<P extends Principal> = {
  readonly host: string;
  readonly port: number;
  /** Null: no WebSocket. */
  readonly wsPort: number | null;
  readonly limits: BrokerLimits;
  readonly hooks: BrokerHooks<P>;
};

/** Tagged messages on their way to one client; older ones are forgotten and sent again anyway. */
const tagsPerClient = 1024;
const keepAliveRefreshMs = 500;
/** Skimmed messages refresh the keep-alive of their client at most this often. */
const heardEveryMs = 500;
/** Where a message goes that nobody may have: no client can subscribe below `$`. */
const nowhere = "$firelink/refused";

/** What the broker keeps about one connection. */
type Session<P> = {
  readonly who: P;
  readonly ways: Ways<P>;
  readonly awaiting: Map<number, { readonly topic: string; readonly tag: string }>;
  subscriptions: number;
  /** Monotonic ms at which a skimmed message last counted as a sign of life. */
  heardAt: number;
  tokens: number;
  refilledAt: number;
};

export class MqttBroker<P extends Principal> {
  readonly #o: BrokerOptions<P>;
  readonly #sessions = new WeakMap<Client, Session<P>>();
  /** brokerCounter of a message under way → its tag. */
  readonly #tags = new Map<number, string>();
  readonly #sockets = new Set<Socket>();
  readonly #emitter = new TopicEmitter();
  readonly #finder: WayFinder<P>;
  #aedes: Aedes | null = null;
  #tcp: Server | null = null;
  #http: HttpServer | null = null;
  #keepAlive: NodeJS.Timeout | null = null;

  constructor(options: BrokerOptions<P>) {
    this.#o = options;
    const { hooks, limits } = options;
    this.#finder = new WayFinder(this.#emitter, hooks, limits.topicBytes);
  }

  /** Resolves with the ports that are listened on; rejects where one is taken. */
  async start(): Promise<{ readonly port: number; readonly wsPort: number | null }> {
    const { limits } = this.#o;
    this.#aedes = await Aedes.createBroker({
      mq: this.#emitter,
      connectTimeout: limits.connectTimeoutMs,
      drainTimeout: limits.frozenAfterMs,
      maxInflightInbound: limits.inFlight,
      queueLimit: limits.inFlight,
      maxTopicLevels: limits.topicLevels,
      heartbeatInterval: 3_600_000,
      preConnect: (client, packet, done) => {
        // The journal is the truth: a persistent session would be an unbounded queue in memory.
        (packet as { clean: boolean }).clean = true;
        disableDeduplication(client);
        done(null, packet.clientId.length <= 128);
      },
      authenticate: (client, username, password, done) => {
        const refusal = this.#authenticate(client, username, password);
        if (refusal === null) return done(null, true);
        done(Object.assign(new Error(refusal.code), { returnCode: refusal.returnCode }), false);
      },
      authorizePublish: (client, packet, done) => this.#publish(client, packet, done),
      authorizeSubscribe: (client, subscription, done) => {
        done(null, this.#maySubscribe(client, subscription) ? subscription : null);
      },
      authorizeForward: (client, packet) => this.#forward(client, packet),
    });
    indexRetained(this.#aedes);
    this.#listenToClients(this.#aedes);
    this.#tcp = createServer({ noDelay: true }, (socket) => this.#accept(socket));
    const port = await listen(this.#tcp, this.#o.host, this.#o.port);
    return { port, wsPort: await this.#startWebSocket() };
  }

  /** Sends to all subscribers there are now; resolves when it has been handed to their sockets. */
  publish(message: Outgoing): Promise<void> {
    const aedes = this.#aedes;
    if (!aedes || aedes.closed) return Promise.resolve();
    // Aedes numbers a packet synchronously in `publish`; the tag is known by that number.
    const counter = (aedes as unknown as { counter: number }).counter + 1;
    const { topic, payload, qos, retain, tag } = message;
    if (tag !== undefined) this.#tags.set(counter, tag);
    return new Promise((resolve, reject) => {
      aedes.publish({ cmd: "publish", topic, payload, qos, retain, dup: false }, (error) => {
        this.#tags.delete(counter);
        if (error) reject(error);
        else resolve();
      });
    });
  }

  get clients(): number {
    return this.#aedes?.connectedClients ?? 0;
  }

  /** While PUBACKs wait for the disk nothing is read, pings neither: nobody is taken for dead. */
  suspendKeepAlive(suspended: boolean): void {
    if (suspended === (this.#keepAlive !== null)) return;
    if (this.#keepAlive) clearInterval(this.#keepAlive);
    this.#keepAlive = suspended ? setInterval(() => this.#refreshAll(), keepAliveRefreshMs) : null;
    this.#refreshAll();
  }

  /** No new connections; those that stand stay until `stop`. */
  stopListening(): void {
    this.#tcp?.close();
    this.#http?.close();
  }

  async stop(): Promise<void> {
    this.suspendKeepAlive(false);
    this.stopListening();
    const aedes = this.#aedes;
    if (aedes) await new Promise<void>((resolve) => aedes.close(resolve));
    for (const socket of this.#sockets) socket.destroy();
  }

  async #startWebSocket(): Promise<number | null> {
    const { wsPort, host, limits } = this.#o;
    if (wsPort === null) return null;
    this.#http = createHttpServer((_request, response) => response.writeHead(426).end());
    const server = new WebSocketServer({
      server: this.#http,
      path: "/mqtt",
      maxPayload: limits.packetBytes + 16,
      perMessageDeflate: false,
      handleProtocols: (protocols) => (protocols.has("mqtt") ? "mqtt" : false),
    });
    server.on("connection", (ws, request) => {
      request.socket.setNoDelay(true);
      const stream = createWebSocketStream(ws);
      this.#limit(this.#aedes?.handle(stream, request), () => ws.terminate());
    });
    this.#http.on("connection", (socket) => this.#track(socket));
    return await listen(this.#http, host, wsPort);
  }

  #accept(socket: Socket): void {
    this.#track(socket);
    this.#limit(this.#aedes?.handle(socket), () => socket.destroy());
  }

  #track(socket: Socket): void {
    this.#sockets.add(socket);
    socket.once("close", () => this.#sockets.delete(socket));
  }

  #limit(client: Client | undefined, cut: () => void): void {
    if (!client) return cut();
    checkInternals(client);
    limitPacketSize(client, this.#o.limits.packetBytes, () => {
      this.#o.hooks.refused("packet-too-large", client.id, "");
      cut();
    });
  }

  #listenToClients(aedes: Aedes): void {
    const { hooks } = this.#o;
    aedes.on("clientReady", (client) => {
      this.#confirmations(client);
      this.#skim(client);
    });
    aedes.on("clientDisconnect", (client) => {
      const session = this.#sessions.get(client);
      if (session) hooks.disconnected(session.who, client.id);
    });
    aedes.on("subscribe", (subscriptions, client) => {
      const session = client && this.#sessions.get(client);
      // A refused filter has the granted QoS 128 by now.
      const granted = subscriptions.filter((s) => (s.qos as number) <= 2).map((s) => s.topic);
      if (session && granted.length > 0) hooks.subscribed(session.who, client.id, granted);
    });
    aedes.on("clientError", (client, error) => hooks.refused(codeOf(error), client.id, ""));
    aedes.on("connectionError", (_client, error) => hooks.refused(codeOf(error), null, ""));
  }

  #confirmations(client: Client): void {
    const session = this.#sessions.get(client);
    if (!session) return;
    onPuback(client, (messageId) => {
      const message = session.awaiting.get(messageId);
      if (!message) return;
      session.awaiting.delete(messageId);
      this.#o.hooks.delivered(session.who, client.id, message.topic, message.tag);
    });
  }

  #authenticate(
    client: Client,
    username: string | undefined,
    password: Buffer | undefined,
  ): { readonly code: string; readonly returnCode: number } | null {
    const { hooks, limits } = this.#o;
    const refuse = (code: string, returnCode: number) => {
      hooks.refused(code, client.id, username ?? "");
      return { code, returnCode };
    };
    if (this.clients >= limits.maxClients) return refuse("too-many-clients", 3);
    if (username === undefined || password === undefined) return refuse("no-credential", 4);
    const who = hooks.authenticate(client.id, username, password);
    if (!who) return refuse("bad-credential", 4);
    const tokens = limits.ratePerSecond;
    const now = performance.now();
    this.#sessions.set(client, {
      who,
      ways: this.#finder.waysOf(who),
      awaiting: new Map(),
      subscriptions: 0,
      heardAt: now,
      tokens,
      refilledAt: now,
    });
    return null;
  }

  /**
   * Telemetry that nobody subscribes to goes round Aedes: a third of what 20,000 messages a second
   * cost was its way to no subscriber (ADR 30).
   */
  #skim(client: Client): void {
    const session = this.#sessions.get(client);
    if (!session) return;
    let skim: Skim | null = null;
    skimPublish(client, this.#o.limits.packetBytes, {
      wants: (topic) => {
        // Over its rate a client takes the way through Aedes, which stops reading from it.
        skim = session.tokens < 1 ? null : this.#finder.find(session.ways, topic);
        return skim !== null;
      },
      take: (topic, text) => {
        if (!skim?.(client.id, text)) return false;
        this.#overRate(session, topic);
        const now = session.refilledAt;
        if (now - session.heardAt > heardEveryMs) {
          session.heardAt = now;
          refreshKeepAlive(client);
        }
        return true;
      },
    });
  }

  #publish(
    client: Client | null,
    packet: {
      topic: string;
      payload: string | Buffer;
      qos: 0 | 1 | 2;
      retain: boolean;
      dup: boolean;
    },
    done: (error?: Error | null) => void,
  ): void {
    const { hooks, limits } = this.#o;
    const session = client && this.#sessions.get(client);
    if (!client || !session) return done(new Error("a publisher without a session"));
    const { topic } = packet;
    const refusal =
      Buffer.byteLength(topic) > limits.topicBytes
        ? "topic-too-long"
        : (hooks.mayPublish(session.who, topic) ?? this.#overRate(session, topic));
    if (refusal !== null) {
      // MQTT-3.3.5-2 leaves two ways: acknowledge or close. Closing would take the presses of all
      // other devices behind this connection with it; the lamp waits for `ack`, not for PUBACK.
      hooks.refused(refusal, client.id, topic.slice(0, 128));
      discard(packet);
      return done(null);
    }
    const payload = Buffer.isBuffer(packet.payload) ? packet.payload : Buffer.from(packet.payload);
    const { qos, retain, dup } = packet;
    if (retain && !hooks.keepsRetain(topic)) packet.retain = false;
    const { who } = session;
    hooks.receive({ who, clientId: client.id, topic, payload, qos, retain, dup }, (distribute) => {
      if (!distribute) discard(packet);
      done(null);
    });
  }

  /** A token bucket of one second; what must not be skipped passes, and counts. */
  #overRate(session: Session<P>, topic: string): string | null {
    const { ratePerSecond } = this.#o.limits;
    const now = performance.now();
    const refill = ((now - session.refilledAt) * ratePerSecond) / 1000;
    session.tokens = Math.min(ratePerSecond, session.tokens + refill);
    session.refilledAt = now;
    session.tokens = Math.max(-ratePerSecond, session.tokens - 1);
    return session.tokens < 0 && this.#o.hooks.maySkip(topic) ? "over-rate" : null;
  }

  #maySubscribe(client: Client, subscription: Subscription): boolean {
    const { hooks, limits } = this.#o;
    const session = this.#sessions.get(client);
    if (!session) return false;
    session.subscriptions += 1;
    const refusal =
      session.subscriptions > limits.subscriptionsPerClient
        ? "too-many-subscriptions"
        : hooks.maySubscribe(session.who, subscription.topic);
    if (refusal === null) return true;
    hooks.refused(refusal, client.id, subscription.topic.slice(0, 128));
    return false;
  }

  /** Defect 3: what waits for one client is bounded; the others never wait for it. */
  #forward(client: Client, packet: AedesPublishPacket): AedesPublishPacket | null {
    const { outputBytes } = this.#o.limits;
    const waiting = (client.conn as Socket).writableLength;
    if (waiting > outputBytes && (packet.qos === 0 || waiting > outputBytes * 8)) {
      if (packet.qos > 0) client.conn.destroy();
      this.#o.hooks.refused("slow-subscriber", client.id, packet.topic);
      return null;
    }
    const tag = this.#tags.get(packet.brokerCounter);
    const session = tag === undefined ? undefined : this.#sessions.get(client);
    if (tag === undefined || !session || packet.qos === 0) return packet;
    const messageId = takeMessageId(client);
    if (session.awaiting.size >= tagsPerClient) {
      const [oldest] = session.awaiting.keys();
      if (oldest !== undefined) session.awaiting.delete(oldest);
    }
    session.awaiting.set(messageId, { topic: packet.topic, tag });
    return { ...packet, messageId } as AedesPublishPacket;
  }

  #refreshAll(): void {
    const clients = (this.#aedes as unknown as { clients: Record<string, Client> } | null)?.clients;
    for (const client of Object.values(clients ?? {})) refreshKeepAlive(client);
  }
}

/** The message goes to nobody and is kept for nobody. */
function discard(packet: { topic: string; payload: string | Buffer; retain: boolean }): void {
  packet.topic = nowhere;
  packet.payload = Buffer.alloc(0);
  packet.retain = false;
}

/** Aedes' messages and Node's error codes as one word for a metric's label. */
function codeOf(error: Error & { code?: string }): string {
  const text = error.code ?? error.message;
  return text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .slice(0, 40);
}

function listen(server: Server, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen({ host, port, backlog: 4096 }, () => {
      server.off("error", reject);
      resolve((server.address() as AddressInfo).port);
    });
  });
}
