/**
 * The monitored items of one device: the requests that create them, what the server answered item
 * by item, and the last reading of each. A node that does not exist costs its own point only.
 */
import {
  AttributeIds,
  CreateMonitoredItemsRequest,
  type CreateMonitoredItemsResponse,
  coerceNodeId,
  constructEventFilter,
  DataChangeFilter,
  DataChangeTrigger,
  type DataValue,
  DeadbandType,
  type MonitoredItemCreateRequestOptions,
  type MonitoredItemCreateResult,
  MonitoringMode,
  type NodeId,
  ofType,
  SimpleAttributeOperand,
  TimestampsToReturn,
} from "node-opcua-client";
import { inParts } from "../../slices.ts";
import { conditionFields } from "./condition.ts";
import { OpcuaError } from "./fault.ts";
import type { ItemReading, LogLine, MonitoredPoint } from "./protocol.ts";
import { isOverflow, isUnfit, readingOf, timeOf } from "./reading.ts";

const samplingMs = 250;
/** Between two analog values others may be lost; of states and pulses none may. */
const queueOfNumber = 10;
const queueOfState = 50;
const queueOfEvents = 1000;

const serverObject = "ns=0;i=2253";
const alarmConditionType = "ns=0;i=2915";
const conditionType = "ns=0;i=2782";

type Item = {
  readonly point: MonitoredPoint;
  /** Null where its text is none. */
  readonly nodeId: NodeId | null;
  last: ItemReading | null;
};

export type Create = (
  items: readonly MonitoredItemCreateRequestOptions[],
) => Promise<readonly MonitoredItemCreateResult[]>;

type Range = [least: number, most: number];

export class Items {
  readonly #items: readonly Item[];
  readonly #notifier: string | null;
  readonly #log: (line: LogLine) => void;
  #missing = 0;
  #hasNews = false;
  readonly holes = new Set<string>();
  readonly unfit = new Set<string>();
  overflows = 0;
  eventsRefused: string | null = null;
  /** Null before the first item is there. */
  samplingMs: Range | null = null;
  queue: Range | null = null;

  constructor(
    points: readonly MonitoredPoint[],
    notifier: string | null,
    log: (line: LogLine) => void,
  ) {
    this.#items = points.map((point) => ({ point, nodeId: nodeIdOf(point.nodeId), last: null }));
    this.#notifier = notifier;
    this.#log = log;
  }

  /** Every item has given its first value, or gives none for a reason that is known. */
  get isComplete(): boolean {
    return this.#missing === 0;
  }

  get lastReadings(): ItemReading[] {
    return this.#items.flatMap(({ last }) => (last ? [last] : []));
  }

  /** Handles of items are their places in the list, from 1; that of the events follows. */
  get eventHandle(): number {
    return this.#items.length + 1;
  }

