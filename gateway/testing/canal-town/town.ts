/**
 * The town of canals: a small network with few bridges, where the nearest by line is seldom the nearest
 * by road. `roads.txt` draws it; a small server answers over it as OSRM and Valhalla do.
 */
import { readFileSync } from "node:fs";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import type { Point } from "#rules/dispatch/travel.ts";
import { emptyInventory, type Inventory } from "#rules/inventory.ts";
import { loadFiles } from "../../inventory/load.ts";
import { type Network, NetworkRoads } from "../../roads/network.ts";
import { EngineRefused, type WayTable } from "../../roads/travel-time.ts";

export const townFile = join(import.meta.dirname, "inventory.yaml");

/** The bridge in the south: closed, the east bank is far from the mill. */
export const southBridge: Point = { lng: 120.49455, lat: 30.08 };

const southWest: Point = { lng: 120.48, lat: 30.08 };
const stepLat = 400 / 111_195;
const stepLng = stepLat / Math.cos((30.085 * Math.PI) / 180);
const speedKmh = 30;

export function townInventory(): Inventory {
  const { inventory, faults } = loadFiles([townFile], emptyInventory);
  if (!inventory) throw new Error(JSON.stringify(faults));
  return inventory;
}

export function townNetwork(): Network {
  const text = readFileSync(join(import.meta.dirname, "roads.txt"), "utf8");
  const lines = text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  const numbers = new Map<string, number>();
  const nodes: Point[] = [];
  const at = (row: number, column: number): string => lines[row]?.[column] ?? " ";
  lines.forEach((line, row) => {
    [...line].forEach((mark, column) => {
      if (mark !== "o") return;
      numbers.set(`${row} ${column}`, nodes.length);
      const north = (lines.length - 1 - row) / 2;
      nodes.push({
        lng: southWest.lng + (column / 2) * stepLng,
        lat: southWest.lat + north * stepLat,
      });
    });
  });
  const edges: { a: number; b: number; speedKmh: number }[] = [];
  for (const [key, a] of numbers) {
    const [row = 0, column = 0] = key.split(" ").map(Number);
    const join = (mark: string, b: number | undefined): void => {
      if (b !== undefined && "-|=".includes(mark)) edges.push({ a, b, speedKmh });
    };
    join(at(row, column + 1), numbers.get(`${row} ${column + 2}`));
    join(at(row + 1, column), numbers.get(`${row + 2} ${column}`));
  }
  return { nodes, edges };
}

/** How the server behaves: it answers, hangs, fails, or says what nobody understands. */
export type Mood = "well" | "hangs" | "fails" | "babbles" | "huge";

export type RoadServer = {
  readonly url: string;
  mood: Mood;
  /** Questions it has been asked. */
  asked: number;
  readonly close: () => Promise<void>;
};

export async function startRoadServer(network = townNetwork()): Promise<RoadServer> {
  const roads = new NetworkRoads(network);
  const server = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk) => {
      body += chunk;
    });
    request.on("end", () => void answer(request.url ?? "", body, response));
  });
  const answer = async (url: string, body: string, response: ServerResponse): Promise<void> => {
    road.asked += 1;
    if (road.mood === "hangs") return;
    if (road.mood === "fails") return void response.writeHead(500).end("{}");
    if (road.mood === "babbles") return void response.end("<html>road works</html>");
    if (road.mood === "huge") return void response.end(`[${"1,".repeat(8 << 20)}1]`);
    try {
      const said = await saidOf(roads, url, body);
      response.setHeader("content-type", "application/json").end(JSON.stringify(said));
    } catch (error) {
      const isOff = error instanceof EngineRefused;
      const said = /^.(table|route).v1/.test(url)
        ? {
            code: isOff ? "NoSegment" : "InvalidQuery",
            message: "one of the points is off the map",
          }
        : error instanceof NoPath
          ? { error_code: 442, error: "No path could be found for input" }
          : { error_code: isOff ? 171 : 100, error: "No suitable edges near location" };
      response.writeHead(400, { "content-type": "application/json" }).end(JSON.stringify(said));
    }
  };
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const road: RoadServer = {
    url: `http://127.0.0.1:${port}`,
    mood: "well",
    asked: 0,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
  return road;
}

type Numbers = readonly (readonly (number | null)[])[];

