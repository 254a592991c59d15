/** `firelink start [--demo]`: the gateway, until SIGTERM or SIGINT. */
import pino from "pino";
import { Website } from "../api/website.ts";
import { type Config, readConfig } from "../config.ts";
import { ControlServer } from "../control.ts";
import { controlHandlers } from "../control-handlers.ts";
import { addDemoPersons, announceDemoPins, Demo, demoInventory } from "../demo.ts";
import { Gateway } from "../gateway.ts";
import { Tour } from "../tour.ts";

const logBytesBehind = 1 << 20;
const giveUpAfterMs = 20_000;

export async function start(demo: boolean): Promise<number> {
  const config = readConfig(process.env);
  // On stderr, for stdout has one line that scripts read; not synchronous, for a reader of the log
  // that has frozen must not stop the gateway. Over a megabyte behind, lines are dropped.
  const destination = pino.destination({ dest: 2, sync: false, maxLength: logBytesBehind });
  const log = pino(
    { level: config.logLevel, base: null, timestamp: pino.stdTimeFunctions.isoTime },
    destination,
  );
  process.on("uncaughtException", (error) => {
    // A state nobody has thought of: the journal is intact, a supervisor starts us again.
    log.fatal({ err: error }, "uncaught");
    destination.flushSync();
    process.exit(1);
  });
  const gateway = new Gateway(config, log);
  try {
    return await serve(gateway, demo);
  } catch (error) {
    destination.flushSync();
    process.stderr.write(`${explain(error, config)}\n`);
    // Threads that are up would keep a failed start alive.
    process.exit(1);
  } finally {
    destination.flushSync();
  }
}

async function serve(gateway: Gateway, demo: boolean): Promise<number> {
  const { config, log } = gateway;
  // The district of the demo only where nothing else has been imported.
  const first = demo && gateway.committed.state.adopted.inventory === null;
  gateway.telemetry.isDemo = demo;
  await gateway.start(first ? demoInventory() : null);
  if (first) await addDemoPersons(gateway.door.people);
  const simulators = demo ? new Demo(gateway) : null;
  const tour = new Tour(gateway, simulators);
  const website = new Website(gateway, tour);
  const http = await website.start();
  if (demo) gateway.channels.publicUrl ??= http;
  const control = new ControlServer(
    config.data,
    controlHandlers(gateway, website, simulators, tour),
  );
  await control.start();
  const { inventory } = gateway.artefacts.world(gateway.committed.state);
  await simulators?.start(inventory);
  await website.announceFirstPassword();
  if (first) await announceDemoPins(gateway.door.people);
  const addresses = { http, mqtt: `mqtt://${config.mqtt.host}:${gateway.mqttPort}` };
  process.stdout.write(`firelink ready ${JSON.stringify({ ...addresses, pid: process.pid })}\n`);
  const reason = await untilStopped();
  log.info({ reason }, "stopping");
  // A disk that is away would hold an orderly stop for ever; devices keep what has no PUBACK.
  setTimeout(() => {
    log.fatal({ afterMs: giveUpAfterMs }, "no orderly stop: the journal cannot be written");
    process.exit(1);
  }, giveUpAfterMs).unref();
  await tour.close();
  await control.stop();
  await website.stop();
  const stopped = gateway.stop(reason);
  // After the gateway has begun to stop: wills of devices that we end ourselves are no news.
  simulators?.stop();
  await stopped;
  return 0;
}

/** A port that is taken is the commonest reason of all: it deserves the name of its key. */
function explain(error: unknown, config: Config): string {
  const { code, port, message } = error as NodeJS.ErrnoException & { port?: number };
  if (code !== "EADDRINUSE" && code !== "EACCES") return message;
  const key = port === config.http.port ? "FIRELINK_HTTP_PORT" : "FIRELINK_MQTT_PORT";
  const why = code === "EACCES" ? "may not be used" : "is taken by another program";
  return `port ${port} ${why}\nallowed: another port in ${key}; 0 picks a free one`;
}

function untilStopped(): Promise<string> {
  return new Promise((resolve) => {
    process.once("SIGTERM", () => resolve("SIGTERM"));
    process.once("SIGINT", () => resolve("SIGINT"));
  });
}
