/**
 * One server that takes lines: InfluxDB 2 and 3, and what speaks their `/api/v2/write`
 * (VictoriaMetrics), or InfluxDB 1 on `/write`. The client's own buffer and retries are off, for it
 * drops what does not fit; one request is under way at a time, on one connection.
 *
 * Whether the server may have been another one meanwhile is told by that connection: closed without a
 * word, it may have died, and what it took last may be gone.
 */
import http from "node:http";
import https from "node:https";
import type { Socket } from "node:net";
import { InfluxDB, setLogger, type Transport, type WriteApi } from "@influxdata/influxdb-client";

export type ServerOptions = {
  readonly url: string;
  readonly org: string;
  readonly bucket: string;
  readonly retentionPolicy: string | null;
  readonly token: string | null;
  readonly api: "auto" | "1" | "2";
  readonly timeoutMs: number;
};

export type Precision = "ms" | "ns";

export type ServerKind = {
  readonly api: "1" | "2";
  /** As it calls itself: "InfluxDB 1.6.7". */
  readonly name: string;
};

/** What a server said to a write that it did not take, or not whole. */
export class NotTaken extends Error {
  /** HTTP status; 0 where there was no answer. */
  readonly status: number;
  readonly retryAfterMs: number | null;
  /** The server, or what stands before it, may have been started anew. */
  readonly isBroken: boolean;

  constructor(status: number, message: string, retryAfterMs: number | null, isBroken: boolean) {
    super(message);
    this.status = status;
    this.retryAfterMs = retryAfterMs;
    this.isBroken = isBroken;
  }
}

type HttpFailure = Error & {
  readonly statusCode?: number;
  readonly headers?: http.IncomingHttpHeaders;
  readonly json?: { readonly message?: string; readonly error?: string };
};

/** A partial write: InfluxDB 3 says so with 201, which the client takes for a success. */
const partial = 201;
const gateways = [502, 503, 504];
const longestReason = 300;
/** What is smaller is sent as it is. */
const gzipOverBytes = 1000;

// Its lines would go to stderr past the log, one for each try.
setLogger({ error: () => {}, warn: () => {} });

export class Server {
  readonly #o: ServerOptions;
  readonly #agent: http.Agent;
  readonly #apis: Readonly<Record<Precision, WriteApi>>;
  #failure: HttpFailure | null = null;
  #socket: Socket | null = null;
  /** It has said that it will close this connection. */
  #isClosing = false;
  #isBroken = false;

  constructor(options: ServerOptions, { api }: ServerKind) {
    this.#o = options;
    const { url, token, timeoutMs } = options;
    const isTls = url.startsWith("https:");
    const agent = { keepAlive: true, maxSockets: 1 };
    this.#agent = isTls ? new https.Agent(agent) : new http.Agent(agent);
    const { hostname } = new URL(url);
    const client = new InfluxDB({
      url: url.replace(/\/+$/, ""),
      timeout: timeoutMs,
      transportOptions: { agent: this.#agent },
      ...(api === "2" && token !== null ? { token } : {}),
      ...(api === "1" && token !== null ? { headers: { authorization: basic(token) } } : {}),
    });
    const transport = this.#watched(client.transport);
    const make = (precision: Precision): WriteApi => {
      const watched = new InfluxDB({ url, transport });
      const writer = watched.getWriteApi(options.org, options.bucket, precision, {
        // Its own batches begin there, and nobody waits for them.
        batchSize: 100_000,
        flushInterval: 0,
        maxRetries: 0,
        gzipThreshold: isNear(hostname) ? Number.MAX_SAFE_INTEGER : gzipOverBytes,
        writeFailed: (error) => Promise.reject(error),
      });
      if (api === "1") writer.path = this.#pathOfOne(precision);
      return writer;
    };
    this.#apis = { ms: make("ms"), ns: make("ns") };
  }

  /** Since it was last asked, the connection has ended without a word. */
  get isBroken(): boolean {
    return this.#isBroken;
  }

  /** Resolves when the server has taken all of them; throws `NotTaken`. */
  async write(lines: string[], precision: Precision): Promise<void> {
    const api = this.#apis[precision];
    this.#failure = null;
    api.writeRecords(lines);
    try {
      await api.flush();
    } catch (error) {
      throw this.#judge(error as HttpFailure);
    }
    if (this.#failure) throw this.#judge(this.#failure);
  }

  close(): void {
    this.#isClosing = true;
    this.#agent.destroy();
  }

  #pathOfOne(precision: Precision): string {
    const { bucket, retentionPolicy } = this.#o;
    const query = new URLSearchParams({ db: bucket, precision });
    if (retentionPolicy !== null) query.set("rp", retentionPolicy);
    return `/write?${query}`;
  }

  #judge(error: HttpFailure): NotTaken {
    const { statusCode = 0, headers = {} } = error;
    const reason = error.json?.message ?? error.json?.error ?? error.message;
    const isOwn = headers["x-influxdb-version"] ?? headers["x-server-hostname"];
    const isBroken = statusCode === 0 || (gateways.includes(statusCode) && isOwn === undefined);
    return new NotTaken(
      statusCode,
      reason.slice(0, longestReason),
      retryAfterOf(headers["retry-after"]),
      isBroken,
    );
  }

