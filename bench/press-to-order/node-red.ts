/**
 * The peer: Node-RED 5 behind Mosquitto, doing the same with a flow a user would draw. It reads
 * presses and telemetry, finds the nearest of the 20 stations, and publishes the order. It commits
 * nothing. Installed on demand from its own lock file, outside the tree.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { until } from "#gateway/testing/process.ts";
import type { Inventory } from "#rules/inventory.ts";
import { installPeer } from "../peers.ts";

const root = "firelink/v1";

/** Path of its program; null where it cannot be installed. */
export function installNodeRed(): string | null {
  return installPeer("node-red/red.js");
}

/** The nearest station by the same detour factor; sites and stations are in the flow's context. */
function orderFunction(inventory: Inventory): string {
  const rescue = inventory.responders.filter((r) => r.kind === "rescue");
  const stations = rescue.map(({ id, position }) => [id, position.lng, position.lat]);
  const sites = inventory.sites.map(({ id, position }) => [id, position.lng, position.lat]);
  return `
const stations = context.get("stations") || ${JSON.stringify(stations)};
const sites = context.get("sites") || new Map(${JSON.stringify(sites)}.map((s) => [s[0], s]));
context.set("stations", stations); context.set("sites", sites);
const site = sites.get(msg.topic.split("/")[2]);
if (!site || msg.payload.event !== "press") return null;
let best = null;
for (const [id, lng, lat] of stations) {
  const x = (lng - site[1]) * Math.cos(lat * Math.PI / 180), y = lat - site[2];
  const d = Math.sqrt(x * x + y * y);
  if (!best || d < best.d) best = { id, d };
}
return { topic: "${root}/station/" + best.id + "/order", qos: 1,
  payload: { v: 1, seq: msg.payload.seq, station: best.id, why: { en: "nearest" } } };`;
}

function flow(port: number, inventory: Inventory): object[] {
  const input = (id: string, topic: string, wires: string[]) => ({
    id,
    type: "mqtt in",
    z: "f",
    topic,
    qos: "1",
    datatype: "json",
    broker: "b",
    inputs: 0,
    wires: [wires],
  });
  const call = (id: string, func: string, wires: string[]) => ({
    id,
    type: "function",
    z: "f",
    func,
    outputs: 1,
    wires: [wires],
  });
  return [
    { id: "f", type: "tab", label: "press to order" },
    {
      id: "b",
      type: "mqtt-broker",
      broker: "127.0.0.1",
      port,
      protocolVersion: "4",
      keepalive: "60",
      cleansession: true,
    },
    input("event", `${root}/+/+/event`, ["order"]),
    input("state", `${root}/+/+/state`, ["last"]),
    call("order", orderFunction(inventory), ["out"]),
    call("last", "context.set(msg.topic, msg.payload.points); return null;", []),
    { id: "out", type: "mqtt out", z: "f", topic: "", qos: "1", broker: "b", wires: [] },
  ];
}

/** Starts it; resolves when its flow is connected to the broker. */
export async function startNodeRed(port: number, inventory: Inventory): Promise<ChildProcess> {
  const folder = mkdtempSync(join(tmpdir(), "firelink-node-red-"));
  const flows = join(folder, "flows.json");
  writeFileSync(flows, JSON.stringify(flow(port, inventory)));
  writeFileSync(
    join(folder, "settings.js"),
    "module.exports = { uiPort: 0, uiHost: '127.0.0.1', httpAdminRoot: false, httpNodeRoot: false, logging: { console: { level: 'info' } } };",
  );
  const program = installNodeRed() ?? "";
  const child = spawn(process.execPath, [program, "-u", folder, flows], { stdio: "pipe" });
  let log = "";
  child.stdout.on("data", (chunk) => {
    log += chunk;
  });
  child.stderr.on("data", (chunk) => {
    log += chunk;
  });
  await until("Node-RED is connected", () => /Connected to broker/.test(log), 30_000).catch(
    (error) => {
      child.kill("SIGKILL");
      throw new Error(`${(error as Error).message}: ${log.slice(-500)}`);
    },
  );
  return child;
}