  /** Creates all, so many in one call; gives readings of those that cannot be monitored. */
  async create(most: number, create: Create): Promise<ItemReading[]> {
    this.#forget();
    const refused: ItemReading[] = [];
    let handles = this.#items.flatMap(({ nodeId }, i) => (nodeId ? [i + 1] : []));
    for (const item of this.#items) {
      if (!item.nodeId) refused.push(this.#refuse(item, "BadNodeIdInvalid"));
    }
    // A server may know no dead band, or none for this node: its point comes without one then.
    for (const deadBands of [true, false]) {
      const again: number[] = [];
      for (const part of inParts(handles, most)) {
        const results = await create(part.map((handle) => this.#request(handle, deadBands)));
        part.forEach((handle, i) => {
          const [item, result] = [this.#item(handle), results[i]];
          const status = result?.statusCode.name ?? "BadUnexpectedError";
          if (result?.statusCode.isGoodish()) this.#note(result);
          else if (deadBands && item.point.deadBand && isAboutFilter(status)) again.push(handle);
          else refused.push(this.#refuse(item, status));
        });
      }
      if (again.length > 0)
        this.#log({ level: "warn", what: `no dead band: ${again.length} points` });
      handles = again;
    }
    return refused;
  }

  /** Asks for alarms and conditions; true where the server has them. */
  async createEvents(create: Create): Promise<boolean> {
    this.eventsRefused = null;
    if (this.#notifier === null) return false;
    const filter = constructEventFilter([...conditionFields], ofType(alarmConditionType));
    // The node of the condition itself: no property, but its NodeId (Part 9, 5.5.2.13).
    filter.selectClauses?.push(
      new SimpleAttributeOperand({
        typeDefinitionId: coerceNodeId(conditionType),
        attributeId: AttributeIds.NodeId,
      }),
    );
    const itemToMonitor = {
      nodeId: nodeIdOf(this.#notifier) ?? coerceNodeId(serverObject),
      attributeId: AttributeIds.EventNotifier,
    };
    const requestedParameters = {
      clientHandle: this.eventHandle,
      samplingInterval: 0,
      queueSize: queueOfEvents,
      discardOldest: false,
      filter,
    };
    const monitoringMode = MonitoringMode.Reporting;
    const [result] = await create([{ itemToMonitor, monitoringMode, requestedParameters }]);
    if (result?.statusCode.isGoodish()) return true;
    this.eventsRefused = result?.statusCode.name ?? "BadUnexpectedError";
    this.#log({ level: "warn", what: "no alarms and conditions", status: this.eventsRefused });
    return false;
  }

  /** A value of the item with this handle; null where there is none. */
  take(handle: number, value: DataValue): ItemReading | null {
    const item = this.#items[handle - 1];
    if (!item) return null;
    const { point } = item;
    const reading = readingOf(point, value);
    const [source, server] = [timeOf(value.sourceTimestamp), timeOf(value.serverTimestamp)];
    if (isOverflow(value.statusCode)) {
      this.overflows += 1;
      this.#hasNews = true;
    }
    if (item.last === null && !this.holes.has(point.id)) this.#missing -= 1;
    if (this.holes.delete(point.id)) this.#hasNews = true;
    this.#noteFit(point, isUnfit(reading), reading.reason);
    item.last = [point.id, reading, source, server];
    return item.last;
  }

  /** Whether holes, unfit points or overflows are others than when this was last asked. */
  takeNews(): boolean {
    const hasNews = this.#hasNews;
    this.#hasNews = false;
    return hasNews;
  }

  /** Those that have not said anything since they were created. */
  giveUp(): ItemReading[] {
    return this.#items
      .filter(({ point, last }) => last === null && !this.holes.has(point.id))
      .map((item) => this.#refuse(item, "BadNoData"));
  }

  #item(handle: number): Item {
    return this.#items[handle - 1] as Item;
  }

  #forget(): void {
    for (const item of this.#items) item.last = null;
    this.#missing = this.#items.length;
    this.holes.clear();
    this.unfit.clear();
    this.samplingMs = null;
    this.queue = null;
  }

  #request(handle: number, deadBands: boolean): MonitoredItemCreateRequestOptions {
    const { point, nodeId } = this.#item(handle);
    const isState = point.type !== "number" || point.values !== undefined;
    return {
      itemToMonitor: { nodeId, attributeId: AttributeIds.Value },
      monitoringMode: MonitoringMode.Reporting,
      requestedParameters: {
        clientHandle: handle,
        samplingInterval: point.samplingMs ?? samplingMs,
        queueSize: isState ? queueOfState : queueOfNumber,
        // The oldest is the first change, which no later one may push out.
        discardOldest: false,
        ...(deadBands && point.deadBand ? { filter: deadBandOf(point.deadBand) } : {}),
      },
    };
  }

  #note({ revisedSamplingInterval: sampling, revisedQueueSize: queue }: MonitoredItemCreateResult) {
    this.samplingMs = widened(this.samplingMs, sampling);
    this.queue = widened(this.queue, queue);
  }

  #refuse(item: Item, status: string): ItemReading {
    const { id, nodeId } = item.point;
    const isUnknown = status === "BadNodeIdUnknown" || status === "BadNodeIdInvalid";
    const silent = status === "BadNoData";
    const reason = isUnknown ? "no-such-node" : silent ? "no-answer" : "refused";
    this.#missing -= 1;
    this.#hasNews = true;
    this.holes.add(id);
    this.#log({ level: "warn", what: `cannot monitor ${nodeId}`, point: id, status });
    return [id, { value: null, quality: "bad", reason, status }, null, null];
  }

  #noteFit({ id, nodeId }: MonitoredPoint, unfit: boolean, reason: string | null): void {
    if (!unfit) {
      if (this.unfit.delete(id)) this.#hasNews = true;
      return;
    }
    if (this.unfit.has(id)) return;
    this.unfit.add(id);
    this.#hasNews = true;
    this.#log({
      level: "warn",
      what: `${nodeId} gives no value of its point: ${reason}`,
      point: id,
    });
  }
}

function nodeIdOf(text: string): NodeId | null {
  try {
    return coerceNodeId(text);
  } catch {
    return null;
  }
}

function deadBandOf(deadbandValue: number): DataChangeFilter {
  const deadbandType = DeadbandType.Absolute;
  return new DataChangeFilter({
    trigger: DataChangeTrigger.StatusValue,
    deadbandType,
    deadbandValue,
  });
}

function isAboutFilter(status: string): boolean {
  return /Filter|Deadband/.test(status);
}

function widened(range: Range | null, value: number): Range {
  const [least, most] = range ?? [value, value];
  return [Math.min(least, value), Math.max(most, value)];
}

/** Creates items; a server that has not said how many it takes at once is found out by halves. */
export function creator(
  subscriptionId: number,
  ask: (request: CreateMonitoredItemsRequest) => Promise<CreateMonitoredItemsResponse>,
): Create {
  const create: Create = async (items) => {
    const request = new CreateMonitoredItemsRequest({
      subscriptionId,
      timestampsToReturn: TimestampsToReturn.Both,
      itemsToCreate: [...items],
    });
    try {
      return (await ask(request)).results ?? [];
    } catch (error) {
      const tooMany = error instanceof OpcuaError && isTooMany(error.status);
      if (!tooMany || items.length < 2) throw error;
      const half = Math.ceil(items.length / 2);
      return [...(await create(items.slice(0, half))), ...(await create(items.slice(half)))];
    }
  };
  return create;
}

function isTooMany(status: string | null): boolean {
  return status === "BadTooManyOperations" || status === "BadRequestTooLarge";
}
