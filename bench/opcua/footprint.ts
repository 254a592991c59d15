/**
 * What OPC UA costs a gateway: time until it is ready and resident memory, without a warehouse and
 * with one of 3,178 nodes. The warehouse is a process of its own and not counted.
 */
import { fork } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { FromWarehouse } from "#devices/sprinkler/main.ts";
import { demoFile } from "#gateway/demo.ts";
import { firelink, makeFolder, startGateway, until } from "#gateway/testing/process.ts";

export type Footprint = { readonly readyMs: number; readonly rssMb: number };

/** Long enough for what was only needed at the start to be collected. */
const restMs = 3000;

export async function footprints(): Promise<{ without: Footprint; with: Footprint }> {
  const without = await measure(null);
  const warehouse = await startWarehouse();
  try {
    return { without, with: await measure(warehouse.endpoint) };
  } finally {
    warehouse.stop();
  }
}

/** The district of the demo as an inventory of its own: no simulator, its warehouse where it is. */
async function measure(endpoint: string | null): Promise<Footprint> {
  const folder = makeFolder();
  const file = join(folder.path, "district.yaml");
  const opcua = /opcua: \{[^}]*\}/;
  const access = `opcua: { endpoint: "${endpoint}", security: none, root: WH01, areaM2: 100000 }`;
  const text = readFileSync(demoFile, "utf8").replace(/, modbus: \{[^}]*\}/g, "");
  writeFileSync(
    file,
    endpoint === null ? text.replace(/, opcua: \{[^}]*\}/, "") : text.replace(opcua, access),
  );
  const { status, stderr } = firelink(folder.path, ["import", file]);
  if (status !== 0) throw new Error(stderr);
  const began = performance.now();
  const gateway = await startGateway({ folder: folder.path });
  const readyMs = performance.now() - began;
  try {
    if (endpoint !== null) {
      const isLive = () =>
        gateway.log().some(({ device, state }) => device === "baolong/wh-01" && state === "live");
      await until("the warehouse is live", isLive, 30_000);
    }
    await new Promise((resolve) => setTimeout(resolve, restMs));
    return { readyMs, rssMb: residentMb(gateway.pid) };
  } finally {
    await gateway.stop();
    folder.remove();
  }
}

async function startWarehouse(): Promise<{ endpoint: string; stop: () => void }> {
  const folder = makeFolder();
  const child = fork(new URL("../../devices/sprinkler/main.ts", import.meta.url), [], {
    stdio: ["ignore", "ignore", "ignore", "ipc"],
  });
  const endpoint = new Promise<string>((resolve, reject) => {
    child.on("message", (message: FromWarehouse) => {
      if (message.kind === "started") resolve(message.endpoint);
      if (message.kind === "failed") reject(new Error(message.message));
    });
  });
  child.send({ kind: "start", pki: folder.path });
  return {
    endpoint: await endpoint,
    stop: () => {
      child.disconnect();
      folder.remove();
    },
  };
}

function residentMb(pid: number): number {
  const kb = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
  return Number(kb) / 1024;
}
