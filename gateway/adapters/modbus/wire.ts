/**
 * One connection to a Modbus line: bytes out, whole frames in, closed at the first byte that is no
 * Modbus. It stands where modbus-serial expects its port; the sockets stay in our hands, so that
 * each of them can be counted and destroyed.
 */
import { EventEmitter } from "node:events";
import { connect } from "node:net";
import type { Duplex } from "node:stream";
import { SerialPort } from "serialport";
import type { Endpoint } from "./endpoint.ts";
import { type Framer, RtuFramer, TcpFramer } from "./frame.ts";

/** Seconds of silence after which the system asks whether the other end still lives. */
const keepAliveMs = 10_000;

/** Resolves when connected; rejects with what the system says, after `withinMs`, or when given up. */
export function openWire(endpoint: Endpoint, withinMs: number, giveUp: AbortSignal): Promise<Wire> {
  const stream = endpoint.kind === "rtu" ? openSerial(endpoint) : openTcp(endpoint);
  return new Promise((resolve, reject) => {
    const fail = (error: Error): void => {
      end();
      stream.destroy();
      reject(error);
    };
    const timer = setTimeout(() => fail(new Error("no connection in time")), withinMs);
    const givenUp = (): void => fail(new Error("the line is closed"));
    const end = (): void => {
      clearTimeout(timer);
      giveUp.removeEventListener("abort", givenUp);
    };
    giveUp.addEventListener("abort", givenUp);
    stream.once("error", fail);
    stream.once(endpoint.kind === "rtu" ? "open" : "connect", () => {
      end();
      stream.off("error", fail);
      resolve(new Wire(stream, endpoint.kind === "tcp" ? new TcpFramer() : new RtuFramer()));
    });
  });
}

function openTcp({ host, port }: Endpoint & { kind: "tcp" | "rtu-tcp" }): Duplex {
  return connect({
    host,
    port,
    noDelay: true,
    keepAlive: true,
    keepAliveInitialDelay: keepAliveMs,
  });
}

function openSerial({ path, baud, parity, stop }: Endpoint & { kind: "rtu" }): Duplex {
  return new SerialPort({ path, baudRate: baud, parity, stopBits: stop, dataBits: 8 });
}

/** A serial port says that it is closed before it is; only its own close waits for the system. */
function letGo(stream: Duplex, done: () => void): void {
  if (stream instanceof SerialPort && stream.isOpen) {
    stream.close(() => {
      stream.destroy();
      done();
    });
  } else {
    stream.once("close", done);
    stream.destroy();
    if (stream.closed) done();
  }
}

/** Emits `data` (an RTU frame), `garbage` (what is wrong), `close` once. */
export class Wire extends EventEmitter {
  readonly #stream: Duplex;
  readonly #framer: Framer;
  isOpen = true;
  /** Resolves when the system has let go of it: a serial port can be opened only once. */
  readonly released: Promise<void>;
  #release: () => void = () => {};

  constructor(stream: Duplex, framer: Framer) {
    super();
    this.#stream = stream;
    this.#framer = framer;
    this.released = new Promise((resolve) => {
      this.#release = resolve;
    });
    stream.on("data", (bytes: Buffer) => this.#take(bytes));
    stream.on("error", () => this.drop());
    stream.on("end", () => this.drop());
    stream.on("close", () => this.drop());
  }

  /** The library's word for a port that is open already. */
  open(done: (error?: Error) => void): void {
    done();
  }

  write(frame: Buffer): void {
    if (this.isOpen) this.#stream.write(this.#framer.request(frame));
  }

  /** At once and for good; nothing that is under way is waited for. */
  drop(): void {
    if (!this.isOpen) return;
    this.isOpen = false;
    letGo(this.#stream, this.#release);
    this.emit("close");
  }

  #take(bytes: Buffer): void {
    if (!this.isOpen) return;
    let cut = this.#framer.push(bytes);
    while (!("wait" in cut)) {
      if ("garbage" in cut) {
        this.emit("garbage", cut.garbage);
        return this.drop();
      }
      this.emit("data", cut.frame);
      cut = this.#framer.push(Buffer.alloc(0));
    }
  }
}
