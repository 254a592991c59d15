/**
 * What Valhalla (`sources_to_targets`, in our process or on a server) and OSRM (`table`) are asked, and
 * what their answers mean. An answer that is not as it should be is refused, never guessed at.
 */
import type { Drive } from "#rules/dispatch/travel.ts";
import { EngineDown, EngineRefused, type TableRequest, type WayTable } from "./travel-time.ts";

/** Seconds and kilometres (Valhalla) or metres (OSRM) of each pair; null = no way. */
type Numbers = readonly (readonly (number | null)[])[];

const spot = ({ lng, lat }: { readonly lng: number; readonly lat: number }) => ({ lon: lng, lat });

/** A point is off its map, or too far away: the others may be answered. Anything else is no answer. */
const offMap = /No suitable edges|Path distance exceeds|locations are in unconnected/;
const noPath = /No path could be found/;

/** What it says instead of a table: of none of the pairs there is a way, or why it cannot answer. */
export function valhallaRefusal(error: unknown, { from, to }: TableRequest): WayTable {
  const text = (typeof error === "string" ? error : JSON.stringify(error)).slice(0, 200);
  if (noPath.test(text)) return from.map(() => to.map(() => null));
  throw offMap.test(text) ? new EngineRefused(text) : new EngineDown(text);
}

export function valhallaQuery({ from, to, without }: TableRequest): object {
  return {
    sources: from.map(spot),
    targets: to.map(spot),
    costing: "auto",
    verbose: false,
    ...(without.length > 0 ? { exclude_locations: without.map(spot) } : {}),
  };
}

export function valhallaTable(answer: unknown, request: TableRequest): WayTable {
  const { sources_to_targets: table } = (answer ?? {}) as {
    sources_to_targets?: { durations?: unknown; distances?: unknown };
  };
  return tableOfNumbers(table?.durations, table?.distances, 1000, request);
}

/** Path and query behind the address of the server. */
export function osrmPath({ from, to }: TableRequest): string {
  const points = [...from, ...to].map(({ lng, lat }) => `${lng},${lat}`).join(";");
  const numbers = (count: number, first: number): string =>
    Array.from({ length: count }, (_, i) => first + i).join(";");
  const query = `sources=${numbers(from.length, 0)}&destinations=${numbers(to.length, from.length)}`;
  return `/table/v1/driving/${points}?${query}&annotations=duration,distance`;
}

export function osrmTable(answer: unknown, request: TableRequest): WayTable {
  const { code, message, durations, distances } = (answer ?? {}) as Record<string, unknown>;
  const why = `${String(code)}: ${String(message)}`.slice(0, 200);
  if (code === "NoSegment" || code === "NoTable") throw new EngineRefused(why);
  if (code !== "Ok") throw new EngineDown(why);
  return tableOfNumbers(durations, distances, 1, request);
}

function tableOfNumbers(
  durations: unknown,
  distances: unknown,
  metres: number,
  { from, to }: TableRequest,
): WayTable {
  if (!isTable(durations, from.length, to.length) || !isTable(distances, from.length, to.length)) {
    throw new EngineDown(`the answer is no table of ${from.length} × ${to.length}`);
  }
  return durations.map((row, i) =>
    row.map((seconds, j): Drive | null => {
      const length = distances[i]?.[j];
      if (seconds === null || length === null || length === undefined) return null;
      return { driveMs: seconds * 1000, lengthM: length * metres };
    }),
  );
}

function isTable(value: unknown, rows: number, columns: number): value is Numbers {
  const isNumber = (n: unknown): boolean =>
    n === null || (typeof n === "number" && Number.isFinite(n) && n >= 0);
  return (
    Array.isArray(value) &&
    value.length === rows &&
    value.every((row) => Array.isArray(row) && row.length === columns && row.every(isNumber))
  );
}
