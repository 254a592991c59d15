/**
 * All OPC UA devices of the inventory in force, as the main thread sees them. The work is done by a
 * worker thread that is started with the first such device, and again, after a pause, where it
 * dies.
 */
import { Worker } from "node:worker_threads";
import { BackOff } from "../modbus/back-off.ts";
import type {
  Certificates,
  ConditionEvent,
  FromWorker,
  ItemReading,
  LogLine,
  OpcuaDevice,
  OpcuaLink,
  ToWorker,
} from "./protocol.ts";

export type AdapterOptions = {
  /** Own certificate, trust list and rejected certificates. */
  readonly pkiFolder: string;
  /** Where an endpoint really is: the demo's simulators have ports of their own at each start. */
  readonly resolve: (endpoint: string) => string;
  readonly read: (key: string, readings: readonly ItemReading[]) => void;
  readonly changed: (key: string, link: OpcuaLink) => void;
  readonly event?: (key: string, event: ConditionEvent) => void;
  readonly log?: (key: string, line: LogLine) => void;
  /** A device whose reader threw, or, with an empty key, the worker: the others go on. */
  readonly failed?: (key: string, error: unknown) => void;
  /** Another worker, for tests of one that dies or whose clock jumps. */
  readonly worker?: URL;
};

const stopWithinMs = 5000;
const answerWithinMs = 5000;
const restart = { leastMs: 500, mostMs: 30_000, lostAfter: 3 };

const nothingYet: OpcuaLink = {
  state: "starting",
  failures: 0,
  fault: null,
  why: null,
  nextTryAt: null,
  holes: [],
  unfit: [],
  revised: null,
  otherHost: null,
  eventsRefused: null,
  sessions: 0,
  resumed: 0,
  overflows: 0,
};

type Answer = (answer: Certificates | boolean | null) => void;

export class OpcuaAdapter {
  readonly #o: AdapterOptions;
  readonly #backOff = new BackOff(restart);
  readonly #links = new Map<string, OpcuaLink>();
  readonly #asked = new Map<number, Answer>();
  #devices: readonly OpcuaDevice[] = [];
  #worker: Worker | null = null;
  #timer: NodeJS.Timeout | undefined;
  #count = 0;
  #stopped = false;

  constructor(options: AdapterOptions) {
    this.#o = options;
  }

  /** From now on these are monitored; what stays as it was goes on undisturbed. */
  watch(devices: readonly OpcuaDevice[]): void {
    this.#devices = devices.map((device) => ({
      ...device,
      endpoint: this.#o.resolve(device.endpoint),
    }));
    const wanted = new Set(devices.map(({ key }) => key));
    for (const key of this.#links.keys()) if (!wanted.has(key)) this.#links.delete(key);
    for (const key of wanted) if (!this.#links.has(key)) this.#links.set(key, nothingYet);
    if (devices.length > 0 && !this.#worker && !this.#timer) this.#start();
    else this.#send({ do: "watch", devices: this.#devices });
  }

  link(key: string): OpcuaLink | null {
    return this.#links.get(key) ?? null;
  }

  /** False where there is no such device. */
  retry(key: string): boolean {
    this.#send({ do: "retry", key });
    return this.#links.has(key);
  }

  /** Null where the worker does not run or does not answer. */
  async certificates(): Promise<Certificates | null> {
    return (await this.#ask((id) => ({ do: "certificates", id }))) as Certificates | null;
  }

  /** Believes a certificate that was rejected, from now on; false where there is none such. */
  async trust(thumbprint: string): Promise<boolean> {
    return (await this.#ask((id) => ({ do: "trust", id, thumbprint }))) === true;
  }

  /** Sessions are ended on their servers, or after a while without that. */
  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#links.clear();
    this.#devices = [];
    const worker = this.#worker;
    if (!worker) return;
    const ended = new Promise((resolve) => worker.once("exit", resolve));
    const timer = setTimeout(() => void worker.terminate(), stopWithinMs);
    this.#send({ do: "stop" });
    await ended;
    clearTimeout(timer);
  }

  #start(): void {
    this.#timer = undefined;
    const worker = new Worker(this.#o.worker ?? new URL("./worker.ts", import.meta.url), {
      workerData: { pkiFolder: this.#o.pkiFolder },
    });
    this.#worker = worker;
    worker.on("message", (message: FromWorker) => this.#heard(message));
    worker.on("error", (error) => this.#o.failed?.("", error));
    worker.once("exit", (code) => this.#died(code));
    this.#send({ do: "watch", devices: this.#devices });
  }

  #died(code: number): void {
    this.#worker = null;
    for (const answer of this.#asked.values()) answer(null);
    this.#asked.clear();
    if (this.#stopped) return;
    this.#backOff.fail(performance.now());
    const { failures, until, isLost } = this.#backOff;
    for (const { key } of this.#devices) {
      this.#put(key, {
        ...(this.#links.get(key) ?? nothingYet),
        state: isLost ? "lost" : "failing",
        failures,
        fault: "worker-died",
        why: `the worker of OPC UA ended with ${code}`,
        nextTryAt: until,
      });
    }
    this.#timer = setTimeout(() => this.#start(), Math.max(0, until - performance.now()));
  }

  #heard(message: FromWorker): void {
    switch (message.tell) {
      case "readings":
        this.#safely(message.key, () => this.#read(message.key, message.readings));
        return this.#send({ do: "taken", batches: 1 });
      case "event":
        return this.#safely(message.key, () => this.#o.event?.(message.key, message.event));
      case "link":
        return this.#linkChanged(message.key, message.link);
      case "log":
        return this.#safely(message.key, () => this.#o.log?.(message.key, message.line));
      case "failed":
        return this.#o.failed?.(message.key, new Error(message.message));
      case "answer":
        this.#asked.get(message.id)?.(message.answer);
        this.#asked.delete(message.id);
        return;
      case "stopped":
        return;
      default:
        return message satisfies never;
    }
  }

  /** What was still on its way when the device went is of no interest. */
  #read(key: string, readings: readonly ItemReading[]): void {
    if (this.#links.has(key)) this.#o.read(key, readings);
  }

  #linkChanged(key: string, link: OpcuaLink): void {
    if (!this.#links.has(key)) return;
    if (link.state === "live") this.#backOff.succeed();
    const { nextTryAt } = link;
    const at = nextTryAt === null ? null : performance.now() + nextTryAt;
    this.#put(key, { ...link, nextTryAt: at });
  }

  #put(key: string, link: OpcuaLink): void {
    this.#links.set(key, link);
    this.#safely(key, () => this.#o.changed(key, link));
  }

  #safely(key: string, run: () => void): void {
    try {
      run();
    } catch (error) {
      if (!this.#o.failed) throw error;
      this.#o.failed(key, error);
    }
  }

  #send(message: ToWorker): void {
    this.#worker?.postMessage(message);
  }

  #ask(order: (id: number) => ToWorker): Promise<Certificates | boolean | null> {
    if (!this.#worker) return Promise.resolve(null);
    this.#count += 1;
    const id = this.#count;
    return new Promise((resolve) => {
      const timer = setTimeout(() => resolve(null), answerWithinMs);
      this.#asked.set(id, (answer) => {
        clearTimeout(timer);
        resolve(answer);
      });
      this.#send(order(id));
    });
  }
}
