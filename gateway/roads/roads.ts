/**
 * The roads of a running gateway: which engine knows them, what is closed, and the stored matrix, which is
 * computed anew in the background whenever the inventory, the map or the closures have changed.
 *
 * No alarm ever asks an engine. Whatever becomes of it, the matrix of before stays in force, and behind it
 * the estimate.
 */
import { type Closure, closedAt, closureKey } from "#rules/dispatch/roads.ts";
import type { Point } from "#rules/dispatch/travel.ts";
import type { Recorded } from "#rules/event.ts";
import type { Actor } from "#rules/signal.ts";
import { Refused } from "../errors.ts";
import type { Gateway } from "../gateway.ts";
import { storeSlowly } from "../imports.ts";
import { PackedInventory } from "../inventory/lookup.ts";
import { inSlices } from "../slices.ts";
import {
  type ClosureForm,
  closureOf,
  readClosures,
  storedClosures,
  withClosure,
  withoutClosure,
} from "./closures.ts";
import { type Computed, computeMatrix } from "./compute.ts";
import { type Line, Lines } from "./lines.ts";
import { configOf, enginePath, howToInstall, isInstalled, readMap } from "./map.ts";
import { type MatrixOrigin, StoredMatrix } from "./matrix.ts";
import { isInDoubt, measureWays } from "./measure.ts";
import { type Wanted, wantedPlaces } from "./places.ts";
import { RouteServer } from "./server.ts";
import type { RoadsStatus } from "./status.ts";
import { EngineDown, type TravelTime } from "./travel-time.ts";
import { Valhalla } from "./valhalla.ts";

/** Of several changes at once one matrix comes. */
const soonMs = 300;
/** After an engine that was away; it has its own back-off beside this. */
const againMs = 5000;
/** A smaller district is computed in one go; of a larger one the places of devices come first. */
const oneGo = 2000;
const system: Actor = { person: "P-system", seat: "roads" };

type Progress = (step: string) => void;

export class Roads {
  readonly #gateway: Gateway;
  readonly #failed: (error: unknown) => void;
  #engine: TravelTime | null = null;
  readonly #lines = new Lines();
  #timer: NodeJS.Timeout | null = null;
  #cancelEdge: (() => void) | null = null;
  #computing: Promise<void> | null = null;
  #share = "";
  #why: string | null = null;
  #left = 0;
  #isStopped = false;
  /** One change of the list at a time: the second one sees what the first has made of it. */
  #acts: Promise<unknown> = Promise.resolve();

  constructor(gateway: Gateway, failed: (error: unknown) => void) {
    this.#gateway = gateway;
    this.#failed = failed;
  }

