/** The position of a report, whatever datum it came in. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { ReportIncident } from "#rules/incident/report.ts";
import { indexInventory } from "#rules/inventory-index.ts";
import { districtInventory } from "#rules/scenarios/fixture.ts";
import { readCommand } from "./api/command-schema.ts";
import { Refused } from "./errors.ts";
import { wgs84ToGcj02 } from "./inventory/datum.ts";
import { reportFrom } from "./reported.ts";

const inventory = indexInventory(districtInventory);
const s1 = { lng: 120.48, lat: 30.08 };
const report = (more: object): ReportIncident =>
  readCommand({
    ...{ command: "report-incident", kind: "flood", what: "dike", priority: "P1", via: "phone" },
    ...more,
  }) as ReportIncident;
const codeOf = (run: () => unknown): string | null => {
  try {
    run();
    return null;
  } catch (error) {
    return error instanceof Refused ? error.code : String(error);
  }
};

test("RI-4: a position is converted from the datum that is stated; without one it is refused", () => {
  const shown = wgs84ToGcj02(s1);
  const { at } = reportFrom(report({ at: { ...shown, datum: "GCJ-02" } }), inventory);
  assert.ok(at);
  assert.equal(at.datum, "WGS-84");
  assert.ok(Math.abs(at.lng - s1.lng) < 1e-7 && Math.abs(at.lat - s1.lat) < 1e-7);
  assert.equal(at.given?.datum, "GCJ-02");
  assert.deepEqual(reportFrom({ ...report({}), at }, inventory).at, at, "once is enough");
  assert.equal(
    codeOf(() => report({ at: s1 })),
    "bad-command",
  );
  assert.equal(
    codeOf(() => report({ at: { ...s1, datum: "CGCS" } })),
    "bad-command",
  );
  assert.equal(
    codeOf(() => report({ kind: "earthquake", site: "s1" })),
    "bad-command",
  );
  assert.equal(
    codeOf(() => report({ at: { lng: 200, lat: 30, datum: "WGS-84" } })),
    "bad-command",
  );
});

test("RI-4: GCJ-02 that is called WGS-84 is asked about, and taken where somebody is sure", () => {
  const wrong = { site: "s1", at: { ...wgs84ToGcj02(s1), datum: "WGS-84" } };
  assert.equal(
    codeOf(() => reportFrom(report(wrong), inventory)),
    "looks-like-gcj-02",
  );
  const { at } = reportFrom(report({ ...wrong, sure: true }), inventory);
  assert.equal(at?.lng, wrong.at.lng);
  assert.equal(
    codeOf(() => reportFrom(report({ site: "s1", at: { ...s1, datum: "WGS-84" } }), inventory)),
    null,
  );
});
