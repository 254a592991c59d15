import assert from "node:assert/strict";
import { test } from "node:test";
import { isInside, namesIn, placeIn, pointAt, readPoint, widthFor, zoomTo } from "./window.ts";

const district = { west: 120.28, south: 29.7, east: 120.78, north: 30.32 };

test("RI-5: a click lies where it is drawn, and each next one is more exact, to some metres", () => {
  let shown = district;
  const place = { lng: 120.49331, lat: 30.14031 };
  for (let click = 0; click < 6; click += 1) {
    const { x, y } = placeIn(shown, place);
    const at = pointAt(shown, x, y);
    assert.ok(Math.abs(at.lng - place.lng) < 1e-5 && Math.abs(at.lat - place.lat) < 1e-5);
    shown = zoomTo(at, shown);
    assert.ok(isInside(shown, place));
  }
  assert.ok(Math.abs((shown.north - shown.south) * 111.32 - 3) < 0.01, "three kilometres at last");
  const width = widthFor(district, 260);
  assert.ok(width > 150 && width < 260, "a kilometre is as long to the east as to the north");
});

test("RI-5: the whole district names towns, a click its stations, the next one its sites", () => {
  const at = { lng: 120.49, lat: 30.14 };
  const once = zoomTo(at, district);
  assert.deepEqual([district, once, zoomTo(at, once)].map(namesIn), ["towns", "stations", "sites"]);
});

test("RI-5: a position is read as people write it, and nothing else is one", () => {
  const at = { lng: 120.49331, lat: 30.14031 };
  for (const text of ["120.49331, 30.14031", "120.49331,30.14031", " 120.49331 30.14031 "]) {
    assert.deepEqual(readPoint(text), at);
  }
  for (const text of ["", "120.49331", "30°N", "120.4, 95", "a, b", "120.4, 30.1, 5"]) {
    assert.equal(readPoint(text), null);
  }
});