  start(): void {
    this.#gateway.committed.addReader("roads", (events) => this.#read(events));
    const matrix = this.#matrix;
    if (matrix) void inSlices(matrix.warm(), () => this.#isStopped);
    this.#soon();
  }

  stop(): void {
    this.#isStopped = true;
    if (this.#timer) clearTimeout(this.#timer);
    this.#cancelEdge?.();
    this.#engine?.close();
  }

  /** The engine as it is now; a new map is a new engine. */
  engine(): TravelTime | null {
    const { config, clock, log } = this.#gateway;
    const { url, api, engine: configured } = config.roads;
    const now = (): number => clock.monotonic();
    if (url !== null) {
      this.#engine ??= new RouteServer(url, api, now);
      return this.#engine;
    }
    const engine = enginePath(config.data, configured);
    const map = readMap(config.data);
    const roads = map && isInstalled(engine) ? `valhalla ${map.folder}` : null;
    if (this.#engine?.roads === roads) return this.#engine;
    this.#engine?.close();
    this.#engine = null;
    if (map === null || roads === null) return null;
    const died = (why: string): void => {
      log.warn({ why }, "the route engine gave no answer");
      this.#failed(new EngineDown(why));
    };
    this.#engine = new Valhalla({ engine, config: configOf(config.data, map), roads, now, died });
    return this.#engine;
  }

  /** Computes the matrix where it is not that of today; resolves when it is in force. Throws `Refused`. */
  async compute(force: boolean, progress: Progress): Promise<RoadsStatus> {
    if (!this.engine()) {
      const { message, allowed } = this.#missing();
      throw new Refused({ code: "no-engine", message, allowed });
    }
    while (this.#computing) await this.#computing;
    await this.#run(force, progress);
    if (this.#why !== null) {
      throw new Refused({
        code: "engine-down",
        message: `the route engine gave no answer: ${this.#why}`,
        allowed: "the ways in force stay in force; firelink roads status",
      });
    }
    return this.status();
  }

  status(): RoadsStatus {
    const engine = this.#gateway.config.roads.url === null ? this.engine() : this.#engine;
    const matrix = this.#matrix;
    const { state } = this.#gateway.committed;
    const now = this.#gateway.clock.now();
    return {
      engine: engine && { kind: engine.kind, roads: engine.roads, ...engine.health() },
      missing: engine ? null : this.#missing(),
      map: readMap(this.#gateway.config.data),
      matrix: matrix && {
        hash: matrix.hash,
        engine: matrix.manifest.engine,
        roads: matrix.manifest.roads,
        places: matrix.manifest.places,
        ways: matrix.manifest.ways,
        without: matrix.manifest.without.length,
        isCurrent: this.#isCurrent(matrix, this.#originOf(engine)),
        sameInventory: matrix.manifest.inventory === state.adopted.inventory,
      },
      computing: this.#computing ? this.#share : null,
      why: this.#why,
      placesLeft: this.#left,
      closures: this.closures().map((one) => ({
        ...one,
        isClosed: one.from <= now && now < one.until,
        inMatrix: matrix?.without.has(closureKey(one)) ?? false,
      })),
      utcOffsetMin: this.#gateway.config.settings.utcOffsetMin,
    };
  }

  closures(): readonly Closure[] {
    const { artefacts, committed } = this.#gateway;
    return artefacts.world(committed.state).roads?.closures ?? [];
  }

  /** As a map draws them, for orders that have left; one for each of `from`. */
  lines(from: readonly Point[], to: Point): Promise<Line[]> {
    const closed = closedAt(this.closures(), this.#gateway.clock.now());
    return this.#lines.of(this.engine(), from, to, closed);
  }

  close(form: ClosureForm, actor: Actor): Promise<Closure> {
    return this.#act(actor, (list, now) => {
      const closure = closureOf(form, this.#closureTime(now));
      return { list: withClosure(list, closure, now), result: closure };
    });
  }

  reopen(id: string, actor: Actor): Promise<null> {
    return this.#act(actor, (list, now) => ({ list: withoutClosure(list, id, now), result: null }));
  }

  importClosures(path: string, actor: Actor): Promise<number> {
    return this.#act(actor, (_list, now) => {
      const list = readClosures(path, this.#closureTime(now));
      return { list, result: list.length };
    });
  }

  #closureTime(now: number) {
    const { artefacts, committed, config } = this.#gateway;
    const { district } = artefacts.world(committed.state).inventory;
    return { now, utcOffsetMin: config.settings.utcOffsetMin, district };
  }

  #act<T>(
    actor: Actor,
    change: (list: readonly Closure[], now: number) => { list: readonly Closure[]; result: T },
  ): Promise<T> {
    const run = this.#acts.then(async () => {
      const gateway = this.#gateway;
      const { list, result } = change(this.closures(), gateway.clock.now());
      const row = storedClosures(list);
      await gateway.store([row]);
      const { hash } = row;
      const summary = { closures: list.length };
      await gateway.command(actor, { command: "adopt", artefact: "closures", hash, summary });
      return result;
    });
    this.#acts = run.catch(() => {});
    return run;
  }

