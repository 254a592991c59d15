/**
 * What the gateway samples of itself for a database: its health, and of each site how much is known.
 * They go the way of all samples, so that an outage of the database loses none of them.
 */
import type { Sample } from "#rules/sample.ts";
import { systemDevice, systemSite, wholeSite } from "#rules/system.ts";
import type { Clock } from "../clock.ts";
import type { LiveDevice } from "../live/devices.ts";
import type { Metrics } from "../metrics.ts";
import { inSlices } from "../slices.ts";
import { completenessKind, gatewayKind, healthPoints } from "./measurements.ts";

export type OwnOptions = {
  readonly clock: Clock;
  readonly metrics: Metrics;
  readonly devices: () => readonly LiveDevice[];
  readonly append: (key: string, samples: readonly Sample[], at: number, kind: string) => void;
  readonly failed: (error: unknown) => void;
};

const healthEveryMs = 10_000;
const completenessEveryMs = 60_000;
/** Devices that are looked at before others have their turn. */
const devicesAtOnce = 100;

export class OwnSamples {
  readonly #o: OwnOptions;
  #stops: (() => void)[] = [];

  constructor(options: OwnOptions) {
    this.#o = options;
  }

  start(): void {
    const { clock, failed } = this.#o;
    const run = (one: () => Promise<void>) => (): void => void one().catch(failed);
    this.#stops = [
      clock.every(
        healthEveryMs,
        run(() => this.#health()),
      ),
      clock.every(
        completenessEveryMs,
        run(() => this.#completeness()),
      ),
    ];
  }

  stop(): void {
    for (const stop of this.#stops.splice(0)) stop();
  }

  async #health(): Promise<void> {
    const { clock, metrics, append } = this.#o;
    const all = await metrics.registry.getMetricsAsJSON();
    const values = new Map(all.map(({ name, values: of }) => [name, of as MetricValue[]]));
    const found = Object.entries(healthPoints).map(([point, [metric, , labels = {}]]) => {
      const wanted = Object.entries(labels);
      const of = (values.get(metric) ?? []).filter((one) =>
        wanted.every(([label, value]) => one.labels[label] === value),
      );
      return [point, of.reduce((sum, { value }) => sum + value, 0)] as const;
    });
    const now = clock.now();
    append(`${systemSite}/${systemDevice}`, samplesOf(found, now), now, gatewayKind);
  }

  async #completeness(): Promise<void> {
    const { clock, devices, append } = this.#o;
    const sites = await inSlices(countSites(devices()), () => this.#stops.length === 0);
    const now = clock.now();
    for (const [site, { total, good }] of sites ?? []) {
      const known = [
        ["points_total", total],
        ["points_good", good],
        ["completeness_pct", (100 * good) / total],
      ] as const;
      append(`${site}/${wholeSite}`, samplesOf(known, now), now, completenessKind);
    }
  }
}

type MetricValue = { readonly value: number; readonly labels: Readonly<Record<string, unknown>> };
type Count = { total: number; good: number };

/** Points that were heard at least once; a device that has never said anything counts where it is missed. */
function* countSites(devices: readonly LiveDevice[]): Generator<void, Map<string, Count>> {
  const sites = new Map<string, Count>();
  for (const [n, { site, values }] of devices.entries()) {
    if (n % devicesAtOnce === 0) yield;
    const heard = values.heard();
    if (heard.length === 0) continue;
    const count = sites.get(site) ?? { total: 0, good: 0 };
    count.total += heard.length;
    count.good += heard.filter(({ quality }) => quality === "good").length;
    sites.set(site, count);
  }
  return sites;
}

function samplesOf(
  values: Iterable<readonly [point: string, value: number]>,
  at: number,
): Sample[] {
  return [...values].map(([point, value]) => {
    return { point, value, quality: "good", reason: null, at, sourceTs: null };
  });
}
