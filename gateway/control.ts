/**
 * control.sock: how the command line speaks with the running gateway. A Unix socket (0600), one JSON
 * object per line: `{"id":1,"do":"command",…}` → `{"id":1,"ok":true,…}`, before it perhaps lines of
 * progress. Whoever can open the file
 * is the owner of the folder; the actor of such a command is `P-cli`.
 */
import { chmodSync, rmSync } from "node:fs";
import { createConnection, createServer, type Server, type Socket } from "node:net";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { Refused } from "./errors.ts";

export type Request = { readonly do: string; readonly [key: string]: unknown };
/** Tells how far a long request has come. */
export type Progress = (step: string) => void;
export type Handler = (request: Request, progress: Progress) => Promise<unknown>;

/** sun_path of Linux has 108 bytes, the last one a zero. */
const longestPath = 107;
const longestLine = 16 << 20;
const maxConnections = 16;

export function controlPath(folder: string): string {
  return join(folder, "control.sock");
}

export class ControlServer {
  readonly #path: string;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  constructor(folder: string, handlers: Readonly<Record<string, Handler>>) {
    this.#path = controlPath(folder);
    this.#server = createServer((socket) => this.#serve(socket, handlers));
    this.#server.maxConnections = maxConnections;
  }

  async start(): Promise<void> {
    if (Buffer.byteLength(this.#path) > longestPath) {
      throw new Refused({
        code: "path-too-long",
        message: `${this.#path} is too long for a socket`,
        allowed: `FIRELINK_DATA of at most ${longestPath - "/control.sock".length} bytes`,
      });
    }
    // The folder is locked by this process: a socket that is there was left by a dead one.
    rmSync(this.#path, { force: true });
    await new Promise<void>((resolve, reject) => {
      this.#server.once("error", reject);
      this.#server.listen(this.#path, resolve);
    });
    chmodSync(this.#path, 0o600);
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  #serve(socket: Socket, handlers: Readonly<Record<string, Handler>>): void {
    this.#sockets.add(socket);
    socket.on("close", () => this.#sockets.delete(socket));
    socket.on("error", () => socket.destroy());
    let received = 0;
    socket.on("data", (chunk) => {
      received += chunk.length;
      if (received > longestLine) socket.destroy();
    });
    createInterface({ input: socket }).on("line", (line) => {
      received = 0;
      const send = (answer: object): void => {
        if (!socket.destroyed) socket.write(`${JSON.stringify(answer)}\n`);
      };
      void respond(line, handlers, (step) => send({ progress: step })).then(send);
    });
  }
}

async function respond(
  line: string,
  handlers: Readonly<Record<string, Handler>>,
  progress: Progress,
): Promise<Record<string, unknown>> {
  let id: unknown = null;
  try {
    const request = JSON.parse(line) as Request;
    id = request.id ?? null;
    const handler = Object.hasOwn(handlers, request.do) ? handlers[request.do] : undefined;
    if (!handler) {
      const allowed = Object.keys(handlers).join(", ");
      throw new Refused({ code: "unknown-request", message: `no request ${request.do}`, allowed });
    }
    return { id, ok: true, result: (await handler(request, progress)) ?? null };
  } catch (error) {
    const code = error instanceof Refused ? error.code : "failed";
    const allowed = error instanceof Refused ? error.allowed : undefined;
    return { id, ok: false, code, message: (error as Error).message, allowed };
  }
}

/** Sends one request to the gateway that runs on `folder`; null where none runs. */
export async function ask(
  folder: string,
  request: Request,
  progress: Progress = () => {},
): Promise<unknown> {
  const socket = createConnection(controlPath(folder));
  const connected = await new Promise<boolean>((resolve) => {
    socket.once("connect", () => resolve(true));
    socket.once("error", () => resolve(false));
  });
  if (!connected) return null;
  socket.write(`${JSON.stringify({ id: 1, ...request })}\n`);
  try {
    for await (const line of createInterface({ input: socket })) {
      const step = (JSON.parse(line) as { progress?: string }).progress;
      if (step === undefined) return answerOf(line);
      progress(step);
    }
    throw new Refused({ code: "no-answer", message: "the gateway closed the connection" });
  } finally {
    socket.destroy();
  }
}

function answerOf(line: string): unknown {
  const answer = JSON.parse(line) as {
    ok: boolean;
    result: unknown;
    code: string;
    message: string;
    allowed?: string;
  };
  if (answer.ok) return { result: answer.result };
  const { code, message, allowed } = answer;
  throw new Refused(allowed === undefined ? { code, message } : { code, message, allowed });
}
