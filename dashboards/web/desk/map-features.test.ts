/** What the map draws, and what it puts in sight. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { DistrictMap } from "#gateway/api/contract.ts";
import type { PermitView } from "#gateway/api/hot-work-contract.ts";
import { around, featuresOf, frameOf, placeOf } from "./map-features.ts";
import type { Row } from "./rows.ts";

const at = (lng: number, lat: number) => ({ lng, lat });
const station = (id: string, lng: number, doubts: readonly string[] = []) => ({
  id,
  name: { zh: `${id}站`, en: `Station ${id}` },
  kind: "rescue" as const,
  at: at(lng, 30.1),
  inService: true,
  doubts: { zh: [...doubts], en: [...doubts] },
});
const map = {
  position: 1,
  bounds: { west: 120, south: 29, east: 121, north: 31 },
  towns: [{ id: "t", name: { zh: "镇", en: "Town" }, at: at(120.5, 30) }],
  stations: [station("A", 120.4), station("B", 120.6, ["±2 km"])],
  sites: [{ id: "s", name: { zh: "园区", en: "Site" }, at: at(120.5, 30.2) }],
  areas: [
    {
      station: "A",
      ring: [
        [120, 30],
        [120.4, 30],
        [120.4, 30.4],
        [120, 30],
      ],
      computed: true,
    },
  ],
  more: 0,
} satisfies DistrictMap;

const plain = {
  ...({ language: "zh", areas: false, ways: [], permits: [] } as const),
  wayLabel: (_order: unknown, isRoad: boolean) => (isRoad ? "road" : "straight"),
};

const alarm = (position: { lng: number; lat: number } | null) => ({ position });
const row = {
  key: "I1",
  kind: "incident",
  urgency: "P1-fire",
  gone: false,
  card: {
    number: "1125-001",
    alarms: [alarm(at(120.45, 30.15)), alarm(null)],
    orders: [
      { station: "A", state: "issued" },
      { station: "B", state: "recalled" },
    ],
  },
} as unknown as Row;

test("DK-16: the map shows where the newest known place of an incident is, and who drives there", () => {
  const drawn = featuresOf(map, { ...plain, rows: [row], selected: row });
  assert.deepEqual(drawn.alarms.features[0]?.geometry.coordinates, [120.45, 30.15]);
  assert.deepEqual(
    drawn.stations.features.map(({ properties }) => [properties.id, properties.ordered]),
    [
      ["A", true],
      ["B*", false],
    ],
  );
  // How long it drives stands beside the station, and beside nobody else.
  assert.deepEqual(
    drawn.stations.features.map(({ properties }) => properties.way),
    ["straight", ""],
  );
  assert.deepEqual(
    drawn.ways.features.map(({ properties }) => properties.station),
    ["A"],
  );
});

test("DK-16: in sight are the alarm and the stations that were ordered to it; else the district", () => {
  assert.deepEqual(frameOf(map, row), [120.4, 30.1, 120.45, 30.15]);
  assert.equal(frameOf(map, null), null);
});

test("DK-16: what has ended or has no place is not drawn", () => {
  const gone = { ...row, gone: true } as Row;
  const nowhere = {
    ...row,
    card: { ...(row as { card: object }).card, alarms: [alarm(null)] },
  } as unknown as Row;
  assert.equal(placeOf(nowhere), null);
  const rows = [gone, nowhere];
  const { alarms } = featuresOf(map, { ...plain, rows, selected: null });
  assert.equal(alarms.features.length, 0);
});

test("RO-31: a way that is known is drawn as it runs; another one straight, and says that it is a guess", () => {
  const line = [
    [120.4, 30.1],
    [120.42, 30.12],
    [120.45, 30.15],
  ];
  const road = { station: "A", line, why: null, avoids: true, passes: [] };
  const drawn = (ways: readonly (typeof road)[]) =>
    featuresOf(map, { ...plain, rows: [row], selected: row, ways }).ways.features[0];
  assert.deepEqual(drawn([road])?.geometry.coordinates, line);
  assert.deepEqual(
    frameOf(map, row, [{ ...road, line: [[120.3, 30.2]] }]),
    [120.3, 30.1, 120.45, 30.2],
  );
  assert.deepEqual(drawn([road])?.properties, { station: "A", road: true, name: "road" });
  assert.deepEqual(drawn([])?.geometry.coordinates, [line[0], line[2]]);
  assert.deepEqual(drawn([])?.properties, { station: "A", road: false, name: "straight" });
});

test("FA-2: first-due areas are drawn where they are asked for, computed ones marked", () => {
  const drawn = featuresOf(map, { ...plain, rows: [], selected: null, areas: true });
  assert.deepEqual(
    drawn.areas.features.map(({ properties }) => properties),
    [{ station: "A", computed: true }],
  );
  assert.equal(drawn["area-names"].features[0]?.properties.name, "A站");
  // A town has no name then, and the station none beside that of its area.
  assert.equal(drawn.towns.features.length, 0);
  assert.deepEqual(
    drawn.stations.features.map(({ properties }) => properties.named),
    [false, true],
  );
  const off = featuresOf(map, { ...plain, rows: [], selected: null });
  assert.equal(off.areas.features.length, 0);
});

test("HD-4: hot work stands on the map where it is, with its number and how it stands", () => {
  const permit = {
    ...{ id: "W1", number: "1126-D-001", state: "suspended" },
    report: { position: { lng: 120.49, lat: 30.14, datum: "WGS-84" } },
  } as unknown as PermitView;
  const drawn = featuresOf(map, { ...plain, rows: [], selected: null, permits: [permit] });
  const [feature] = drawn.permits.features;
  assert.deepEqual(feature?.geometry.coordinates, [120.49, 30.14]);
  assert.deepEqual(feature?.properties, { permit: "W1", name: "1126-D-001", group: "stopped" });
  assert.deepEqual(
    around([
      { lng: 1, lat: 2 },
      { lng: 3, lat: 1 },
    ]),
    [1, 1, 3, 2],
  );
  assert.equal(around([]), null);
});
