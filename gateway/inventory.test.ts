import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { difference } from "./cli/inventory.ts";
import { dumpInventory, loadInventory } from "./inventory.ts";

const text = readFileSync(new URL("../devices/keqiao/inventory.yaml", import.meta.url), "utf8");

function load(source: string) {
  const { inventory, faults } = loadInventory(source);
  assert.ok(inventory, JSON.stringify(faults));
  return inventory;
}

function faultsOf(change: (source: string) => string): string[] {
  const { faults } = loadInventory(change(text));
  return (faults ?? []).map((f) => `${f.line} ${f.key} ${f.message}`);
}

test("IV-1: the district has 20 stations, its demo ids, and comes out as the same bytes", () => {
  const inventory = load(text);
  assert.equal(inventory.responders.filter((r) => r.kind === "rescue").length, 20);
  assert.equal(inventory.towns.length, 16);
  const ids = new Set(inventory.devices.map((d) => `${d.site}/${d.id}`));
  for (const id of ["btn-01", "btn-40", "pump-01", "wh-01"]) assert.ok(ids.has(`baolong/${id}`));
  const assumed = inventory.responders.filter((r) => r.kind === "rescue" && r.assumed);
  assert.deepEqual(
    assumed.map((r) => r.id),
    ["KQ-18", "KQ-19", "KQ-20"],
  );
  assert.equal(dumpInventory(inventory), text);
});

test("IV-2: each fault has its line, its key and what is wrong; all are found in one go", () => {
  const faults = faultsOf((source) =>
    source
      .replace("lng: 120.4947, lat: 30.0819", "lng: 190, lat: 30.0819")
      .replace("id: KQ-02,", 'id: "KQ 02",')
      .replace('town: "330603003"', 'twon: "330603003"'),
  );
  assert.equal(faults.length, 4);
  assert.ok(faults.some((f) => f.startsWith("3 towns.0.position.lng")));
  assert.ok(faults.some((f) => /responders\.1\.id/.test(f)));
  assert.ok(faults.some((f) => /responders\.2\.twon there is no such key/.test(f)));
});

test("IV-3: references, duplicates, reserved ids and one-sided walls are faults", () => {
  const cases: [(source: string) => string, RegExp][] = [
    [
      (s) => s.replace("site: baolong, kind: pump-room", "site: other, kind: pump-room"),
      /no site other/,
    ],
    [(s) => s.replace("id: btn-02,", "id: btn-01,"), /btn-01 stands in devices twice/],
    [(s) => s.replaceAll("baolong", "station"), /station, alarm, heartbeat are no site ids/],
    [(s) => s.replace("neighbours: [ b1-b ]", "neighbours: []"), /a wall has two sides/],
    [(s) => s.replace("zone: b1-a, building: b1", "zone: b1-a, building: b2"), /is in building b1/],
    [(s) => s.replace("neighbours: [ b1-b ]", "neighbours: [ b1-a ]"), /not its own neighbour/],
    [(s) => `${s}\nv: [`, /./],
  ];
  for (const [change, expected] of cases) {
    assert.match(faultsOf(change).join("\n"), expected);
  }
});

test("IV-4: an import shows what is added, gone and changed", () => {
  const before = load(text);
  const after = load(
    text
      .replace("id: btn-40,", "id: btn-41,")
      .replace("en: Baolong industrial park", "en: Baolong park"),
  );
  assert.deepEqual(difference(before, after), [
    "~ sites baolong",
    "+ devices baolong/btn-41",
    "- devices baolong/btn-40",
  ]);
});
