/**
 * Modbus devices for tests, good and bad: real servers on 127.0.0.1, written by hand after the
 * specification, so that they share no mistake with the library that asks them.
 */
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { Worker } from "node:worker_threads";
import { BackOff } from "../adapters/modbus/back-off.ts";
import { crc16 } from "../adapters/modbus/frame.ts";
import { ModbusLink } from "../adapters/modbus/link.ts";
import {
  type DeviceLink,
  type PolledPoint,
  Poller,
  type PollerOptions,
} from "../adapters/modbus/poller.ts";

type End = () => unknown;

const ends: End[] = [];

/** Ends what a test has started, also where it failed: an open socket would hold up its file. */
export async function endAll(): Promise<void> {
  await Promise.all(
    ends
      .splice(0)
      .reverse()
      .map((end) => end()),
  );
}

export function atEnd(end: End): void {
  ends.push(end);
}

/** What one unit holds: at first every register its own address, every bit whether it is odd. */
export class Unit {
  readonly #words = new Map<number, number>();
  readonly holes = new Set<number>();
  /** Registers or bits that it gives in one answer. */
  most = 2000;
  /** Answers everything with this exception; 0 with none. */
  exception = 0;

  put(address: number, word: number): this {
    this.#words.set(address, word);
    return this;
  }

  at(address: number): number {
    return this.#words.get(address) ?? address;
  }

  /** Function and data of the answer (Modbus Application Protocol V1.1b3, 6.1 to 6.4). */
  answer(code: number, address: number, count: number): number[] {
    const addresses = Array.from({ length: count }, (_, i) => address + i);
    const most = Math.min(this.most, code <= 2 ? 2000 : 125);
    if (this.exception > 0) return [code | 0x80, this.exception];
    if (code < 1 || code > 4) return [code | 0x80, 1];
    if (count < 1 || count > most) return [code | 0x80, 3];
    if (addresses.some((a) => a > 65_535 || this.holes.has(a))) return [code | 0x80, 2];
    const bytes = code <= 2 ? this.#bits(addresses) : this.#registers(addresses);
    return [code, bytes.length, ...bytes];
  }

  #registers(addresses: readonly number[]): number[] {
    return addresses.flatMap((address) => [this.at(address) >> 8, this.at(address) & 0xff]);
  }

  #bits(addresses: readonly number[]): number[] {
    const bytes = new Array<number>(Math.ceil(addresses.length / 8)).fill(0);
    addresses.forEach((address, i) => {
      if (this.at(address) & 1) bytes[i >> 3] = (bytes[i >> 3] ?? 0) | (1 << (i & 7));
    });
    return bytes;
  }
}

export type Ask = {
  /** Monotonic ms. */
  readonly at: number;
  readonly unit: number;
  readonly code: number;
  readonly address: number;
  readonly count: number;
  readonly socket: Socket;
};

/** What a peer does with a question; `answer` is the right one, as it would go on the wire. */
export type Behaviour = (ask: Ask, answer: Buffer) => void;

export type Peer = {
  readonly endpoint: string;
  /** A unit that is not here never answers. */
  readonly units: Map<number, Unit>;
  readonly asks: Ask[];
  behave: Behaviour;
  /** Sockets that were opened, of all time. */
  sockets: number;
  readonly close: () => Promise<void>;
};

const headerBytes = 6;

