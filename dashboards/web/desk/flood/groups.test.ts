import assert from "node:assert/strict";
import { test } from "node:test";
import { chooseSound } from "../../shared/sound-choice.ts";
import { alarmRow, incidentCard, liveFrom } from "../../shared/testing/cards.ts";
import { listOf, partsOf } from "./groups.ts";

const flood = alarmRow({
  ...{ id: "flood", rule: "C03", site: "station", device: "gateway", class: "supervisory" },
  ...{ priority: "P2", latched: false },
});
const fault = (id: string, site: string, device: string, more = {}) =>
  alarmRow({ id, site, device, rule: "S05", class: "supervisory", priority: "P2", ...more });
const fire = incidentCard({ id: "fire", openedAt: 1, alarms: [alarmRow({ id: "f" })] });
const others = [
  fault("x2", "x", "d2", { raisedAt: 90 }),
  fault("y1", "y", "d1", { raisedAt: 99 }),
  fault("x1", "x", "d1", { raisedAt: 10 }),
  fault("p", "z", "d1", { class: "suppression", priority: "P1" }),
];
const keys = (rows: readonly { readonly key: string }[]): string => rows.map((r) => r.key).join();

test("FL-6: in a flood fire is first, then the gateway, then each site by device; nothing is missing", () => {
  const live = liveFrom({ incidents: [fire], alarms: [flood, ...others] });
  const rows = listOf(live);
  assert.equal(keys(rows), "fire,flood,p,x1,x2,y1");
  const { loose, groups } = partsOf(rows);
  assert.equal(keys(loose), "fire,flood");
  assert.deepEqual(
    groups.map(({ key, rows: of, devices }) => `${key} ${of.length} ${devices}`),
    ["z 1 1", "x 2 2", "y 1 1"],
  );
});

test("FL-6: without a flood, and once its condition has ended, the list is as ever", () => {
  const over = { ...flood, condition: "inactive", state: "returned-unacknowledged" } as const;
  const live = liveFrom({ incidents: [fire], alarms: [{ ...over, raisedAt: 95 }, ...others] });
  assert.equal(keys(listOf(live)), "fire,p,y1,flood,x2,x1");
});

test("FL-6: what becomes a fire leaves its site at once; a list that is held keeps sites together", () => {
  const held = [...listOf(liveFrom({ alarms: [flood, ...others] }))];
  const risen = held.map((row) => (row.key === "x2" ? { ...row, urgency: "P0" as const } : row));
  assert.equal(keys(partsOf(risen).loose), "flood,x2");
});

test("FL-7: in a flood only fire sounds, and whatever waits sounds when it is over", () => {
  const sound = (alarms: readonly (typeof flood)[], incidents = [fire]) =>
    chooseSound({
      live: liveFrom({ incidents, alarms: [...alarms] }),
      lostSilenced: null,
      heard: new Set(),
    })?.kind ?? null;
  assert.equal(sound([flood, ...others]), "P1-fire");
  assert.equal(sound([flood, ...others], []), null);
  const confirmed = incidentCard({ priority: "P0", alarms: [alarmRow()] });
  assert.equal(sound([flood, ...others], [confirmed]), "P0");
  const silenced = { ...flood, condition: "inactive", sounding: false } as const;
  assert.equal(sound([silenced, ...others], []), "P1-suppression");
});
