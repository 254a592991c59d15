import assert from "node:assert/strict";
import { test } from "node:test";
import { noFaults } from "./faults.ts";
import { nodesOf, readTemplates } from "./nodes.ts";
import { initialWarehouse } from "./physics.ts";
import { shown } from "./values.ts";
import { layoutOf, type Warehouse } from "./warehouse.ts";

const templates = readTemplates();
const areas = [1000, 3000, 3001, 7201, 20_000, 48_500, 100_000, 290_000];

function detectors(warehouse: Warehouse, kind: string): number {
  return warehouse.detectors.filter((detector) => detector.kind === kind).length;
}

test("WH-1: a warehouse of 100,000 m² has the parts that its design asks for", () => {
  const warehouse = layoutOf(100_000);
  assert.equal(warehouse.compartments.length, 34);
  assert.equal(warehouse.valves.length, 14);
  assert.equal(warehouse.loops, 8);
  assert.equal(warehouse.pumps, 2);
  assert.equal(warehouse.callPoints.length, 136);
  assert.equal(detectors(warehouse, "smoke"), 1300);
  assert.equal(detectors(warehouse, "heat"), 120);
  assert.equal(detectors(warehouse, "beam"), 40);
});

test("WH-2: compartments lie apart and fill the area, each fed by one valve of its hall", () => {
  for (const area of areas) {
    const { compartments, valves, site } = layoutOf(area);
    const covered = compartments.reduce((sum, { plan }) => sum + plan.widthM * plan.depthM, 0);
    assert.ok(Math.abs(covered - area) < 0.001 * area, `${area}: ${covered}`);
    for (const one of compartments) {
      const { xM, yM, widthM, depthM } = one.plan;
      assert.ok(widthM * depthM <= 3000.5, `${area} ${one.id}`);
      assert.ok(xM + widthM <= site.widthM + 0.01 && yM + depthM <= site.depthM);
      const others = compartments.filter((other) => other !== one && other.plan.yM === yM);
      assert.ok(others.every(({ plan }) => Math.abs(plan.xM - xM) >= widthM - 0.02));
      assert.deepEqual(
        valves.filter(({ compartments: fed }) => fed.includes(one.number)).map((v) => v.number),
        [one.valve],
      );
    }
    for (const { compartments: fed, id } of valves) {
      const halls = new Set(fed.map((number) => compartments[number - 1]?.hall));
      assert.equal(halls.size, 1, `${area} ${id}`);
    }
  }
});

test("WH-2: a loop has 200 points at most, no two of them on one address", () => {
  for (const area of areas) {
    const warehouse = layoutOf(area);
    const points = [...warehouse.detectors, ...warehouse.callPoints];
    const addresses = new Set(points.map(({ loop, address }) => `${loop} ${address}`));
    assert.equal(addresses.size, points.length);
    assert.ok(points.every(({ address }) => address >= 1 && address <= 200));
    assert.equal(new Set(points.map(({ loop }) => loop)).size, warehouse.loops);
  }
});

test("WH-2: the same area is the same warehouse; an area that is none is refused", () => {
  assert.deepEqual(layoutOf(48_500), layoutOf(48_500));
  for (const area of [0, 999, 290_001, Number.NaN]) {
    assert.throws(() => layoutOf(area), /allowed: 1000 to 290000 m²/);
  }
});

