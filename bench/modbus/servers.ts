/**
 * Modbus TCP servers in a process of their own, each at its own port of the loopback, some of them
 * dead in one of four ways. Notes when each read of the bits comes in.
 */
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";

/** `refused`: nobody listens; `silent`: accepts, never answers; `slow`: answers after 5 s. */
export type How = "well" | "refused" | "silent" | "slow" | "resetting";

export type Order =
  | { readonly do: "start"; readonly hows: readonly How[] }
  /** From here on reads are noted. */
  | { readonly do: "mark" }
  | { readonly do: "take" };

/** Monotonic ms of this process: the window, and when each server was asked for its bits. */
export type Seen = {
  readonly from: number;
  readonly to: number;
  readonly asked: readonly (readonly number[])[];
};

const slowMs = 5000;
const requestBytes = 12;
const readBits = 2;
const floats = 18;

let from = performance.now();
let asked: number[][] = [];

/** Bits in a pattern; registers as 18 float32 and then uint16. */
function answer(request: Buffer): Buffer {
  const isBits = request[7] === readBits;
  const count = request.readUInt16BE(10);
  const bytes = isBits ? Math.ceil(count / 8) : count * 2;
  const out = Buffer.alloc(9 + bytes, 0b0101_0101);
  request.copy(out, 0, 0, 8);
  out.writeUInt16BE(3 + bytes, 4);
  out[8] = bytes;
  if (isBits) return out;
  const second = (Date.now() / 1000) % 100;
  for (let i = 0; i < count / 2; i += 1) {
    if (i < floats) out.writeFloatBE(second + i / 10, 9 + i * 4);
  }
  return out;
}

function serve(socket: Socket, index: number, how: How): void {
  let rest: Buffer = Buffer.alloc(0);
  socket.setNoDelay(true);
  socket.on("error", () => {});
  socket.on("data", (bytes) => {
    rest = rest.length === 0 ? bytes : Buffer.concat([rest, bytes]);
    for (; rest.length >= requestBytes; rest = rest.subarray(requestBytes)) {
      if (rest[7] === readBits) asked[index]?.push(performance.now());
      if (how === "silent") continue;
      if (how === "resetting") return void socket.resetAndDestroy();
      const out = answer(rest);
      if (how === "well") socket.write(out);
      else setTimeout(() => socket.writable && socket.write(out), slowMs);
    }
  });
}

function listen(how: How, index: number): Promise<Server> {
  return new Promise((resolve) => {
    const server = createServer((socket) => serve(socket, index, how));
    server.listen(0, "127.0.0.1", () => resolve(server));
  });
}

async function start(hows: readonly How[]): Promise<number[]> {
  const servers = await Promise.all(hows.map(listen));
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  // Closed when every port has been given out, so that none is given out twice.
  servers.forEach((server, i) => void (hows[i] === "refused" && server.close()));
  asked = hows.map(() => []);
  return ports;
}

async function obey(order: Order): Promise<unknown> {
  if (order.do === "start") return start(order.hows);
  if (order.do === "take") return { from, to: performance.now(), asked };
  from = performance.now();
  asked = asked.map(() => []);
  return "marked";
}

process.on("message", async (order: Order) => process.send?.(await obey(order)));
process.on("disconnect", () => process.exit());
