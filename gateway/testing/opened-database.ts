/** A running database and a data folder beside it, for one test. */
import { spawnSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { InfluxConfig } from "../influx/config.ts";
import { type Database, type DatabaseKind, makeDatabase } from "./databases.ts";
import { FedInflux } from "./fed-influx.ts";
import { makeFolder } from "./process.ts";

export type Opened = {
  readonly database: Database;
  /** Data folder of the gateway. */
  readonly data: string;
  /** That of the database. */
  readonly disk: string;
};

export class Rig {
  readonly #cleanUp: (() => unknown)[] = [];

  /** With a disk of its own, where a size is given. */
  async open(kind: DatabaseKind, size?: string): Promise<Opened> {
    const folder = makeFolder();
    this.later(folder.remove);
    const disk = join(folder.path, "server");
    mkdirSync(disk);
    if (size !== undefined) {
      spawnSync("mount", ["-t", "tmpfs", "-o", `size=${size}`, "tmpfs", disk]);
      this.later(() => spawnSync("umount", ["-l", disk]));
    }
    const database = await makeDatabase(kind, disk);
    this.later(() => database.stop("SIGKILL"));
    await database.start();
    const data = join(folder.path, "data");
    mkdirSync(data);
    return { database, data, disk };
  }

  fed(data: string, url: string, config: Partial<InfluxConfig> = {}): FedInflux {
    const one = new FedInflux(data, url, config);
    this.later(() => one.stop());
    return one;
  }

  later(run: () => unknown): void {
    this.#cleanUp.push(run);
  }

  async close(): Promise<void> {
    for (const run of this.#cleanUp.splice(0).reverse()) await run();
  }
}
