/**
 * Devices that send their values by themselves (MQTT `state`): known once they have said something, and
 * unknown again three of their periods later, or as soon as their link is lost (law 2). Presses and
 * tamper never pass here; they have their own way (intake.ts).
 */
import { type Device, deviceKey } from "#rules/inventory.ts";
import type { Lookup } from "#rules/inventory-index.ts";
import type { PointReading, Reading } from "#rules/sample.ts";
import type { DeviceLink } from "../adapters/modbus/poller.ts";
import { readingsOf } from "../adapters/mqtt/values.ts";
import type { DeviceProfile } from "../rulebook/profiles.ts";
import type { KnownDevice, LiveDevice } from "./devices.ts";

/** A `state` message: SITE/DEVICE, its points, and the device's own time, ms UTC. */
export type StateMessage = {
  readonly key: string;
  readonly fields: Readonly<Record<string, unknown>>;
  readonly ts: number | null;
};

export type PushedOptions = {
  readonly profiles: ReadonlyMap<string, DeviceProfile>;
  /**
   * A message with a value, one in each half of its period at most; `bornAt`: its own time, where it comes
   * late.
   */
  readonly sent?: (key: string, at: number, bornAt: number | null) => void;
  /** Makes a device with values; whatever listens to them knows it before the first one. */
  readonly open: (device: Device, profile: DeviceProfile, staleAfterMs: number) => LiveDevice;
};

/** Periods without a message after which a value is stale (domain, rule S02). */
const stalePeriods = 3;
/** Two messages that say the same of a clock say it of the clock, not of the way they came. */
const sameClockMs = 5000;
/** What is older when it comes was kept somewhere on its way, and is judged by nobody (DESIGN §3, Time). */
const lateAfterMs = 60_000;
/** In so many sweeps each device is looked at once: thousands at a time would hold up the loop. */
const sweepsOfAll = 20;

type Pushed = {
  readonly live: LiveDevice;
  /** When a message of it was counted last, ms UTC; -Infinity: never. */
  countedAt: number;
  /** When one with a good value came last, counted or not, ms UTC; -Infinity: never. */
  heardAt: number;
  /** How far the last message was off, ms; null: none has said. */
  offMs: number | null;
  /** The last message that said a time was kept on its way, or its clock was put. */
  cameLate: boolean;
  isLost: boolean;
  readonly everyMs: number;
};

export class PushedDevices {
  readonly #o: PushedOptions;
  #inventory: Lookup<Device> | null = null;
  readonly #devices = new Map<string, Pushed>();
  /** Devices of the inventory, or none of it, that bring nothing a profile knows. */
  readonly #silent = new Set<string>();
  #sweeps = 0;

  constructor(options: PushedOptions) {
    this.#o = options;
  }

  /** Another inventory is in force; a device that stays as it was keeps its values. */
  watch(inventory: Lookup<Device>): void {
    this.#inventory = inventory;
    this.#silent.clear();
    for (const [key, { live, everyMs }] of this.#devices) {
      const device = inventory.get(key);
      const profile = device && this.#profileOf(device);
      const isSame = profile === live.profile && periodOf(device, profile) === everyMs;
      if (!isSame) this.#devices.delete(key);
    }
  }

  take({ key, fields, ts }: StateMessage, now: number): void {
    const one = this.#devices.get(key) ?? this.#begin(key);
    if (!one) return;
    const points = one.live.profile.pushed?.points ?? [];
    const off = clockOff(one, ts, now);
    const readings = readingsOf(points, fields, off, ts);
    const isLate = off?.reason === "came-late" && ts !== null && now - ts > lateAfterMs;
    one.isLost = false;
    if (readings.some(isGood)) this.#count(key, one, now, isLate ? ts : null);
    const { values } = one.live;
    if (!isLate) {
      if (readings.length > 0) values.take(readings, now);
      return;
    }
    // That it comes late is of now, and so is its link; what it brings is of then.
    values.take(
      readings.filter((entry) => entry[1] === off),
      now,
    );
    values.late(
      readings.filter((entry) => entry[1] !== off),
      now,
    );
  }

