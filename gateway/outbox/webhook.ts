/**
 * Webhooks: a queue for each endpoint, so many at once and a minute, tried again ever later, up to a
 * limit. It is never in anybody's request, and holds nothing that the committed state does not: after
 * a restart the outbox offers everything again, and receivers know a repeat by its key.
 */
import { request } from "node:http";
import { request as secureRequest } from "node:https";
import {
  type Answered,
  type Endpoint,
  isProvider,
  type Message,
  type Sending,
  sendingOf,
  verdictOf,
} from "./formats.ts";

export type { Endpoint } from "./formats.ts";

export type Job = {
  readonly endpoint: string;
  /** The same effect has the same key for ever. */
  readonly key: string;
  /** Made when it is sent, out of the state of then; null where nobody needs it any more. */
  readonly message: () => Message | null;
  readonly done: (how: "delivered" | "accepted") => void;
};

export type WebhookOptions = {
  readonly endpoints: ReadonlyMap<string, Endpoint>;
  readonly failed: (endpoint: string, reason: string) => void;
  /** ms UTC: robots sign the time. */
  readonly now?: () => number;
  /** Where a provider sends the receipts of an endpoint. */
  readonly receiptsUrl?: (endpoint: string) => string | null;
  readonly firstRetryMs?: number;
};

/** Named limits (I8). */
export const webhookLimits = {
  timeoutMs: 5000,
  /** Of all endpoints together, and of one where its row says nothing else. */
  mostAtOnce: 64,
  atOnce: 8,
  /** A robot takes 20 a minute and silences whoever sends more. */
  robotPerMinute: 20,
  perMinute: 1200,
  /** Of one endpoint; what comes on top is offered again in the next round. */
  mostWaiting: 2000,
  mostAnswerBytes: 65_536,
  firstRetryMs: 1000,
  mostRetryMs: 300_000,
  /** About two hours of trying; then a person must see that it is down. */
  mostTries: 30,
  /** Keys remembered as done. */
  mostDone: 20_000,
} as const;

type Waiting = { readonly job: Job; tries: number; notBefore: number };

class Queue {
  readonly waiting = new Map<string, Waiting>();
  readonly sent: number[] = [];
  running = 0;
  timer: NodeJS.Timeout | null = null;
}

export class Webhooks {
  readonly #o: WebhookOptions;
  readonly #queues = new Map<string, Queue>();
  readonly #running = new Set<string>();
  /** Done or given up: not again in this life. */
  readonly #over = new Set<string>();

  constructor(options: WebhookOptions) {
    this.#o = options;
  }

