import assert from "node:assert/strict";
import { test } from "node:test";
import { lastAdoption } from "./adoption.ts";
import { decide } from "./decide.ts";
import type { World } from "./draft.ts";
import { evolve } from "./evolve.ts";
import { emptyInventory } from "./inventory.ts";
import { indexInventory } from "./inventory-index.ts";
import { defaultSettings } from "./settings.ts";
import { initialState } from "./state.ts";
import { plainWriter } from "./writer.ts";

const world: World = {
  inventory: indexInventory(emptyInventory),
  settings: defaultSettings,
  packs: [],
};

function installation() {
  const state = initialState();
  const adopt = (hash: string, person: string, house?: string): number => {
    const at = state.at + 1;
    const command = {
      command: "adopt",
      artefact: "packs",
      hash,
      summary: {},
      ...(house === undefined ? {} : { house }),
    } as const;
    const actor = { person, seat: "s" };
    const events = decide(state, { kind: "command", actor, command, id: "x", at }, world);
    for (const event of events) {
      const envelope = { position: state.position + 1, at, signal: "x", v: 1 };
      evolve(state, { ...event, ...envelope }, plainWriter);
    }
    return events.length;
  };
  return { state, adopt };
}

test("RA-8: who adopted which rules when is kept, with the house's packs of then; the last hundred", () => {
  const { state, adopt } = installation();
  assert.equal(adopt("h1", "P-system"), 1);
  assert.deepEqual(lastAdoption(state), {
    position: 1,
    at: 1,
    by: "P-system",
    hash: "h1",
    summary: {},
    house: "h1",
  });
  adopt("own", "P-1");
  assert.equal(lastAdoption(state)?.house, "h1", "what was known before is known still");
  adopt("h2+own", "P-1", "h2");
  assert.equal(lastAdoption(state)?.house, "h2");
  for (let i = 0; i < 200; i += 1) adopt(`n${i}`, "P-1");
  assert.equal(state.adoptions.length, 100);
  assert.equal(state.adopted.packs, "n199");
});

test("RA-8: the same rules again are no adoption, unless they come with another house", () => {
  const { state, adopt } = installation();
  adopt("h1", "P-system", "h1");
  assert.equal(adopt("h1", "P-1"), 0);
  assert.equal(adopt("h1", "P-1", "h1"), 0);
  assert.equal(adopt("h1", "P-1", "h2"), 1);
  assert.equal(lastAdoption(state)?.house, "h2");
});
