/**
 * Everything about values put together: adapters → devices → detection → inbox, and beside it to
 * history. The gateway starts it, tells it what is committed, and stops it.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Logger } from "pino";
import type { BlindRule } from "#rules/detect/detector.ts";
import type { World } from "#rules/draft.ts";
import type { Recorded } from "#rules/event.ts";
import { type Device, deviceKey } from "#rules/inventory.ts";
import type { Lookup } from "#rules/inventory-index.ts";
import type { SignalBody } from "#rules/signal.ts";
import type { State } from "#rules/state.ts";
import { systemSite } from "#rules/system.ts";
import type { Clock } from "./clock.ts";
import { Completeness } from "./completeness/completeness.ts";
import type { Config } from "./config.ts";
import { Detection } from "./detection.ts";
import { Refused } from "./errors.ts";
import { History } from "./history/history.ts";
import { Influx } from "./influx/influx.ts";
import { OwnSamples } from "./influx/own.ts";
import { aliveEveryMs } from "./journal/alive.ts";
import { Devices } from "./live/devices.ts";
import { Panels } from "./live/panels.ts";
import type { Metrics } from "./metrics.ts";
import { prepareProfiles, readProfiles } from "./rulebook/profiles.ts";

export type TelemetryOptions = {
  readonly config: Config;
  readonly log: Logger;
  readonly clock: Clock;
  readonly metrics: Metrics;
  readonly push: (body: SignalBody) => boolean;
  readonly failed: (part: string, error: unknown) => void;
  /** As it is committed. */
  readonly state: () => State;
  /** When the process before this one was last alive, ms UTC; null: there was none. */
  readonly aliveUntil: number | null;
};

export class Telemetry {
  readonly profiles = readProfiles();
  readonly devices: Devices;
  readonly history: History;
  readonly influx: Influx;
  readonly completeness: Completeness;
  readonly #own: OwnSamples;
  readonly #detection: Detection;
  readonly #panels: Panels;
  readonly #o: TelemetryOptions;
  readonly #linkStates = new Map<string, string>();
  /** Of whom history knows that nobody heard it before this start. */
  readonly #unheard = new Set<string>();
  #started = false;
  #calls = 0;
  /** Devices of an inventory whose profiles are being made: until then nobody is watched by it. */
  #coming: Lookup<Device> | null = null;
  #hasWatched = false;
  /** Where endpoints of the inventory really are: the demo fills it at each start. */
  readonly endpoints = new Map<string, string>();
  /** In the demo no endpoint is asked before its simulator has said where it is: none is real. */
  isDemo = false;

