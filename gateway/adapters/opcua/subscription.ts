/**
 * The subscription of one device on the server: created, resumed or transferred by session.ts;
 * gives out every notification once and in order, by the sequence numbers of Part 4, 5.13.1.
 */
import {
  CallRequest,
  type CallResponse,
  type ClientSession,
  CreateSubscriptionRequest,
  type CreateSubscriptionResponse,
  coerceNodeId,
  DataChangeNotification,
  DataType,
  DeleteSubscriptionsRequest,
  EventNotificationList,
  type NotificationMessage,
  RepublishRequest,
  type RepublishResponse,
  StatusChangeNotification,
} from "node-opcua-client";
import { inParts } from "../../slices.ts";
import { conditionOf, refreshEnd, refreshStart, typeOfEvent } from "./condition.ts";
import { ask } from "./connection.ts";
import { OpcuaError } from "./fault.ts";
import { creator, Items } from "./items.ts";
import type { ConditionEvent, ItemReading, LogLine, OpcuaDevice, Revised } from "./protocol.ts";

const publishingMs = 500;
/**
 * Silence of a server that has nothing to say lasts no longer than so many publishing intervals.
 */
const keepAliveCount = 3;
/** A subscription outlives the session it belongs to, so that another one may take it over. */
const lifetimeCount = 80;
const notificationsPerPublish = 1000;
/**
 * A server that gives first values one after the other is at work; one that stopped has no more.
 */
const firstValuesEveryMs = 5000;
/**
 * Silence is a fault after so much, or after so many keep-alives where the server wants it longer.
 */
const silentAfterMs = 3500;
const silentKeepAlives = 2.5;
/** The main thread takes no more at once. */
const readingsPerMessage = 500;

const serverObject = "ns=0;i=2253";
const conditionType = "ns=0;i=2782";
const conditionRefresh = "ns=0;i=3875";

export type Outlet = {
  readonly readings: (key: string, readings: readonly ItemReading[]) => void;
  readonly event: (key: string, event: ConditionEvent) => void;
  readonly log: (key: string, line: LogLine) => void;
};

export class Subscription {
  readonly device: OpcuaDevice;
  readonly items: Items;
  readonly #out: Outlet;
  /** 0 where it is not on the server. */
  id = 0;
  revised: Omit<Revised, "sessionTimeoutMs"> | null = null;
  /** Messages are lost for good: what is true now must be asked for anew. */
  hasGap = false;
  #last = 0;
  #heardAt = 0;
  /** When items were created, or gave values, for the last time. */
  #progressAt = 0;
  #hasEvents = false;
  #refreshing = false;

  constructor(device: OpcuaDevice, out: Outlet) {
    this.device = device;
    this.#out = out;
    const { notifier = serverObject, points, key } = device;
    this.items = new Items(points, notifier, (line) => out.log(key, line));
  }

  /** From nothing, with first values of everything. */
  async create(session: ClientSession, itemsPerCall: number): Promise<void> {
    const made = await ask<CreateSubscriptionResponse>(
      session,
      new CreateSubscriptionRequest({
        requestedPublishingInterval: publishingMs,
        requestedLifetimeCount: lifetimeCount,
        requestedMaxKeepAliveCount: keepAliveCount,
        maxNotificationsPerPublish: notificationsPerPublish,
        publishingEnabled: true,
        priority: 10,
      }),
    );
    this.id = made.subscriptionId;
    this.#last = 0;
    this.#progressAt = 0;
    this.hasGap = false;
    this.heard();
    const create = creator(this.id, (request) => ask(session, request));
    const refused = await this.items.create(itemsPerCall, create);
    this.#give(refused);
    this.#hasEvents = await this.items.createEvents(create);
    this.#progressAt = performance.now();
    const { revisedPublishingInterval: interval } = made;
    this.revised = {
      publishingMs: interval,
      keepAliveMs: interval * made.revisedMaxKeepAliveCount,
      lifetimeMs: interval * made.revisedLifetimeCount,
      samplingMs: this.items.samplingMs,
      queue: this.items.queue,
    };
    await this.refresh(session);
  }

  async delete(session: ClientSession): Promise<void> {
    if (this.id === 0) return;
    const request = new DeleteSubscriptionsRequest({ subscriptionIds: [this.id] });
    this.id = 0;
    await ask(session, request);
  }

