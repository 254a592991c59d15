import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";
import type { Inventory } from "#rules/inventory.ts";
import { demoFile, demoInventory } from "../demo.ts";
import { program } from "../testing/process.ts";
import { checkLive } from "./live.ts";
import { loadText } from "./load.ts";
import { inventoryYaml } from "./write.ts";

/** The district as it would have to be: everybody known, measured, tested and agreed. */
function ready(): Inventory {
  const demo = demoInventory();
  const surveyed = { by: "P-surveyor", at: "2026-11-20" };
  return {
    ...demo,
    district: { ...demo.district, demonstration: false },
    responders: demo.responders
      .filter(({ certainty }) => certainty !== "placeholder")
      .map((one) => ({
        ...one,
        certainty: "confirmed" as const,
        position: { ...one.position, surveyed },
        agreement: { number: "KQ-2026-01", date: "2026-01-15" },
        channels: [{ kind: "webhook" as const, endpoint: "voice", tested: "2026-11-21" }],
      })),
    sites: demo.sites.map((one) => ({ ...one, position: { ...one.position, surveyed } })),
    devices: demo.devices.map((one) =>
      one.position ? { ...one, position: { ...one.position, surveyed } } : one,
    ),
  };
}

function faultsOf(inventory: Inventory): string[] {
  // Without what is shared, which YAML would say by anchors.
  const yaml = inventoryYaml(JSON.parse(JSON.stringify(inventory)));
  const loaded = loadText("district.yaml", yaml, undefined, checkLive);
  return (loaded.faults ?? []).map(({ line, key, message }) => `${line} ${key}: ${message}`);
}

test("ST-1: an inventory that is surveyed, tested and agreed may send real crews", () => {
  assert.deepEqual(faultsOf(ready()), []);
});

test("ST-2: each thing that is not is refused with its row, what is wrong and what is allowed", () => {
  const good = ready();
  const [first, ...others] = good.responders;
  const [site, ...sites] = good.sites;
  assert.ok(first && site);
  const withFirst = (change: object): string[] =>
    faultsOf({ ...good, responders: [{ ...first, ...change }, ...others] });
  const { agreement: _, ...unagreed } = first;
  const { surveyed: __, ...guessed } = first.position;
  const cases: readonly (readonly [string[], RegExp])[] = [
    [withFirst({ certainty: "assumed" }), /^\d+ certainty: is assumed: .*allowed: confirmed$/],
    [withFirst({ position: guessed }), /position: is not surveyed .*allowed: surveyed: \{ by/],
    [
      withFirst({ position: { ...first.position, surveyed: { by: "P-x", at: "2026" } } }),
      /position: was surveyed in 2026; allowed: the day/,
    ],
    [
      faultsOf({
        ...good,
        devices: good.devices.filter(({ station }) => station !== first.id),
        responders: [{ ...first, channels: [{ kind: "mqtt", tested: "2026-11-21" }] }, ...others],
      }),
      /channels: none rings by itself; allowed: a device station-box/,
    ],
    [
      withFirst({ channels: [{ kind: "webhook", endpoint: "voice" }] }),
      /channels: none that rings by itself was tested/,
    ],
    [faultsOf({ ...good, responders: [unagreed, ...others] }), /agreement: is missing/],
    [
      faultsOf({ ...good, sites: [{ ...site, contact24h: undefined } as never, ...sites] }),
      /contact24h: is missing/,
    ],
    [
      faultsOf({ ...good, district: { ...good.district, demonstration: true } }),
      /demonstration: is a demonstration/,
    ],
  ];
  for (const [faults, wanted] of cases) {
    assert.equal(faults.length, 1, faults.join("\n"));
    assert.match(faults[0] ?? "", wanted);
  }
  // Told only: no agreement is needed. Being built: nobody is sent there yet.
  const told = { ...unagreed, authority: "notify" as const };
  assert.deepEqual(faultsOf({ ...good, responders: [told, ...others] }), []);
  assert.deepEqual(withFirst({ certainty: "assumed", lifecycle: { state: "building" } }), []);
});

test("ST-3: a box of its own rings by itself; `check --live` refuses the demonstration, exit 1", () => {
  const good = ready();
  const [first] = good.responders;
  const [device] = good.devices;
  assert.ok(first && device);
  const boxed = { ...first, channels: [{ kind: "mqtt" as const, tested: "2026-11-21" }] };
  const box = { id: "box-1", site: device.site, kind: "station-box", station: first.id };
  const inventory = { ...good, responders: [boxed], vehicles: [], linkage: [], devices: [box] };
  assert.deepEqual(faultsOf(inventory), []);
  const { status, stderr } = spawnSync(process.execPath, [program, "check", demoFile, "--live"], {
    encoding: "utf8",
  });
  assert.equal(status, 1);
  assert.match(stderr, /inventory\.yaml:\d+(:\d+)?: certainty: is assumed/);
  assert.match(stderr, /not ready for real use: \d+ faults\n$/);
});

test("ST-13: each rescue station of Keqiao has a box that is a device, and without it nothing rings by itself", () => {
  const inventory = ready();
  const boxes = inventory.devices.filter(({ kind }) => kind === "station-box");
  const stations = inventory.responders.filter(({ kind }) => kind === "rescue");
  assert.equal(stations.length, 20);
  for (const { id } of stations)
    assert.ok(
      boxes.some(({ station }) => station === id),
      id,
    );
  const byBox = {
    ...inventory,
    responders: inventory.responders.map((one) =>
      one.kind === "rescue"
        ? { ...one, channels: [{ kind: "mqtt" as const, tested: "2026-11-21" }] }
        : one,
    ),
  };
  assert.deepEqual(faultsOf(byBox), []);
  const devices = inventory.devices.filter(({ station }) => station !== "KQ-07");
  const [fault, ...others] = faultsOf({ ...byBox, devices });
  assert.match(fault ?? "", /none rings by itself/);
  assert.deepEqual(others, []);
});
