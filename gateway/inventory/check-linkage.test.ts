/** Law 1 in the table of linkage: what it may not name is refused at its line, with what is allowed. */
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { emptyInventory } from "#rules/inventory.ts";
import { demoFile } from "../demo.ts";
import { loadFiles } from "./load.ts";

const folder = mkdtempSync(join(tmpdir(), "firelink-linkage-"));
after(() => rmSync(folder, { recursive: true }));

const [district = ""] = readFileSync(demoFile, "utf8").split("\nlinkage:");

/** `LINE key message`, lines counted from the table's first row. */
function faultsOf(...rows: string[]): string[] {
  const path = join(folder, "table.yaml");
  const all = rows.map(
    (row, i) => `  - { id: r${i}, site: baolong, class: fire, signals: one, ${row} }`,
  );
  writeFileSync(path, `${district}\nlinkage:\n${all.join("\n")}\n`);
  const first = district.split("\n").length + 1;
  const { faults } = loadFiles([path], emptyInventory);
  return (faults ?? []).map(({ line, key, message }) => `${line - first} ${key} ${message}`);
}

test("LN-10: a pump, a warehouse's valves, a command that is nothing for a device: each refused at its line", () => {
  assert.deepEqual(faultsOf("device: siren-01, command: siren"), []);
  const faults = faultsOf(
    "device: pump-01, command: test",
    "device: wh-01, command: locate",
    "device: siren-01, command: camera-preset, preset: p1",
    "device: siren-01, command: siren, station: KQ-07",
    "command: siren",
    "endpoint: tannoy, command: speak",
    "people: {}",
    "station: KQ-07, feedbackWithinMs: 1000",
    "device: siren-99, command: siren",
  ).join("\n");
  const never =
    "which is never told anything .this platform starts and stops no pump, valve or damper.";
  for (const said of [
    `^1 .*device is a pump-room, ${never}; allowed: siren, broadcast, display`,
    `^2 .*device is a warehouse, ${never}`,
    "^3 .*command camera-preset is nothing for a siren; allowed: siren, silence, test, locate",
    "^4 .*names device and station; allowed: one of device, endpoint, station, people",
    "^5 .*names nothing",
    "^6 .*say is missing: what is to be said by speak",
    "^7 .*people calls nobody; allowed: { site: true }",
    "^8 .*feedbackWithinMs is for a device or an endpoint",
    "^9 .*device siren-99 is no device of baolong",
  ]) {
    assert.match(faults, new RegExp(said, "m"));
  }
});

test("LN-10: no command of the schema moves water or air", () => {
  const [fault = ""] = faultsOf("device: siren-01, command: start");
  assert.match(
    fault,
    /"start" is not allowed; allowed: locate, test, silence, siren, speak, display, camera-preset/,
  );
});
