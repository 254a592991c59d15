/** `firelink start [--demo]`: the gateway, until SIGTERM or SIGINT. */
import pino from "pino";
import type { Inventory } from "#rules/inventory.ts";
import { Website } from "../api/website.ts";
import { readConfig } from "../config.ts";
import { ControlServer } from "../control.ts";
import { controlHandlers } from "../control-handlers.ts";
import { Demo, demoInventory } from "../demo.ts";
import { Gateway } from "../gateway.ts";

export async function start(demo: boolean): Promise<number> {
  const config = readConfig(process.env);
  // Synchronous and on stderr: stdout has one line that scripts read.
  const log = pino(
    { level: config.logLevel, base: null, timestamp: pino.stdTimeFunctions.isoTime },
    pino.destination({ dest: 2, sync: true }),
  );
  const gateway = new Gateway(config, log);
  const inventory: Inventory | null = demo ? demoInventory() : null;
  await gateway.start(inventory);
  const simulators = demo ? new Demo(gateway) : null;
  const website = new Website(gateway);
  const http = await website.start();
  const control = new ControlServer(config.data, controlHandlers(gateway, website, simulators));
  await control.start();
  if (simulators && inventory) await simulators.start(inventory);
  await website.announceFirstPassword();
  const addresses = { http, mqtt: `mqtt://${config.mqtt.host}:${gateway.mqttPort}` };
  process.stdout.write(`firelink ready ${JSON.stringify({ ...addresses, pid: process.pid })}\n`);
  const reason = await untilStopped();
  log.info({ reason }, "stopping");
  await control.stop();
  await website.stop();
  const stopped = gateway.stop(reason);
  // After the gateway has begun to stop: wills of devices that we end ourselves are no news.
  simulators?.stop();
  await stopped;
  return 0;
}

function untilStopped(): Promise<string> {
  return new Promise((resolve) => {
    process.once("SIGTERM", () => resolve("SIGTERM"));
    process.once("SIGINT", () => resolve("SIGINT"));
  });
}
