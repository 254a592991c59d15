/** Frames of `GET /api/v1/stream` (server-sent events; `event:` names the frame). */
import type { AlarmRow, IncidentCard, Overview, SessionView } from "./contract.ts";
import type { LinkView, PointView } from "./device-contract.ts";
import type { ImpairmentRow, OutOfServiceRow } from "./hold-contract.ts";
import type { TestRow } from "./test-contract.ts";

/** First frame; no id. `stream` names this stream in `presenceBody`. */
export type HelloFrame = {
  readonly stream: string;
  readonly position: number;
  readonly at: number;
  readonly version: string;
  readonly access: SessionView["access"];
};

/**
 * `id:` is `position`. Whole cards and rows that replace those of the same id. A card whose
 * `closedAt` or `mergedInto` is set, and a row whose state is normal or whose incident is set, leave
 * the list.
 */
export type ChangeFrame = {
  readonly position: number;
  readonly at: number;
  readonly incidents: readonly IncidentCard[];
  readonly alarms: readonly AlarmRow[];
  /** Stations whose orders have changed. */
  readonly stations: readonly string[];
  /** Permits for hot work that have changed: whoever shows one reads it again. */
  readonly permits?: readonly string[];
  /** The inventory in force has changed: the map must be read again. */
  readonly inventory: boolean;
  /** All open tests, where one of them has changed; else null. */
  readonly tests: readonly TestRow[] | null;
  /** All that is out of service, where something of it has changed; else null. */
  readonly outOfService: readonly OutOfServiceRow[] | null;
  /** All impairments, where one of them, or what is out of service, has changed; else null. */
  readonly impairments: readonly ImpairmentRow[] | null;
};

/** The gap is too wide, or lies in the future: read the overview again, then go on from there. */
export type ResetFrame = { readonly position: number; readonly reason: "gap" | "future" };

/** Every 2 s; no id. */
export type HeartbeatFrame = {
  readonly position: number;
  readonly at: number;
  readonly recording: Overview["recording"];
  readonly seats: Overview["seats"];
  readonly timeSeries: Overview["timeSeries"];
};

/** The last frame: why the stream ends. The page connects again and learns what it may see now. */
export type EndFrame = {
  readonly reason: "signed-out" | "expired" | "scope-changed" | "stopping";
};

/** A value as a frame carries it: id, value, quality, reason, when it was read. */
export type PointFrame = readonly [
  id: string,
  value: PointView["value"],
  quality: PointView["quality"],
  reason: string | null,
  at: number | null,
];

/** Values of a device that this stream watches, twice a second where they move; no id. */
export type TelemetryFrame = {
  /** SITE/DEVICE. */
  readonly device: string;
  readonly at: number;
  /** Null where it is no longer asked for values. */
  readonly link: LinkView | null;
  /** What has been read since the last frame; all of them in the first. */
  readonly points: readonly PointFrame[];
};
