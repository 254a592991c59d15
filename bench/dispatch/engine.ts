/**
 * From the press to the order while a route engine is up, gone, or hanging and asked all the time: the
 * town of canals with a site for each press, a gateway as a stranger starts it, a real server of ways.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { ask } from "#gateway/control.ts";
import { inventoryYaml } from "#gateway/inventory/write.ts";
import type { RoadsStatus } from "#gateway/roads/status.ts";
import {
  type Mood,
  startRoadServer,
  townInventory,
  townNetwork,
} from "#gateway/testing/canal-town/town.ts";
import { connectAs, deviceCredential, stationCredential } from "#gateway/testing/client.ts";
import { firelink, makeFolder, startGateway, until } from "#gateway/testing/process.ts";
import type { Inventory } from "#rules/inventory.ts";

const root = "firelink/v1";
const moods: readonly Mood[] = ["well", "fails", "hangs"];
const betweenPressesMs = 20;

/** Ms of each press by mood of the engine. */
export async function pressesBesideAnEngine(each: number): Promise<ReadonlyMap<Mood, number[]>> {
  const { path: folder, remove } = makeFolder();
  const road = await startRoadServer();
  const env = {
    ...{ FIRELINK_LOG_LEVEL: "error", FIRELINK_MQTT_RATE_PER_SECOND: "100000" },
    ...{ FIRELINK_ROADS_URL: road.url, FIRELINK_ROADS_API: "valhalla" },
  };
  const gateway = await startGateway({ folder, env });
  const count = each * moods.length;
  const file = join(folder, "inventory.yaml");
  writeFileSync(file, inventoryYaml(townFor(count)));
  const { status, stderr } = firelink(folder, ["import", file]);
  if (status !== 0) throw new Error(stderr);
  const keys = Array.from({ length: count }, (_, i) => `p${i}/b`);
  const button = await connectAs(gateway, deviceCredential(folder, ...keys));
  const stations = townInventory().responders.map(({ id }) => id);
  const box = await connectAs(gateway, stationCredential(folder, ...stations));
  const arrived = new Map<number, number>();
  box.on("message", (_topic, payload) => {
    const { seq } = JSON.parse(payload.toString()) as { seq: number };
    if (!arrived.has(seq)) arrived.set(seq, performance.now());
  });
  for (const id of stations) await box.subscribeAsync(`${root}/station/${id}/order`, { qos: 1 });
  await until("the ways", async () => {
    const answer = (await ask(folder, { do: "roads-status" })) as { result: RoadsStatus } | null;
    return answer?.result.matrix?.isCurrent;
  });
  const measured = new Map<Mood, number[]>();
  for (const [m, mood] of moods.entries()) {
    road.mood = mood;
    const asking = { on: true };
    const asked = askAllTheTime(folder, asking);
    const times: number[] = [];
    for (let i = m * each; i < (m + 1) * each; i += 1) {
      const began = performance.now();
      const payload = JSON.stringify({ v: 1, seq: i + 1, ts: Date.now(), event: "press" });
      await button.publishAsync(`${root}/p${i}/b/event`, payload, { qos: 1 });
      times.push((await until("an order", () => arrived.get(i + 1))) - began);
      await new Promise((resolve) => setTimeout(resolve, betweenPressesMs));
    }
    measured.set(mood, times);
    asking.on = false;
    road.mood = "well";
    await asked;
  }
  await Promise.all([button.endAsync(true), box.endAsync(true)]);
  await gateway.stop();
  await road.close();
  remove();
  return measured;
}

async function askAllTheTime(folder: string, asking: { on: boolean }): Promise<void> {
  while (asking.on) {
    await ask(folder, { do: "roads-compute", force: true }).catch(() => null);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** A site at every crossing, several where there are more presses. */
function townFor(count: number): Inventory {
  const town = townInventory();
  const { nodes } = townNetwork();
  const numbers = Array.from({ length: count }, (_, i) => i);
  const name = { zh: "址", en: "site" };
  return {
    ...town,
    sites: numbers.map((i) => {
      const { lng, lat } = nodes[i % nodes.length] ?? { lng: 120.48, lat: 30.08 };
      const position = { lng: Number(lng.toFixed(6)), lat: Number(lat.toFixed(6)) };
      return {
        id: `p${i}`,
        name,
        town: "1",
        position: { ...position, accuracyM: 1, source: "made" },
      };
    }),
    devices: numbers.map((i) => ({ id: "b", site: `p${i}`, kind: "button", place: name })),
  };
}
