/**
 * The port to whoever knows the roads: a table of ways by road, from each of some points to each of
 * others. Behind it stands Valhalla in a process of our own, a server by its address, or in tests a
 * small network.
 */
import type { Drive, Point } from "#rules/dispatch/travel.ts";

export type TableRequest = {
  readonly from: readonly Point[];
  readonly to: readonly Point[];
  /** Roads at these points are closed. */
  readonly without: readonly Point[];
};

export type RouteRequest = {
  readonly from: Point;
  readonly to: Point;
  readonly without: readonly Point[];
};

/** The way as it is drawn: WGS-84 [lng, lat], from its beginning to its end. */
export type Shape = readonly (readonly [number, number])[];

/** A longer answer is not drawn: across the district an engine gives some hundreds. */
export const mostShapePoints = 5000;

/** For each of `from` and each of `to`: the way; null = the roads lead nowhere; undefined = off its map. */
export type WayTable = readonly (readonly (Drive | null | undefined)[])[];

export type TravelTime = {
  readonly kind: "valhalla" | "valhalla-server" | "osrm-server" | "network";
  /** Which roads it knows: the matrix is computed anew when this changes. */
  readonly roads: string;
  /** Whether it can keep off a closed road. */
  readonly avoids: boolean;
  /** Throws `EngineRefused` where it cannot answer this, `EngineDown` where it cannot answer now. */
  table(request: TableRequest): Promise<WayTable>;
  /** The same of one way and its line; null = the roads lead nowhere. Throws as `table` does. */
  route(request: RouteRequest): Promise<Shape | null>;
  health(): { readonly up: boolean; readonly why: string | null; readonly retryAt: number | null };
  close(): void;
};

/** Of this question nothing is known: a point is off its map. Another question may be answered. */
export class EngineRefused extends Error {
  override readonly name = "EngineRefused";
}

/** It is away, has died, or has not answered in time. */
export class EngineDown extends Error {
  override readonly name = "EngineDown";
}

/** A way by road is no faster than this, whatever an engine says of two points at one crossing. */
const fastestKmh = 130;

/**
 * The same question, and where a point is refused, smaller ones: one point off the map must not take
 * away what is known of the others.
 */
export async function tableOf(engine: TravelTime, request: TableRequest): Promise<WayTable> {
  const { from, to } = request;
  try {
    return await engine.table(request);
  } catch (error) {
    if (!(error instanceof EngineRefused)) throw error;
    if (to.length > 1) {
      const [left, right] = halves(to);
      const first = await tableOf(engine, { ...request, to: left });
      const second = await tableOf(engine, { ...request, to: right });
      return first.map((row, i) => [...row, ...(second[i] ?? [])]);
    }
    if (from.length > 1) {
      const [left, right] = halves(from);
      const first = await tableOf(engine, { ...request, from: left });
      return [...first, ...(await tableOf(engine, { ...request, from: right }))];
    }
    return [[undefined]];
  }
}

function halves<T>(list: readonly T[]): [T[], T[]] {
  const middle = Math.ceil(list.length / 2);
  return [list.slice(0, middle), list.slice(middle)];
}

/** A drive as it is stored: whole numbers, and never faster than any engine drives. */
export function storedDrive(drive: Drive, straightM: number): Drive {
  const lengthM = Math.max(drive.lengthM, straightM);
  const driveMs = Math.max(drive.driveMs, (straightM / (fastestKmh / 3.6)) * 1000);
  return { driveMs: Math.ceil(driveMs), lengthM: Math.ceil(lengthM) };
}