  /** Looks at each answer before the client does: 201, and whether the connection stays. */
  #watched(inner: Transport): Transport {
    return {
      chunkCombiner: inner.chunkCombiner,
      request: (...args) => inner.request(...args),
      iterate: (...args) => inner.iterate(...args),
      send: (path, body, options, callbacks) => {
        let status = 0;
        let said = "";
        inner.send(path, body, options, {
          ...callbacks,
          responseStarted: (headers, code) => {
            status = code ?? 0;
            this.#watchSocket();
            this.#isClosing = headers.connection === "close";
            callbacks?.responseStarted?.(headers, code);
          },
          next: (data: Uint8Array) => {
            said += Buffer.from(data).toString("utf8");
            return callbacks?.next?.(data);
          },
          complete: () => {
            const failure = Object.assign(new Error(said), { statusCode: status });
            if (status === partial) this.#failure = failure;
            callbacks?.complete?.();
          },
        });
      },
    };
  }

  #watchSocket(): void {
    const [socket] = Object.values(this.#agent.sockets).flatMap((all) => all ?? []);
    if (!socket || socket === this.#socket) return;
    this.#socket = socket;
    const ended = (): void => {
      if (this.#socket === socket && !this.#isClosing) this.#isBroken = true;
    };
    socket.once("end", ended);
    socket.once("error", ended);
  }
}

/** Which kind of server answers there. Throws `NotTaken` where none does. */
export async function probe({ url, api, timeoutMs }: ServerOptions): Promise<ServerKind> {
  const base = url.replace(/\/+$/, "");
  const ask = async (path: string) => {
    try {
      const answer = await fetch(base + path, { signal: AbortSignal.timeout(timeoutMs) });
      return { status: answer.status, headers: answer.headers, text: await answer.text() };
    } catch (error) {
      const { cause, message } = error as Error;
      const why = cause instanceof Error ? cause.message || String(cause) : message;
      throw new NotTaken(0, why.slice(0, longestReason), null, true);
    }
  };
  const ping = await ask("/ping");
  if (gateways.includes(ping.status) && !ping.headers.has("x-influxdb-version")) {
    const retryAfterMs = retryAfterOf(ping.headers.get("retry-after") ?? undefined);
    throw new NotTaken(ping.status, `${ping.status} on /ping`, retryAfterMs, true);
  }
  const version = ping.headers.get("x-influxdb-version")?.replace(/^v/, "") ?? null;
  if (version !== null) {
    const found = version.startsWith("1.") || version.startsWith("0.") ? "1" : "2";
    return { api: api === "auto" ? found : api, name: `InfluxDB ${version}` };
  }
  const { text } = await ask("/health");
  const name = text.trim() === "OK" ? "VictoriaMetrics" : "unknown server";
  return { api: api === "auto" ? "2" : api, name };
}

/** InfluxDB 1 knows users, not tokens: `USER:PASSWORD`. */
function basic(token: string): string {
  return token.includes(":") ? `Basic ${Buffer.from(token).toString("base64")}` : `Token ${token}`;
}

/** Seconds, or a date, which is left out: by then another try has been made. */
function retryAfterOf(header: string | undefined): number | null {
  return header !== undefined && /^\d{1,6}$/.test(header.trim()) ? Number(header) * 1000 : null;
}

function isNear(hostname: string): boolean {
  return ["127.0.0.1", "localhost", "[::1]"].includes(hostname);
}
