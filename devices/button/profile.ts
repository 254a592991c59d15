/**
 * The one-button alarm (一键报警) on the wire: payloads of its five topics.
 *
 * Suggested contract of domain/mqtt_button, on the topics of the gateway. Units stand in the names;
 * `ts` is the device's own clock in ms UTC and may be wrong.
 */
export type ButtonEvent =
  | "press"
  | "release"
  | "cancel"
  | "tamper"
  | "test"
  | "low_battery"
  | "power"
  | "link";

export type EventPayload = {
  readonly v: 1;
  /** uint32, never reused until it wraps. */
  readonly seq: number;
  readonly ts: number;
  readonly event: ButtonEvent;
  /** 1 press key, 2 intercom key. */
  readonly channel: 1 | 2;
  readonly hold_ms: number;
  readonly battery_mv: number;
  readonly ext_power: boolean;
  readonly rssi_dbm: number;
  readonly tamper: boolean;
  readonly fw: string;
};

export type StatePayload = {
  readonly v: 1;
  readonly seq: number;
  readonly ts: number;
  readonly points: {
    readonly battery_mv: number;
    readonly ext_power: boolean;
    readonly rssi_dbm: number;
    readonly temp_c: number;
    readonly tamper: boolean;
    readonly uptime_s: number;
    readonly fw: string;
  };
};

/** `received`: on disk; `acknowledged`: a person has taken it. */
export type AckPayload = {
  readonly v: 1;
  readonly seq: number;
  readonly state: "received" | "acknowledged";
};

export type CommandPayload = {
  readonly v: 1;
  readonly cmd: "locate" | "test" | "silence" | "siren" | "speak";
  readonly say?: "turned-out";
};

/** What the device obeys; never anything that extinguishes (law 1). */
export const buttonTiming = {
  /** A press is a hold of at least this long. */
  holdAtLeastMs: 500,
  /** Until it is acknowledged, the same press is sent again this often … */
  repeatEveryMs: 5000,
  /** … and at most this many times; then the failure sounds once. */
  repeatAtMost: 12,
  /** State of a device on mains power. */
  stateEveryMs: 60_000,
  batteryFullMv: 3600,
  batteryLowMv: 3000,
} as const;
