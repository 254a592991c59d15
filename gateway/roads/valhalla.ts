/**
 * The owner of Valhalla's process: started with the first question, one question at a time, two seconds
 * for each. Whoever is silent for longer is killed; whoever has died is started again after a while.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { fileURLToPath } from "node:url";
import { BackOff } from "./back-off.ts";
import {
  valhallaNoPath,
  valhallaQuery,
  valhallaRefusal,
  valhallaRouteQuery,
  valhallaShape,
  valhallaTable,
} from "./formats.ts";
import {
  EngineDown,
  EngineRefused,
  type RouteRequest,
  type Shape,
  type TableRequest,
  type TravelTime,
  type WayTable,
} from "./travel-time.ts";

const program = fileURLToPath(new URL("./valhalla-child.ts", import.meta.url));
const deadlineMs = 2000;
/** To load the engine: 40 ms on an idle machine. */
const startWithinMs = 10_000;
/** An unused engine gives its 200 MB back. */
const idleMs = 120_000;
const mostWaiting = 64;
const keptStderr = 2000;

type Answer = {
  readonly ready?: string;
  readonly id?: number;
  readonly answer?: unknown;
  readonly error?: string;
};

type Question = { readonly act: "matrix" | "route"; readonly query: object };

type Running = { readonly child: ChildProcess; readonly ready: Promise<void> };

export type ValhallaOptions = {
  /** Folder of the installed package. */
  readonly engine: string;
  /** Its configuration, written when the tiles were built. */
  readonly config: string;
  /** Which tiles they are. */
  readonly roads: string;
  readonly now: () => number;
  readonly died: (why: string) => void;
};

export class Valhalla implements TravelTime {
  readonly kind = "valhalla";
  readonly avoids = true;
  readonly #o: ValhallaOptions;
  readonly #backOff: BackOff;
  #running: Running | null = null;
  #waiting: ((answer: Answer | Error) => void) | null = null;
  #last: Promise<unknown> = Promise.resolve();
  #queued = 0;
  #nextId = 1;
  #idle: NodeJS.Timeout | null = null;
  #closed = false;

  constructor(options: ValhallaOptions) {
    this.#o = options;
    this.#backOff = new BackOff(options.now);
  }

  get roads(): string {
    return this.#o.roads;
  }

  /** Of the child, while there is one: for whoever wants to see it, or end it. */
  get pid(): number | null {
    return this.#running?.child.pid ?? null;
  }

  table(request: TableRequest): Promise<WayTable> {
    const query = { act: "matrix", query: valhallaQuery(request) } as const;
    return this.#inTurn(query, ({ error, answer }) =>
      error === undefined ? valhallaTable(answer, request) : valhallaRefusal(error, request),
    );
  }

  route(request: RouteRequest): Promise<Shape | null> {
    const query = { act: "route", query: valhallaRouteQuery(request) } as const;
    return this.#inTurn(query, ({ error, answer }) =>
      error === undefined ? valhallaShape(answer) : valhallaNoPath(error),
    );
  }

  #inTurn<T>(question: Question, read: (answer: Answer) => T): Promise<T> {
    if (this.#queued >= mostWaiting) throw new EngineDown(`${mostWaiting} questions are waiting`);
    this.#queued += 1;
    const run = this.#last
      .then(() => this.#answered(question, read))
      .finally(() => {
        this.#queued -= 1;
      });
    this.#last = run.catch(() => {});
    return run;
  }

  health() {
    return this.#backOff.health();
  }

  close(): void {
    this.#closed = true;
    this.#end("closed");
  }

  async #answered<T>(question: Question, read: (answer: Answer) => T): Promise<T> {
    this.#backOff.insist();
    if (this.#closed) throw new EngineDown("closed");
    if (this.#idle) clearTimeout(this.#idle);
    this.#running ??= this.#start();
    try {
      await this.#running.ready;
      const id = this.#nextId++;
      const result = read(await this.#exchange(deadlineMs, { id, ...question }));
      this.#backOff.answered();
      return result;
    } catch (error) {
      if (!(error instanceof EngineRefused)) this.#fail((error as Error).message);
      throw error;
    } finally {
      this.#idle = setTimeout(() => this.#end("idle"), idleMs).unref();
    }
  }

  #start(): Running {
    const { engine, config } = this.#o;
    const stdio = ["pipe", "ignore", "pipe", "pipe"] as const;
    const child = spawn(process.execPath, [program, engine, config], { stdio: [...stdio] });
    let stderr = "";
    child.stderr?.on("data", (bytes: Buffer) => {
      stderr = (stderr + bytes.toString("utf8")).slice(-keptStderr);
    });
    child.stdin?.on("error", () => {});
    const lines = createInterface({ input: child.stdio[3] as Readable });
    lines.on("line", (line) => this.#heard(child, line));
    const gone = (why: string): void => {
      if (this.#running?.child !== child) return;
      this.#running = null;
      // Of a Node program the last lines of its complaint say why.
      const [said = ""] = stderr.split("\n").filter((line) => /Error|error/.test(line));
      this.#answer(new EngineDown(said === "" ? why : `${why}: ${said.trim()}`));
    };
    child.on("error", (error) => gone(error.message));
    child.on("exit", (code, signal) => gone(`ended with ${signal ?? `status ${code}`}`));
    const ready = this.#exchange(startWithinMs, null).then(() => {});
    ready.catch(() => {});
    return { child, ready };
  }

  /** The next answer, at the latest by then. */
  #exchange(withinMs: number, question: object | null): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const deadline = setTimeout(() => {
        this.#answer(new EngineDown(`no answer within ${withinMs} ms`));
      }, withinMs);
      this.#waiting = (answer) => {
        clearTimeout(deadline);
        this.#waiting = null;
        if (answer instanceof Error) reject(answer);
        else resolve(answer);
      };
      const stdin = this.#running?.child.stdin;
      if (question && stdin) stdin.write(`${JSON.stringify(question)}\n`);
      else if (question) this.#answer(new EngineDown("ended"));
    });
  }

  #heard(child: ChildProcess, line: string): void {
    if (this.#running?.child !== child) return;
    try {
      this.#answer(JSON.parse(line) as Answer);
    } catch {
      this.#answer(new EngineDown("an answer that is no JSON"));
    }
  }

  #answer(answer: Answer | Error): void {
    this.#waiting?.(answer);
  }

  #fail(why: string): void {
    this.#backOff.failed(why);
    this.#end(why);
    this.#o.died(why);
  }

  /** A stopped process ignores everything else. */
  #end(why: string): void {
    const running = this.#running;
    this.#running = null;
    running?.child.kill("SIGKILL");
    this.#answer(new EngineDown(why));
    if (this.#idle) clearTimeout(this.#idle);
  }
}
