/** First-due areas: given rings as they are, computed ones marked, and each point in that of the nearest. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { isFirstDueOf } from "#rules/dispatch/choice.ts";
import { distanceM } from "#rules/dispatch/travel.ts";
import type { Responder, Town } from "#rules/inventory.ts";
import { areasOf } from "./areas.ts";

const bounds = { west: 120, south: 30, east: 120.4, north: 30.4 };
const at = (lng: number, lat: number) => ({ lng, lat, accuracyM: 10, source: "made" });
const seats = [at(120.1, 30.1), at(120.31, 30.12), at(120.2, 30.33), at(120.05, 30.3)];
const towns = seats.map((position, i): Town => {
  return { id: `T${i}`, name: { zh: "镇", en: "Town" }, position };
});
const station = (id: string, firstDue?: Responder["firstDue"]): Responder => ({
  ...{ id, kind: "rescue", name: { zh: id, en: id }, town: "T0", position: at(120.2, 30.2) },
  ...{ certainty: "confirmed", lifecycle: { state: "in-service" }, authority: "order" },
  ...{ channels: [], ...(firstDue ? { firstDue } : {}) },
});
const isIn = (ring: readonly (readonly number[])[], lng: number, lat: number): boolean =>
  isFirstDueOf(station("R", { ring: ring as [number, number][] }), {
    town: "",
    position: at(lng, lat),
  });

test("FA-1: a ring of the file is drawn as it is; towns have computed areas, marked so", () => {
  const ring: [number, number][] = [
    [120.1, 30.1],
    [120.2, 30.1],
    [120.2, 30.2],
  ];
  const areas = areasOf(bounds, [station("A", { ring }), station("B", { towns: ["T1"] })], towns);
  assert.deepEqual(areas[0], { station: "A", ring: [...ring, ring[0]], computed: false });
  assert.deepEqual(
    areas.map(({ station: id, computed }) => [id, computed]),
    [
      ["A", false],
      ["B", true],
    ],
  );
  // A station without an agreement has no area beside stations that have one.
  assert.equal(areasOf(bounds, [station("A", { ring }), station("C")], towns).length, 1);
});

test("FA-1: a computed area is what is nearest to the seat of its town, to the last point", () => {
  const all = towns.map(({ id }) => station(`S${id}`, { towns: [id] }));
  const areas = areasOf(bounds, all, towns);
  assert.equal(areas.length, towns.length);
  for (let x = 0.5; x < 40; x += 1) {
    for (let y = 0.5; y < 40; y += 1) {
      const [lng, lat] = [120 + x / 100, 30 + y / 100];
      const away = seats.map((seat) => distanceM(seat, { lng, lat }));
      const [least = 0, next = 0] = [...away].sort((a, b) => a - b);
      // On the border itself either is right.
      if (next - least < 60) continue;
      const inside = areas.filter(({ ring }) => isIn(ring, lng, lat)).map((area) => area.station);
      assert.deepEqual(inside, [`ST${away.indexOf(least)}`], `${lng} ${lat}`);
    }
  }
});

test("FA-1: where no station has an area, each has what is nearest to it", () => {
  const bare = seats.map((position, i) => ({ ...station(`S${i}`), position }));
  const areas = areasOf(bounds, bare, []);
  assert.deepEqual(
    areas.map((area) => [area.station, area.computed]),
    bare.map(({ id }) => [id, true]),
  );
  assert.deepEqual(areasOf(bounds, [], towns), []);
  const built = { ...station("N", { towns: ["T1"] }), lifecycle: { state: "building" as const } };
  assert.deepEqual(areasOf(bounds, [built], towns), [], "nobody comes from there yet");
});