  /** What was sent and did not arrive, up to but without `before`; Infinity for all there is. */
  async catchUp(session: ClientSession, before: number): Promise<number[]> {
    const taken: number[] = [];
    while (this.#last + 1 < before) {
      const message = await this.#republish(session, this.#last + 1);
      if (!message) break;
      taken.push(message.sequenceNumber);
      this.#take(message);
    }
    return taken;
  }

  /** Everything as it was last heard: those who were told that it is unknown need it again. */
  repeat(): void {
    this.#give(this.items.lastReadings);
  }

  /** Asks for the conditions that stand open now (Part 9, 5.5.7); a server may have none of it. */
  async refresh(session: ClientSession): Promise<void> {
    if (!this.#hasEvents) return;
    const call = {
      objectId: coerceNodeId(conditionType),
      methodId: coerceNodeId(conditionRefresh),
      inputArguments: [{ dataType: DataType.UInt32, value: this.id }],
    };
    const request = new CallRequest({ methodsToCall: [call] });
    const { results } = await ask<CallResponse>(session, request);
    const status = results?.[0]?.statusCode;
    if (!status || status.isGoodish()) return;
    this.#log({ level: "warn", what: "ConditionRefresh was refused", status: status.name });
  }

  /** One message of the server; the numbers that are to be acknowledged. */
  async notified(session: ClientSession, message: NotificationMessage): Promise<number[]> {
    this.heard();
    const { sequenceNumber } = message;
    const isKeepAlive = (message.notificationData ?? []).length === 0;
    // Sent before the connection was cut, and taken again already.
    if (sequenceNumber <= this.#last) return isKeepAlive ? [] : [sequenceNumber];
    const caught = await this.catchUp(session, sequenceNumber);
    if (this.#last + 1 < sequenceNumber && this.#last > 0) {
      this.hasGap = true;
      throw new OpcuaError("refused", `notifications before ${sequenceNumber} are lost`);
    }
    if (isKeepAlive) return caught;
    this.#take(message);
    return [...caught, sequenceNumber];
  }

  heard(): void {
    this.#heardAt = performance.now();
  }

  isSilent(now: number): boolean {
    const keepAlive = this.revised?.keepAliveMs ?? 0;
    return now - this.#heardAt > Math.max(silentAfterMs, silentKeepAlives * keepAlive);
  }

  /** After a while items without a value are named, and wait no longer for. */
  giveUpWaiting(now: number): void {
    if (this.#progressAt === 0 || this.items.isComplete) return;
    if (now - this.#progressAt < firstValuesEveryMs) return;
    this.#give(this.items.giveUp());
  }

  async #republish(session: ClientSession, number: number): Promise<NotificationMessage | null> {
    const subscriptionId = this.id;
    const request = new RepublishRequest({ subscriptionId, retransmitSequenceNumber: number });
    try {
      return (await ask<RepublishResponse>(session, request)).notificationMessage;
    } catch (error) {
      if (error instanceof OpcuaError && error.status === "BadMessageNotAvailable") return null;
      throw error;
    }
  }

  #take({ sequenceNumber, notificationData }: NotificationMessage): void {
    // After the highest number comes 1 (Part 4, 7.34); in 2^32 messages of half a second: never.
    this.#last = sequenceNumber;
    for (const data of notificationData ?? []) {
      if (data instanceof DataChangeNotification) this.#takeValues(data);
      else if (data instanceof EventNotificationList) this.#takeEvents(data);
      else if (data instanceof StatusChangeNotification) {
        throw new OpcuaError("session-closed", `the server ended it: ${data.status.name}`);
      }
    }
  }

  #takeValues({ monitoredItems }: DataChangeNotification): void {
    if (this.#progressAt > 0) this.#progressAt = performance.now();
    const readings: ItemReading[] = [];
    for (const { clientHandle, value } of monitoredItems ?? []) {
      const reading = this.items.take(clientHandle, value);
      if (reading) readings.push(reading);
    }
    this.#give(readings);
  }

  #takeEvents({ events }: EventNotificationList): void {
    for (const { eventFields } of events ?? []) {
      const fields = eventFields ?? [];
      const type = typeOfEvent(fields);
      if (type === refreshStart) this.#refreshing = true;
      else if (type === refreshEnd) this.#refreshing = false;
      else this.#out.event(this.device.key, conditionOf(fields, this.#refreshing));
    }
  }

  #give(readings: readonly ItemReading[]): void {
    if (readings.length === 0) return;
    for (const part of inParts(readings, readingsPerMessage)) {
      this.#out.readings(this.device.key, part);
    }
  }

  #log(line: LogLine): void {
    this.#out.log(this.device.key, line);
  }
}
