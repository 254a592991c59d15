/**
 * A warehouse whose certificate nobody has trusted yet, on the screen: what a technician sees on the
 * first day, on a gateway that is no demo.
 */
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import type { FromSimulator } from "#devices/ipc.ts";
import { WarehouseProcess } from "#devices/sprinkler/process.ts";
import { needsChromium } from "./testing/chromium.ts";
import { DevicePage } from "./testing/device-page.ts";
import { firelinkJson } from "./testing/process.ts";

const desk = new DevicePage("baolong/wh-01");
let warehouse: WarehouseProcess | undefined;
let serves: Extract<FromSimulator, { kind: "serves" }>;

/** The smallest warehouse, at the address where it really serves. */
function inventoryAt(address: string): string {
  const text = readFileSync("devices/keqiao/inventory.yaml", "utf8");
  const line = /endpoint: opc\.tcp:\S+, (.*?)areaM2: 100000 \}, zones: \[.*?\] \}/;
  assert.match(text, line);
  const path = join(desk.folder, "inventory.yaml");
  writeFileSync(path, text.replace(line, `endpoint: "${address}", $1areaM2: 3000 } }`));
  return path;
}

before(async () => {
  if (needsChromium) return;
  serves = await new Promise((resolve) => {
    const of = { site: "baolong", device: "wh-01", endpoint: "", root: "WH01", areaM2: 3000 };
    warehouse = new WarehouseProcess({ ...of, pki: join(desk.folder, "server") }, (message) => {
      if (message.kind === "serves") resolve(message);
    });
  });
  await desk.open({ inventory: inventoryAt(serves.address) });
});

after(async () => {
  warehouse?.stop();
  await desk.close();
});

test("WP-4: a server that nobody has trusted is shown with its thumbprint; two presses trust it", {
  skip: needsChromium,
}, async () => {
  const panel = '[aria-label="服务器证书尚未信任"]';
  await desk.shows("who it is", panel, new RegExp(serves.address.replaceAll(".", "\\.")), 30_000);
  const { rejected } = firelinkJson<{ rejected: { thumbprint: string }[] }>(desk.folder, [
    "opcua",
    "certificates",
  ]);
  const [{ thumbprint = "" } = {}] = rejected;
  assert.match(thumbprint, /^[0-9a-f]{40}$/);
  await desk.shows(
    "it in fours",
    `${panel} code`,
    new RegExp(thumbprint.replace(/.{4}(?=.)/g, "$& ")),
  );
  assert.equal(await desk.page.locator('[data-link-state="live"]').count(), 0);
  await desk.page.click(`${panel} button`);
  await desk.shows("once more", `${panel} button`, /再按一次/);
  await desk.page.click(`${panel} button`);
  await desk.page.waitForSelector('.link-state[data-link-state="live"]', { timeout: 30_000 });
  await desk.page.locator(panel).waitFor({ state: "detached" });
  await desk.shows("its compartments", '.room[data-zone="C01"]', /未报警/);
  assert.deepEqual(desk.faults, []);
});