export async function startPeer(
  options: {
    readonly rtu?: boolean;
    readonly units?: Iterable<readonly [number, Unit]>;
    readonly behave?: Behaviour;
  } = {},
): Promise<Peer> {
  const { rtu = false, units = [[1, new Unit()]], behave = behaviours.honest } = options;
  const open = new Set<Socket>();
  const server = createServer((socket) => {
    peer.sockets += 1;
    open.add(socket);
    socket.on("error", () => {});
    socket.on("close", () => open.delete(socket));
    listen(socket, peer, rtu);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const peer: Peer = {
    endpoint: `${rtu ? "rtu-tcp" : "tcp"}://127.0.0.1:${port}`,
    units: new Map(units),
    asks: [],
    behave,
    sockets: 0,
    close: () => {
      for (const socket of open) socket.destroy();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
  atEnd(peer.close);
  return peer;
}

function listen(socket: Socket, peer: Peer, rtu: boolean): void {
  let rest = Buffer.alloc(0);
  const size = rtu ? 8 : headerBytes + 6;
  socket.on("data", (bytes) => {
    rest = Buffer.concat([rest, bytes]);
    for (; rest.length >= size; rest = rest.subarray(size)) {
      const body = rtu ? rest : rest.subarray(headerBytes);
      const [unit = 0, code = 0] = body;
      const [address, count] = [body.readUInt16BE(2), body.readUInt16BE(4)];
      const ask = { at: performance.now(), unit, code, address, count, socket };
      peer.asks.push(ask);
      const device = peer.units.get(unit);
      if (!device) continue;
      const pdu = Buffer.from([unit, ...device.answer(code, address, count)]);
      peer.behave(ask, rtu ? withCrc(pdu) : withHeader(rest.readUInt16BE(0), pdu));
    }
  });
}

export function withCrc(pdu: Buffer): Buffer {
  const crc = crc16(pdu);
  return Buffer.concat([pdu, Buffer.from([crc & 0xff, crc >> 8])]);
}

export function withHeader(transaction: number, pdu: Buffer, length = pdu.length): Buffer {
  const header = Buffer.alloc(headerBytes);
  header.writeUInt16BE(transaction, 0);
  header.writeUInt16BE(length, 4);
  return Buffer.concat([header, pdu]);
}

/** The same bytes with some of them changed. */
function changed(answer: Buffer, change: (bytes: Buffer) => void): Buffer {
  const bytes = Buffer.from(answer);
  change(bytes);
  return bytes;
}

/** The right answer with another body behind its header. */
function otherBody(answer: Buffer, body: Buffer): Buffer {
  return withHeader(answer.readUInt16BE(0), body);
}

export const behaviours = {
  honest: ({ socket }, answer) => socket.write(answer),
  /** A byte at a time, each in a segment of its own. */
  dripping: ({ socket }, answer) => {
    for (let i = 0; i < answer.length; i += 1) {
      setTimeout(() => socket.write(answer.subarray(i, i + 1)), i).unref();
    }
  },
  blackHole: () => {},
  halfOpen: ({ socket }) => socket.end(),
  reset: ({ socket }) => socket.resetAndDestroy(),
  resetHalfway: ({ socket }, answer) => {
    socket.write(answer.subarray(0, answer.length - 1), () => socket.resetAndDestroy());
  },
  garbage: ({ socket }) => socket.write("HTTP/1.1 400 Bad Request\r\n\r\n"),
  wrongTransaction: ({ socket }, answer) => {
    socket.write(changed(answer, (b) => b.writeUInt16BE((b.readUInt16BE(0) + 1) & 0xffff, 0)));
  },
  wrongUnit: ({ socket }, answer) => {
    socket.write(changed(answer, (b) => b.writeUInt8((b[6] ?? 0) + 1, 6)));
  },
  wrongFunction: ({ socket }, answer) => {
    socket.write(changed(answer, (b) => b.writeUInt8((b[7] ?? 0) ^ 7, 7)));
  },
  /** Whole by its header, with a register too few. */
  short: ({ socket }, answer) => {
    socket.write(otherBody(answer, Buffer.from([...answer.subarray(6, 8), 0])));
  },
  /** Ends before its header says. */
  truncated: ({ socket }, answer) => socket.write(answer.subarray(0, -1)),
  /** Whole by its header; counts more bytes than there are. */
  wrongCount: ({ socket }, answer) => socket.write(changed(answer, (b) => b.writeUInt8(250, 8))),
  /** A PDU longer than any may be. */
  overLong: ({ socket }, answer) => socket.write(otherBody(answer, Buffer.alloc(300, 3))),
  /** More registers than were asked for. */
  tooMuch: ({ socket, unit, code }, answer) => {
    socket.write(otherBody(answer, Buffer.from([unit, code, 200, ...Buffer.alloc(200)])));
  },
  twice: ({ socket }, answer) => socket.write(Buffer.concat([answer, answer])),
  wrongCrc: ({ socket }, answer) => {
    socket.write(changed(answer, (b) => b.writeUInt8((b.at(-1) ?? 0) ^ 1, b.length - 1)));
  },
} satisfies Record<string, Behaviour>;

/** Answers rightly, after as many ms. */
export function slowly(ms: () => number): Behaviour {
  return ({ socket }, answer) => void setTimeout(() => socket.write(answer), ms()).unref();
}

/** A port of 127.0.0.1 where nobody listens. */
export async function closedPort(): Promise<string> {
  const peer = await startPeer();
  await peer.close();
  return peer.endpoint;
}

/**
 * A port whose queue of connections is full for ever: who connects hears nothing, not even a
 * refusal, as from a host that is switched off.
 */
export async function stalledPort(): Promise<string> {
  const source = `
    const { parentPort } = require("node:worker_threads");
    const server = require("node:net").createServer();
    server.listen({ port: 0, host: "127.0.0.1", backlog: 1 }, () => {
      parentPort.postMessage(server.address().port);
      setTimeout(() => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0), 50);
    });`;
  const worker = new Worker(source, { eval: true });
  const port = await new Promise<number>((resolve) => worker.once("message", resolve));
  await new Promise((resolve) => setTimeout(resolve, 200));
  const fillers: Socket[] = [];
  for (let taken = true; taken; ) {
    const socket = connect({ host: "127.0.0.1", port });
    socket.on("error", () => {});
    fillers.push(socket);
    taken = await Promise.race([
      new Promise<boolean>((resolve) => socket.once("connect", () => resolve(true))),
      new Promise<boolean>((resolve) => setTimeout(() => resolve(false), 150)),
    ]);
  }
  atEnd(() => {
    for (const socket of fillers) socket.destroy();
    return worker.terminate();
  });
  return `tcp://127.0.0.1:${port}`;
}

export const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

export function pointsAt(
  addresses: readonly number[],
  more: Partial<PolledPoint> = {},
): PolledPoint[] {
  const common = { order: "ABCD", scale: 1, offset: 0, sentinels: [], poll: "status" } as const;
  return addresses.map((address) => ({
    ...common,
    id: `p${address}`,
    table: "holding-register",
    address,
    as: "uint16",
    ...more,
  }));
}

export const upTo = (count: number) => Array.from({ length: count }, (_, i) => i);

/** A line that is closed when the test ends. */
export function lineTo({ endpoint }: Peer, timeoutMs = 300, leastBackOffMs = 10): ModbusLink {
  const link = new ModbusLink(endpoint, { timeoutMs, leastBackOffMs });
  atEnd(() => link.close());
  return link;
}

/** A poller in a hurry, and everything it has said. */
export function pollerOf(
  link: ModbusLink,
  points: readonly PolledPoint[],
  more: Partial<PollerOptions> = {},
) {
  const values = new Map<string, unknown>();
  const reasons = new Map<string, unknown>();
  const [links, seen]: [DeviceLink[], [string, unknown][]] = [[], []];
  const poller = new Poller({
    link,
    unit: 1,
    points,
    periods: { status: 50, analog: 50, settings: 3_600_000 },
    backOff: new BackOff({ leastMs: 50, mostMs: 200, lostAfter: 3 }, () => 0.5),
    phase: 0,
    read: (readings) => {
      for (const [id, { value, reason }] of readings) {
        values.set(id, value);
        reasons.set(id, reason);
        seen.push([id, value]);
      }
    },
    changed: (state) => links.push(state),
    ...more,
  });
  atEnd(() => poller.stop());
  poller.start();
  return { poller, values, reasons, links, seen };
}

/** Gaps between the questions that a peer was asked, ms. */
export function gaps(asks: Peer["asks"]): number[] {
  return asks.slice(1).map(({ at }, i) => at - (asks[i]?.at ?? at));
}

type Held = { readonly sockets: number; readonly timers: number };

export function held(): Held {
  const names = process.getActiveResourcesInfo();
  const count = (what: string) => names.filter((name) => name === what).length;
  return { sockets: count("TCPSocketWrap"), timers: count("Timeout") };
}

/** What is held when the sockets of the test before are closed. */
export async function heldNow(): Promise<Held> {
  await sleep(150);
  return held();
}

/** What is held after a short while in which sockets may close; `before` as soon as it is that. */
export async function settled(before: Held): Promise<Held> {
  for (let i = 0; i < 20; i += 1) {
    await sleep(20);
    if (JSON.stringify(held()) === JSON.stringify(before)) return before;
  }
  return held();
}
