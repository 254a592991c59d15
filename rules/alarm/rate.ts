/** How often alarms come, as the state keeps it; see rate-evolve.ts. */
export type Rates = {
  /** When the newest alarms came, oldest first; more than any pack counts. */
  readonly recent: number[];
  /** Since when more come than a seat can take; null where they do not. */
  floodSince: number | null;
  /** New alarms of the flood, and before it within the window. */
  floodCount: number;
  /** (device key + point) → its last known level, and when it changed lately, oldest first. */
  readonly edges: Map<string, { readonly level: boolean; readonly at: readonly number[] }>;
  sweptAt: number;
};

export const noRates = (): Rates => ({
  recent: [],
  floodSince: null,
  floodCount: 0,
  edges: new Map(),
  sweptAt: 0,
});
