/** A person's browser in tests: a session cookie, JSON in and out, and the stream read by hand. */
import { type ClientRequest, get, type IncomingMessage } from "node:http";

export type Frame = { readonly event: string; readonly id: string | null; readonly data: unknown };

export type Answer = {
  readonly status: number;
  readonly type: string;
  readonly body: Record<string, unknown>;
  readonly headers: Headers;
};

export class Browser {
  readonly #url: string;
  cookie = "";

  constructor(url: string) {
    this.#url = url;
  }

  async ask(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Answer> {
    const hasBody = body !== undefined;
    const response = await fetch(this.#url + path, {
      method,
      redirect: "manual",
      headers: {
        ...(this.cookie ? { cookie: this.cookie } : {}),
        ...(hasBody ? { "content-type": "application/json" } : {}),
        ...headers,
      },
      ...(hasBody ? { body: typeof body === "string" ? body : JSON.stringify(body) } : {}),
    });
    const text = await response.text();
    const type = response.headers.get("content-type") ?? "";
    const isJson = type.includes("json") && text !== "";
    return {
      status: response.status,
      type,
      body: isJson ? (JSON.parse(text) as Record<string, unknown>) : { text },
      headers: response.headers,
    };
  }

  async signIn(name: string, password: string): Promise<Answer> {
    const answer = await this.ask("POST", "/api/v1/session", { name, password });
    this.cookie = answer.headers.get("set-cookie")?.split(";")[0] ?? "";
    return answer;
  }

  act(command: object, more: object = {}): Promise<Answer> {
    return this.ask("POST", "/api/v1/commands", { seat: "desk-1", command, ...more });
  }

  stream(query = "", headers: Record<string, string> = {}): Promise<Stream> {
    return Stream.open(`${this.#url}/api/v1/stream${query}`, { cookie: this.cookie, ...headers });
  }
}

/** One event stream; what has arrived stands in `frames`. */
export class Stream {
  readonly frames: Frame[] = [];
  readonly response: IncomingMessage;
  readonly #request: ClientRequest;
  closed = false;
  #rest = "";

  private constructor(request: ClientRequest, response: IncomingMessage) {
    this.#request = request;
    this.response = response;
    response.setEncoding("utf8");
    response.on("data", (text: string) => this.#take(text));
    response.on("close", () => {
      this.closed = true;
    });
    response.on("error", () => {});
  }

  static open(url: string, headers: Record<string, string>): Promise<Stream> {
    return new Promise((resolve, reject) => {
      const request = get(url, { headers, agent: false }, (response) =>
        resolve(new Stream(request, response)),
      );
      request.on("error", reject);
    });
  }

  of(event: string): Frame[] {
    return this.frames.filter((frame) => frame.event === event);
  }

  /** What the newest of them says; fails where there is none. */
  last<T>(event: string): T {
    const frame = this.of(event).at(-1);
    if (!frame) throw new Error(`no ${event} has arrived`);
    return frame.data as T;
  }

  close(): void {
    this.#request.destroy();
  }

  #take(text: string): void {
    const parts = (this.#rest + text).split("\n\n");
    this.#rest = parts.pop() ?? "";
    for (const part of parts) {
      const lines = new Map(
        part.split("\n").map((line) => [line.slice(0, line.indexOf(": ")), line]),
      );
      const field = (name: string) => lines.get(name)?.slice(name.length + 2) ?? null;
      this.frames.push({
        event: field("event") ?? "message",
        id: field("id"),
        data: JSON.parse(field("data") ?? "null"),
      });
    }
  }
}
