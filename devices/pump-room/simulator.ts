/**
 * A pump room as a real Modbus TCP server: its physics runs in small steps, its registers are what
 * the controller would show. It refuses every write, as the cabinet is set by default.
 */
import modbus from "modbus-serial";
import { checkWords, inject, level, noFaults, pump } from "./faults.ts";
import { initialRoom, inspect, type PumpRoom, startByHand, step, stopPumps } from "./physics.ts";
import { type Registers, registersOf } from "./registers.ts";

const { ServerTCP } = modbus;

/** Small enough for steady pressures, and for a contact that closes for a moment. */
const stepSeconds = 0.05;
const tickMs = 100;

/** An exception of Modbus, by its code (Modbus Application Protocol V1.1b3, 7). */
class ModbusException extends Error {
  readonly modbusErrorCode: number;

  constructor(code: number) {
    super(`exception ${code}`);
    this.modbusErrorCode = code;
  }
}

export class PumpRoomSimulator {
  readonly room: PumpRoom;
  #faults = noFaults();
  readonly #unit: number;
  #server: InstanceType<typeof ServerTCP> | null = null;
  #timer: NodeJS.Timeout | null = null;
  #registers: Registers;
  #at = 0;

  constructor({ unit = 1 }: { readonly unit?: number } = {}) {
    this.#unit = unit;
    this.room = initialRoom(performance.timeOrigin / 1000);
    this.#registers = registersOf(this.room, this.#faults);
  }

  /** Resolves with the port that is listened on; 0 picks a free one. */
  async start(port = 0): Promise<number> {
    this.#at = performance.now();
    this.#timer = setInterval(() => this.#tick(), tickMs);
    const server = new ServerTCP(this.#vector(), {
      host: "127.0.0.1",
      // The package takes the number 0 for none given and listens on 502; the text "0" it hands on.
      port: String(port) as unknown as number,
      unitID: this.#unit,
      debug: false,
    });
    this.#server = server;
    server.on("socketError", () => {});
    await new Promise<void>((resolve, reject) => {
      server.once("initialized", () => resolve());
      server.once("serverError", (error) => reject(error ?? new Error("no server")));
    });
    const inner = server as unknown as { _server: { address(): { port: number } } };
    return inner._server.address().port;
  }

  /** Words of faults.ts: what somebody breaks, or does at the cabinet. */
  act(words: readonly string[]): void {
    checkWords(words);
    const [what = "", about = ""] = words;
    if (what === "clear") this.#faults = noFaults();
    else if (what === "inspect") inspect(this.room, this.#epoch());
    else if (what === "hand-start") startByHand(this.room, pump(about));
    else if (what === "stop-pumps") stopPumps(this.room);
    else if (what === "pool") this.room.pool = level(what, about);
    else if (what === "roof-tank") this.room.roofTank = level(what, about);
    else inject(this.#faults, words);
  }

  async stop(): Promise<void> {
    if (this.#timer) clearInterval(this.#timer);
    const server = this.#server;
    if (server) await new Promise<void>((resolve) => server.close(() => resolve()));
  }

  /** What the controller shows now. */
  get registers(): Registers {
    return this.#registers;
  }

  /** Whole seconds of physics at once: for whoever has a clock of his own. */
  advance(seconds: number): void {
    for (let i = 0; i < seconds / stepSeconds; i += 1) step(this.room, this.#faults, stepSeconds);
    this.#registers = registersOf(this.room, this.#faults);
  }

  /** As much physics as time has passed. */
  #tick(): void {
    const now = performance.now();
    for (; this.#at + stepSeconds * 1000 <= now; this.#at += stepSeconds * 1000) {
      step(this.room, this.#faults, stepSeconds);
    }
    this.#registers = registersOf(this.room, this.#faults);
  }

  #epoch(): number {
    return (performance.timeOrigin + performance.now()) / 1000;
  }

  #vector() {
    const pick = <T>(list: readonly T[], address: number): T => {
      const value = list[address];
      if (value === undefined) throw new ModbusException(2);
      return value;
    };
    const refuse = (): never => {
      throw new ModbusException(1);
    };
    return {
      getCoil: (address: number) => pick([false, false, false], address),
      getDiscreteInput: (address: number) => pick(this.#registers.discrete, address),
      getInputRegister: (address: number) => pick(this.#registers.input, address),
      getHoldingRegister: (address: number) => pick(this.#registers.holding, address),
      setCoil: refuse,
      setRegister: refuse,
    };
  }
}
