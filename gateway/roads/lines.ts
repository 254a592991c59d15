/**
 * The lines of ways as a map draws them, asked of the engine when a screen looks at orders that have
 * left. No alarm waits for one: an engine that is away gives no line, and the map draws it straight.
 */
import { type Closure, closureKey } from "#rules/dispatch/roads.ts";
import type { Point } from "#rules/dispatch/travel.ts";
import type { Text } from "#rules/inventory.ts";
import { fromRoadM } from "./network.ts";
import { EngineRefused, type Shape, type TravelTime } from "./travel-time.ts";

/** Of a whole question: screens ask again for what comes later. */
const withinMs = 2000;
const mostKept = 500;
/** A closed road is one that a line passes this near. */
const nearM = 40;

/** Why there is no line. `late`: it is still being asked for. */
export const lineFaults = ["no-engine", "down", "late", "off-map", "no-way"] as const;
type LineFault = (typeof lineFaults)[number];

export type Line = {
  /** WGS-84 [lng, lat], from the station to the place. */
  readonly shape: Shape | null;
  /** Null where there is a line. */
  readonly why: LineFault | null;
  /** Whether whoever drew it keeps off closed roads. */
  readonly avoids: boolean;
  /** Names of closed roads that the line passes all the same. */
  readonly passes: readonly Text[];
};

type Known = Pick<Line, "shape" | "why">;

export class Lines {
  readonly #withinMs: number;
  /** By roads, closures and both ends; the oldest goes first. */
  readonly #known = new Map<string, Known>();
  readonly #asked = new Map<string, Promise<Known>>();

  constructor(deadlineMs = withinMs) {
    this.#withinMs = deadlineMs;
  }

  /** One for each of `from`, in its order, within the deadline. `closed`: all that is closed now. */
  async of(
    engine: TravelTime | null,
    from: readonly Point[],
    to: Point,
    closed: readonly Closure[],
  ): Promise<Line[]> {
    if (!engine) return from.map(() => ({ ...missing("no-engine"), avoids: false, passes: [] }));
    const { avoids } = engine;
    const without = avoids ? closed : [];
    const late = AbortSignal.timeout(this.#withinMs);
    const isLate = new Promise<Known>((resolve) => {
      late.addEventListener("abort", () => resolve(missing("late")), { once: true });
    });
    const asked = from.map((start) =>
      Promise.race([this.#line(engine, { from: start, to, without }), isLate]),
    );
    return (await Promise.all(asked)).map((line) => ({
      ...line,
      avoids,
      passes: closed.filter((one) => passes(line.shape, one)).map(({ name }) => name),
    }));
  }

  #line(engine: TravelTime, request: Request): Promise<Known> {
    const key = keyOf(engine, request);
    const known = this.#known.get(key);
    if (known) return Promise.resolve(known);
    const asked = this.#asked.get(key) ?? this.#ask(engine, request, key);
    this.#asked.set(key, asked);
    return asked;
  }

  async #ask(engine: TravelTime, request: Request, key: string): Promise<Known> {
    try {
      const shape = await engine.route(request);
      const line: Known = shape ? { shape, why: null } : missing("no-way");
      this.#keep(key, line);
      return line;
    } catch (error) {
      // What is off its map stays there; who is down is asked again.
      if (!(error instanceof EngineRefused)) return missing("down");
      const line = missing("off-map");
      this.#keep(key, line);
      return line;
    } finally {
      this.#asked.delete(key);
    }
  }

  #keep(key: string, line: Known): void {
    this.#known.set(key, line);
    const [oldest] = this.#known.keys();
    if (this.#known.size > mostKept && oldest !== undefined) this.#known.delete(oldest);
  }
}

type Request = { readonly from: Point; readonly to: Point; readonly without: readonly Closure[] };

function keyOf({ roads }: TravelTime, { from, to, without }: Request): string {
  const ends = [from.lng, from.lat, to.lng, to.lat];
  return JSON.stringify([roads, without.map(closureKey).sort(), ends]);
}

function missing(why: LineFault): Known {
  return { shape: null, why };
}

function passes(shape: Shape | null, closed: Closure): boolean {
  if (!shape) return false;
  return shape.slice(1).some(([lng, lat], i) => {
    const [fromLng, fromLat] = shape[i] ?? [lng, lat];
    return fromRoadM(closed, { lng: fromLng, lat: fromLat }, { lng, lat }) < nearM;
  });
}
