/** Which devices owe data, and how they add up. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Device } from "#rules/inventory.ts";
import type { State } from "#rules/state.ts";
import { createMetrics } from "../metrics.ts";
import { readProfiles } from "../rulebook/profiles.ts";
import { Completeness } from "./completeness.ts";

const start = Date.parse("2026-03-01T00:00:00Z");
const minute = 60_000;

test("DG-6: a device on a battery owes what the inventory says that it sends, and is on no red list for the rest", async () => {
  let now = start;
  const completeness = new Completeness({
    clock: { now: () => now } as never,
    metrics: createMetrics(),
    profiles: readProfiles(),
    device: () => null,
    state: () => ({ outOfService: new Map() }) as unknown as State,
    failed: (error) => assert.fail(String(error)),
  });
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
  const completeness = new Completeness({
    clock: { now: () => now } as never,
    metrics: createMetrics(),
    profiles: readProfiles(),
    device: () => null,
    state: () => ({ outOfService: out }) as unknown as State,
    failed: (error) => assert.fail(String(error)),
  });
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
