/**
 * 数据归集率 of everything: which devices owe data, by their inventory and profile, and what of it came. A
 * device that has never been heard owes as much as any other. Counted in memory since the start of the
 * gateway; put together every few seconds, in slices.
 */
import { type Device, deviceKey } from "#rules/inventory.ts";
import type { Lookup } from "#rules/inventory-index.ts";
import type { PointReading } from "#rules/sample.ts";
import type { State } from "#rules/state.ts";
import { usualPeriods } from "../adapters/modbus/schedule.ts";
import type { Clock } from "../clock.ts";
import type { LiveDevice } from "../live/devices.ts";
import { periodOf } from "../live/pushed.ts";
import type { Metrics } from "../metrics.ts";
import { type DeviceProfile, profileOf } from "../rulebook/profiles.ts";
import { inSlices } from "../slices.ts";
import { type Rate, Tally } from "./tally.ts";

export type CompletenessOptions = {
  readonly clock: Clock;
  readonly metrics: Metrics;
  readonly profiles: ReadonlyMap<string, DeviceProfile>;
  readonly device: (key: string) => LiveDevice | null;
  /** Of a device that sends by itself, for few of its messages are told here; null: nobody knows. */
  readonly heardAt: (key: string) => number | null;
  readonly state: () => State;
  readonly failed: (error: unknown) => void;
};

type Owing = {
  readonly key: string;
  readonly site: string;
  readonly device: string;
  readonly kind: string;
  readonly tally: Tally;
  /** Points of a source that tells changes only; null where readings are counted. */
  readonly told: readonly string[] | null;
};

export type Row = {
  readonly key: string;
  readonly site: string;
  readonly device: string;
  readonly kind: string;
  readonly day: Rate;
  readonly hour: Rate;
  readonly heardAt: number | null;
};
export type OfSite = {
  expected: number;
  received: number;
  devices: number;
  whole: number;
  outOfService: number;
};

export type Now = {
  readonly at: number;
  readonly sites: ReadonlyMap<string, OfSite>;
  /** Devices below 100 %, the poorest first. */
  readonly red: readonly Row[];
};

const everyMs = 5000;
const knownEveryMs = 60_000;
/** The name under which a message of a device is counted, whatever it carries. */
const message = "message";
const nothing: OfSite = { expected: 0, received: 0, devices: 0, whole: 0, outOfService: 0 };

export class Completeness {
  readonly #o: CompletenessOptions;
  readonly #owing = new Map<string, Owing>();
  readonly since: number;
  #watches = 0;
  #lastKnownAt = 0;
  #now: Now;
  #stop: (() => void) | null = null;
  #underWay = false;

  constructor(options: CompletenessOptions) {
    this.#o = options;
    this.since = options.clock.now();
    this.#now = { at: this.since, sites: new Map(), red: [] };
  }

  get now(): Now {
    return this.#now;
  }

  start(): void {
    this.#stop = this.#o.clock.every(everyMs, () => void this.refresh().catch(this.#o.failed));
  }

  stop(): void {
    this.#stop?.();
    this.#watches += 1;
  }

