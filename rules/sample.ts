/**
 * A sample: one value of one point as an adapter read it, with its quality and its time.
 * Every adapter speaks it and detection, history and screens read it. No data is never "normal":
 * where there is no value, `value` is null and `reason` says why.
 */

/** After OPC UA's three severities; stale = it was good, and is too old. */
export type Quality = "good" | "uncertain" | "bad" | "stale";
export type Value = number | boolean | string;

export type Sample = {
  /** SITE/DEVICE */
  readonly key: string;
  readonly point: string;
  /** Null where there is none. */
  readonly value: Value | null;
  readonly quality: Quality;
  /**
   * Code why it is not good: "link-lost", "exception-02", "sentinel", "out-of-range",
   * "not-a-number", "heartbeat-frozen", … Null for a good value.
   */
  readonly reason: string | null;
  /** Receive time, ms UTC. */
  readonly at: number;
  /** The device's own time, where it gives one, ms UTC. */
  readonly sourceTs: number | null;
};