  get #matrix(): StoredMatrix | null {
    const { artefacts, committed } = this.#gateway;
    return artefacts.matrix(committed.state.adopted.matrix);
  }

  #missing(): { readonly message: string; readonly allowed: string } {
    const { data, roads } = this.#gateway.config;
    if (!isInstalled(enginePath(data, roads.engine))) {
      return { message: "no route engine is installed", allowed: howToInstall(data) };
    }
    const message = "the route engine has no map";
    return { message, allowed: "firelink roads build FILE.osm.pbf, or FIRELINK_ROADS_URL" };
  }

  #read(events: readonly Recorded[]): void {
    const isOfRoads = (event: Recorded): boolean =>
      event.type === "artefact-adopted" &&
      (event.artefact === "inventory" || event.artefact === "closures");
    if (events.some(isOfRoads)) this.#soon();
    for (const event of events) if (event.type === "dispatch-ranked") void this.#measure(event);
  }

  async #measure(event: Recorded & { readonly type: "dispatch-ranked" }): Promise<void> {
    const { artefacts, committed } = this.#gateway;
    const { state } = committed;
    const world = artefacts.world(state);
    const engine = isInDoubt(event, world) ? this.engine() : null;
    if (!engine || this.#isStopped) return;
    try {
      const closed = this.#closedNow(engine);
      const signal = await measureWays(engine, event, { state, world, closed });
      if (signal && !this.#isStopped) this.#gateway.push(signal);
    } catch (error) {
      // An engine that is away has told so itself; the order has left long ago.
      if (!(error instanceof EngineDown)) this.#failed(error);
    }
  }

  #soon(afterMs = soonMs): void {
    if (this.#isStopped) return;
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#run(false, () => {}), afterMs);
    this.#timer.unref();
  }

  async #run(force: boolean, progress: Progress): Promise<void> {
    this.#armEdge();
    if (this.#computing) return this.#soon();
    this.#computing = this.#compute(force, progress);
    try {
      await this.#computing;
      this.#why = null;
    } catch (error) {
      this.#why = (error as Error).message;
      if (!(error instanceof EngineDown)) this.#failed(error);
      this.#soon(againMs);
    } finally {
      this.#computing = null;
    }
  }

  /** What is closed is another thing from then on. */
  #armEdge(): void {
    const now = this.#gateway.clock.now();
    const edges = this.closures().flatMap(({ from, until }) => [from, until]);
    const next = Math.min(...edges.filter((at) => at > now));
    this.#cancelEdge?.();
    this.#cancelEdge = Number.isFinite(next)
      ? this.#gateway.clock.wakeAt(next, () => this.#soon())
      : null;
  }

  #closedNow(engine: TravelTime | null): Closure[] {
    if (!engine?.avoids) return [];
    return closedAt(this.closures(), this.#gateway.clock.now());
  }

  #originOf(engine: TravelTime | null): MatrixOrigin | null {
    return (
      engine && {
        engine: engine.kind,
        roads: engine.roads,
        inventory: this.#gateway.committed.state.adopted.inventory,
        without: this.#closedNow(engine).map(closureKey).sort(),
      }
    );
  }

  #isCurrent({ manifest }: StoredMatrix, origin: MatrixOrigin | null): boolean {
    if (!origin) return false;
    const { roads, inventory, without } = manifest;
    return (
      JSON.stringify([roads, inventory, without]) ===
      JSON.stringify([origin.roads, origin.inventory, origin.without])
    );
  }

  async #compute(force: boolean, progress: Progress): Promise<void> {
    const { artefacts, committed } = this.#gateway;
    const engine = this.engine();
    const origin = this.#originOf(engine);
    const { inventory } = artefacts.world(committed.state);
    if (!engine || !origin || !(inventory instanceof PackedInventory)) return;
    const matrix = this.#matrix;
    if (matrix && !force && this.#isCurrent(matrix, origin)) return;
    const without = this.#closedNow(engine);
    const isOff = (): boolean =>
      this.#isStopped || JSON.stringify(this.#originOf(engine)) !== JSON.stringify(origin);
    const wanted = await inSlices(wantedPlaces(inventory), isOff);
    if (!wanted) return this.#soon();
    this.#left = wanted.left;
    let known: Parameters<typeof computeMatrix>[0]["known"] = [];
    for (const places of roundsOf(wanted)) {
      const round = await computeMatrix({
        engine,
        inventory,
        places,
        without,
        origin,
        known,
        isOff,
        progress: (done, of) => {
          this.#share = `${done}/${of}`;
          progress(this.#share);
        },
      });
      if (!round) return this.#soon();
      known = round.list;
      if (round.computed.places > 0) await this.#adopt(round.computed);
    }
  }

  async #adopt({ hash, rows, places }: Computed): Promise<void> {
    const gateway = this.#gateway;
    await storeSlowly(gateway, rows);
    const bodies = new Map(rows.map((row) => [row.hash, row.body]));
    const manifest = bodies.get(hash) ?? new Uint8Array();
    const matrix = new StoredMatrix(hash, manifest, (name) => bodies.get(name) ?? null);
    if ((await inSlices(matrix.warm(), () => this.#isStopped)) === null) return;
    gateway.artefacts.holdMatrix(matrix);
    const summary = { places, ways: matrix.manifest.ways };
    await gateway.command(system, { command: "adopt", artefact: "matrix", hash, summary });
    gateway.artefacts.letGo(gateway.committed.state);
    gateway.metrics.storedPlaces.set(places);
  }
}

function roundsOf({ devices, sites }: Wanted): (readonly { lng: number; lat: number }[])[] {
  if (devices.length + sites.length <= oneGo) return [[...devices, ...sites]];
  return [devices, sites].filter((list) => list.length > 0);
}
