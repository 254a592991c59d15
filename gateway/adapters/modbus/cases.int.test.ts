/**
 * Cases, a folder each: a profile, what the device holds, and the readings or the refusal that must
 * come of it. A new controller that reads wrong is a new folder here.
 */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, test } from "node:test";
import { parse } from "yaml";
import type { PointReading } from "#rules/sample.ts";
import { readProfile } from "../../rulebook/profiles.ts";
import { endAll, startPeer, Unit } from "../../testing/modbus-peers.ts";
import { until } from "../../testing/process.ts";
import { ModbusLink } from "./link.ts";
import { Poller } from "./poller.ts";

const folder = join(import.meta.dirname, "cases");

afterEach(endAll);

type Device = { readonly registers: Record<string, number>; readonly holes?: readonly number[] };

/** `point value quality [reason]`, in the order of the profile. */
async function readingsOf(path: string): Promise<string> {
  const { registers, holes = [] } = parse(
    readFileSync(join(path, "device.yaml"), "utf8"),
  ) as Device;
  const points = readProfile(join(path, "profile.yaml")).registers;
  const unit = new Unit();
  for (const [address, word] of Object.entries(registers)) unit.put(Number(address), word);
  for (const address of holes) unit.holes.add(address);
  const peer = await startPeer({ units: [[1, unit]] });
  const link = new ModbusLink(peer.endpoint, { timeoutMs: 1000 });
  const seen = new Map<string, PointReading[1]>();
  const read = (readings: readonly PointReading[]) => {
    for (const [id, reading] of readings) seen.set(id, reading);
  };
  const poller = new Poller({ link, unit: 1, points, phase: 0, read, changed: () => {} });
  poller.start();
  await until("everything is read", () => seen.size === points.length);
  poller.stop();
  link.close();
  const lines = points.map(({ id }) => {
    const { value, quality, reason } = seen.get(id) as PointReading[1];
    return `${id} ${value} ${quality}${reason === null ? "" : ` ${reason}`}\n`;
  });
  return lines.join("");
}

for (const name of readdirSync(folder).sort()) {
  test(`MB-15: ${name}`, async () => {
    const path = join(folder, name);
    const expected = readFileSync(join(path, "expected.txt"), "utf8");
    if (!expected.startsWith("refused ")) return assert.equal(await readingsOf(path), expected);
    assert.throws(
      () => readProfile(join(path, "profile.yaml")),
      (error: Error) => error.message.includes(expected.slice("refused ".length).trim()),
    );
  });
}
