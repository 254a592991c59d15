/**
 * A Modbus line: one connection, one request in flight, a queue in front. A request ends by its
 * deadline whatever the other end does; the line comes back by itself.
 *
 * There is no write function here, and nothing else in the gateway holds a connection (law 1).
 */
import modbus from "modbus-serial";
import { type Endpoint, parseEndpoint } from "./endpoint.ts";
import type { Table } from "./register.ts";
import { openWire, type Wire } from "./wire.ts";

const ModbusRTU = modbus.default;
type Client = InstanceType<typeof ModbusRTU>;

export type LinkFault =
  /** The line cannot be opened, or was closed by the other end. */
  | "no-connection"
  | "timeout"
  /** An answer that is no Modbus, or of somebody else. */
  | "garbage"
  /** The device answered with an exception; `exception` is its code. */
  | "exception"
  | "queue-full"
  | "closed";

export class LinkError extends Error {
  readonly fault: LinkFault;
  /** 1 to 11 (Modbus Application Protocol V1.1b3, 7); 0 where it is none. */
  readonly exception: number;

  constructor(fault: LinkFault, message: string, exception = 0) {
    super(message);
    this.fault = fault;
    this.exception = exception;
  }
}

export type LinkOptions = {
  /** An answer must be here after this, ms, where a request says nothing else. */
  readonly timeoutMs: number;
  readonly connectMs?: number;
  /** Pause before the line is opened again: doubled each time, between these, ± a quarter. */
  readonly leastBackOffMs?: number;
  readonly mostBackOffMs?: number;
  /** Requests that may wait. */
  readonly queue?: number;
  readonly random?: () => number;
};

export type LinkState = {
  readonly state: "idle" | "connecting" | "up" | "down";
  /** Monotonic ms of the next try, where it is down. */
  readonly nextTryAt: number | null;
  readonly why: string | null;
};

type Request = {
  readonly unit: number;
  readonly table: Table;
  readonly address: number;
  readonly length: number;
  readonly timeoutMs: number;
  readonly resolve: (words: (number | boolean)[]) => void;
  readonly reject: (error: LinkError) => void;
};

/** Time-outs in a row after which a TCP connection is not believed any more. */
const timeoutsUntilDrop = 3;

export class ModbusLink {
  readonly #endpoint: Endpoint;
  readonly #o: Required<LinkOptions>;
  readonly #waiting: Request[] = [];
  #client: { readonly wire: Wire; readonly rtu: Client } | null = null;
  #running = false;
  #timeouts = 0;
  #failures = 0;
  #nextTryAt: number | null = null;
  #connecting = false;
  #why: string | null = null;
  #closed = false;
  #quietSince = Number.NEGATIVE_INFINITY;
  readonly #giveUp = new AbortController();
  /** Of the connection before: a serial port that is not released cannot be opened. */
  #released: Promise<void> = Promise.resolve();

