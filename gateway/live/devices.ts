/**
 * Devices that have values: those of the inventory whose kind has a profile. Holds what is known of
 * each now, and hands it on: adapters → values → detection, history, screens.
 */
import { type Device, deviceKey } from "#rules/inventory.ts";
import type { PointReading, Sample } from "#rules/sample.ts";
import { ModbusAdapter } from "../adapters/modbus/adapter.ts";
import type { DeviceLink } from "../adapters/modbus/poller.ts";
import { usualPeriods } from "../adapters/modbus/schedule.ts";
import type { Clock } from "../clock.ts";
import type { DeviceProfile } from "../rulebook/profiles.ts";
import { DeviceValues } from "./values.ts";

export type LiveDevice = {
  readonly key: string;
  readonly site: string;
  readonly device: string;
  readonly kind: string;
  readonly profile: DeviceProfile;
  readonly values: DeviceValues;
};

export type DevicesOptions = {
  readonly clock: Clock;
  readonly profiles: ReadonlyMap<string, DeviceProfile>;
  readonly timeoutMs: number;
  /** Where an endpoint of the inventory really is. */
  readonly resolve: (endpoint: string) => string;
  readonly changed: (device: LiveDevice, samples: readonly Sample[], at: number) => void;
  readonly worth: (device: LiveDevice, samples: readonly Sample[], at: number) => void;
  readonly link: (device: LiveDevice, link: DeviceLink) => void;
  readonly began: (key: string, lateMs: number) => void;
  /** A reader of one device threw: the others go on. */
  readonly failed: (key: string, error: unknown) => void;
};

const sweepEveryMs = 250;
/** Periods without an answer after which a value is stale (domain, rule S02). */
const stalePeriods = 3;

const staleAfterMs = {
  status: stalePeriods * usualPeriods.status,
  analog: stalePeriods * usualPeriods.analog,
  settings: stalePeriods * usualPeriods.settings,
};

export class Devices {
  readonly #o: DevicesOptions;
  readonly #devices = new Map<string, LiveDevice>();
  readonly #modbus: ModbusAdapter;
  /** Sites with an open incident, whether or not they have devices yet. */
  readonly #hurried = new Set<string>();
  #stopSweep: (() => void) | null = null;

  constructor(options: DevicesOptions) {
    this.#o = options;
    this.#modbus = new ModbusAdapter({
      timeoutMs: options.timeoutMs,
      resolve: options.resolve,
      read: (key, readings) => this.#read(key, readings),
      changed: (key, link) => this.#linkChanged(key, link),
      began: options.began,
      failed: options.failed,
    });
  }

  /** Another inventory is in force; a device that stays as it was keeps its values. */
  watch(polled: readonly Device[]): void {
    this.#stopSweep ??= this.#o.clock.every(sweepEveryMs, () => this.#sweep());
    const wired = polled.filter((device) => this.#profileOf(device));
    const keys = new Set(wired.map(({ site, id }) => deviceKey(site, id)));
    for (const key of this.#devices.keys()) if (!keys.has(key)) this.#devices.delete(key);
    for (const device of wired) this.#add(device);
    this.#modbus.watch(
      wired.flatMap(({ site, id, modbus }) => {
        const key = deviceKey(site, id);
        const points = this.#devices.get(key)?.profile.registers ?? [];
        return modbus ? [{ key, ...modbus, points }] : [];
      }),
    );
    for (const { key, site } of this.#devices.values()) {
      this.#modbus.hurry(key, this.#hurried.has(site));
    }
  }

  get(key: string): LiveDevice | null {
    return this.#devices.get(key) ?? null;
  }

  all(): LiveDevice[] {
    return [...this.#devices.values()];
  }

  linkOf(key: string): DeviceLink | null {
    return this.#modbus.link(key);
  }

  /** Asks a device now, without waiting for the end of its pause; false where it is not polled. */
  retry(key: string): boolean {
    return this.#modbus.retry(key);
  }

  /** Devices of a site are asked twice as often while an incident is open there. */
  incident(site: string, open: boolean): void {
    if (open) this.#hurried.add(site);
    else this.#hurried.delete(site);
    for (const { key, site: of } of this.#devices.values()) {
      if (of === site) this.#modbus.hurry(key, open);
    }
  }

  stop(): void {
    this.#stopSweep?.();
    this.#modbus.stop();
  }

  #profileOf({ kind, modbus }: Device): DeviceProfile | undefined {
    return modbus ? this.#o.profiles.get(kind) : undefined;
  }

  #add(device: Device): void {
    const key = deviceKey(device.site, device.id);
    const profile = this.#profileOf(device);
    const known = this.#devices.get(key);
    if (!profile || known?.profile === profile) return;
    const { clock, changed, worth } = this.#o;
    const values = new DeviceValues(
      {
        profile,
        staleAfterMs,
        changed: (samples, at) => changed(live, samples, at),
        worth: (samples, at) => worth(live, samples, at),
        woken: () => this.#modbus.retry(key),
      },
      clock.now(),
    );
    const { site, id, kind } = device;
    const live: LiveDevice = { key, site, device: id, kind, profile, values };
    this.#devices.set(key, live);
  }

  #read(key: string, readings: readonly PointReading[]): void {
    this.#devices.get(key)?.values.take(readings, this.#o.clock.now());
  }

  #linkChanged(key: string, link: DeviceLink): void {
    const device = this.#devices.get(key);
    if (!device) return;
    if (link.state === "lost") device.values.linkLost(this.#o.clock.now());
    this.#o.link(device, link);
  }

  #sweep(): void {
    const now = this.#o.clock.now();
    for (const { key, values } of this.#devices.values()) {
      try {
        values.sweep(now);
      } catch (error) {
        this.#o.failed(key, error);
      }
    }
  }
}
