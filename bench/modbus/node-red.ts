/**
 * The peer: Node-RED with a modbus-client for each device and two modbus-read nodes at 1 s, with
 * the values their editor offers; it decodes no floats. Not the newest nodes but the newest that
 * the npm registry alone gives: 5.45 and 5.60 fetch their driver from another host. Installed on
 * demand, outside the tree, without a lock file of its own.
 */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { until } from "#gateway/testing/process.ts";
import { installNodeRed } from "../press-to-order/node-red.ts";

export const nodesVersion = "5.23.3";

const nodeRed = join(tmpdir(), "firelink-bench-peers/node_modules/node-red/red.js");
const installed = join(tmpdir(), "firelink-bench-peer-modbus");
const ticksPerSecond = 100;
const settings = {
  uiPort: 0,
  uiHost: "127.0.0.1",
  httpAdminRoot: false,
  httpNodeRoot: false,
  logging: { console: { level: "info" } },
};

/** Installs both once; false where one of them cannot be. */
export function installPeer(): boolean {
  if (!installNodeRed()) return false;
  const nodes = join(installed, "node_modules/node-red-contrib-modbus/package.json");
  if (existsSync(nodes)) return true;
  try {
    mkdirSync(installed, { recursive: true });
    writeFileSync(join(installed, "package.json"), '{"private":true}');
    const what = `node-red-contrib-modbus@${nodesVersion}`;
    const args = ["install", "--ignore-scripts", "--no-audit", "--no-fund", "--save-exact", what];
    execFileSync("npm", args, { cwd: installed, stdio: "ignore", timeout: 120_000 });
    return existsSync(nodes);
  } catch {
    return false;
  }
}

function client(port: number): object {
  return {
    id: `c${port}`,
    type: "modbus-client",
    clienttype: "tcp",
    bufferCommands: true,
    failureLogEnabled: false,
    tcpHost: "127.0.0.1",
    tcpPort: port,
    tcpType: "DEFAULT",
    unit_id: 1,
    commandDelay: 1,
    clientTimeout: 1000,
    reconnectOnTimeout: true,
    reconnectTimeout: 2000,
    parallelUnitIdsAllowed: true,
  };
}

function reader(port: number, dataType: string, quantity: number): object {
  return {
    id: `${dataType}${port}`,
    type: "modbus-read",
    z: "f",
    unitid: "1",
    dataType,
    adr: "0",
    quantity: String(quantity),
    rate: "1",
    rateUnit: "s",
    server: `c${port}`,
    wires: [[], []],
  };
}

export async function startPeer(ports: readonly number[], bits: number, registers: number) {
  const folder = mkdtempSync(join(tmpdir(), "firelink-node-red-modbus-"));
  symlinkSync(join(installed, "node_modules"), join(folder, "node_modules"));
  const flows = join(folder, "flows.json");
  const nodes = ports.flatMap((port) => [
    client(port),
    reader(port, "Input", bits),
    reader(port, "InputRegister", registers),
  ]);
  writeFileSync(flows, JSON.stringify([{ id: "f", type: "tab", label: "modbus" }, ...nodes]));
  writeFileSync(join(folder, "settings.js"), `module.exports = ${JSON.stringify(settings)};`);
  const child = spawn(process.execPath, [nodeRed, "-u", folder, flows], { stdio: "pipe" });
  let log = "";
  const listen = (chunk: Buffer): void => {
    log = (log + chunk).slice(-5000);
  };
  child.stdout.on("data", listen);
  child.stderr.on("data", listen);
  await until("Node-RED has its flow", () => /Started flows/.test(log), 30_000).catch((error) => {
    child.kill("SIGKILL");
    throw new Error(`${(error as Error).message}: ${log.slice(-500)}`);
  });
  return child;
}

/** CPU seconds since its start, and resident memory now. */
export function usageOf({ pid }: ChildProcess): { readonly cpuS: number; readonly rssMb: number } {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const resident = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, "utf8"));
  const ticks = Number(fields[11]) + Number(fields[12]);
  return { cpuS: ticks / ticksPerSecond, rssMb: Number(resident?.[1] ?? 0) / 1024 };
}
