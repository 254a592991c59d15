/**
 * The session on a server and its subscriptions, a device each. When its connection breaks it is
 * kept, and goes on over the next one: what the server queued meanwhile is asked for again. Where
 * the server has it no more, its subscriptions are taken over by a new one, or made anew.
 */
import {
  AttributeIds,
  type ClientSession,
  coerceNodeId,
  PublishRequest,
  type PublishResponse,
  ReadRequest,
  type ReadResponse,
  TransferSubscriptionsRequest,
  type TransferSubscriptionsResponse,
  VariableIds,
} from "node-opcua-client";
import { ask, type Connection } from "./connection.ts";
import { faultOf, OpcuaError } from "./fault.ts";
import type { OpcuaLogin } from "./protocol.ts";
import { timeOf } from "./reading.ts";
import type { Subscription } from "./subscription.ts";

/** Of a server that sets no limit: what most can bear. */
const usualItemsPerCall = 1000;
/** Requests that wait at the server for something to publish, beyond one for each subscription. */
const sparePublishRequests = 3;
const mostPublishRequests = 12;
/** They wait as long as the server has nothing to say; its silence is noticed by the watchdog. */
const publishWithinMs = 120_000;

type Acknowledgement = { readonly subscriptionId: number; readonly sequenceNumber: number };

type Facts = {
  /** Start of the server, ms UTC. */
  readonly startedAt: number | null;
  readonly itemsPerCall: number;
};

export type SessionOptions = {
  readonly login: OpcuaLogin;
  readonly say: (what: string, status?: string) => void;
  /** Resolves as soon as readings are taken in again. */
  readonly ready: () => Promise<void>;
};

export class Session {
  readonly #o: SessionOptions;
  #session: ClientSession | null = null;
  #facts: Facts | null = null;
  #connection: Connection | null = null;
  #acknowledgements: Acknowledgement[] = [];
  #loops = 0;
  /** Messages are handled one after the other, in the order in which they came. */
  #handled: Promise<void> = Promise.resolve();
  sessions = 0;
  resumed = 0;

  constructor(options: SessionOptions) {
    this.#o = options;
  }

  get timeoutMs(): number {
    return (this.#session as { timeout?: number } | null)?.timeout ?? 0;
  }

  /** Over this connection from now on, with all these subscriptions; true where it was resumed. */
  async start(connection: Connection, subscriptions: readonly Subscription[]): Promise<boolean> {
    this.#connection = connection;
    this.#handled = Promise.resolve();
    this.#loops = 0;
    const before = this.#session ? this.#facts : null;
    const isResumed = await this.#resume(connection);
    const session = isResumed ? this.#current : await this.#begin(connection);
    this.#facts = await readFacts(session);
    if (!isResumed) await this.#transfer(session, before, subscriptions);
    for (const subscription of subscriptions) {
      if (subscription.id > 0) await this.#continue(session, subscription);
      if (subscription.id === 0) await this.add(subscription);
    }
    return isResumed;
  }

  /** Creates it on the server. */
  async add(subscription: Subscription): Promise<void> {
    await subscription.create(this.#current, this.#facts?.itemsPerCall ?? usualItemsPerCall);
  }

  /** Deletes it there, if the server will. */
  async remove(subscription: Subscription): Promise<void> {
    await subscription.delete(this.#current).catch((error) => {
      this.#o.say("a subscription was not deleted", faultOf(error).status ?? undefined);
    });
  }

  /** Keeps enough publish requests at the server; `broken` is called when one fails. */
  publish(
    subscriptions: ReadonlyMap<string, Subscription>,
    heard: () => void,
    broken: (error: OpcuaError) => void,
  ): void {
    const most = Math.min(mostPublishRequests, subscriptions.size + sparePublishRequests);
    for (; this.#loops < most; this.#loops += 1) {
      this.#publishOn(this.#connection, subscriptions, heard).catch((error) => {
        const fault = faultOf(error);
        // It has enough of them; those that are there suffice.
        if (fault.status === "BadTooManyPublishRequests" && this.#loops > 1) this.#loops -= 1;
        else broken(fault);
      });
    }
  }

  /** Ends it on the server too. */
  async close(): Promise<void> {
    await this.#connection?.close(this.#session);
    this.#connection = null;
    this.#session = null;
  }

  /** The connection is broken: the session waits for another. */
  detach(): void {
    this.#connection?.abandon();
    this.#connection = null;
  }

  get #current(): ClientSession {
    if (!this.#session) throw new OpcuaError("session-closed", "there is no session");
    return this.#session;
  }

