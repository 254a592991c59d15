/** OSRM and Valhalla by their address: a real small server that speaks as they do, in every mood. */
import assert from "node:assert/strict";
import { after, beforeEach, test } from "node:test";
import {
  southBridge,
  startRoadServer,
  townInventory,
  townNetwork,
} from "../testing/canal-town/town.ts";
import { NetworkRoads } from "./network.ts";
import { RouteServer } from "./server.ts";
import {
  EngineDown,
  EngineRefused,
  type Shape,
  type TableRequest,
  tableOf,
  type WayTable,
} from "./travel-time.ts";

const server = await startRoadServer();
after(() => server.close());
let now = 0;
beforeEach(() => {
  server.mood = "well";
});

const from = townInventory().responders.map(({ position }) => position);
const to = townInventory().sites.map(({ position }) => position);
const request: TableRequest = { from, to, without: [] };

function rounded(table: WayTable): WayTable {
  const round = (n: number): number => Math.round(n);
  return table.map((row) =>
    row.map((way) => way && { driveMs: round(way.driveMs), lengthM: round(way.lengthM) }),
  );
}

for (const api of ["osrm", "valhalla"] as const) {
  test(`RO-8: a server that speaks as ${api} does gives the ways of its network, to the millisecond`, async () => {
    const engine = new RouteServer(`${server.url}/`, api, () => now);
    const truth = new NetworkRoads(townNetwork());
    assert.deepEqual(rounded(await engine.table(request)), rounded(await truth.table(request)));
    const far = { lng: 1.5, lat: 42.5 };
    const table = await tableOf(engine, { ...request, to: [far, ...to] });
    assert.ok(table.every((row) => row[0] === undefined && row[1] !== undefined));
    assert.equal(engine.health().up, true, "who says that a point is off its map is well");
  });
}

for (const api of ["osrm", "valhalla"] as const) {
  test(`RO-29: a server that speaks as ${api} does gives the line of its way, to the tenth of a metre`, async () => {
    const engine = new RouteServer(server.url, api, () => now);
    const truth = new NetworkRoads(townNetwork());
    const [west, mill] = [from[1], to[0]];
    assert.ok(west && mill);
    const way = { from: west, to: mill, without: [] };
    const six = (shape: Shape | null) => shape?.map((point) => point.map((n) => n.toFixed(6)));
    const drawn = await engine.route(way);
    assert.deepEqual(six(drawn), six(await truth.route(way)));
    assert.ok((drawn?.length ?? 0) > 3, "it turns at crossings");
    await assert.rejects(engine.route({ ...way, to: { lng: 1.5, lat: 42.5 } }), EngineRefused);
    for (const mood of ["babbles", "fails", "huge"] as const) {
      server.mood = mood;
      await assert.rejects(engine.route(way), EngineDown, mood);
      now += 60_001;
    }
  });
}

test("RO-9: only Valhalla keeps off a closed road; OSRM says that it cannot", async () => {
  const valhalla = new RouteServer(server.url, "valhalla", () => now);
  assert.equal(valhalla.avoids, true);
  const closed = { ...request, without: [southBridge] };
  const truth = new NetworkRoads(townNetwork());
  assert.deepEqual(rounded(await valhalla.table(closed)), rounded(await truth.table(closed)));
  assert.equal(new RouteServer(server.url, "osrm", () => now).avoids, false);
});

test("RO-10: a server that hangs, fails, babbles or never ends is down within 2 s, and left alone for a while", async () => {
  for (const mood of ["hangs", "fails", "babbles", "huge"] as const) {
    for (const api of ["osrm", "valhalla"] as const) {
      const engine = new RouteServer(server.url, api, () => now);
      server.mood = mood;
      const began = performance.now();
      await assert.rejects(engine.table(request), EngineDown, `${api} ${mood}`);
      assert.ok(performance.now() - began < 3000, `${api} ${mood}: ${performance.now() - began}`);
      assert.equal(engine.health().up, false);
      const { asked } = server;
      await assert.rejects(engine.table(request), EngineDown);
      assert.equal(server.asked, asked, "it is asked again too soon");
      now += 1001;
      server.mood = "well";
      assert.equal((await engine.table(request)).length, from.length);
      assert.equal(engine.health().up, true);
    }
  }
  const nobody = new RouteServer("http://127.0.0.1:9", "osrm", () => now);
  await assert.rejects(nobody.table(request), EngineDown);
});