  /** Offered as often as one likes: it is sent once, and again only where it failed. */
  send(job: Job): void {
    const { endpoint, key } = job;
    if (this.#running.has(key) || this.#over.has(key)) return;
    if (!this.#o.endpoints.has(endpoint)) return this.#o.failed(endpoint, "not-configured");
    const queue = this.#queueOf(endpoint);
    if (queue.waiting.has(key)) return;
    if (queue.waiting.size >= webhookLimits.mostWaiting) {
      return this.#o.failed(endpoint, "queue-full");
    }
    queue.waiting.set(key, { job, tries: 0, notBefore: 0 });
    this.#drain(endpoint);
  }

  waiting(endpoint: string): number {
    return this.#queues.get(endpoint)?.waiting.size ?? 0;
  }

  stop(): void {
    for (const { timer } of this.#queues.values()) if (timer) clearTimeout(timer);
    this.#queues.clear();
  }

  #queueOf(name: string): Queue {
    const known = this.#queues.get(name);
    if (known) return known;
    const queue = new Queue();
    this.#queues.set(name, queue);
    return queue;
  }

  /** Starts what may start now; what may not yet has a timer. */
  #drain(name: string): void {
    const queue = this.#queueOf(name);
    const endpoint = this.#o.endpoints.get(name);
    if (!endpoint) return;
    const now = performance.now();
    let wakeAt = Number.POSITIVE_INFINITY;
    for (const [key, waiting] of queue.waiting) {
      if (waiting.notBefore > now) {
        wakeAt = Math.min(wakeAt, waiting.notBefore);
        continue;
      }
      if (queue.running >= (endpoint.atOnce ?? webhookLimits.atOnce)) break;
      if (this.#running.size >= webhookLimits.mostAtOnce) break;
      const free = freeAt(queue, endpoint, now);
      if (free > now) {
        wakeAt = Math.min(wakeAt, free);
        break;
      }
      queue.waiting.delete(key);
      this.#start(name, endpoint, queue, waiting);
    }
    if (queue.timer) clearTimeout(queue.timer);
    queue.timer = null;
    if (wakeAt === Number.POSITIVE_INFINITY) return;
    queue.timer = setTimeout(() => this.#drain(name), Math.max(1, wakeAt - now));
    queue.timer.unref();
  }

  #start(name: string, endpoint: Endpoint, queue: Queue, waiting: Waiting): void {
    const { job } = waiting;
    let message: Message | null;
    try {
      message = job.message();
    } catch (error) {
      this.#close(job.key);
      return this.#o.failed(name, String(error));
    }
    if (message === null) return;
    if (isProvider(endpoint) && (message.to?.length ?? 0) === 0) {
      this.#close(job.key);
      return this.#o.failed(name, "no-number");
    }
    queue.running += 1;
    queue.sent.push(performance.now());
    this.#running.add(job.key);
    const receipts = this.#o.receiptsUrl?.(name) ?? null;
    const at = this.#o.now?.() ?? Math.round(performance.timeOrigin + performance.now());
    post(sendingOf(endpoint, job.key, message, { at, receipts }))
      .then(
        (answer) => this.#judge(name, waiting, verdictOf(endpoint, answer)),
        (error: Error & { code?: string }) =>
          this.#again(name, waiting, error.code ?? error.message),
      )
      .finally(() => {
        queue.running -= 1;
        this.#running.delete(job.key);
        // Another endpoint may have waited for the place.
        for (const other of this.#queues.keys()) this.#drain(other);
      });
  }

  #judge(name: string, waiting: Waiting, verdict: ReturnType<typeof verdictOf>): void {
    if ("failed" in verdict) {
      return this.#again(name, waiting, verdict.failed, verdict.retryAfterMs);
    }
    this.#close(waiting.job.key);
    waiting.job.done(verdict.how);
  }

  #again(name: string, waiting: Waiting, why: string, retryAfterMs = 0): void {
    const { firstRetryMs, mostRetryMs, mostTries } = webhookLimits;
    const { job, tries } = waiting;
    this.#o.failed(name, why);
    if (tries + 1 >= mostTries) {
      this.#close(job.key);
      return this.#o.failed(name, "given-up");
    }
    const pause = Math.min(mostRetryMs, (this.#o.firstRetryMs ?? firstRetryMs) * 2 ** tries);
    const notBefore = performance.now() + Math.max(pause, Math.min(retryAfterMs, mostRetryMs));
    this.#queueOf(name).waiting.set(job.key, { job, tries: tries + 1, notBefore });
  }

  #close(key: string): void {
    this.#over.add(key);
    // A Set keeps its order: the oldest goes first.
    if (this.#over.size <= webhookLimits.mostDone) return;
    for (const first of this.#over) {
      this.#over.delete(first);
      return;
    }
  }
}

/** When the next one may leave by the endpoint's rate: `now`, or later. */
function freeAt({ sent }: Queue, { perMinute, format }: Endpoint, now: number): number {
  const isRobot = format === "dingtalk" || format === "wecom";
  const most = perMinute ?? webhookLimits[isRobot ? "robotPerMinute" : "perMinute"];
  while (sent[0] !== undefined && sent[0] <= now - 60_000) sent.shift();
  const first = sent[sent.length - most];
  return first === undefined ? now : first + 60_000;
}

/** POSTs and gives the answer; a body that is too long or too slow is a failure with a name. */
function post({ url, body, headers }: Sending): Promise<Answered> {
  const send = url.startsWith("https:") ? secureRequest : request;
  const all = {
    "content-type": "application/json; charset=utf-8",
    "content-length": Buffer.byteLength(body),
    ...headers,
  };
  return new Promise((resolve, reject) => {
    const signal = AbortSignal.timeout(webhookLimits.timeoutMs);
    const outgoing = send(url, { method: "POST", headers: all, signal }, (answer) => {
      const chunks: Buffer[] = [];
      let size = 0;
      answer.on("data", (chunk: Buffer) => {
        size += chunk.length;
        if (size > webhookLimits.mostAnswerBytes) outgoing.destroy(new Error("answer-too-long"));
        else chunks.push(chunk);
      });
      answer.on("error", reject);
      answer.on("end", () => {
        const text = Buffer.concat(chunks).toString("utf8");
        const { "retry-after": retryAfter } = answer.headers;
        resolve({ status: answer.statusCode ?? 0, body: text, retryAfter });
      });
    });
    outgoing.on("error", reject);
    outgoing.end(body);
  });
}