  /** Another inventory is in force; a device that owes what it owed keeps its counts. */
  async watch(inventory: Lookup<Device>): Promise<void> {
    this.#watches += 1;
    const call = this.#watches;
    await inSlices(this.#join(inventory), () => call !== this.#watches);
  }

  *#join(inventory: Lookup<Device>): Generator<void, void> {
    for (const key of this.#owing.keys()) {
      if (!inventory.get(key)) this.#owing.delete(key);
      yield;
    }
    for (const device of inventory.values()) {
      yield;
      const key = deviceKey(device.site, device.id);
      const owed = owedBy(device, this.#o.profiles);
      if (!owed) {
        this.#owing.delete(key);
        continue;
      }
      const known = this.#owing.get(key);
      // A warehouse that grows is of the same kind, and owes more.
      if (known?.kind === device.kind && isSame(known, owed)) continue;
      const tally = new Tally(owed.periods, this.#o.clock.now());
      const { site, id, kind } = device;
      this.#owing.set(key, { key, site, device: id, kind, tally, told: owed.told });
    }
  }

  /** A device that is asked has answered. */
  heard(key: string, readings: readonly PointReading[], at: number): void {
    this.#owing.get(key)?.tally.take(readings, at);
  }

  /** A device has sent by itself; `bornAt`: its own time, where it comes late. */
  sent(key: string, at: number, bornAt: number | null): void {
    this.#owing.get(key)?.tally.message(message, at, bornAt);
  }

  /** Puts it together; a second one at once is the first. */
  async refresh(): Promise<void> {
    if (this.#underWay) return;
    this.#underWay = true;
    try {
      const at = this.#o.clock.now();
      const now = await inSlices(this.#put(at));
      if (now) this.#tell(now);
    } finally {
      this.#underWay = false;
    }
  }

  *#put(at: number): Generator<void, Now> {
    const sites = new Map<string, OfSite>();
    const red: Row[] = [];
    const out = outOfService(this.#o.state());
    const isMinute = at - this.#lastKnownAt >= knownEveryMs;
    if (isMinute) this.#lastKnownAt = at;
    for (const owing of this.#owing.values()) {
      yield;
      const { key, site, device, kind, tally, told } = owing;
      const sum = sites.get(site) ?? { ...nothing };
      sites.set(site, sum);
      if (out.has(key)) {
        tally.skip(at);
        sum.outOfService += 1;
        continue;
      }
      if (told && isMinute && at - tally.since >= knownEveryMs) this.#known(owing, told, at);
      tally.settle(at);
      const day = tally.rate(at);
      sum.devices += 1;
      sum.expected += day.expected;
      sum.received += day.received;
      if (day.received >= day.expected) sum.whole += 1;
      else {
        const hour = tally.rate(at, 1);
        const heardAt = this.#o.heardAt(key) ?? tally.heardAt;
        red.push({ key, site, device, kind, day, hour, heardAt });
      }
    }
    red.sort((a, b) => shareOf(a.day) - shareOf(b.day) || (a.key < b.key ? -1 : 1));
    return { at, sites, red };
  }

  #known({ key, tally }: Owing, told: readonly string[], at: number): void {
    const values = this.#o.device(key)?.values;
    const good = told.filter((id) => values?.sample(id)?.quality === "good").length;
    const absent = told.filter((id) => isAbsent(values?.sample(id)?.reason ?? null)).length;
    tally.known(told.length - absent, good, at);
  }

  #tell(now: Now): void {
    this.#now = now;
    const { metrics } = this.#o;
    const whole = sumOf(now.sites.values());
    metrics.completeness.set(whole.expected === 0 ? 1 : shareOf(whole));
    metrics.incomplete.set(now.red.length);
  }
}

/** 1 where nothing is owed. */
export function shareOf({ expected, received }: Rate): number {
  return expected === 0 ? 1 : received / expected;
}

export function sumOf(rates: Iterable<OfSite>): OfSite {
  const sum = { ...nothing };
  for (const rate of rates) {
    for (const key of Object.keys(sum) as (keyof OfSite)[]) sum[key] += rate[key];
  }
  return sum;
}

function isAbsent(reason: string | null): boolean {
  return reason === "no-such-node" || reason === "no-such-address";
}

/** Whole devices: of single points and rules the data are owed as before. */
function outOfService({ outOfService: records }: State): ReadonlySet<string> {
  const whole = [...records.values()].filter(
    ({ points, rule }) => points === null && rule === null,
  );
  return new Set(whole.map(({ site, device }) => deviceKey(site, device)));
}

type Owed = { readonly periods: Map<string, number>; readonly told: readonly string[] | null };

function isSame({ tally, told }: Owing, owed: Owed): boolean {
  if (!tally.owes(owed.periods)) return false;
  if (!told || !owed.told) return told === owed.told;
  return told.length === owed.told.length && told.every((id, i) => id === owed.told?.[i]);
}

/** What the inventory and the profile of its kind say that a device gives; null: nothing. */
function owedBy(device: Device, profiles: ReadonlyMap<string, DeviceProfile>): Owed | null {
  const { kind, modbus, opcua } = device;
  if (!modbus && !opcua) {
    const everyMs = periodOf(device, profiles.get(kind));
    return everyMs === null ? null : { periods: new Map([[message, everyMs]]), told: null };
  }
  const profile = profileOf(device, profiles);
  if (!profile) return null;
  if (opcua) return { periods: new Map(), told: profile.nodes.map(({ id }) => id) };
  const asked = new Set(profile.registers.map(({ id }) => id));
  const points = profile.points.filter(({ id }) => asked.has(id));
  return { periods: new Map(points.map(({ id, poll }) => [id, usualPeriods[poll]])), told: null };
}