/** As the address space was designed, row by row. */
const rows: readonly (readonly [pattern: RegExp, count: number])[] = [
  [/^WH01\.Info\.AreaM2$/, 1],
  [/^WH01\.Panel\.(State|AutoMode|MainsOk|BatteryOk|Heartbeat)$/, 5],
  [/^WH01\.AV\d{2}\.PressureSwitch$/, 14],
  [/^WH01\.AV\d{2}\.Gong$/, 14],
  [/^WH01\.AV\d{2}\.SupplyValveOpen$/, 14],
  [/^WH01\.AV\d{2}\.TestValveOpen$/, 14],
  [/^WH01\.AV\d{2}\.PressureAbove$/, 14],
  [/^WH01\.AV\d{2}\.PressureBelow$/, 14],
  [/^WH01\.C\d{2}\.FlowIndicator$/, 34],
  [/^WH01\.C\d{2}\.SignalValveOpen$/, 34],
  [/^WH01\.C\d{2}\.EndPressure$/, 34],
  [/^WH01\.C\d{2}\.EndTestValveOpen$/, 34],
  [/^WH01\.C\d{2}\.Temperature$/, 34],
  [/^WH01\.C\d{2}\.MCP[1-4]$/, 136],
  [/^WH01\.L\d\.S\d{3}\.State$/, 1300],
  [/^WH01\.L\d\.S\d{3}\.Obscuration$/, 1300],
  [/^WH01\.L\d\.H\d{3}\.State$/, 120],
  [/^WH01\.L\d\.B\d{3}\.State$/, 40],
  [/^WH01\.L\d\.Short$/, 8],
  [/^WH01\.L\d\.Open$/, 8],
  [/^WH01\.SP[12]\.Running$/, 2],
  [/^WH01\.SP[12]\.Fault$/, 2],
  [/^WH01\.SP[12]\.Auto$/, 2],
  // What the panel says of itself.
  [/^WH01\.Panel\.(Resets|Muted|Disablements)$/, 3],
];

test("WH-3: the templates expand to every node of the design, and to no other", () => {
  const nodes = nodesOf(templates, layoutOf(100_000));
  for (const [pattern, count] of rows) {
    const found = nodes.filter(({ identifier }) => pattern.test(identifier));
    assert.equal(found.length, count, String(pattern));
  }
  assert.equal(
    nodes.length,
    rows.reduce((sum, [, count]) => sum + count, 0),
  );
});

test("WH-3: ids are unique names for conditions, texts are whole in both languages", () => {
  for (const area of [1000, 100_000, 290_000]) {
    const nodes = nodesOf(templates, layoutOf(area));
    for (const key of ["id", "nodeId", "path"] as const) {
      assert.equal(new Set(nodes.map((node) => node[key])).size, nodes.length, key);
    }
    for (const { id, name, nodeId, identifier } of nodes) {
      assert.match(id, /^[a-z][a-z0-9_]{0,31}$/);
      assert.equal(nodeId, `ns=2;s=${identifier}`);
      assert.ok(name.zh && name.en && !/[{}]/.test(name.zh + name.en + identifier), id);
    }
  }
});

test("WH-3: what stands in a compartment says so, and what belongs to a part names it", () => {
  const warehouse = layoutOf(100_000);
  const nodes = nodesOf(templates, warehouse, { root: "WH02", namespace: 4 });
  const node = (id: string) => nodes.find((one) => one.id === id);
  assert.equal(node("av03_pressure_switch")?.nodeId, "ns=4;s=WH02.AV03.PressureSwitch");
  assert.equal(node("c07_mcp2")?.zone, "C07");
  assert.deepEqual(node("c07_mcp2")?.part, { kind: "compartment", number: 7 });
  assert.deepEqual(node("l1_s042_state")?.part, { kind: "loop", number: 1 });
  assert.equal(node("l1_s042_state")?.values?.[2]?.name.zh, "火警");
  assert.equal(node("sp2_running")?.zone, undefined);
  const zones = new Set(warehouse.compartments.map(({ id }) => id));
  for (const { zone, template, id } of nodes) {
    const standsInOne = /^c\{nn\}|^l\{l\}_[shb]\{aaa\}/.test(template);
    assert.equal(zone !== undefined && zones.has(zone), standsInOne, id);
  }
});

test("WH-4: in peace every node has a value, and it is the one that is said to be usual", () => {
  const warehouse = layoutOf(100_000);
  const state = initialWarehouse(warehouse);
  for (const node of nodesOf(templates, warehouse)) {
    const { value, heard } = shown(state, noFaults(), node);
    const usual = node.normal ?? node.usual ?? value;
    assert.equal(value, usual, node.id);
    assert.equal(typeof value, node.type, node.id);
    assert.ok(heard);
    if (node.alarm) assert.equal(typeof node.alarm.at, node.type);
  }
});
