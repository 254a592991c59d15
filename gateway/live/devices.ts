/**
 * Devices that have values: those of the inventory whose kind has a profile, asked or sending by
 * themselves. Holds what is known of each now, and hands it on: adapters → values → detection,
 * history, screens.
 */
import { type Device, deviceKey } from "#rules/inventory.ts";
import type { Lookup } from "#rules/inventory-index.ts";
import type { PollClass } from "#rules/profile.ts";
import type { PointReading, Sample } from "#rules/sample.ts";
import { ModbusAdapter } from "../adapters/modbus/adapter.ts";
import type { DeviceLink } from "../adapters/modbus/poller.ts";
import { usualPeriods } from "../adapters/modbus/schedule.ts";
import { OpcuaAdapter } from "../adapters/opcua/adapter.ts";
import type { ConditionEvent, LogLine, OpcuaLink, OpcuaLogin } from "../adapters/opcua/protocol.ts";
import type { Clock } from "../clock.ts";
import { type DeviceProfile, profileOf } from "../rulebook/profiles.ts";
import { conditionReading } from "./conditions.ts";
import { PushedDevices, type StateMessage } from "./pushed.ts";
import { DeviceValues } from "./values.ts";

export type LiveDevice = {
  readonly key: string;
  readonly site: string;
  readonly device: string;
  readonly kind: string;
  readonly profile: DeviceProfile;
  readonly values: DeviceValues;
};

/** A device of the inventory that has a profile, whether or not anything of it was ever heard. */
export type KnownDevice = Omit<LiveDevice, "values"> & {
  /** Null while nothing was heard. */
  readonly values: DeviceValues | null;
};

/** The state of a link, whatever it speaks. */
export type Link = DeviceLink | OpcuaLink;

export type DevicesOptions = {
  readonly clock: Clock;
  readonly profiles: ReadonlyMap<string, DeviceProfile>;
  readonly timeoutMs: number;
  readonly retries: number;
  /** Where an endpoint of the inventory really is; null where nobody knows yet. */
  readonly resolve: (endpoint: string) => string | null;
  readonly changed: (device: LiveDevice, samples: readonly Sample[], at: number) => void;
  readonly worth: (device: LiveDevice, samples: readonly Sample[], at: number) => void;
  readonly link: (device: LiveDevice, link: Link) => void;
  /** A device that is asked has answered; whatever it said. */
  readonly heard?: (key: string, readings: readonly PointReading[], at: number) => void;
  /** A device has sent by itself; `bornAt`: its own time, where it comes late. */
  readonly sent?: (key: string, at: number, bornAt: number | null) => void;
  /** A device that sends by itself has sent for the first time. */
  readonly appeared: (device: LiveDevice) => void;
  /** Own certificate of OPC UA, trust list, rejected certificates. */
  readonly pkiFolder: string;
  /** The password of a user name at an OPC UA server; null where nobody wrote it down. */
  readonly passwordOf: (key: string) => string | null;
  readonly log: (key: string, line: LogLine) => void;
  readonly began: (key: string, lateMs: number) => void;
  /** A reader of one device threw: the others go on. */
  readonly failed: (key: string, error: unknown) => void;
};

