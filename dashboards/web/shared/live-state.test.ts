import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { backOffMs } from "./live-link.ts";
import { isUpgraded, type Live, reduce } from "./live-state.ts";
import { alarmRow, changeFrame, incidentCard, liveFrom, overview } from "./testing/cards.ts";

const change = (live: Live, of: Parameters<typeof changeFrame>[0]): Live =>
  reduce(live, { kind: "change", frame: changeFrame(of) });

test("DK-1: a card that is sent twice, or again after a reconnect, stands once", () => {
  const card = incidentCard({ alarms: [alarmRow({ incident: "i1" })] });
  let live = change(liveFrom(), { position: 11, incidents: [card] });
  live = change(live, { position: 11, incidents: [card] });
  live = change(live, { position: 12, incidents: [card] });
  assert.deepEqual([...live.incidents.keys()], ["i1"]);
  assert.equal(live.position, 12);
});

test("DK-1: a frame of an older position changes nothing, however late it comes", () => {
  const confirmed = incidentCard({ verification: "confirmed", priority: "P0" });
  const live = change(liveFrom(), { position: 20, incidents: [confirmed] });
  const late = change(live, { position: 15, incidents: [incidentCard()] });
  assert.equal(late, live);
  assert.equal(late.incidents.get("i1")?.verification, "confirmed");
});

test("DK-1: any order and repetition of the same frames ends with each card at most once", () => {
  const frames = [
    changeFrame({ position: 11, alarms: [alarmRow()] }),
    changeFrame({ position: 12, incidents: [incidentCard({ alarms: [alarmRow()] })] }),
    changeFrame({ position: 13, incidents: [incidentCard({ id: "i2", alarms: [] })] }),
    changeFrame({ position: 14, incidents: [incidentCard({ closedAt: 1 })] }),
  ];
  const picks = fc.array(fc.integer({ min: 0, max: frames.length - 1 }), { maxLength: 12 });
  const property = fc.property(picks, (order) => {
    let live = liveFrom();
    let highest = live.position;
    for (const index of order) {
      const frame = frames[index];
      if (!frame) continue;
      live = reduce(live, { kind: "change", frame });
      highest = Math.max(highest, frame.position);
    }
    assert.equal(live.position, highest);
    for (const card of live.incidents.values()) {
      for (const row of card.alarms) assert.equal(live.alarms.has(row.id), false);
    }
    if (highest === 14) assert.equal(live.incidents.has("i1"), false);
  });
  fc.assert(property, { numRuns: 200 });
});

test("DK-2: a reset makes the state incomplete until the overview is read, which replaces it", () => {
  const before = change(liveFrom(), { position: 11, incidents: [incidentCard()] });
  const frame = { position: 9000, reason: "gap" } as const;
  const waiting = reduce(before, { kind: "reset", frame });
  assert.equal(waiting.complete, false);
  assert.ok(waiting.incidents.has("i1"), "what was known stays in sight");
  const ignored = change(waiting, { position: 9001, incidents: [incidentCard({ id: "i9" })] });
  assert.equal(ignored, waiting);
  const read = overview({ position: 3, incidents: [incidentCard({ id: "i3" })] });
  const after = reduce(waiting, { kind: "overview", overview: read, heardAt: 0 });
  assert.deepEqual([...after.incidents.keys()], ["i3"]);
  assert.equal(after.position, 3, "a gateway restored from a backup is believed");
});

test("DK-3: a closed or merged incident leaves, and takes its alarms with it", () => {
  const start = liveFrom({ incidents: [incidentCard(), incidentCard({ id: "i2" })] });
  const closed = change(start, { position: 11, incidents: [incidentCard({ closedAt: 5 })] });
  assert.deepEqual([...closed.incidents.keys()], ["i2"]);
  const merged = change(start, { position: 11, incidents: [incidentCard({ mergedInto: "i2" })] });
  assert.deepEqual([...merged.incidents.keys()], ["i2"]);
});

test("DK-3: an alarm that joins an incident leaves the list of single alarms", () => {
  const start = liveFrom({ alarms: [alarmRow(), alarmRow({ id: "a2" })] });
  const byRow = change(start, { position: 11, alarms: [alarmRow({ incident: "i1" })] });
  assert.deepEqual([...byRow.alarms.keys()], ["a2"]);
  const byCard = change(start, {
    position: 11,
    incidents: [incidentCard({ alarms: [alarmRow({ incident: "i1" })] })],
  });
  assert.deepEqual([...byCard.alarms.keys()], ["a2"]);
  const over = change(start, { position: 11, alarms: [alarmRow({ id: "a2", state: "normal" })] });
  assert.deepEqual([...over.alarms.keys()], ["a1"]);
});

test("DK-4: a heartbeat that says nothing new draws nothing", () => {
  const live = liveFrom();
  const { seats, timeSeries } = live;
  const frame = { position: 10, at: 0, recording: { ...live.recording }, seats, timeSeries };
  const beat = { kind: "heartbeat", frame, heardAt: -live.clockOffsetMs } as const;
  assert.equal(reduce(live, beat), live);
  const lost = { ...frame, recording: { ...live.recording, recording: false } };
  assert.equal(reduce(live, { ...beat, frame: lost }).recording.recording, false);
});

test("DK-5: an upgrade of the gateway under the page is noticed; a restart is not one", () => {
  const hello = { stream: "s1", position: 10, at: 0, access: "full" } as const;
  const frame = { ...hello, version: "0.1.0" };
  const same = reduce(liveFrom(), { kind: "hello", frame, heardAt: 0 });
  assert.equal(isUpgraded(same), false);
  const newer = { ...hello, stream: "s2", version: "0.2.0" };
  assert.equal(isUpgraded(reduce(same, { kind: "hello", frame: newer, heardAt: 0 })), true);
});

test("DK-5: an expired session keeps the list and may only read", () => {
  const live = liveFrom({ incidents: [incidentCard()] });
  const ended = reduce(live, { kind: "end", frame: { reason: "expired" } });
  assert.equal(ended.access, "read-only");
  assert.equal(ended.incidents.size, 1);
});

test("DK-6: a lost link is tried again within 2 s, the first time within 250 ms", () => {
  assert.equal(backOffMs(0), 250);
  for (let n = 0; n < 50; n += 1) assert.ok(backOffMs(n) <= 2000);
});
