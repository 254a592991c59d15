/** Samples on their way to real databases whose disk is full, or which are away for an hour. */
import assert from "node:assert/strict";
import { rmSync, statfsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, test } from "node:test";
import { type DatabaseKind, noDatabases } from "../testing/databases.ts";
import { assertWhole } from "../testing/fed-influx.ts";
import { Rig } from "../testing/opened-database.ts";
import { until } from "../testing/process.ts";
import type { InfluxStatus } from "./status.ts";

const rig = new Rig();
afterEach(() => rig.close());

/** Its disk is filled by somebody else, and made room on again. */
async function withFullDisk(kind: DatabaseKind): Promise<void> {
  const { database, data, disk } = await rig.open(kind, "40m");
  const sender = rig.fed(data, database.url);
  const end = sender.feedOn();
  const state = () => sender.influx.status()?.state;
  await until("it writes", () => state() === "writing");
  const { bavail, bsize } = statfsSync(disk);
  writeFileSync(join(disk, "others"), Buffer.alloc(bavail * bsize - 50_000));
  await until("the disk is full", () => state() === "waiting", 20_000);
  assert.match(sender.influx.status()?.why ?? "", /no space left|read-only mode/);
  rmSync(join(disk, "others"));
  // Once its disk was full InfluxDB 1 writes nothing until it is started anew.
  if (kind === "influx") {
    await database.stop();
    await database.start();
  }
  end();
  await sender.written();
  await assertWhole(database, sender.count);
}

test("IX-4: the disk of a database is full: said, waited for, and nothing lost", {
  skip: noDatabases || (process.getuid?.() === 0 ? false : "mounting a file system needs root"),
}, async () => {
  await Promise.all([withFullDisk("influx"), withFullDisk("victoria")]);
});

/** Down for as many samples as an hour brings at a hundred a second. */
async function afterAnHour(kind: DatabaseKind): Promise<string> {
  const { database, data } = await rig.open(kind);
  const sender = rig.fed(data, database.url);
  sender.feed(10);
  await sender.written();
  await database.stop("SIGKILL");
  sender.feed(6000);
  await sender.stored();
  await until("an outage is known", () => sender.influx.status()?.state === "unreachable");
  const { lagPoints } = (await until("it is behind", () => {
    const status = sender.influx.status();
    return status && status.lagPoints > 170_000 ? status : null;
  })) as InfluxStatus;
  await sender.influx.stop();
  const began = performance.now();
  await database.start();
  const again = rig.fed(data, database.url);
  again.count = sender.count;
  await until("it has caught up", () => again.influx.status()?.lagPoints === 0, 30_000);
  const seconds = (performance.now() - began) / 1000;
  await again.written();
  await assertWhole(database, sender.count);
  return `${kind}: ${lagPoints} samples in ${seconds.toFixed(1)} s`;
}

test("IX-5: an hour of outage is caught up, by a cursor that another process goes on with", {
  skip: noDatabases,
}, async (t) => {
  for (const line of await Promise.all([afterAnHour("influx"), afterAnHour("victoria")])) {
    t.diagnostic(line);
  }
});