  /** `bornAt`: its own time, where it comes late. */
  #count(key: string, one: Pushed, now: number, bornAt: number | null): void {
    one.heardAt = now;
    if (bornAt !== null) return this.#o.sent?.(key, now, bornAt);
    // One that comes before half of its period counts nothing (completeness): nobody is asked.
    if (now - one.countedAt < one.everyMs / 2) return;
    one.countedAt = now;
    this.#o.sent?.(key, now, null);
  }

  /** Its link is lost: nothing of it is known. */
  lost(key: string, now: number): void {
    const one = this.#devices.get(key);
    if (!one) return;
    one.isLost = true;
    one.live.values.linkLost(now);
  }

  get(key: string): LiveDevice | null {
    return this.#devices.get(key)?.live ?? null;
  }

  /** A device of the inventory that sends by itself, heard or not; it is not opened by that. */
  known(key: string): KnownDevice | null {
    const live = this.get(key);
    const device = live ? undefined : this.#inventory?.get(key);
    return device ? this.#unheard(key, device) : live;
  }

  /** All of them; null for each device of the inventory that is none, for whoever counts steps. */
  *everyKnown(): Generator<KnownDevice | null> {
    for (const device of this.#inventory?.values() ?? []) {
      const key = deviceKey(device.site, device.id);
      yield this.get(key) ?? this.#unheard(key, device);
    }
  }

  #unheard(key: string, device: Device): KnownDevice | null {
    const profile = this.#profileOf(device);
    if (!profile?.pushed) return null;
    const { site, id, kind } = device;
    return { key, site, device: id, kind, profile, values: null };
  }

  /** When anything of it with a value came last, ms UTC; null: not since it is known. */
  heardAt(key: string): number | null {
    const one = this.#devices.get(key);
    return one && one.heardAt > 0 ? one.heardAt : null;
  }

  *all(): Generator<LiveDevice> {
    for (const { live } of this.#devices.values()) yield live;
  }

  linkOf(key: string): DeviceLink | null {
    const one = this.#devices.get(key);
    if (!one) return null;
    const none = { failures: 0, fault: null, why: null, nextTryAt: null, holes: [] } as const;
    return { ...none, state: one.isLost ? "lost" : "live" };
  }

  /** One part of them; called again and again it comes round. */
  *due(): Generator<LiveDevice> {
    this.#sweeps = (this.#sweeps + 1) % sweepsOfAll;
    let n = 0;
    for (const { live } of this.#devices.values()) {
      if (n % sweepsOfAll === this.#sweeps) yield live;
      n += 1;
    }
  }

  #begin(key: string): Pushed | null {
    if (this.#silent.has(key)) return null;
    const device = this.#inventory?.get(key);
    const profile = device && this.#profileOf(device);
    if (!device || !profile?.pushed) {
      this.#silent.add(key);
      return null;
    }
    const everyMs = periodOf(device, profile) ?? 0;
    const live = this.#o.open(device, profile, stalePeriods * everyMs);
    const one: Pushed = {
      live,
      countedAt: Number.NEGATIVE_INFINITY,
      heardAt: Number.NEGATIVE_INFINITY,
      offMs: null,
      cameLate: false,
      isLost: false,
      everyMs,
    };
    this.#devices.set(key, one);
    return one;
  }

  /** What is asked for its values is not listened to as well. */
  #profileOf({ kind, modbus, opcua }: Device): DeviceProfile | undefined {
    return (modbus ?? opcua) ? undefined : this.#o.profiles.get(kind);
  }
}

const isGood = (entry: PointReading): boolean => entry[1].quality === "good";

/** How often it sends its state, ms; null: never by itself. */
export function periodOf(
  device: Device | undefined,
  profile: DeviceProfile | undefined,
): number | null {
  return profile?.pushed ? (device?.stateEveryMs ?? profile.pushed.everyMs) : null;
}

/**
 * Seconds that the device is ahead. A gateway that hands on what it has kept sends times of all ages, and
 * what was made each second comes faster than time goes by; a clock that is wrong goes as fast as ours.
 */
function clockOff(one: Pushed, ts: number | null, now: number): Reading | null {
  if (ts === null) return null;
  const offMs = ts - now;
  const by = one.offMs === null ? 0 : offMs - one.offMs;
  const isBehindStill = one.cameLate && by > now - one.heardAt;
  const isSame = Math.abs(by) <= sameClockMs && !isBehindStill;
  one.offMs = offMs;
  one.cameLate = !isSame;
  const value = Math.round(offMs / 100) / 10;
  return isSame
    ? { value, quality: "good", reason: null }
    : { value, quality: "uncertain", reason: "came-late" };
}
