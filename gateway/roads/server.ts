/** A route server by its address: OSRM or Valhalla. Two seconds, a bounded answer, and left alone after a failure. */
import { BackOff } from "./back-off.ts";
import {
  osrmPath,
  osrmRoutePath,
  osrmShape,
  osrmTable,
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

const deadlineMs = 2000;
const mostBytes = 8 << 20;

export class RouteServer implements TravelTime {
  readonly kind: "valhalla-server" | "osrm-server";
  readonly roads: string;
  readonly avoids: boolean;
  readonly #url: string;
  readonly #backOff: BackOff;

  constructor(url: string, api: "valhalla" | "osrm", now: () => number) {
    this.#url = url.replace(/\/+$/, "");
    this.kind = `${api}-server`;
    this.roads = `${api} ${this.#url}`;
    // OSRM has no way to leave out a road for one question.
    this.avoids = api === "valhalla";
    this.#backOff = new BackOff(now);
  }

  table(request: TableRequest): Promise<WayTable> {
    const isOsrm = this.kind === "osrm-server";
    return this.#guarded(() => (isOsrm ? this.#osrm(request) : this.#valhalla(request)));
  }

  route(request: RouteRequest): Promise<Shape | null> {
    return this.#guarded(async () => {
      if (this.kind === "osrm-server")
        return osrmShape((await this.#ask(osrmRoutePath(request))).body);
      const { status, body } = await this.#ask("/route", valhallaRouteQuery(request));
      return status >= 400 ? valhallaNoPath(body) : valhallaShape(body);
    });
  }

  /** Who gives no answer is down, and left alone for a while. */
  async #guarded<T>(ask: () => Promise<T>): Promise<T> {
    this.#backOff.insist();
    try {
      const answer = await ask();
      this.#backOff.answered();
      return answer;
    } catch (error) {
      if (error instanceof EngineRefused) throw error;
      const { message, cause } = error as Error & { cause?: Error };
      const why = cause ? `${message}: ${cause.message}` : message;
      this.#backOff.failed(why);
      throw new EngineDown(why);
    }
  }

  health() {
    return this.#backOff.health();
  }

  close(): void {}

  /** What it cannot answer it says with a 400 and a code in the body. */
  async #osrm(request: TableRequest): Promise<WayTable> {
    return osrmTable((await this.#ask(osrmPath(request))).body, request);
  }

  async #valhalla(request: TableRequest): Promise<WayTable> {
    const { status, body } = await this.#ask("/sources_to_targets", valhallaQuery(request));
    return status >= 400 ? valhallaRefusal(body, request) : valhallaTable(body, request);
  }

  async #ask(path: string, query?: object): Promise<{ status: number; body: unknown }> {
    const asked =
      query === undefined
        ? {}
        : {
            method: "POST",
            headers: { "content-type": "application/json" },
            body: JSON.stringify(query),
          };
    const signal = AbortSignal.timeout(deadlineMs);
    const answer = await fetch(`${this.#url}${path}`, { signal, redirect: "error", ...asked });
    if (answer.status >= 500) throw new Error(`HTTP ${answer.status}`);
    return { status: answer.status, body: JSON.parse(await textOf(answer)) as unknown };
  }
}

async function textOf(answer: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of answer.body ?? []) {
    size += chunk.length;
    if (size > mostBytes) throw new Error(`an answer of more than ${mostBytes >> 20} MB`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}
