/** Devices of the inventory right after a start, while the profiles of large warehouses are being made. */
import assert from "node:assert/strict";
import { after, test } from "node:test";
import pino from "pino";
import type { Inventory } from "#rules/inventory.ts";
import type { TrendPoints } from "./api/trend-contract.ts";
import { Website } from "./api/website.ts";
import { readConfig } from "./config.ts";
import { demoInventory } from "./demo.ts";
import { Gateway } from "./gateway.ts";
import { warehouseProfile } from "./rulebook/warehouse.ts";
import { environment, makeFolder, until } from "./testing/process.ts";
import { type Answer, Browser } from "./testing/web.ts";
import { Tour } from "./tour.ts";

const folder = makeFolder();
const gateway = new Gateway(readConfig(environment(folder.path)), pino({ level: "silent" }));
const website = new Website(gateway, new Tour(gateway, null));
const ends: (() => Promise<unknown>)[] = [];

after(async () => {
  for (const end of ends) await end();
  folder.remove();
});

/** Nobody answers at their endpoints. */
function largeWarehouses(count: number): Inventory {
  const inventory = demoInventory();
  const one = inventory.devices.find(({ kind }) => kind === "warehouse");
  assert.ok(one?.opcua);
  const endpoint = "opc.tcp://127.0.0.1:1";
  const { opcua } = one;
  const more = Array.from({ length: count }, (_, n) => {
    const id = `wh-1${n}`;
    return { ...one, id, zones: [], opcua: { ...opcua, endpoint, root: id, areaM2: 290_000 } };
  });
  return { ...inventory, devices: [...inventory.devices, ...more] } as Inventory;
}

test("TR-22: right after a start a device of the inventory is asked for again, never called unknown", async () => {
  const url = await website.start();
  ends.push(() => website.stop());
  const { people } = gateway.door;
  const { password } = await people.add({ name: "op", role: "operator", scope: "*" });
  const browser = new Browser(url);
  await browser.signIn("op", password);
  await gateway.start(largeWarehouses(4));
  ends.unshift(() => gateway.stop("test"));
  const get = (path: string): Promise<Answer> => browser.ask("GET", `/api/v1${path}`);
  const trend = (point: string) => get(`/trends?points=baolong/${point}&from=1&to=1000`);
  const known = [
    () => trend("btn-01/temp_c"),
    () => trend("pump-01/sprinkler_header_pressure"),
    () => trend(`wh-10/${warehouseProfile().points[0]?.id}`),
    () => get("/trends/points?q=btn-01"),
    () => get("/devices/baolong/pump-01"),
  ];
  const seen: number[] = [];
  for (const { status, body, headers } of await Promise.all(known.map((ask) => ask()))) {
    seen.push(status);
    assert.deepEqual([status, body.code, headers.get("retry-after")], [503, "starting", "1"]);
  }
  assert.equal((await trend("btn-99/temp_c")).status, 404, "there is no such device");
  await until("all of them are known", async () => {
    const statuses = await Promise.all(known.map(async (ask) => (await ask()).status));
    seen.push(...statuses);
    return statuses.every((status) => status === 200);
  });
  assert.deepEqual([...new Set(seen)].sort(), [200, 503]);
  const found = (await get("/trends/points?q=btn-01")).body as unknown as TrendPoints;
  assert.ok(found.points.length > 0);
  assert.equal((await trend("btn-01/nothing")).status, 404);
});
