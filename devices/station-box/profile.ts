/**
 * The station box (站点终端) at a rescue, micro or brigade station, as a device: it shows orders on
 * its station's topics, and says on its own `state` topic, again and again, that it lives.
 *
 * A box that has gone silent cannot ring: its heartbeat is watched, and its link is lost (S02)
 * without any last will. The points of its state stand in profile.yaml.
 */
import type { OrderReply } from "#rules/dispatch/order.ts";

export type StatePayload = {
  readonly v: 1;
  readonly seq: number;
  readonly ts: number;
  readonly points: {
    /** On mains; a box on its battery still rings. */
    readonly ext_power: boolean;
    readonly battery_pct: number;
    readonly tamper: boolean;
    /** The gateway's heartbeat is heard. */
    readonly gateway_link: boolean;
    readonly uptime_s: number;
    readonly fw: string;
  };
};

/** What the gateway tells the box of its order: somebody answered on a phone or by radio. */
export type AnswerPayload = {
  readonly v: 1;
  readonly order: string;
  readonly revision: number;
  readonly state: string;
};

/** A task of hot work: to inspect, to know of a permit, or that it has gone to another station. */
export type TaskPayload = {
  readonly v: 1;
  readonly permit: string;
  readonly number: string;
  readonly revision: number;
  readonly kind: "inspect" | "notice" | "withdrawn";
  readonly what: { readonly zh: string; readonly en: string };
};

/** Its keys: 接令, 已出动, 已到场. */
export const boxKeys = ["accepted", "turned-out", "on-scene"] as const satisfies OrderReply[];
export type BoxKey = (typeof boxKeys)[number];

export const stationBoxTiming = {
  heartbeatEveryMs: 10_000,
  /** Three missed heartbeats and a late one. */
  lostAfterMs: 35_000,
  /** Without the gateway's own heartbeat for this long the box says 与平台断线 (DESIGN §6). */
  gatewayLostAfterMs: 60_000,
  /** A full battery lasts eight hours: 0.2 % a minute and a bit. */
  batteryLastsMs: 8 * 3_600_000,
  batteryLowPct: 20,
} as const;
