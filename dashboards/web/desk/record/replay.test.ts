/** Parts of record and replay that need no browser: frames, the clock, times, the address, the drawing. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { RecordFrame, RecordView } from "#gateway/api/contract.ts";
import { alarmRow, incidentCard, orderRow } from "../../shared/testing/cards.ts";
import { CardReel, frameAt } from "./frames.ts";
import { ReplayStore, speeds } from "./replay-store.ts";
import { drawingOf } from "./sketch-layout.ts";
import { stepTimes } from "./times.ts";
import { shownBy } from "./use-shown.ts";

const from = 1_795_370_000_000;
const { alarms: _alarms, orders: _orders, ...head } = incidentCard({ openedAt: from });
const nothing = { head: null, alarms: [], orders: [], gone: [] };

const frames: readonly RecordFrame[] = [
  { ...nothing, position: 1, at: from, head, alarms: [alarmRow({ id: "a1" })] },
  { ...nothing, position: 4, at: from + 1000, orders: [orderRow({ id: "o1" })] },
  { ...nothing, position: 6, at: from + 5000, alarms: [alarmRow({ id: "a2" })] },
  {
    ...{ ...nothing, position: 9, at: from + 60_000, gone: ["a2"] },
    head: { ...head, closedAt: from + 60_000 },
    alarms: [alarmRow({ id: "a1", state: "normal" })],
  },
];

type Order = RecordView["orders"][number];

function orderTimes(of: Partial<Order> = {}): Order {
  return {
    ...{ order: "o1", station: "KQ-07", stationName: { zh: "安昌站", en: "Anchang" } },
    ...{ stationKind: "rescue", kind: "turn-out", why: { zh: "", en: "" }, byName: null },
    ...{ reason: null, distanceM: 480, estimateMs: 120_000, travel: "estimate" },
    ...{ issuedAt: from, deliveredAt: null, acceptedAt: null, refusedAt: null },
    ...{ turnedOutAt: null, onSceneAt: null, controlledAt: null, returnedAt: null },
    ...{ recalledAt: null, turnOutLimitMs: 60_000, onSceneLimitMs: 300_000 },
    ...of,
  };
}

const station = { id: "KQ-07", name: { zh: "安昌站", en: "Anchang" }, kind: "rescue" } as const;

function record(of: Partial<RecordView> = {}): RecordView {
  return {
    ...{ position: 9, utcOffsetMin: 480, log: [], logLeftOut: 0, choices: [], hotWork: [] },
    district: { name: { zh: "柯桥区", en: "Keqiao" }, demonstration: true },
    incident: incidentCard({ openedAt: from, closedAt: from + 60_000 }),
    steps: [],
    orders: [orderTimes()],
    place: { lng: 120.49, lat: 30.14 },
    site: { id: "s", name: { zh: "", en: "" }, gates: [], keyBoxes: [], water: [] },
    map: {
      ...{ position: 1, sites: [], areas: [], more: 0 },
      bounds: { west: 120, south: 29, east: 121, north: 31 },
      towns: [
        { id: "t1", name: { zh: "安昌", en: "Anchang" }, at: { lng: 120.4901, lat: 30.143 } },
      ],
      stations: [
        {
          ...station,
          at: { lng: 120.49, lat: 30.143 },
          inService: true,
          doubts: { zh: ["位置近似 ±2 km"], en: ["about 2 km"] },
        },
      ],
    },
    frames: [...frames],
    ...of,
  };
}

test("RW-9: the card of any instant is the same forwards, backwards and at a jump", () => {
  assert.deepEqual(
    [-1, 0, 999, 1000, 59_999, 60_000, 99_999].map((ms) => frameAt(frames, from + ms)),
    [-1, 0, 0, 1, 2, 3, 3],
  );
  const cards = frames.map((_, index) => new CardReel(frames).cardAt(index));
  const reel = new CardReel(frames);
  for (const index of [0, 1, 2, 3, 1, 0, 3, 2]) {
    assert.deepEqual(reel.cardAt(index), cards[index], String(index));
  }
  assert.equal(reel.cardAt(2), reel.cardAt(2), "not drawn anew where nothing has changed");
  assert.equal(reel.cardAt(-1), null);
  assert.deepEqual(
    cards.map((card) => card?.alarms.map(({ id }) => id).join()),
    ["a1", "a1", "a1,a2", "a1"],
  );
});

test("RW-10: its clock goes at ×1 to ×20, stands still when told, ends at the closing, and begins again", (t) => {
  t.mock.timers.enable({ apis: ["setInterval", "Date"], now: 5000 });
  const store = new ReplayStore(record());
  const stop = store.start();
  const passed = (): number => store.state().at - from;
  t.mock.timers.tick(1000);
  assert.equal(passed(), 1000);
  assert.equal(store.live().incidents.get("i1")?.orders.length, 1);
  assert.equal(store.live().clockOffsetMs, from + 1000 - 6000);
  store.play(false);
  t.mock.timers.tick(1000);
  assert.equal(passed(), 1000);
  assert.deepEqual([...speeds], [1, 2, 5, 10, 20]);
  store.setSpeed(20);
  store.play(true);
  t.mock.timers.tick(1000);
  assert.equal(passed(), 21_000);
  store.step(1);
  assert.equal(passed(), 60_000);
  assert.equal(store.live().incidents.get("i1")?.closedAt, from + 60_000);
  store.step(-1);
  assert.equal(passed(), 5000);
  t.mock.timers.tick(10_000);
  assert.deepEqual([passed(), store.state().playing], [60_000, false]);
  store.play(true);
  assert.equal(passed(), 0);
  store.seek(from - 1);
  assert.equal(passed(), 0);
  stop();
});

test("IN-11: a step stands beside the limit of the crew that reached it, and says when it was late", () => {
  const steps = [
    { step: "received", at: from },
    { step: "turned-out", at: from + 61_000 },
    { step: "on-scene", at: from + 300_000 },
    { step: "controlled", at: null },
  ] as const;
  const orders = [
    orderTimes({ order: "o2", station: "ms-01", turnedOutAt: from + 70_000 }),
    orderTimes({ turnedOutAt: from + 61_000, onSceneAt: from + 300_000 }),
  ];
  const times = stepTimes({ steps: [...steps], orders });
  assert.deepEqual(
    times.map(({ tookMs, limitMs, late }) => [tookMs, limitMs, late]),
    [
      [null, null, false],
      [61_000, 60_000, true],
      [300_000, 300_000, false],
      [null, null, false],
    ],
  );
  assert.equal(times[1]?.by?.station, "KQ-07");
});

test("IN-12: the drawing is to scale, keeps labels apart and on the paper, and draws nothing without a place", () => {
  const size = { width: 640, height: 400 };
  const drawing = drawingOf(record(), size);
  assert.ok(drawing);
  const [drawn] = drawing.stations;
  assert.ok(drawn?.doubted);
  assert.equal(drawing.scale.label, "100 m");
  const metres = (drawing.place.y - drawn.y) / (drawing.scale.px / 100);
  assert.ok(Math.abs(metres - 333.6) < 3, `${metres}`);
  assert.equal(drawing.towns.length, 0, "a name under another one");
  const many = Array.from({ length: 11 }, (_, n) =>
    orderTimes({ order: `o${n}`, station: `K${n}` }),
  );
  const map = record().map;
  const [one] = map.stations;
  assert.ok(one);
  const stations = many.map(({ station }) => ({ ...one, id: station }));
  const crowd = drawingOf(record({ orders: many, map: { ...map, stations } }), size);
  const labels = crowd?.stations.map(({ labelY }) => labelY) ?? [];
  assert.equal(new Set(labels).size, labels.length, labels.join());
  assert.ok(
    labels.every((y) => y >= 20 && y <= size.height),
    labels.join(),
  );
  // All marks stand in one point there: no label begins under another mark, or ends under one.
  const beside = drawingOf(
    record({ orders: [...many.slice(0, 2)], map: { ...map, stations } }),
    size,
  );
  assert.ok(beside?.stations.every(({ x, labelX }) => Math.abs(labelX - x) >= 13));
  assert.equal(drawingOf(record({ place: null }), size), null);
});

test("IN-13: an address names one incident, its replay or the list, and nothing else", () => {
  assert.deepEqual(shownBy("#incident/I01"), { what: "record", incident: "I01" });
  assert.deepEqual(shownBy("#replay/I01"), { what: "replay", incident: "I01" });
  assert.deepEqual(shownBy("#incidents"), { what: "closed" });
  for (const other of ["", "#rules", "#incident/", "#incident/a b", "#replay/../x"]) {
    assert.equal(shownBy(other), null, other);
  }
});
