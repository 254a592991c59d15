/**
 * The worker of OPC UA with a fate: a file `die` in the PKI folder ends it, a file `jump` moves its
 * wall clock by the ms that stand in it.
 */
import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { workerData } from "node:worker_threads";
import { jumpClock } from "./jump-clock.ts";

const { pkiFolder } = workerData as { pkiFolder: string };

function order(name: string): string | null {
  const file = join(pkiFolder, name);
  if (!existsSync(file)) return null;
  const text = readFileSync(file, "utf8");
  rmSync(file);
  return text;
}

setInterval(() => {
  const jump = order("jump");
  if (jump !== null) jumpClock(Number(jump));
  if (order("die") !== null) throw new Error("the worker was to die");
}, 50).unref();

await import("../adapters/opcua/worker.ts");
