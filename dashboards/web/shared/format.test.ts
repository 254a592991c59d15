import assert from "node:assert/strict";
import { test } from "node:test";
import {
  formatDateTime,
  formatDistance,
  formatLasting,
  formatPosition,
  formatWhen,
} from "./format.ts";

const at = Date.UTC(2026, 10, 22, 18, 10, 4);

test("WB-4: times are 24 h in the gateway's offset, whatever the browser's zone is", () => {
  assert.equal(formatDateTime(at, 480), "2026-11-23 02:10:04");
  assert.equal(formatWhen(at, at + 60_000, 480), "02:10:04");
  assert.equal(formatWhen(at, at + 86_400_000, 480), "2026-11-23 02:10:04");
  // 23:59 yesterday is not today, though it is a minute ago.
  const midnight = Date.UTC(2026, 10, 22, 16, 0, 0);
  assert.equal(formatWhen(midnight - 1000, midnight + 1000, 480), "2026-11-22 23:59:59");
});

test("WB-4: a length of time is read one way only", () => {
  const cases = [
    [-5, "00:00"],
    [7_000, "00:07"],
    [83_000, "01:23"],
    [3_599_999, "59:59"],
    [3_723_000, "1:02:03"],
    [90_000_000, "1 d 01:00:00"],
  ] as const;
  for (const [ms, text] of cases) assert.equal(formatLasting(ms), text);
});

test("WB-4: distances and positions are no finer than they are known", () => {
  const cases = [
    [4, "0 m"],
    [848, "850 m"],
    [994, "990 m"],
    [996, "1.0 km"],
    [3_240, "3.2 km"],
    [9_960, "10 km"],
    [25_700, "26 km"],
  ] as const;
  for (const [m, text] of cases) assert.equal(formatDistance(m), text);
  assert.equal(formatPosition({ lng: 120.58, lat: 30.0123456 }), "30.01235, 120.58000 (WGS-84)");
});
