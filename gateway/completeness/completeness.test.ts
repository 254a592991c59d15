/** Which devices owe data, and how they add up. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Device } from "#rules/inventory.ts";
import type { State } from "#rules/state.ts";
import { createMetrics } from "../metrics.ts";
import { readProfiles } from "../rulebook/profiles.ts";
import { Completeness, type CompletenessOptions } from "./completeness.ts";

const start = Date.parse("2026-03-01T00:00:00Z");
const minute = 60_000;

type More = Partial<CompletenessOptions>;

function make(now: () => number, more: More = {}): Completeness {
  return new Completeness({
    clock: { now } as never,
    metrics: createMetrics(),
    profiles: readProfiles(),
    device: () => null,
    heardAt: () => null,
    state: () => ({ outOfService: new Map() }) as unknown as State,
    failed: (error) => assert.fail(String(error)),
    ...more,
  });
}

test("DG-6: a device on a battery owes what the inventory says that it sends, and is on no red list for the rest", async () => {
  let now = start;
  const completeness = make(() => now);
  const device = (stateEveryMs?: number) =>
    new Map([["s/d", { id: "d", site: "s", kind: "button", stateEveryMs } as Device]]);
  const day = async () => {
    for (let n = 1; n <= 24; n += 1) {
      now += 60 * minute;
      if (n % 12 === 0) completeness.sent("s/d", now, null);
      await completeness.refresh();
    }
    const { expected = 0, received = 0 } = completeness.now.sites.get("s") ?? {};
    return [expected, received, completeness.now.red.length];
  };
  await completeness.watch(device(720 * minute));
  assert.deepEqual(await day(), [2, 2, 0]);
  // What the inventory says anew is counted from then on.
  await completeness.watch(device());
  const [expected = 0, received, red] = await day();
  assert.ok(expected > 1000);
  assert.deepEqual([received, red], [2, 1]);
});

test("DG-4: a device that was never heard owes as any other; one out of service owes nothing and is counted", async () => {
  let now = start;
  const out = new Map<string, object>();
  const state = () => ({ outOfService: out }) as unknown as State;
  const completeness = make(() => now, { state });
  const device = (id: string): Device => ({ id, site: "s", kind: "button" }) as Device;
  const cable = { ...device("cable"), kind: "of no profile" };
  const all = ["here", "silent", "out"].map(device);
  await completeness.watch(new Map([...all, cable].map((one) => [`s/${one.id}`, one])));
  out.set("R1", { site: "s", device: "out", points: null, rule: null });
  for (let i = 1; i <= 10; i += 1) {
    now = start + i * minute;
    completeness.sent("s/here", now, null);
    await completeness.refresh();
  }
  const { sites, red } = completeness.now;
  // What is silent is missing half a period after it was due.
  const sum = { expected: 19, received: 10, devices: 2, whole: 1, outOfService: 1 };
  assert.deepEqual(sites.get("s"), sum);
  assert.deepEqual(
    red.map(({ key, day, heardAt }) => [key, day, heardAt]),
    [["s/silent", { expected: 9, received: 0 }, null]],
  );
  await completeness.watch(new Map([["s/here", device("here")]]));
  await completeness.refresh();
  assert.deepEqual(completeness.now.red, []);
});

test("DG-8: a device that changes what it owes owes that from then on, also where its kind stays", async () => {
  let now = start;
  const completeness = make(() => now);
  const opcua = (areaM2: number) => ({ opcua: { endpoint: "opc.tcp://x", root: "WH01", areaM2 } });
  const owed = async (kind: string, by: object): Promise<number> => {
    const device = { id: "w", site: "s", kind, ...by } as unknown as Device;
    await completeness.watch(new Map([["s/w", device]]));
    await completeness.refresh();
    const before = completeness.now.sites.get("s")?.expected ?? 0;
    now += 91_000;
    await completeness.refresh();
    return (completeness.now.sites.get("s")?.expected ?? 0) - before;
  };
  const small = await owed("warehouse", opcua(3000));
  const large = await owed("warehouse", opcua(20_000));
  assert.ok(small > 50 && large > 3 * small, `${small} ${large}`);
  assert.equal(await owed("warehouse", opcua(20_000)), large, "what stays keeps its counts");
  // The same box sends by itself, then is asked.
  assert.equal(await owed("button", {}), 1);
  assert.equal(await owed("pump-room", {}), 0, "what owes nothing any more is off the list");
  assert.equal(completeness.now.sites.get("s"), undefined);
  const asked = await owed("pump-room", { modbus: { endpoint: "tcp://h:502", unit: 1 } });
  assert.ok(asked > 1000, `${asked}`);
});

test("DG-9: the red list says when a device was heard last, to the message", async () => {
  let now = start;
  const heardAt = (key: string) => (key === "s/d" ? start + 45 * minute : null);
  const completeness = make(() => now, { heardAt });
  const device = (id: string) => ({ id, site: "s", kind: "button" }) as unknown as Device;
  await completeness.watch(new Map(["d", "e"].map((id) => [`s/${id}`, device(id)])));
  now = start + 20 * minute;
  for (const key of ["s/d", "s/e"]) completeness.sent(key, now, null);
  now = start + 60 * minute;
  await completeness.refresh();
  assert.deepEqual(
    completeness.now.red.map((row) => [row.key, ((row.heardAt ?? 0) - start) / minute]),
    [
      ["s/d", 45],
      ["s/e", 20],
    ],
  );
});
