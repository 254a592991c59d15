/** What a benchmark gives, and how its figures are judged (DESIGN §8). */
import { cpus, release, totalmem, type } from "node:os";

export type Figures = Readonly<Record<string, number | string | null>>;

/** `holds` is null where a peer could not be installed, or a smoke run is too short to judge. */
export type Bar = {
  readonly is: number | null;
  readonly limit: number;
  readonly holds: boolean | null;
};

export type Result = {
  readonly figures: Figures;
  readonly bars: Readonly<Record<string, Bar>>;
};

export type Options = { readonly smoke: boolean };
export type Benchmark = (options: Options) => Promise<Result>;

/** A bar that holds when the figure is at most `limit`. */
export function atMost(is: number | null, limit: number): Bar {
  return { is: is === null ? null : round(is), limit, holds: is === null ? null : is <= limit };
}

/** A bar that holds when the figure is at least `limit`. */
export function atLeast(is: number | null, limit: number): Bar {
  return { is: is === null ? null : round(is), limit, holds: is === null ? null : is >= limit };
}

export function round(value: number): number {
  const digits = value !== 0 && Math.abs(value) < 10 ? 3 : 1;
  return Number(value.toFixed(digits));
}

/** The q-quantile of a list, nearest rank. */
export function quantile(values: readonly number[], q: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const index = Math.min(sorted.length - 1, Math.max(0, Math.ceil(q * sorted.length) - 1));
  return sorted[index] ?? Number.NaN;
}

export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

export function machine(): Readonly<Record<string, string | number>> {
  const list = cpus();
  return {
    cpu: list[0]?.model.trim() ?? "unknown",
    cores: list.length,
    memoryGb: Math.round(totalmem() / 2 ** 30),
    os: `${type()} ${release()}`,
    node: process.version,
  };
}
