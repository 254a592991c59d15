import assert from "node:assert/strict";
import { test } from "node:test";
import { alarmRow, incidentCard, liveFrom } from "../shared/testing/cards.ts";
import { arrange, furthestCalled, mostUrgent, rowsOf, stepFrom } from "./rows.ts";

const keys = (rows: readonly { readonly key: string }[]): string => rows.map((r) => r.key).join();

test("DK-10: P0 before fire to be verified before suppression before the rest, newest first", () => {
  const live = liveFrom({
    incidents: [
      incidentCard({ id: "old-fire", openedAt: 1 }),
      incidentCard({ id: "new-fire", openedAt: 2 }),
      incidentCard({ id: "confirmed", priority: "P0", openedAt: 0 }),
      incidentCard({
        id: "pump",
        openedAt: 9,
        alarms: [alarmRow({ id: "p", class: "suppression" })],
      }),
    ],
    alarms: [
      alarmRow({ id: "fault", priority: "P3", class: "fault", raisedAt: 99 }),
      alarmRow({ id: "link", priority: "P2", class: "system", raisedAt: 98 }),
      alarmRow({ id: "test", priority: "P4", class: "test", raisedAt: 97 }),
    ],
  });
  assert.equal(keys(rowsOf(live)), "confirmed,new-fire,old-fire,pump,link,fault,test");
});

test("DK-10: of one instant the incident comes before the alarm of the hot work that it has stopped", () => {
  const live = liveFrom({
    incidents: [incidentCard({ id: "z-fire", openedAt: 5 })],
    alarms: [alarmRow({ id: "a-permit", priority: "P1", class: "fire", raisedAt: 5 })],
  });
  assert.equal(keys(rowsOf(live)), "z-fire,a-permit");
});

test("DK-11: while the list is held rows keep their places; new ones are announced", () => {
  const held = rowsOf(liveFrom({ incidents: [incidentCard({ id: "b" })] }));
  const now = rowsOf(
    liveFrom({
      incidents: [
        incidentCard({ id: "b", verification: "acknowledged" }),
        incidentCard({ id: "fire", priority: "P0" }),
      ],
      alarms: [alarmRow({ id: "link", priority: "P2" })],
    }),
  );
  const { shown, fresh } = arrange(now, held);
  assert.equal(keys(shown), "b");
  assert.equal(keys(fresh), "fire,link");
  const [row] = shown;
  assert.ok(row?.kind === "incident" && row.card.verification === "acknowledged", "known as now");
  assert.equal(keys(arrange(now, null).shown), "fire,b,link");
});

test("DK-11: a row that ends while the list is held stays, marked; one that rises stays too", () => {
  const held = rowsOf(
    liveFrom({ incidents: [incidentCard({ id: "b" }), incidentCard({ id: "c" })] }),
  );
  const now = rowsOf(liveFrom({ incidents: [incidentCard({ id: "c", priority: "P0" })] }));
  const { shown, fresh } = arrange(now, held);
  assert.equal(keys(shown), "b,c");
  assert.deepEqual(
    shown.map((row) => row.gone),
    [true, false],
  );
  assert.equal(fresh.length, 0);
});

test("DK-12: keys walk within the list, and find what nobody has acknowledged", () => {
  const rows = rowsOf(
    liveFrom({
      incidents: [
        incidentCard({ id: "a", openedAt: 3, verification: "confirmed", priority: "P0" }),
        incidentCard({ id: "b", openedAt: 2 }),
      ],
    }),
  );
  assert.equal(stepFrom(rows, null, 1)?.key, "a");
  assert.equal(stepFrom(rows, "a", 1)?.key, "b");
  assert.equal(stepFrom(rows, "b", 1)?.key, "b");
  assert.equal(stepFrom(rows, "a", -1)?.key, "a");
  assert.equal(stepFrom([], "a", 1), null);
  assert.equal(mostUrgent(rows)?.key, "b");
});

test("ES-15: of a card with several clocks the one that has gone furthest is shown, until it is acknowledged", () => {
  const step = { to: "shift-leader", person: null, name: null, at: 60 } as const;
  const clock = (count: number, nextAt: number | null) => {
    return { steps: Array.from({ length: count }, () => step), nextTo: [], nextAt };
  };
  const far = alarmRow({ id: "far", raisedAt: 1, escalation: clock(2, 180) });
  const all = [
    alarmRow({ id: "new", raisedAt: 9, escalation: clock(0, 39) }),
    far,
    alarmRow({ id: "later", raisedAt: 2, escalation: clock(2, 181) }),
    alarmRow({ id: "none", raisedAt: 3, escalation: null }),
  ];
  assert.equal(furthestCalled(all)?.id, "far");
  const seen = all.map((one) => (one === far ? { ...one, state: "acknowledged" as const } : one));
  assert.equal(furthestCalled(seen)?.id, "later");
  assert.equal(furthestCalled([]), null);
});
