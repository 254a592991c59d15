/**
 * Minutes of water (水量可供分钟): what the pool holds, through what is drawn. What flows in again is not
 * counted (GB 50974 4.3.2 lets a design do so only where two mains feed it). What is not known is never
 * zero and never enough: it is unknown, with its reason (law 2).
 */

/** A value that may be relied on now, and when it was read; null otherwise. */
export type Known = { readonly value: number; readonly at: number } | null;

export type PoolWater = {
  /** Metres. */
  readonly level: Known;
  /** What each meter shows, L/s; a meter that is not known makes the sum unknown. No entry: no meter. */
  readonly flows: readonly Known[];
  readonly pool: {
    readonly volumeM3: number;
    readonly depthM: number;
    readonly designFlowLps: number | null;
  } | null;
};

export const waterFaults = ["level-unknown", "volume-unknown", "flow-unknown", "no-meter"] as const;

export type WaterLeft = {
  readonly levelM: number | null;
  /** When the level was read. */
  readonly at: number | null;
  readonly percent: number | null;
  readonly volumeM3: number | null;
  /** Measured, L/s. */
  readonly flowLps: number | null;
  /** Whole minutes, rounded down; null: nobody knows. */
  readonly minutes: number | null;
  /** `design`: by the design flow, since nothing is drawn or nobody measures it (按设计流量). */
  readonly by: "measured" | "design" | null;
  /** Why there are no minutes, or why they are by the design flow; null while nothing is drawn. */
  readonly why: (typeof waterFaults)[number] | null;
};

/** Less is a leak of the meter's own, not a fire that is fought. */
const leastFlowLps = 1;

export function waterLeft({ level, flows, pool }: PoolWater): WaterLeft {
  const flowLps = sumOf(flows);
  const share = level && pool ? Math.min(1, Math.max(0, level.value / pool.depthM)) : null;
  const volumeM3 = share === null || !pool ? null : share * pool.volumeM3;
  const isDrawn = flowLps !== null && flowLps >= leastFlowLps;
  const through = isDrawn ? flowLps : (pool?.designFlowLps ?? null);
  const isKnown = volumeM3 !== null && through !== null;
  return {
    levelM: level?.value ?? null,
    at: level?.at ?? null,
    percent: share === null ? null : Math.round(share * 100),
    volumeM3,
    flowLps,
    minutes: isKnown ? Math.floor((volumeM3 * 1000) / through / 60) : null,
    by: isKnown ? (isDrawn ? "measured" : "design") : null,
    why: whyOf(level, volumeM3, flows, flowLps),
  };
}

function whyOf(
  level: Known,
  volumeM3: number | null,
  flows: readonly Known[],
  flowLps: number | null,
): WaterLeft["why"] {
  if (!level) return "level-unknown";
  if (volumeM3 === null) return "volume-unknown";
  if (flows.length === 0) return "no-meter";
  return flowLps === null ? "flow-unknown" : null;
}

function sumOf(flows: readonly Known[]): number | null {
  if (flows.length === 0) return null;
  let sum = 0;
  for (const flow of flows) {
    if (!flow) return null;
    sum += flow.value;
  }
  return sum;
}
