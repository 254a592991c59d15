import assert from "node:assert/strict";
import { test } from "node:test";
import { Scenario } from "#rules/scenarios/play.ts";
import { monthBounds, stationFigures } from "./stations.ts";

const request = { month: "2026-11", utcOffsetMin: 480 };

function reply(of: Scenario, station: string, word: "accepted" | "turned-out" | "on-scene"): void {
  const { id: order, revision } = of.orderOf(station);
  of.take({ kind: "reply", station, order, revision, reply: word, seq: null, ts: null });
}

test("TM-3: each order counts from its own issue: accepted and turned out within 60 s, on scene within its limit", () => {
  const of = new Scenario();
  // The first: 20 s, 50 s, 9 min. The second: 61 s, and on scene after 11 min without a word between.
  of.press("s1", "b1", null, 0);
  of.pass(20_000);
  reply(of, "R1", "accepted");
  of.pass(30_000);
  reply(of, "R1", "turned-out");
  of.pass(490_000);
  reply(of, "R1", "on-scene");
  of.press("s1", "b3", null, 0);
  of.pass(50_000);
  reply(of, "R2", "accepted");
  of.pass(610_000);
  reply(of, "R2", "on-scene");
  const rows = stationFigures(of.events, request);
  const row = (id: string) => rows.find(({ station }) => station === id);
  assert.deepEqual(row("R1"), {
    ...{ station: "R1", orders: 1, accepted: 1, turnedOut: 1, onScene: 1, refused: 0, arrivals: 1 },
    ...{ acceptMedianMs: 20_000, turnoutMedianMs: 50_000, arrivalMedianMs: 540_000 },
  });
  assert.deepEqual(
    [row("R2")?.accepted, row("R2")?.turnedOut, row("R2")?.onScene, row("R2")?.arrivals],
    [1, 0, 0, 1],
  );
  assert.equal(row("R2")?.turnoutMedianMs, null);
  assert.deepEqual(stationFigures(of.events, { ...request, month: "2026-10" }), []);
});

test("TM-5: a month is that of the local clock; what is no month is none", () => {
  const [from, to] = monthBounds(request) ?? [];
  assert.equal(new Date(from ?? 0).toISOString(), "2026-10-31T16:00:00.000Z");
  assert.equal(new Date(to ?? 0).toISOString(), "2026-11-30T16:00:00.000Z");
  assert.equal(monthBounds({ ...request, month: "2026-13" }), null);
  assert.equal(monthBounds({ ...request, month: "last" }), null);
});
