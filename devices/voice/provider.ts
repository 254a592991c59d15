/**
 * A provider of voice calls and SMS, as the demo has one: it takes a call (202), knows a repeat by its
 * key, and says by a signed receipt that the message is there. Whoever is called answers by the link.
 */
import { createHmac } from "node:crypto";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";

export type Call = {
  readonly key: string;
  readonly kind: string;
  /** Of an order; empty where a person is called. */
  readonly station: string;
  readonly person: string;
  readonly link: string | null;
  readonly text: string;
};

type Asked = Partial<Call> & { readonly receipts?: string | null };

const largestBody = 65_536;
/** Receipts and answers under way at once. */
const atOnce = 8;

export type Answer = "comes" | "cannot" | "arrived";

export class VoiceProvider {
  readonly calls = new Map<string, Call>();
  readonly #server: Server;
  readonly #called: (call: Call) => void;
  readonly #secret: string;
  readonly #receipts: (() => Promise<unknown>)[] = [];
  /** The last answer of each person of a call-out, by link. */
  readonly #answers = new Map<string, Answer>();
  #running = 0;

  constructor(secret: string, called: (call: Call) => void = () => {}) {
    this.#secret = secret;
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

  /** So many of those who are called and have not said this yet answer by their link; gives how many. */
  async answer(word: Answer, most: number): Promise<number> {
    // Who arrives has said before that he comes.
    const before = word === "arrived" ? "comes" : undefined;
    const links = new Set([...this.calls.values()].flatMap(({ link }) => link ?? []));
    const asked = [...links].filter((link) => this.#answers.get(link) === before).slice(0, most);
    for (let i = 0; i < asked.length; i += atOnce) {
      const some = asked.slice(i, i + atOnce);
      await Promise.all(some.map((link) => this.#answerOne(link, word)));
    }
    return asked.length;
  }

  async #answerOne(link: string, answer: Answer): Promise<void> {
    const body = new URLSearchParams({ answer });
    const { status } = await fetch(link, { method: "POST", body, redirect: "manual" });
    if (status !== 303) throw new Error(`the page of the link says ${status}`);
    this.#answers.set(link, answer);
  }

  #take(key: string, bytes: Buffer): number {
    if (this.calls.has(key)) return 200;
    let asked: Asked;
    try {
      asked = JSON.parse(bytes.toString("utf8")) as Asked;
    } catch {
      return 400;
    }
    const { kind = "voice", station = "", person = "", link = null, text = "", receipts } = asked;
    const call = { key, kind, station, person, link, text };
    this.calls.set(key, call);
    this.#called(call);
    if (receipts) {
      this.#receipts.push(() => this.#receipt(receipts, key));
      this.#next();
    }
    return 202;
  }

  #next(): void {
    if (this.#running >= atOnce) return;
    const send = this.#receipts.shift();
    if (!send) return;
    this.#running += 1;
    void send()
      .catch(() => {})
      .finally(() => {
        this.#running -= 1;
        this.#next();
      });
  }

  #receipt(url: string, key: string): Promise<unknown> {
    const body = JSON.stringify({ key, status: "delivered" });
    const mac = createHmac("sha256", this.#secret).update(body).digest("hex");
    return fetch(url, {
      method: "POST",
      body,
      headers: { "content-type": "application/json", "x-firelink-signature": `sha256=${mac}` },
    });
  }
}
