/**
 * All Modbus devices of the inventory in force: a line for each endpoint, a poller for each device.
 * Another inventory changes only what is different in it.
 */
import type { PointReading } from "#rules/sample.ts";
import { ModbusLink } from "./link.ts";
import { type DeviceLink, type PolledPoint, Poller } from "./poller.ts";

export type ModbusDevice = {
  /** SITE/DEVICE. */
  readonly key: string;
  readonly endpoint: string;
  readonly unit: number;
  readonly points: readonly PolledPoint[];
  /** Of this device alone; absent: as for all. */
  readonly timeoutMs?: number | undefined;
  readonly retries?: number | undefined;
};

export type AdapterOptions = {
  readonly timeoutMs: number;
  /** How often a device that has answered until now is asked again at once. */
  readonly retries?: number;
  /** Where an endpoint really is: the demo's simulators have ports of their own at each start. */
  readonly resolve: (endpoint: string) => string;
  readonly read: (key: string, readings: readonly PointReading[]) => void;
  readonly changed: (key: string, link: DeviceLink) => void;
  /** A poll began, and how late after it was due. */
  readonly began?: (key: string, lateMs: number) => void;
  /** A device that cannot be set up, or whose reader threw: the others go on. */
  readonly failed?: (key: string, error: unknown) => void;
};

type Polled = { readonly device: ModbusDevice; readonly address: string; readonly poller: Poller };

/** Spreads devices over a period so that neighbours in the list stand far apart. */
const golden = 0.618_033_988_75;

export class ModbusAdapter {
  readonly #o: AdapterOptions;
  readonly #links = new Map<string, ModbusLink>();
  readonly #polled = new Map<string, Polled>();
  #count = 0;

  constructor(options: AdapterOptions) {
    this.#o = options;
  }

  /** From now on these are polled; what stays as it was goes on undisturbed. */
  watch(devices: readonly ModbusDevice[]): void {
    const wanted = new Map(devices.map((device) => [device.key, device] as const));
    for (const [key, { device, address, poller }] of this.#polled) {
      const next = wanted.get(key);
      const stays =
        next?.unit === device.unit &&
        next.points === device.points &&
        next.timeoutMs === device.timeoutMs &&
        next.retries === device.retries &&
        this.#o.resolve(next.endpoint) === address;
      if (stays) continue;
      poller.stop();
      this.#polled.delete(key);
    }
    this.#closeUnused(devices);
    for (const device of devices) {
      if (!this.#polled.has(device.key)) this.#safely(device.key, () => this.#start(device));
    }
  }

  link(key: string): DeviceLink | null {
    return this.#polled.get(key)?.poller.link ?? null;
  }

  /** False where there is no such device. */
  retry(key: string): boolean {
    const polled = this.#polled.get(key);
    polled?.poller.retry();
    return polled !== undefined;
  }

  hurry(key: string, on: boolean): void {
    this.#polled.get(key)?.poller.hurry(on);
  }

  stop(): void {
    for (const { poller } of this.#polled.values()) poller.stop();
    for (const link of this.#links.values()) link.close();
    this.#polled.clear();
    this.#links.clear();
  }

  #closeUnused(devices: readonly ModbusDevice[]): void {
    const used = new Set(devices.map(({ endpoint }) => this.#o.resolve(endpoint)));
    for (const [address, link] of this.#links) {
      if (used.has(address)) continue;
      link.close();
      this.#links.delete(address);
    }
  }

  #safely(key: string, run: () => void): void {
    try {
      run();
    } catch (error) {
      if (!this.#o.failed) throw error;
      this.#o.failed(key, error);
    }
  }

  #start(device: ModbusDevice): void {
    const { timeoutMs, resolve, read, changed, began } = this.#o;
    const address = resolve(device.endpoint);
    let link = this.#links.get(address);
    if (!link) {
      link = new ModbusLink(address, { timeoutMs });
      this.#links.set(address, link);
    }
    this.#count += 1;
    const poller = new Poller({
      link,
      unit: device.unit,
      points: device.points,
      timeoutMs: device.timeoutMs,
      retries: device.retries ?? this.#o.retries,
      phase: (this.#count * golden) % 1,
      read: (readings) => this.#safely(device.key, () => read(device.key, readings)),
      changed: (state) => this.#safely(device.key, () => changed(device.key, state)),
      ...(began ? { began: (lateMs) => began(device.key, lateMs) } : {}),
    });
    this.#polled.set(device.key, { device, address, poller });
    poller.start();
  }
}
