/** The worker that writes to InfluxDB: reads day files and journal, and shares nothing with alarms. */
import { readFileSync } from "node:fs";
import { parentPort, workerData } from "node:worker_threads";
import { SystemClock } from "../clock.ts";
import { Follower, type Place } from "../history/follow.ts";
import { Ledger } from "./ledger.ts";
import { Sender } from "./sender.ts";
import { NotTaken, type ServerOptions } from "./server.ts";
import type { InfluxStatus } from "./status.ts";

export type InfluxSettings = Omit<ServerOptions, "token"> & {
  readonly folder: string;
  readonly token: string | null;
  readonly tokenFile: string | null;
  readonly resendMs: number;
  /** Not before the clock of the gateway. */
  readonly now: number;
};

export type InfluxMessage =
  | { readonly kind: "status"; readonly status: InfluxStatus }
  | { readonly kind: "out-of-doubt"; readonly place: Place };

const port = parentPort;
if (!port) throw new Error("the InfluxDB writer runs in a worker thread");
const settings = workerData as InfluxSettings;
const { folder, tokenFile, resendMs, now } = settings;
const tell = (message: InfluxMessage): void => port.postMessage(message);

function token(): string | null {
  if (tokenFile === null) return settings.token;
  try {
    return readFileSync(tokenFile, "utf8").trim();
  } catch (error) {
    throw new NotTaken(401, `influx.token-file: ${(error as Error).message}`, null, false);
  }
}

const sender = new Sender({
  folder,
  clock: new SystemClock(now),
  follower: new Follower(folder),
  backlog: new Follower(folder),
  ledger: new Ledger(folder),
  server: () => ({ ...settings, token: token() }),
  resendMs,
  changed: (status) => tell({ kind: "status", status }),
  outOfDoubt: (place) => tell({ kind: "out-of-doubt", place }),
});
await sender.run();
