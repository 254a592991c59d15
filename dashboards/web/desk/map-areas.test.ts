/** Borders of first-due areas: each once, none within an area. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { bordersOf, namedAreas } from "./map-areas.ts";

const cell = (station: string, west: number, east: number, computed = true) => ({
  ...{ station, computed },
  ring: [
    [west, 0],
    [east, 0],
    [east, 1],
    [west, 1],
    [west, 0],
  ] as [number, number][],
});

test("FA-3: a border that two areas share is drawn once, and none between two cells of one station", () => {
  const areas = [cell("A", 0, 1), cell("A", 1 + 1e-9, 3), cell("B", 3, 4)];
  const upright = bordersOf(areas)
    .filter(({ from, to }) => from[0] === to[0])
    .map(({ from }) => from[0]);
  assert.deepEqual(upright, [0, 3, 4]);
  const mixed = bordersOf([cell("A", 0, 1), cell("B", 1, 2, false)]);
  const shared = mixed.filter(({ from, to }) => from[0] === 1 && to[0] === 1);
  assert.deepEqual(
    shared.map(({ computed }) => computed),
    [false],
  );
});

test("FA-3: each station has one name, in the largest of its cells", () => {
  const areas = [cell("A", 0, 1), cell("A", 1, 3), cell("B", 3, 4)];
  assert.deepEqual(namedAreas(areas), [areas[1], areas[2]]);
});