  async #resume(connection: Connection): Promise<boolean> {
    if (!this.#session) return false;
    try {
      await connection.resume(this.#session);
      this.resumed += 1;
      return true;
    } catch (error) {
      const { fault, status } = faultOf(error);
      // Without a word of the server nobody knows whether it still has it.
      if (status === null && (fault === "timeout" || fault === "no-connection")) throw error;
      this.#o.say("the server has our session no more", status ?? undefined);
      this.#session = null;
      return false;
    }
  }

  async #begin(connection: Connection): Promise<ClientSession> {
    this.#acknowledgements = [];
    const session = await connection.begin(this.#o.login);
    this.sessions += 1;
    this.#session = session;
    return session;
  }

  /**
   * Takes over the subscriptions of a session that is gone (Part 4, 5.13.7); those that it is
   * refused are made anew. Not after a restart: their numbers may be somebody else's then.
   */
  async #transfer(
    session: ClientSession,
    before: Facts | null,
    subscriptions: readonly Subscription[],
  ): Promise<void> {
    const held = subscriptions.filter(({ id }) => id > 0);
    const started = before?.startedAt ?? null;
    const ours = started !== null && started === this.#facts?.startedAt ? held : [];
    const results = ours.length > 0 ? await transfer(session, ours) : [];
    for (const subscription of held) {
      const status = results[ours.indexOf(subscription)];
      if (status === "Good") continue;
      if (status) this.#o.say("a subscription was not transferred", status);
      subscription.id = 0;
    }
  }

  /** Catches up with what was sent into the connection that broke. */
  async #continue(session: ClientSession, subscription: Subscription): Promise<void> {
    if (subscription.hasGap) return this.remove(subscription);
    try {
      const taken = await subscription.catchUp(session, Number.POSITIVE_INFINITY);
      this.#acknowledge(subscription.id, taken);
      await subscription.refresh(session);
      subscription.heard();
      subscription.repeat();
    } catch (error) {
      const { status } = faultOf(error);
      if (status === null) throw error;
      this.#o.say("a subscription does not go on and is made anew", status);
      await this.remove(subscription);
    }
  }

  async #publishOn(
    connection: Connection | null,
    subscriptions: ReadonlyMap<string, Subscription>,
    heard: () => void,
  ): Promise<void> {
    const session = this.#current;
    while (this.#connection === connection) {
      await this.#o.ready();
      const acknowledgements = this.#acknowledgements.splice(0);
      const request = new PublishRequest({
        requestHeader: { timeoutHint: publishWithinMs },
        subscriptionAcknowledgements: acknowledgements,
      });
      const answer = await ask<PublishResponse>(session, request, publishWithinMs).catch(
        (error) => {
          this.#acknowledgements.unshift(...acknowledgements);
          throw error;
        },
      );
      if (this.#connection !== connection) return;
      this.#handled = this.#handled.then(() => this.#answered(session, answer, subscriptions));
      await this.#handled;
      heard();
    }
  }

  async #answered(
    session: ClientSession,
    { subscriptionId, notificationMessage }: PublishResponse,
    subscriptions: ReadonlyMap<string, Subscription>,
  ): Promise<void> {
    for (const subscription of subscriptions.values()) {
      if (subscription.id !== subscriptionId) continue;
      this.#acknowledge(subscriptionId, await subscription.notified(session, notificationMessage));
    }
  }

  #acknowledge(subscriptionId: number, numbers: readonly number[]): void {
    for (const sequenceNumber of numbers) {
      this.#acknowledgements.push({ subscriptionId, sequenceNumber });
    }
  }
}

async function readFacts(session: ClientSession): Promise<Facts> {
  const variables = [
    VariableIds.Server_ServerStatus_StartTime,
    VariableIds.Server_ServerCapabilities_OperationLimits_MaxMonitoredItemsPerCall,
  ];
  const nodesToRead = variables.map((i) => ({
    nodeId: coerceNodeId(`ns=0;i=${i}`),
    attributeId: AttributeIds.Value,
  }));
  const { results } = await ask<ReadResponse>(session, new ReadRequest({ nodesToRead }));
  const [start, limit] = (results ?? []).map(({ value }) => value.value as unknown);
  return {
    startedAt: start instanceof Date ? timeOf(start) : null,
    itemsPerCall: typeof limit === "number" && limit > 0 ? limit : usualItemsPerCall,
  };
}

/** Names of the status codes, one for each subscription. */
async function transfer(
  session: ClientSession,
  subscriptions: readonly Subscription[],
): Promise<string[]> {
  const request = new TransferSubscriptionsRequest({
    subscriptionIds: subscriptions.map(({ id }) => id),
    sendInitialValues: false,
  });
  try {
    const { results } = await ask<TransferSubscriptionsResponse>(session, request);
    return (results ?? []).map(({ statusCode }) => statusCode.name);
  } catch (error) {
    const { status } = faultOf(error);
    if (status === null) throw error;
    return subscriptions.map(() => status);
  }
}
