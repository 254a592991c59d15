/**
 * The second channel of a station: an HTTP POST to its telephone or radio gateway.
 *
 * Idempotent by `Idempotency-Key` = order:revision:channel; any 2xx is delivery. What fails is sent
 * again by the outbox's next round, never in a loop of its own; one request per key in flight.
 */
import { createHmac } from "node:crypto";
import { request } from "node:http";
import { request as secureRequest } from "node:https";
import type { Order } from "#rules/dispatch/order.ts";

export type Endpoint = {
  readonly url: string;
  /** Signs the body: `X-Firelink-Signature: sha256=…`; null where the endpoint needs none. */
  readonly secret: Buffer | null;
};

export type WebhookOptions = {
  readonly endpoints: Map<string, Endpoint>;
  readonly delivered: (order: Order, revision: number, channel: number) => void;
  readonly failed: (endpoint: string, reason: string) => void;
};

const timeoutMs = 5000;
/** Requests under way at once; the rest waits for the next round (I8). */
const mostInFlight = 64;

export class Webhooks {
  readonly #o: WebhookOptions;
  readonly #inFlight = new Set<string>();

  constructor(options: WebhookOptions) {
    this.#o = options;
  }

  send(name: string, order: Order, channel: number, message: object): void {
    const { revision } = order;
    const key = `${order.id}:${revision}:${channel}`;
    if (this.#inFlight.has(key) || this.#inFlight.size >= mostInFlight) return;
    const endpoint = this.#o.endpoints.get(name);
    if (!endpoint) return this.#o.failed(name, "not-configured");
    this.#inFlight.add(key);
    post(endpoint, key, JSON.stringify(message))
      .then(
        (status) => {
          if (status >= 200 && status < 300) this.#o.delivered(order, revision, channel);
          else this.#o.failed(name, `status-${status}`);
        },
        (error: Error & { code?: string }) => this.#o.failed(name, error.code ?? error.message),
      )
      .finally(() => this.#inFlight.delete(key));
  }
}

/** POSTs and gives the status; the answer's body is thrown away unread. */
function post(endpoint: Endpoint, key: string, body: string): Promise<number> {
  const headers: Record<string, string | number> = {
    "content-type": "application/json; charset=utf-8",
    "content-length": Buffer.byteLength(body),
    "idempotency-key": key,
  };
  if (endpoint.secret) {
    const mac = createHmac("sha256", endpoint.secret).update(body).digest("hex");
    headers["x-firelink-signature"] = `sha256=${mac}`;
  }
  const send = endpoint.url.startsWith("https:") ? secureRequest : request;
  return new Promise((resolve, reject) => {
    const signal = AbortSignal.timeout(timeoutMs);
    const outgoing = send(endpoint.url, { method: "POST", headers, signal }, (answer) => {
      answer.resume();
      answer.on("error", reject);
      resolve(answer.statusCode ?? 0);
    });
    outgoing.on("error", reject);
    outgoing.end(body);
  });
}
