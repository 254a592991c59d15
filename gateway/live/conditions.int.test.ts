/** Conditions of a real OPC UA server, for points whose nodes nobody may read. */
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { WarehouseSimulator } from "#devices/sprinkler/simulator.ts";
import type { Device } from "#rules/inventory.ts";
import { SystemClock } from "../clock.ts";
import { atEnd, endAll, folder } from "../testing/opcua-peers.ts";
import { until } from "../testing/process.ts";
import { Devices } from "./devices.ts";

after(endAll);

const hidden = "c01_flow_indicator";

test("UA-25: of a node that nobody may read its condition tells, after every reconnection again", async () => {
  const start = async (port = 0): Promise<[WarehouseSimulator, string]> => {
    const made = new WarehouseSimulator({ pki, areaM2: 3000, unreadable: [hidden] });
    atEnd(() => made.stop());
    return [made, await made.start(port)];
  };
  const pki = folder();
  const [first, endpoint] = await start();
  const devices = new Devices({
    clock: new SystemClock(0),
    profiles: new Map(),
    timeoutMs: 1000,
    retries: 0,
    resolve: (at) => at,
    changed: () => {},
    worth: () => {},
    link: () => {},
    appeared: () => {},
    pkiFolder: folder(),
    passwordOf: () => null,
    log: () => {},
    began: () => {},
    failed: (_key, error) => assert.fail(String(error)),
  });
  atEnd(() => devices.stop());
  const opcua = { endpoint, security: "none", root: "WH01", areaM2: 3000 } as const;
  devices.watch(
    [{ id: "wh", site: "s", kind: "warehouse", opcua } as unknown as Device],
    new Map(),
  );
  const sample = () => devices.get("s/wh")?.values.sample(hidden);
  const live = () => devices.linkOf("s/wh")?.state === "live";
  await until("live", live, 15_000);
  assert.deepEqual([sample()?.value, sample()?.quality], [null, "bad"]);

  first.act(["head", "C01"]);
  const told = () => (sample()?.quality === "good" ? sample() : null);
  const flows = await until("it flows", told, 15_000);
  assert.equal(flows.value, true);
  assert.ok((flows.sourceTs ?? 0) > 0, "with the time of the server");

  await first.stop();
  await until("unknown", () => sample()?.quality === "stale", 15_000);
  const [second] = await start(Number(new URL(endpoint.replace("opc.tcp", "http")).port));
  second.act(["head", "C01"]);
  await until("told again", () => (told()?.value === true ? true : null), 30_000);
});
