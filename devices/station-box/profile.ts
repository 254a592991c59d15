/**
 * The station box (站点终端) at a rescue, micro or brigade station, as a device: it shows orders on
 * its station's topics, and says on its own `state` topic, again and again, that it lives.
 *
 * A box that has gone silent cannot ring: its heartbeat is watched, and its link is lost (S02)
 * without any last will. Its simulator and its keys come with the dispatch of orders.
 */
export type StatePayload = {
  readonly v: 1;
  readonly seq: number;
  readonly ts: number;
  readonly points: {
    /** On mains; a box on its battery still rings. */
    readonly ext_power: boolean;
    readonly battery_pct: number;
    readonly tamper: boolean;
    readonly uptime_s: number;
    readonly fw: string;
  };
};

export const stationBoxTiming = {
  heartbeatEveryMs: 10_000,
  /** Three missed heartbeats and a late one. */
  lostAfterMs: 35_000,
  /** Without the gateway's own heartbeat for this long the box says 与平台断线 (DESIGN §6). */
  gatewayLostAfterMs: 60_000,
} as const;
