/**
 * What the broker asks of the gateway, and what the gateway may ask of the broker. The broker knows
 * MQTT and nothing of alarms; nobody below it calls back up.
 */

/** Who a connection is; made at CONNECT, handed to every later question. */
export type Principal = { readonly id: string };

/** Why something was refused: a stable code for metrics and logs. */
export type Refusal = string;

export type Incoming<P extends Principal> = {
  readonly who: P;
  readonly clientId: string;
  readonly topic: string;
  readonly payload: Buffer;
  readonly qos: 0 | 1 | 2;
  /** As it came on the wire; the broker has cleared it where `keepsRetain` said no. */
  readonly retain: boolean;
  readonly dup: boolean;
};

/** Takes the payload of one message, as text; false where there is no room for it now. */
export type Skim = (clientId: string, text: string) => boolean;

export interface BrokerHooks<P extends Principal> {
  /** Null refuses the connection (CONNACK 4). Microseconds: it runs on the main thread. */
  authenticate(clientId: string, username: string, password: Buffer): P | null;
  mayPublish(who: P, topic: string): Refusal | null;
  maySubscribe(who: P, filter: string): Refusal | null;
  /** Messages that count against a client's rate and may be dropped over it (`state`). */
  maySkip(topic: string): boolean;
  /** Topics whose last message the broker keeps for later subscribers. */
  keepsRetain(topic: string): boolean;
  /** PUBACK leaves when `done` is called; with false the message goes to no subscriber. */
  receive(publish: Incoming<P>, done: (distribute: boolean) => void): void;
  /**
   * How QoS 0 messages on a topic are taken that are not retained and have no subscriber: they are heard of
   * no more then, and cost the broker nothing. Null where they are not. What it says holds for as long as
   * there is this principal, and it says yes to no more topics than there are devices behind it.
   */
  skim(who: P, topic: string): Skim | null;
  /** A client has confirmed (PUBACK) a message that was published with this tag. */
  delivered(who: P, clientId: string, topic: string, tag: string): void;
  subscribed(who: P, clientId: string, filters: readonly string[]): void;
  disconnected(who: P, clientId: string): void;
  refused(code: Refusal, clientId: string | null, detail: string): void;
}

export type BrokerLimits = {
  /** Bytes of one MQTT packet, remaining length (DESIGN §6: 64 KiB). */
  readonly packetBytes: number;
  readonly connectTimeoutMs: number;
  readonly maxClients: number;
  readonly subscriptionsPerClient: number;
  readonly topicLevels: number;
  readonly topicBytes: number;
  /** QoS 2 messages of one client between PUBLISH and PUBREL; packets before CONNACK. */
  readonly inFlight: number;
  /** Messages of one client per second; over it `state` is dropped, `event` and `reply` never. */
  readonly ratePerSecond: number;
  /** Bytes waiting for one client: over it QoS 0 is dropped, over eight times it is cut off. */
  readonly outputBytes: number;
  /** A subscriber that reads nothing for this long is cut off. */
  readonly frozenAfterMs: number;
};

export const defaultLimits: BrokerLimits = {
  packetBytes: 65_536,
  connectTimeoutMs: 5000,
  maxClients: 10_000,
  subscriptionsPerClient: 200,
  topicLevels: 12,
  topicBytes: 512,
  inFlight: 100,
  ratePerSecond: 1000,
  outputBytes: 1 << 20,
  frozenAfterMs: 2000,
};

export type BrokerAddress = { readonly host: string; readonly port: number };
