/**
 * A sample: the value of one point at one instant, never without its quality (law 2).
 *
 * Only `good` is known; all else is unknown to every rule, and says why in `reason`.
 */
export type Value = number | boolean | string;

/** As OPC UA Part 8 divides it, with `stale` for what was good and has not been heard since. */
export const qualities = ["good", "uncertain", "bad", "stale"] as const;
export type Quality = (typeof qualities)[number];

export type QualityReason =
  /** The raw value is the one the device sends for a broken sensor (0xFFFF, −32768). */
  | "sensor-broken"
  /** Outside the range of the sensor: shown, not believed (OPC UA EngineeringUnitsExceeded). */
  | "out-of-range"
  /** NaN, an infinity, digits above 9 in a BCD: the bytes are no value of this type. */
  | "not-a-number"
  /** Too large for the number that would hold it. */
  | "inexact"
  /** The device says that it has no such address (exception 02). */
  | "no-such-address"
  /** Any other exception of the device. */
  | "refused"
  /** Not read in three of its periods. */
  | "no-answer"
  /** The device answers, its heartbeat stands still: its values are old ones. */
  | "heartbeat-frozen"
  /** The source itself calls the value bad, or doubtful; `status` says in which words. */
  | "bad-status"
  | "uncertain-status"
  /** Another type than the point has, or an array where one value is expected. */
  | "wrong-type"
  /** A value that the enumeration of the point does not have. */
  | "unknown-enum"
  /** The server does not have the node. */
  | "no-such-node"
  /** Its time tells less of its clock than of its way here: it was kept somewhere. */
  | "came-late"
  | "never-read";

export type Reading = {
  /** Null where the quality is bad; of an uncertain or stale one the last that was read. */
  readonly value: Value | null;
  readonly quality: Quality;
  readonly reason: QualityReason | null;
  /** Name of the status code, where the source gave one other than Good (OPC UA Part 4, 7.39). */
  readonly status?: string;
};

/** What an adapter has read of one point. */
export type PointReading = readonly [
  point: string,
  reading: Reading,
  /** Time of the source, ms UTC, where the protocol has one. */
  sourceTs?: number | null,
  /** When its server gave it out. */
  serverTs?: number | null,
];

export type Sample = Reading & {
  readonly point: string;
  /** Receive time of the value, ms UTC: a stale one keeps it, so that its age shows. */
  readonly at: number;
  /** Time of the source, ms UTC; null where the protocol has none, as Modbus. */
  readonly sourceTs: number | null;
  /** When the server of the source gave it out, ms UTC; absent where there is none. */
  readonly serverTs?: number;
};