/** Where endpoints really are is asked here, for a device whose place nobody knows yet is left out. */
const asItIs = (endpoint: string): string => endpoint;

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
  readonly opcua: OpcuaAdapter;
  readonly #pushed: PushedDevices;
  /** Sites with an open incident, whether or not they have devices yet. */
  readonly #hurried = new Set<string>();
  #stopSweep: (() => void) | null = null;

  constructor(options: DevicesOptions) {
    this.#o = options;
    this.#modbus = new ModbusAdapter({
      timeoutMs: options.timeoutMs,
      retries: options.retries,
      resolve: asItIs,
      read: (key, readings) => this.#read(key, readings),
      changed: (key, link) => this.#linkChanged(key, link),
      began: options.began,
      failed: options.failed,
    });
    this.#pushed = new PushedDevices({
      profiles: options.profiles,
      sent: (key, at, bornAt) => options.sent?.(key, at, bornAt),
      open: (device, profile, ms) => {
        const live = this.#live(device, profile, { status: ms, analog: ms, settings: ms });
        options.appeared(live);
        return live;
      },
    });
    this.opcua = new OpcuaAdapter({
      pkiFolder: options.pkiFolder,
      resolve: asItIs,
      read: (key, readings) => this.#read(key, readings),
      changed: (key, link) => this.#linkChanged(key, link),
      event: (key, event) => this.#event(key, event),
      log: options.log,
      failed: options.failed,
    });
  }

  /** Another inventory is in force; a device that stays as it was keeps its values. */
  watch(polled: readonly Device[], inventory: Lookup<Device>): void {
    this.#pushed.watch(inventory);
    this.#stopSweep ??= this.#o.clock.every(sweepEveryMs, () => this.#sweep());
    const wired = polled.filter((device) => this.#profileOf(device));
    const keys = new Set(wired.map(({ site, id }) => deviceKey(site, id)));
    for (const key of this.#devices.keys()) if (!keys.has(key)) this.#devices.delete(key);
    for (const device of wired) this.#add(device);
    this.#modbus.watch(
      wired.flatMap(({ site, id, modbus }) => {
        const key = deviceKey(site, id);
        const points = this.#devices.get(key)?.profile.registers ?? [];
        const endpoint = modbus && this.#o.resolve(modbus.endpoint);
        if (!modbus || !endpoint) return [];
        const { unit, timeoutMs, retries } = modbus;
        return [{ key, unit, endpoint, points, timeoutMs, retries }];
      }),
    );
    this.opcua.watch(
      wired.flatMap(({ site, id, opcua }) => {
        const key = deviceKey(site, id);
        const points = this.#devices.get(key)?.profile.nodes ?? [];
        const endpoint = opcua && this.#o.resolve(opcua.endpoint);
        if (!opcua || !endpoint) return [];
        const { security, user } = opcua;
        return [
          { key, endpoint, security: { mode: security }, login: this.#login(key, user), points },
        ];
      }),
    );
    for (const { key, site } of this.#devices.values()) {
      this.#modbus.hurry(key, this.#hurried.has(site));
    }
  }

  get(key: string): LiveDevice | null {
    return this.#devices.get(key) ?? this.#pushed.get(key);
  }

  /** Those that are asked, then those that send by themselves. */
  all(): LiveDevice[] {
    return [...this.#devices.values(), ...this.#pushed.all()];
  }

  /** Also one that has not sent yet: its history is there all the same. */
  known(key: string): KnownDevice | null {
    return this.#devices.get(key) ?? this.#pushed.known(key);
  }

  /** Those that are asked first. The inventory may be large; null is a step that has brought none. */
  *everyKnown(): Generator<KnownDevice | null> {
    yield* this.#devices.values();
    yield* this.#pushed.everyKnown();
  }

  /** When a device that sends by itself was heard last, ms UTC; null: it has not been, or is asked. */
  heardAt(key: string): number | null {
    return this.#pushed.heardAt(key);
  }

  linkOf(key: string): Link | null {
    return this.#modbus.link(key) ?? this.opcua.link(key) ?? this.#pushed.linkOf(key);
  }

  /** What a device has sent by itself. Never throws: the way of its presses goes on behind it. */
  push(message: StateMessage): void {
    // No closure: 20,000 a second come by here.
    try {
      this.#pushed.take(message, this.#o.clock.now());
    } catch (error) {
      this.#o.failed(message.key, error);
    }
  }

  /** Nobody hears a device that sends by itself any more. */
  silent(key: string): void {
    this.#guarded(key, (now) => this.#pushed.lost(key, now));
  }

  #guarded(key: string, run: (now: number) => void): void {
    try {
      run(this.#o.clock.now());
    } catch (error) {
      this.#o.failed(key, error);
    }
  }

  /** Asks a device now, without waiting for the end of its pause; false where it is not polled. */
  retry(key: string): boolean {
    // Who is live has nothing to be asked again: a new subscription would lose what is under way.
    const isLive = this.opcua.link(key)?.state === "live";
    return this.#modbus.retry(key) || isLive || this.opcua.retry(key);
  }

  /** Devices of a site are asked twice as often while an incident is open there. */
  incident(site: string, open: boolean): void {
    if (open) this.#hurried.add(site);
    else this.#hurried.delete(site);
    for (const { key, site: of } of this.#devices.values()) {
      if (of === site) this.#modbus.hurry(key, open);
    }
  }

  /** Sessions of OPC UA are ended on their servers: that takes a moment. */
  async stop(): Promise<void> {
    this.#stopSweep?.();
    this.#modbus.stop();
    await this.opcua.stop();
  }

  #profileOf(device: Device): DeviceProfile | undefined {
    return profileOf(device, this.#o.profiles);
  }

  #login(key: string, user: string | undefined): OpcuaLogin {
    if (user === undefined) return { as: "anonymous" };
    return { as: "user", user, password: this.#o.passwordOf(key) ?? "" };
  }

  #add(device: Device): void {
    const key = deviceKey(device.site, device.id);
    const profile = this.#profileOf(device);
    const known = this.#devices.get(key);
    if (!profile || known?.profile === profile) return;
    this.#devices.set(key, this.#live(device, profile, device.opcua ? null : staleAfterMs));
  }

  #live(
    { site, id, kind }: Device,
    profile: DeviceProfile,
    stale: Readonly<Record<PollClass, number>> | null,
  ): LiveDevice {
    const { clock, changed, worth } = this.#o;
    const key = deviceKey(site, id);
    const values = new DeviceValues(
      {
        profile,
        staleAfterMs: stale,
        changed: (samples, at) => changed(live, samples, at),
        worth: (samples, at) => worth(live, samples, at),
        woken: () => this.#modbus.retry(key),
      },
      clock.now(),
    );
    const live: LiveDevice = { key, site, device: id, kind, profile, values };
    return live;
  }

  #read(key: string, readings: readonly PointReading[]): void {
    const now = this.#o.clock.now();
    this.#o.heard?.(key, readings, now);
    this.#devices.get(key)?.values.take(readings, now);
  }

  #event(key: string, event: ConditionEvent): void {
    const device = this.#devices.get(key);
    const isHeard = (id: string) => device?.values.sample(id)?.quality === "good";
    const reading = device && conditionReading(event, device.profile, isHeard);
    if (reading) this.#read(key, [reading]);
  }

  #linkChanged(key: string, link: Link): void {
    const device = this.#devices.get(key);
    if (!device) return;
    const now = this.#o.clock.now();
    if (link.state === "lost") device.values.linkLost(now);
    if (link.state === "live") device.values.live(now);
    this.#o.link(device, link);
  }

  #sweep(): void {
    const now = this.#o.clock.now();
    for (const { key, values } of [...this.#devices.values(), ...this.#pushed.due()]) {
      this.#guarded(key, () => values.sweep(now));
    }
  }
}