function numbersOf(table: WayTable, metres: number): { durations: Numbers; distances: Numbers } {
  return {
    durations: table.map((row) => row.map((way) => (way ? way.driveMs / 1000 : null))),
    distances: table.map((row) => row.map((way) => (way ? way.lengthM / metres : null))),
  };
}

function saidOf(roads: NetworkRoads, url: string, body: string): Promise<object> {
  if (url.startsWith("/table/")) return osrmAnswer(roads, url);
  if (url.startsWith("/route/v1/")) return osrmRoute(roads, url);
  return url === "/route" ? valhallaRoute(roads, body) : valhallaAnswer(roads, body);
}

/** `/route/v1/driving/LNG,LAT;LNG,LAT?geometries=geojson`. */
async function osrmRoute(roads: NetworkRoads, url: string): Promise<object> {
  const { pathname } = new URL(url, "http://localhost");
  const [from, to] = pointsOf(pathname);
  if (!from || !to) throw new Error("two points are needed");
  const coordinates = await roads.route({ from, to, without: [] });
  if (!coordinates) return { code: "NoRoute", message: "Impossible route between points" };
  return { code: "Ok", routes: [{ geometry: { type: "LineString", coordinates } }] };
}

function pointsOf(pathname: string): Point[] {
  return (pathname.split("/").at(-1) ?? "").split(";").map((text): Point => {
    const [lng = 0, lat = 0] = text.split(",").map(Number);
    return { lng, lat };
  });
}

/** `POST /route`: its line is a polyline of six decimals. */
async function valhallaRoute(roads: NetworkRoads, body: string): Promise<object> {
  type Spot = { readonly lon: number; readonly lat: number };
  const asked = JSON.parse(body) as { locations: Spot[]; exclude_locations?: Spot[] };
  const points = (spots: readonly Spot[] = []) => spots.map(({ lon, lat }) => ({ lng: lon, lat }));
  const [from, to] = points(asked.locations);
  if (!from || !to) throw new Error("two points are needed");
  const shape = await roads.route({ from, to, without: points(asked.exclude_locations) });
  if (!shape) throw new NoPath();
  let [lastLat, lastLng] = [0, 0];
  const letters = shape.flatMap(([lng, lat]) => {
    const [y, x] = [Math.round(lat * 1e6), Math.round(lng * 1e6)];
    const both = [lettersOf(y - lastLat), lettersOf(x - lastLng)];
    [lastLat, lastLng] = [y, x];
    return both;
  });
  return { trip: { legs: [{ shape: letters.join("") }], units: "kilometers" } };
}

class NoPath extends Error {}

function lettersOf(difference: number): string {
  let left = difference < 0 ? -2 * difference - 1 : 2 * difference;
  let text = "";
  while (left >= 32) {
    text += String.fromCharCode(63 + 32 + (left % 32));
    left = Math.floor(left / 32);
  }
  return text + String.fromCharCode(63 + left);
}

/** `/table/v1/driving/LNG,LAT;…?sources=0;1&destinations=2`, as OSRM documents it. */
async function osrmAnswer(roads: NetworkRoads, url: string): Promise<object> {
  const { pathname, searchParams } = new URL(url, "http://localhost");
  const points = pointsOf(pathname);
  const some = (name: string): Point[] =>
    (searchParams.get(name) ?? "").split(";").flatMap((i) => points[Number(i)] ?? []);
  const request = { from: some("sources"), to: some("destinations"), without: [] };
  return { code: "Ok", ...numbersOf(await roads.table(request), 1) };
}

/** `POST /sources_to_targets` with `verbose: false`, as Valhalla documents it. */
async function valhallaAnswer(roads: NetworkRoads, body: string): Promise<object> {
  type Spot = { readonly lon: number; readonly lat: number };
  const asked = JSON.parse(body) as {
    sources: Spot[];
    targets: Spot[];
    exclude_locations?: Spot[];
  };
  const points = (spots: readonly Spot[] = []) => spots.map(({ lon, lat }) => ({ lng: lon, lat }));
  const table = await roads.table({
    from: points(asked.sources),
    to: points(asked.targets),
    without: points(asked.exclude_locations),
  });
  return {
    algorithm: "costmatrix",
    units: "kilometers",
    sources_to_targets: numbersOf(table, 1000),
  };
}