  constructor(options: TelemetryOptions) {
    this.#o = options;
    const { profiles } = this;
    const { config, clock, metrics, push, failed } = options;
    this.#detection = new Detection({
      clock,
      push,
      failed: (error) => failed("detection", error),
      stored: (key, point, from, to, most) => this.history.trend(key, point, from, to, most),
    });
    this.#panels = new Panels(push);
    this.history = new History({
      folder: config.data,
      clock,
      mostBytes: config.historyMb * 2 ** 20,
      isFollowed: config.influx !== null,
      mostLongBytes: config.historyLongMb * 2 ** 20,
      keepFreeBytes: config.historyKeepFreeMb * 2 ** 20,
      stored: (count) => metrics.samples.inc({ to: "stored" }, count),
      shed: (count, why) => {
        if (count > 0) metrics.samples.inc({ to: "shed" }, count);
        failed("history", why);
      },
    });
    this.influx = new Influx({
      folder: config.data,
      config: config.influx,
      clock,
      metrics,
      log: options.log,
      push,
      failed,
      outOfDoubt: (place) => this.history.forget(place),
    });
    this.completeness = new Completeness({
      clock,
      metrics,
      profiles,
      device: (key) => this.devices.get(key),
      heardAt: (key) => this.devices.heardAt(key),
      state: options.state,
      failed: (error) => failed("completeness", error),
    });
    this.#own = new OwnSamples({
      clock,
      metrics,
      sites: () => this.completeness.now.sites,
      append: (key, samples, at, kind) => this.history.append(key, samples, at, kind),
      failed: (error) => failed("influx", error),
    });
    this.devices = new Devices({
      clock,
      profiles,
      timeoutMs: config.modbusTimeoutMs,
      retries: config.modbusRetries,
      resolve: (endpoint) => this.endpoints.get(endpoint) ?? (this.isDemo ? null : endpoint),
      changed: (device, samples, at) => {
        // A reset is known before what it has reset; whatever happens there, a rule looks.
        try {
          this.#panels.take(device, samples);
        } finally {
          this.#detection.take(device, samples, at);
        }
      },
      worth: ({ key, kind }, samples, at) => this.history.append(key, samples, at, kind),
      link: ({ key }, link) => this.#linkChanged(key, link),
      appeared: (device) => this.#detection.join(device),
      pkiFolder: join(config.data, "pki"),
      passwordOf: (key) => passwordOf(config.data, key),
      log: (key, { level, ...line }) => options.log[level]({ device: key, ...line }, "OPC UA"),
      failed: (_key, error) => failed("telemetry", error),
      heard: (key, readings, at) => this.completeness.heard(key, readings, at),
      sent: (key, at, bornAt) => this.completeness.sent(key, at, bornAt),
      began: (_key, lateMs) => metrics.pollLate.observe(lateMs),
    });
  }

  start(): void {
    this.#started = true;
    this.history.start();
    // What was noted of them may have been lost with a process that was killed; noted again, it is one.
    for (const { site, device, raisedAt } of this.#o.state().alarms.values()) {
      if (site !== systemSite) this.history.keep(deviceKey(site, device), raisedAt);
    }
    this.influx.start();
    this.completeness.start();
    if (this.#o.config.influx) this.#own.start();
  }

  /** Another inventory or other packs are in force; of several calls the last one counts. */
  watch(polled: readonly Device[], world: Pick<World, "packs" | "inventory">): void {
    // A command line that imports while no gateway runs asks no device.
    if (!this.#started) return;
    this.#calls += 1;
    const call = this.#calls;
    const prepared = prepareProfiles(polled);
    if (!prepared) return this.#watch(polled, world);
    this.#coming = world.inventory.devices;
    prepared
      .then(() => call === this.#calls && this.#watch(polled, world))
      .catch((error: unknown) => {
        // Nobody is asked to come again for what does not come.
        if (call === this.#calls) this.#coming = null;
        this.#o.failed("telemetry", error);
      });
  }

  #watch(
    polled: readonly Device[],
    { packs, inventory }: Pick<World, "packs" | "inventory">,
  ): void {
    this.#coming = null;
    this.#hasWatched = true;
    this.devices.watch(polled, inventory.devices);
    this.#markUnheard(polled);
    this.completeness
      .watch(inventory.devices)
      .catch((error: unknown) => this.#o.failed("completeness", error));
    for (const key of this.#linkStates.keys()) {
      if (!this.devices.get(key)) this.#linkStates.delete(key);
    }
    this.#detection
      .watchSoon(() => this.devices.all(), packs)
      .catch((error: unknown) => this.#o.failed("detection", error));
  }

  /**
   * For whoever has not found a device: throws `Refused` where it is of an inventory that is still being
   * taken over. Null: whoever looks through all of them, while none is known yet.
   */
  insistReady(key: string | null): void {
    const isComing = key === null ? this.#coming && !this.#hasWatched : this.#coming?.get(key);
    if (!isComing) return;
    const message = "the devices of the inventory are still being made ready";
    throw new Refused({ code: "starting", message, retryAfterMs: 1000 });
  }

  /**
   * A source that tells changes only has told nobody while no gateway lived: from then until it is heard
   * again its values were not known (law 2). Once for each device of a start.
   */
  #markUnheard(polled: readonly Device[]): void {
    const { aliveUntil, clock } = this.#o;
    if (aliveUntil === null) return;
    // Life is noted each second: what came after the last note was still heard.
    const at = Math.min(clock.now(), aliveUntil + 2 * aliveEveryMs);
    for (const { site, id, opcua } of polled) {
      const device = opcua ? this.devices.get(deviceKey(site, id)) : null;
      if (!device || this.#unheard.has(device.key)) continue;
      this.#unheard.add(device.key);
      this.history.append(device.key, device.values.samples(), at, device.kind);
    }
  }

  blindRules(key: string): BlindRule[] {
    return this.#detection.blind(key);
  }

  distrusted(key: string): string[] {
    return this.#detection.distrusted(key);
  }

  /** After each commit: devices of a site with an open incident are asked twice as often. */
  committed(events: readonly Recorded[], state: State): void {
    for (const event of events) {
      if (event.type !== "alarm-raised" || event.site === systemSite) continue;
      this.history.keep(deviceKey(event.site, event.device), event.at);
    }
    this.#panels.again();
    for (const [site, open] of this.#detection.incidents(state)) this.devices.incident(site, open);
  }

  /** Nothing is asked or judged any more; what was gathered goes to disk. */
  async stop(): Promise<void> {
    this.#calls += 1;
    this.#own.stop();
    this.#detection.stop();
    this.completeness.stop();
    await this.devices.stop();
  }

  async close(): Promise<void> {
    await this.influx.stop();
    await this.history.close();
  }

  #linkChanged(key: string, link: { state: string; why: string | null; holes: readonly string[] }) {
    const { log, metrics } = this.#o;
    const { state, why, holes } = link;
    // A device in quarantine fails again with each try: it has been said once.
    if (this.#linkStates.get(key) === state && state !== "live") return;
    this.#linkStates.set(key, state);
    const states = [...this.#linkStates.values()];
    for (const one of ["live", "failing", "lost"]) {
      metrics.deviceLinks.set({ state: one }, states.filter((is) => is === one).length);
    }
    const level = state === "lost" ? "warn" : "info";
    log[level]({ device: key, state, why, ...(holes.length > 0 ? { holes } : {}) }, "device link");
  }
}

/** A secret is a file of its own (`DATA/secrets/SITE.DEVICE`), never a line of an inventory. */
function passwordOf(data: string, key: string): string | null {
  try {
    return readFileSync(join(data, "secrets", key.replace("/", ".")), "utf8").trim();
  } catch {
    return null;
  }
}
