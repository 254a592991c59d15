/** The stored matrix, computed question by question; whoever waits for an alarm is never held up by it. */
import type { Standing } from "#rules/dispatch/rank.ts";
import { type Drive, distanceM, type Point } from "#rules/dispatch/travel.ts";
import type { PackedInventory } from "../inventory/lookup.ts";
import type { ArtefactRow } from "../journal/file.ts";
import { inSlices } from "../slices.ts";
import { encodeMatrix, type MatrixOrigin, type PlaceWays } from "./matrix.ts";
import { batchesOf } from "./places.ts";
import { storedDrive, type TravelTime, tableOf } from "./travel-time.ts";

export type Computed = {
  readonly hash: string;
  readonly rows: readonly ArtefactRow[];
  readonly places: number;
};

export type ComputeRequest = {
  readonly engine: TravelTime;
  readonly inventory: PackedInventory;
  readonly places: readonly Point[];
  readonly without: readonly Point[];
  readonly origin: MatrixOrigin;
  /** Of an earlier round for the same origin. */
  readonly known: readonly PlaceWays[];
  readonly isOff: () => boolean;
  readonly progress: (done: number, of: number) => void;
};

/** Null where it was called off. Throws `EngineDown`. */
export async function computeMatrix(
  request: ComputeRequest,
): Promise<{ readonly computed: Computed; readonly list: readonly PlaceWays[] } | null> {
  const { engine, inventory, places, without, origin, isOff, progress } = request;
  const list: PlaceWays[] = [...request.known];
  const standings = new Map<string, Standing>();
  let done = 0;
  for (const { from, to } of batchesOf(inventory, places)) {
    if (isOff()) return null;
    const table = await tableOf(engine, { from, to, without });
    const isCut = without.length > 0 && table.some((row) => row.includes(null));
    const open = isCut ? await tableOf(engine, { from, to, without: [] }) : table;
    for (const one of from) standings.set(one.id, one);
    to.forEach((place, j) => {
      const ways = waysOf(from, place, (i) => (open[i]?.[j] ? table[i]?.[j] : undefined));
      if (ways.size > 0) list.push({ place, ways });
    });
    done += to.length;
    progress(done, places.length);
    await new Promise((resolve) => setImmediate(resolve));
  }
  for (const { ways } of request.known) {
    for (const id of ways.keys()) {
      const { lng, lat } = inventory.responders.get(id)?.position ?? {};
      if (lng !== undefined && lat !== undefined) standings.set(id, { id, lng, lat });
    }
  }
  const responders = [...standings.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
  const encoded = await inSlices(encodeMatrix(origin, responders, list), isOff);
  return encoded && { computed: { ...encoded, places: list.length }, list };
}

/** Where no road leads although none is closed, an end stands beside the roads: nothing is known. */
function waysOf(
  from: readonly Standing[],
  place: Point,
  at: (i: number) => Drive | null | undefined,
): Map<string, Drive | null> {
  const ways = new Map<string, Drive | null>();
  from.forEach((one, i) => {
    const drive = at(i);
    if (drive === undefined) return;
    ways.set(one.id, drive && storedDrive(drive, distanceM(one, place)));
  });
  return ways;
}
