/** Positions that are 480 m off because their datum is another one. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Inventory } from "#rules/inventory.ts";
import { demoInventory } from "../demo.ts";
import { wgs84ToGcj02 } from "./datum.ts";
import { loadText } from "./load.ts";
import { shiftedWarning } from "./shifted.ts";
import { inventoryYaml } from "./write.ts";

const demo = demoInventory();
type Sites = Inventory["sites"];

function sitesMoved(
  move: (site: Sites[number], i: number) => { lng: number; lat: number },
): Inventory {
  const sites = demo.sites.map((site, i) => {
    const { given: _, ...position } = site.position;
    return { ...site, position: { ...position, ...move(site, i) } };
  });
  return { ...demo, sites };
}

test("RO-22: positions of a Chinese web map given as WGS-84 are noticed, whole batches and single ones", () => {
  const shown = sitesMoved(({ position }) => wgs84ToGcj02(position));
  const all = shiftedWarning(shown, demo);
  assert.match(all ?? "", /positions given as WGS-84 lie where GCJ-02 shows .* sites baolong/);
  assert.ok(all?.startsWith(String(demo.sites.length)));
  const one = sitesMoved(({ id, position }) =>
    id === "baolong" ? wgs84ToGcj02(position) : position,
  );
  assert.match(shiftedWarning(one, demo) ?? "", /^1 positions .* sites baolong;/);
  const loaded = loadText("all.yaml", inventoryYaml(shown), demo);
  assert.equal(loaded.faults, null);
  assert.ok(loaded.warnings?.some((warning) => warning.includes("datum: GCJ-02")));
});

test("RO-23: a survey, a move elsewhere, a correction back and a stated datum are no shift", () => {
  assert.equal(shiftedWarning(demo, demo), null);
  const east = sitesMoved(({ position: { lng, lat } }) => ({ lng: lng + 0.005, lat }));
  assert.equal(shiftedWarning(east, demo), null);
  const surveyed = sitesMoved(({ position: { lng, lat } }) => ({ lng: lng + 0.0003, lat }));
  assert.equal(shiftedWarning(surveyed, demo), null);
  const shown = sitesMoved(({ position }) => wgs84ToGcj02(position));
  assert.equal(shiftedWarning(demo, shown), null, "back to where they are");
  const stated: Inventory = {
    ...shown,
    sites: shown.sites.map((site) => {
      const { lng, lat } = site.position;
      return { ...site, position: { ...site.position, given: { datum: "GCJ-02", lng, lat } } };
    }),
  };
  assert.equal(shiftedWarning(stated, demo), null);
});

test("RO-24: devices that stand together where GCJ-02 shows their site are noticed without a before", () => {
  const [site] = demo.sites;
  assert.ok(site);
  const position = { ...site.position, ...wgs84ToGcj02(site.position) };
  const devices = ["a", "b", "c"].map((id) => ({ id, site: site.id, kind: "button", position }));
  const made: Inventory = { ...demo, sites: [site], devices };
  assert.match(shiftedWarning(made, made) ?? "", /^3 positions .* devices baolong\/a|devices/);
  assert.equal(shiftedWarning({ ...made, devices: devices.slice(0, 2) }, made), null);
});
