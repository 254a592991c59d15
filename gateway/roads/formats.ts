/**
 * What Valhalla (`sources_to_targets` and `route`, in our process or on a server) and OSRM (`table`,
 * `route`) are asked, and what their answers mean. An answer that is not as it should be is refused, never guessed at.
 */
import type { Drive } from "#rules/dispatch/travel.ts";
import {
  EngineDown,
  EngineRefused,
  mostShapePoints,
  type RouteRequest,
  type Shape,
  type TableRequest,
  type WayTable,
} from "./travel-time.ts";

/** Seconds and kilometres (Valhalla) or metres (OSRM) of each pair; null = no way. */
type Numbers = readonly (readonly (number | null)[])[];

const spot = ({ lng, lat }: { readonly lng: number; readonly lat: number }) => ({ lon: lng, lat });

/** A point is off its map, or too far away: the others may be answered. Anything else is no answer. */
const offMap = /No suitable edges|Path distance exceeds|locations are in unconnected/;
const noPath = /No path could be found/;

/** What it says instead of a table: of none of the pairs there is a way, or why it cannot answer. */
export function valhallaRefusal(error: unknown, { from, to }: TableRequest): WayTable {
  valhallaNoPath(error);
  return from.map(() => to.map(() => null));
}

/** Gives null where it says that no road leads there. Throws why it cannot answer. */
export function valhallaNoPath(error: unknown): null {
  const text = (typeof error === "string" ? error : JSON.stringify(error)).slice(0, 200);
  if (noPath.test(text)) return null;
  throw offMap.test(text) ? new EngineRefused(text) : new EngineDown(text);
}

export function valhallaQuery({ from, to, without }: TableRequest): object {
  return {
    sources: from.map(spot),
    targets: to.map(spot),
    costing: "auto",
    verbose: false,
    ...avoiding(without),
  };
}

export function valhallaRouteQuery({ from, to, without }: RouteRequest): object {
  return {
    locations: [from, to].map(spot),
    costing: "auto",
    directions_type: "none",
    ...avoiding(without),
  };
}

function avoiding(without: TableRequest["without"]): object {
  return without.length > 0 ? { exclude_locations: without.map(spot) } : {};
}

export function valhallaShape(answer: unknown): Shape {
  type Trip = { trip?: { legs?: readonly { shape?: unknown }[] } };
  const shape = ((answer ?? {}) as Trip).trip?.legs?.[0]?.shape;
  if (typeof shape !== "string") throw new EngineDown("the answer is no route");
  return checkedShape(polyline6(shape));
}

export function valhallaTable(answer: unknown, request: TableRequest): WayTable {
  const { sources_to_targets: table } = (answer ?? {}) as {
    sources_to_targets?: { durations?: unknown; distances?: unknown };
  };
  return tableOfNumbers(table?.durations, table?.distances, 1000, request);
}

/** Google's polyline with six decimals: differences of latitude and longitude, five bits a letter. */
function polyline6(text: string): Shape {
  const numbers: number[] = [];
  let [value, shift] = [0, 0];
  for (let i = 0; i < text.length; i += 1) {
    const bits = text.charCodeAt(i) - 63;
    value += (bits & 31) * 2 ** shift;
    shift += 5;
    if (bits >= 32) continue;
    numbers.push((value % 2 === 1 ? -(value + 1) / 2 : value / 2) / 1e6);
    [value, shift] = [0, 0];
  }
  let [lat, lng] = [0, 0];
  const points: [number, number][] = [];
  for (let i = 0; i < numbers.length; i += 2) {
    lat += numbers[i] ?? Number.NaN;
    lng += numbers[i + 1] ?? Number.NaN;
    points.push([lng, lat]);
  }
  return points;
}

function checkedShape(points: unknown): Shape {
  const isPoint = (point: unknown): boolean => {
    const [lng, lat] = Array.isArray(point) ? (point as unknown[]) : [];
    const isWithin = (n: unknown, most: number) => typeof n === "number" && Math.abs(n) <= most;
    return isWithin(lng, 180) && isWithin(lat, 90);
  };
  if (!Array.isArray(points) || points.length < 2 || !points.every(isPoint)) {
    throw new EngineDown("the answer has no line that could be drawn");
  }
  if (points.length > mostShapePoints) {
    throw new EngineRefused(`a line of more than ${mostShapePoints} points`);
  }
  return (points as [number, number][]).map(([lng, lat]) => [rounded(lng), rounded(lat)]);
}

/** A tenth of a metre. */
function rounded(degrees: number): number {
  return Math.round(degrees * 1e6) / 1e6;
}

export function osrmRoutePath({ from, to }: RouteRequest): string {
  const points = [from, to].map(({ lng, lat }) => `${lng},${lat}`).join(";");
  return `/route/v1/driving/${points}?overview=full&geometries=geojson`;
}

export function osrmShape(answer: unknown): Shape | null {
  const { code, message, routes } = (answer ?? {}) as Record<string, unknown>;
  const why = `${String(code)}: ${String(message)}`.slice(0, 200);
  if (code === "NoRoute") return null;
  if (code === "NoSegment") throw new EngineRefused(why);
  if (code !== "Ok") throw new EngineDown(why);
  type Route = { geometry?: { coordinates?: unknown } };
  return checkedShape((routes as readonly Route[] | undefined)?.[0]?.geometry?.coordinates);
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
