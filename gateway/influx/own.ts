/**
 * What the gateway samples of itself for a database: its health, and the completeness of each site.
 * They go the way of all samples, so that an outage of the database loses none of them.
 */
import type { Sample } from "#rules/sample.ts";
import { systemDevice, systemSite, wholeSite } from "#rules/system.ts";
import type { Clock } from "../clock.ts";
import type { Rate } from "../completeness/tally.ts";
import type { Metrics } from "../metrics.ts";
import { completenessKind, gatewayKind, healthPoints } from "./measurements.ts";

export type OwnOptions = {
  readonly clock: Clock;
  readonly metrics: Metrics;
  /** What is owed of each site, and what of it came (gateway/completeness). */
  readonly sites: () => ReadonlyMap<string, Rate>;
  readonly append: (key: string, samples: readonly Sample[], at: number, kind: string) => void;
  readonly failed: (error: unknown) => void;
};

const healthEveryMs = 10_000;
const completenessEveryMs = 60_000;

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
      clock.every(completenessEveryMs, () => this.#completeness()),
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

  #completeness(): void {
    const { clock, sites, append } = this.#o;
    const now = clock.now();
    for (const [site, { expected, received }] of sites()) {
      if (expected === 0) continue;
      const pct = Math.floor((10_000 * received) / expected) / 100;
      const known = { expected, received, completeness_pct: pct };
      append(`${site}/${wholeSite}`, samplesOf(Object.entries(known), now), now, completenessKind);
    }
  }
}

type MetricValue = { readonly value: number; readonly labels: Readonly<Record<string, unknown>> };
function samplesOf(
  values: Iterable<readonly [point: string, value: number]>,
  at: number,
): Sample[] {
  return [...values].map(([point, value]) => {
    return { point, value, quality: "good", reason: null, at, sourceTs: null };
  });
}
