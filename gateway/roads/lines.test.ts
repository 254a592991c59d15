/** Lines of ways for the map: asked once, kept, late or missing where the engine is, and honest about closures. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Closure } from "#rules/dispatch/roads.ts";
import { southBridge, townInventory, townNetwork } from "../testing/canal-town/town.ts";
import { Lines } from "./lines.ts";
import { NetworkRoads } from "./network.ts";
import { EngineDown, type RouteRequest, type TravelTime } from "./travel-time.ts";

const { responders, sites } = townInventory();
const stations = responders.map(({ position }) => position);
const place = sites[0]?.position ?? southBridge;
const closed: Closure = {
  ...{ ...southBridge, id: "south", name: { zh: "南桥", en: "South bridge" } },
  ...{ reason: "works", from: 0, until: Number.MAX_SAFE_INTEGER },
};

/** The roads of the town, and what they were asked. */
class Asked extends NetworkRoads {
  readonly questions: RouteRequest[] = [];
  override route(request: RouteRequest) {
    this.questions.push(request);
    return super.route(request);
  }
}

test("RO-30: each way is asked for once for the same roads and closures, and again for others", async () => {
  const [engine, lines] = [new Asked(townNetwork()), new Lines()];
  const [first, again] = await Promise.all([
    lines.of(engine, stations, place, []),
    lines.of(engine, stations, place, []),
  ]);
  assert.deepEqual(first, again);
  assert.deepEqual(await lines.of(engine, stations, place, []), first);
  assert.equal(engine.questions.length, stations.length);
  assert.ok(first?.every(({ shape, why }) => shape !== null && shape.length > 2 && why === null));
  const round = await lines.of(engine, stations, place, [closed]);
  assert.equal(engine.questions.length, 2 * stations.length);
  assert.notDeepEqual(round, first, "a closed bridge is gone round");
  assert.ok(round.every(({ avoids, passes }) => avoids && passes.length === 0));
});

test("RO-30: an engine that cannot keep off closed roads draws them, and the line says which it passes", async () => {
  const engine = Object.assign(new Asked(townNetwork()), { avoids: false });
  const lines = await new Lines().of(engine as unknown as TravelTime, stations, place, [closed]);
  assert.ok(engine.questions.every(({ without }) => without.length === 0));
  const east = lines[responders.findIndex(({ id }) => id === "CT-E")];
  assert.deepEqual(east?.passes, [closed.name]);
  assert.equal(east?.avoids, false);
  const west = lines[responders.findIndex(({ id }) => id === "CT-W")];
  assert.deepEqual(west?.passes, []);
});

test("RO-30: no engine, a dead one, a hanging one and a point off its map give no line, and say why", async () => {
  const town = new NetworkRoads(townNetwork());
  const like = (route: TravelTime["route"]): TravelTime =>
    Object.assign(new NetworkRoads(townNetwork()), { route });
  const whyOf = async (engine: TravelTime | null, to = place) =>
    (await new Lines(20).of(engine, stations, to, [])).map(({ why }) => why);
  const all = (why: string) => stations.map(() => why);
  assert.deepEqual(await whyOf(null), all("no-engine"));
  assert.deepEqual(await whyOf(like(() => Promise.reject(new EngineDown("gone")))), all("down"));
  assert.deepEqual(await whyOf(like(() => new Promise(() => {}))), all("late"));
  assert.deepEqual(await whyOf(town, { ...place, lng: 1.5, lat: 42.5 }), all("off-map"));
  assert.deepEqual(await whyOf(like(async () => null)), all("no-way"));
});
