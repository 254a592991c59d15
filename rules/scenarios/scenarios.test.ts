/** Every scenario of this folder, on virtual time; and the golden states that pin what evolve does. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { globSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { serializeState, stateVersion } from "../state.ts";
import { play } from "./play.ts";

const folder = import.meta.dirname;
const names = globSync("*.txt", { cwd: folder }).sort();
const goldenPath = join(folder, "golden.json");

type Golden = { stateVersion: number; states: Record<string, string> };

function read(name: string): string {
  return readFileSync(join(folder, name), "utf8");
}

for (const name of names) {
  const [first = ""] = read(name).split("\n");
  test(`SC-1: ${name}: ${first.slice(2)}`, () => {
    play(read(name));
  });
}

test("SC-2: a step that does not hold is named with its line; one that makes no sense too", () => {
  assert.throws(() => play("press s1/b1\nexpect stations 7\n"), /line 2: expect stations 7/);
  assert.throws(() => play("extinguish s1\n"), /line 1: .*no step extinguish/);
  assert.throws(() => play("+3 weeks\n"), /no duration/);
  assert.throws(() => play("expect miracle\n"), /nothing called miracle/);
  assert.throws(() => play("press s1/b1\nexpect no order R1\n"), /but it is so/);
});

test("SC-3: whoever changes what evolve does raises stateVersion (GOLDEN=write renews)", () => {
  const states = Object.fromEntries(
    names.map((name) => {
      const text = serializeState(play(read(name)).state);
      return [name, createHash("sha256").update(text).digest("hex")];
    }),
  );
  if (process.env.GOLDEN === "write") {
    writeFileSync(goldenPath, `${JSON.stringify({ stateVersion, states }, null, 2)}\n`);
  }
  const golden = JSON.parse(readFileSync(goldenPath, "utf8")) as Golden;
  assert.equal(stateVersion, golden.stateVersion, "renew the golden states: GOLDEN=write");
  for (const [name, state] of Object.entries(golden.states)) {
    if (!names.includes(name)) continue;
    assert.equal(states[name], state, `${name} ends in another state: raise stateVersion`);
  }
  assert.deepEqual(Object.keys(states), Object.keys(golden.states), "a scenario is not pinned yet");
});
