/** What older gateways have adopted opens as it stands: lists and settings they did not know are absent. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { districtInventory } from "#rules/scenarios/fixture.ts";
import { Scenario } from "#rules/scenarios/play.ts";
import { Artefacts } from "./artefacts.ts";
import { pack } from "./inventory/pack.ts";
import { artefactHash } from "./journal/chain.ts";

test("IV-18: an inventory without vehicles and linkage, and settings without rankings, open and order", () => {
  const { packed, rows } = pack(districtInventory);
  const stored = new Map(rows.map(({ hash, body }) => [hash, body]));
  const manifest = JSON.parse(Buffer.from(stored.get(packed.hash) ?? []).toString("utf8"));
  for (const list of ["vehicles", "linkage"]) delete manifest.lists[list];
  const settings = { v: 1, utcOffsetMin: 480, dispatch: { stationsP1: 2 } };
  const nameOf = (value: object): string => {
    const body = Buffer.from(JSON.stringify(value));
    stored.set(artefactHash(body), body);
    return artefactHash(body);
  };
  const scenario = new Scenario();
  Object.assign(scenario.state.adopted, {
    inventory: nameOf(manifest),
    settings: nameOf(settings),
  });
  const artefacts = new Artefacts((hash) => stored.get(hash) ?? null);
  const { inventory, settings: complete } = artefacts.world(scenario.state);
  assert.deepEqual([inventory.vehiclesOf("R1"), inventory.linkageOf("s1")], [[], []]);
  assert.equal(complete.dispatch.stationsP1, 2);
  scenario.world = { ...scenario.world, inventory, settings: complete };
  scenario.press("s1", "b1", 1, 0);
  assert.deepEqual(
    ["R1", "R2", "M1"].map((id) => scenario.orderOf(id).kind),
    ["turn-out", "turn-out", "turn-out"],
  );
});