  constructor(endpoint: Endpoint | string, options: LinkOptions) {
    const parsed = typeof endpoint === "string" ? parseEndpoint(endpoint) : endpoint;
    if (!parsed) throw new Error(`${endpoint} is no endpoint`);
    this.#endpoint = parsed;
    this.#o = {
      connectMs: Math.max(1000, options.timeoutMs),
      leastBackOffMs: 500,
      mostBackOffMs: 30_000,
      queue: 1000,
      random: Math.random,
      ...options,
    };
  }

  get state(): LinkState {
    const down = this.#nextTryAt !== null;
    const state = this.#client ? "up" : this.#connecting ? "connecting" : down ? "down" : "idle";
    return { state, nextTryAt: this.#nextTryAt, why: this.#why };
  }

  /** True on lines where an answer carries no number of its question. */
  get isRtu(): boolean {
    return this.#endpoint.kind !== "tcp";
  }

  /**
   * Registers as 0 to 65535, bits as booleans. Rejects with a LinkError: once it is its turn, never
   * later than its deadline.
   */
  read(
    unit: number,
    table: Table,
    address: number,
    length: number,
    timeoutMs: number = this.#o.timeoutMs,
  ): Promise<(number | boolean)[]> {
    return new Promise((resolve, reject) => {
      if (this.#closed) return reject(new LinkError("closed", "the line is closed"));
      if (this.#waiting.length >= this.#o.queue) {
        return reject(new LinkError("queue-full", `${this.#o.queue} requests wait for this line`));
      }
      this.#waiting.push({ unit, table, address, length, timeoutMs, resolve, reject });
      void this.#run();
    });
  }

  /** Opens at the next request, without waiting for the end of the pause. */
  retry(): void {
    this.#nextTryAt = null;
    this.#failures = 0;
  }

  close(): void {
    this.#closed = true;
    this.#giveUp.abort();
    this.#drop();
    for (const { reject } of this.#waiting.splice(0)) {
      reject(new LinkError("closed", "the line is closed"));
    }
  }

  async #run(): Promise<void> {
    if (this.#running) return;
    this.#running = true;
    for (let next = this.#waiting.shift(); next; next = this.#waiting.shift()) {
      try {
        next.resolve(await this.#ask(next));
      } catch (error) {
        next.reject(
          error instanceof LinkError ? error : new LinkError("garbage", (error as Error).message),
        );
      }
    }
    this.#running = false;
  }

  async #ask(request: Request): Promise<(number | boolean)[]> {
    await this.#silence();
    if (this.#closed) throw new LinkError("closed", "the line is closed");
    const { wire, rtu } = await this.#connected();
    rtu.setID(request.unit);
    try {
      const words = await this.#inTime(wire, request.timeoutMs, () => call(rtu, request));
      this.#timeouts = 0;
      if (words.length < request.length) throw new LinkError("garbage", "a short answer");
      return words.length > request.length ? words.slice(0, request.length) : words;
    } catch (error) {
      throw this.#judge(error as Error & { modbusCode?: number });
    } finally {
      this.#quietSince = performance.now();
    }
  }

  /** On RTU silence alone ends a frame: without it the next request is the rest of this answer. */
  async #silence(): Promise<void> {
    const until = this.#quietSince + silenceMs(this.#endpoint);
    // A timer may come a fraction of a ms too early.
    for (let left = until - performance.now(); left > 0; left = until - performance.now()) {
      await new Promise((resolve) => setTimeout(resolve, Math.ceil(left)));
    }
  }

  /** What a failed request means for the line: an exception is an answer, the rest is distrust. */
  #judge(error: Error & { modbusCode?: number }): LinkError {
    if (typeof error.modbusCode === "number") {
      this.#timeouts = 0;
      return new LinkError("exception", error.message, error.modbusCode);
    }
    const judged = error instanceof LinkError ? error : new LinkError("garbage", error.message);
    if (judged.fault === "timeout") {
      this.#timeouts += 1;
      // On RTU a late answer would be taken for the next one, for ever (STACK, Modbus).
      if (this.isRtu || this.#timeouts >= timeoutsUntilDrop) this.#drop();
    } else {
      this.#drop();
    }
    return judged;
  }

  /** The promise, its deadline, or the end of the connection: whichever comes first. */
  #inTime<T>(wire: Wire, timeoutMs: number, start: () => Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      const end = (): void => {
        clearTimeout(timer);
        wire.off("close", closed);
        wire.off("garbage", garbage);
      };
      const fail = (fault: LinkFault, message: string): void => {
        end();
        reject(new LinkError(fault, message));
      };
      const closed = (): void => fail("no-connection", "closed by the other end");
      const garbage = (what: string): void => fail("garbage", what);
      const timer = setTimeout(() => fail("timeout", `no answer in ${timeoutMs} ms`), timeoutMs);
      wire.once("close", closed);
      wire.once("garbage", garbage);
      start().then(
        (value) => {
          end();
          resolve(value);
        },
        (error) => {
          end();
          reject(error);
        },
      );
    });
  }

  async #connected(): Promise<{ readonly wire: Wire; readonly rtu: Client }> {
    if (this.#client?.wire.isOpen) return this.#client;
    this.#client = null;
    const now = performance.now();
    if (this.#nextTryAt !== null && now < this.#nextTryAt) {
      throw new LinkError("no-connection", this.#why ?? "down");
    }
    try {
      this.#connecting = true;
      await within(this.#released, this.#o.connectMs);
      const wire = await openWire(this.#endpoint, this.#o.connectMs, this.#giveUp.signal);
      if (this.#closed) {
        wire.drop();
        throw new LinkError("closed", "the line is closed");
      }
      return this.#up(wire);
    } catch (error) {
      if (error instanceof LinkError) throw error;
      throw this.#down((error as NodeJS.ErrnoException).code ?? (error as Error).message);
    } finally {
      this.#connecting = false;
    }
  }

  #up(wire: Wire): { readonly wire: Wire; readonly rtu: Client } {
    const rtu = new ModbusRTU(wire as never);
    rtu.open(() => {});
    const client = { wire, rtu };
    wire.once("close", () => {
      if (this.#client === client) this.#client = null;
    });
    this.#client = client;
    this.#released = wire.released;
    this.#failures = 0;
    this.#timeouts = 0;
    this.#nextTryAt = null;
    this.#why = null;
    return client;
  }

  #down(why: string): LinkError {
    const { leastBackOffMs, mostBackOffMs, random } = this.#o;
    const pause = Math.min(mostBackOffMs, leastBackOffMs * 2 ** this.#failures);
    this.#failures += 1;
    this.#nextTryAt = performance.now() + pause * (0.75 + random() / 2);
    this.#why = why;
    return new LinkError("no-connection", why);
  }

  #drop(): void {
    this.#client?.wire.drop();
    this.#client = null;
    this.#timeouts = 0;
  }
}

/**
 * Silence between two frames: 3.5 characters of 11 bits, at high rates 1.75 ms (Modbus over Serial
 * Line V1.02, 2.5.1.1). What rate lies behind a serial server nobody says: 9600 is the usual one.
 */
export function silenceMs(endpoint: Endpoint): number {
  if (endpoint.kind === "tcp") return 0;
  const baud = endpoint.kind === "rtu" ? endpoint.baud : 9600;
  return Math.max(1.75, (3.5 * 11 * 1000) / baud);
}

/** Whichever comes first; leaves no timer behind. */
function within(promise: Promise<void>, ms: number): Promise<void> {
  let timer: NodeJS.Timeout;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

async function call(
  rtu: Client,
  { table, address, length }: Request,
): Promise<(number | boolean)[]> {
  switch (table) {
    case "coil":
      return (await rtu.readCoils(address, length)).data;
    case "discrete-input":
      return (await rtu.readDiscreteInputs(address, length)).data;
    case "holding-register":
      return (await rtu.readHoldingRegisters(address, length)).data;
    case "input-register":
      return (await rtu.readInputRegisters(address, length)).data;
    default:
      return table satisfies never;
  }
}
