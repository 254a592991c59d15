/** Times of an incident out of its events, and what a person says who orders against the ranking. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Recorded } from "../event.ts";
import { Scenario } from "../scenarios/play.ts";
import { incidentSteps, noTimes, noteTimes, onSceneLimitMs } from "./times.ts";

type Told = { readonly s: Scenario; readonly events: Recorded[] };

/** A press, acknowledged at 10 s, accepted at 20 s, out at 40 s, there at 300 s. */
function told(): Told {
  const s = new Scenario();
  s.press("s1", "b1", 1, 0);
  const reply = (afterMs: number, word: "accepted" | "turned-out" | "on-scene"): void => {
    s.pass(afterMs);
    const { id: order, revision } = s.orderOf("R1");
    s.take({ kind: "reply", station: "R1", order, revision, reply: word, seq: null, ts: null });
  };
  s.pass(10_000);
  s.command({ command: "acknowledge", alarm: s.incident.alarms[0] ?? "" });
  reply(10_000, "accepted");
  reply(20_000, "turned-out");
  reply(260_000, "on-scene");
  return { s, events: [...s.events] };
}

test("IN-1: the steps of an incident have the times of their events, each once", () => {
  const { s, events } = told();
  const { id, openedAt, alarms } = s.incident;
  const times = noTimes(id);
  for (const event of [...events, ...events]) {
    noteTimes(times, event, (alarm) => alarms.includes(alarm));
  }
  const since = incidentSteps.map((step) => {
    const at = times.steps[step];
    return at === null ? null : at - openedAt;
  });
  assert.deepEqual(since, [0, 10_000, null, 0, 20_000, 40_000, 300_000, null, null]);
  const [r1] = [...times.orders.values()].filter(({ station }) => station === "R1");
  assert.ok(r1);
  assert.equal((r1.replies["turned-out"] ?? 0) - r1.issuedAt, 40_000);
  // As the clock of its area has it: ten minutes from receipt, a micro station of the site one.
  assert.equal(onSceneLimitMs(times, r1, false), 600_000);
  assert.equal(onSceneLimitMs(times, { ...r1, stationKind: "micro" }, true), 60_000);
  assert.equal(onSceneLimitMs(times, { ...r1, stationKind: "micro" }, false), 180_000);
  assert.equal(onSceneLimitMs(times, { ...r1, issuedAt: r1.issuedAt + 601_000 }, false), null);
  assert.equal(onSceneLimitMs(times, { ...r1, kind: "notify" }, false), null);
  assert.equal(onSceneLimitMs({ limits: null }, r1, false), 300_000);
});

test("IN-1: events of another incident change nothing, and a reopening takes the end back", () => {
  const { events } = told();
  const times = noTimes("I-other");
  for (const event of events) noteTimes(times, event, () => false);
  assert.ok(incidentSteps.every((step) => times.steps[step] === null));
  assert.equal(times.orders.size, 0);
  const [at, position] = [5, 1];
  const of = { incident: "I-other", at, position, signal: "S", v: 1 };
  noteTimes(times, { ...of, type: "incident-closed", archiveAt: 9 }, () => false);
  assert.equal(times.steps.closed, 5);
  const reopened = { ...of, type: "incident-reopened", by: "P-a", reason: "other" } as const;
  noteTimes(times, reopened, () => false);
  assert.equal(times.steps.closed, null);
});

test("IN-2: who orders another station may say why, by a code; any other word is refused", () => {
  const s = new Scenario();
  s.press("s1", "b1", 1, 0);
  const incident = s.incident.id;
  const order = (reason: unknown) =>
    s.command({ command: "order", incident, station: "R3", reason } as never);
  order("王队长让去");
  assert.equal(s.last.at(-1)?.type, "signal-refused");
  order("road-blocked");
  const issued = s.last.find((event) => event.type === "order-issued");
  assert.equal(issued?.type === "order-issued" && issued.reason, "road-blocked");
});
