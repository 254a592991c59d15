/** What a page knows of a device now: frames of the stream laid over each other. Pure. */
import type { LinkView } from "#gateway/api/contract.ts";
import type { PointFrame, TelemetryFrame } from "#gateway/api/frames.ts";

export type DeviceNow = {
  /** Gateway time of the last frame, ms. */
  readonly at: number;
  /** When it came, by this machine's clock. */
  readonly heardAt: number;
  /** Null where it is no longer asked for values. */
  readonly link: LinkView | null;
  readonly points: ReadonlyMap<string, PointFrame>;
};

export function merged(
  before: DeviceNow | null,
  { at, link, points }: TelemetryFrame,
  heardAt: number,
): DeviceNow {
  const now = new Map(before?.points);
  for (const point of points) now.set(point[0], point);
  return { at, heardAt, link, points: now };
}
