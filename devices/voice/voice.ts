/**
 * The second channel of the demo: an HTTP service that stands for a telephone or radio gateway. It
 * knows a repeat by its Idempotency-Key, as any real one must.
 */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";

export type Call = { readonly key: string; readonly station: string; readonly body: unknown };

const largestBody = 65_536;

export class VoiceService {
  readonly calls = new Map<string, Call>();
  readonly #server: Server;
  readonly #called: (call: Call) => void;

  constructor(called: (call: Call) => void = () => {}) {
    this.#called = called;
    this.#server = createServer((request, response) => {
      const key = String(request.headers["idempotency-key"] ?? "");
      if (request.method !== "POST" || key === "") {
        response.writeHead(400).end();
        return;
      }
      const chunks: Buffer[] = [];
      let size = 0;
      request.on("data", (chunk: Buffer) => {
        size += chunk.length;
        if (size > largestBody) request.destroy();
        else chunks.push(chunk);
      });
      request.on("end", () => response.writeHead(this.#take(key, Buffer.concat(chunks))).end());
    });
  }

  async start(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, "127.0.0.1", resolve));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/call`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  #take(key: string, bytes: Buffer): number {
    if (this.calls.has(key)) return 200;
    try {
      const body = JSON.parse(bytes.toString("utf8")) as { station?: string };
      const call = { key, station: body.station ?? "", body };
      this.calls.set(key, call);
      this.#called(call);
      return 202;
    } catch {
      return 400;
    }
  }
}
