import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { gcj02ToBd09, toWgs84, wgs84ToGcj02 } from "./datum.ts";

test("DT-1: the check values: GCJ-02 120.476075, 30.078038 is WGS-84 120.471651635, 30.080413891", () => {
  const there = toWgs84({ lng: 120.476075, lat: 30.078038 }, "GCJ-02");
  assert.ok(Math.abs(there.lng - 120.471651635) < 1e-8, String(there.lng));
  assert.ok(Math.abs(there.lat - 30.080413891) < 1e-8, String(there.lat));
});

const inKeqiao = fc.record({
  lng: fc.double({ min: 120.28, max: 120.78, noNaN: true }),
  lat: fc.double({ min: 29.7, max: 30.32, noNaN: true }),
});

test("DT-2: there and back is the same place to a millimetre, in both datums, all over the district", () => {
  fc.assert(
    fc.property(inKeqiao, (place) => {
      const gcj = wgs84ToGcj02(place);
      const bd = gcj02ToBd09(gcj);
      for (const back of [toWgs84(gcj, "GCJ-02"), toWgs84(bd, "BD-09")]) {
        assert.ok(Math.abs(back.lng - place.lng) < 1e-8 && Math.abs(back.lat - place.lat) < 1e-8);
      }
    }),
  );
});

test("DT-3: in Keqiao GCJ-02 lies 390 to 442 m east and 252 to 296 m south", () => {
  fc.assert(
    fc.property(inKeqiao, (place) => {
      const gcj = wgs84ToGcj02(place);
      const east = (gcj.lng - place.lng) * 111_320 * Math.cos((place.lat * Math.PI) / 180);
      const south = (place.lat - gcj.lat) * 111_200;
      assert.ok(east > 380 && east < 452, `${east} m east`);
      assert.ok(south > 242 && south < 306, `${south} m south`);
    }),
  );
});
