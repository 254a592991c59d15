/** Devices that send by themselves, from the message to what detection hears. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Device } from "#rules/inventory.ts";
import type { Sample } from "#rules/sample.ts";
import { readProfiles } from "../rulebook/profiles.ts";
import type { LiveDevice } from "./devices.ts";
import { PushedDevices } from "./pushed.ts";
import { DeviceValues } from "./values.ts";

const text = { zh: "x", en: "x" };
const button = (id: string, more: Partial<Device> = {}): Device => ({
  ...{ id, site: "s", kind: "button", place: text },
  ...more,
});

function field(...devices: readonly Device[]) {
  const heard: Sample[] = [];
  const stored: Sample[] = [];
  const opened: string[] = [];
  const counted: string[] = [];
  const pushed = new PushedDevices({
    profiles: readProfiles(),
    sent: (_key, at, bornAt) => void counted.push(bornAt === null ? `${at}` : `late ${bornAt}`),
    open: ({ site, id, kind }, profile, ms): LiveDevice => {
      opened.push(id);
      const values = new DeviceValues(
        {
          profile,
          staleAfterMs: { status: ms, analog: ms, settings: ms },
          changed: (samples) => heard.push(...samples),
          worth: (samples) => stored.push(...samples),
          woken: () => {},
        },
        0,
      );
      return { key: `${site}/${id}`, site, device: id, kind, profile, values };
    },
  });
  const watch = (of: readonly Device[]): void =>
    pushed.watch(new Map(of.map((one) => [`${one.site}/${one.id}`, one] as const)));
  watch(devices);
  const said = (point: string) =>
    heard
      .splice(0)
      .filter((sample) => sample.point === point)
      .map(({ value, quality, reason }) => `${value} ${reason ?? quality}`);
  const send = (key: string, now: number, ts: number | null = now) =>
    pushed.take({ key, fields: { battery_mv: 3600 }, ts }, now);
  return { pushed, watch, said, send, counted, stored, opened };
}

const minute = 60_000;

test("BT-4: a device that the inventory says to send twice a day is known that long, and no longer", () => {
  const every = 720 * minute;
  const { pushed, watch, said, send } = field(button("b1", { stateEveryMs: every }));
  const sweep = (now: number): void => {
    for (let n = 0; n < 20; n += 1) for (const { values } of pushed.due()) values.sweep(now);
  };
  send("s/b1", 0);
  assert.deepEqual(said("battery_mv"), ["3600 good"]);
  sweep(3 * every - minute);
  assert.deepEqual(said("battery_mv"), []);
  sweep(3 * every + minute);
  assert.deepEqual(said("battery_mv"), ["3600 no-answer"]);
  watch([button("b1")]);
  assert.equal(pushed.get("s/b1"), null);
});

test("BT-4: a device is there once it has said something a profile knows; whoever is in no list is not", () => {
  const polled = button("polled", { modbus: { endpoint: "tcp://h:502", unit: 1 } });
  const { pushed, send } = field(button("b1"), button("box", { kind: "unheard-of" }), polled);
  for (const key of ["s/b1", "s/box", "s/polled", "s/stranger"]) send(key, minute);
  assert.deepEqual(
    [...pushed.all()].map(({ key }) => key),
    ["s/b1"],
  );
  assert.equal(pushed.linkOf("s/box"), null);
});

test("BT-4: every reading is heard, also one that says the same; silence makes all of it stale", () => {
  const { pushed, said, send } = field(button("b1"));
  for (const n of [1, 2, 3]) send("s/b1", n * minute);
  assert.deepEqual(said("battery_pct"), ["100 good", "100 good", "100 good"]);
  const sweep = (now: number): void => {
    for (let i = 0; i < 20; i += 1) for (const { values } of pushed.due()) values.sweep(now);
  };
  sweep(6 * minute - 1);
  assert.deepEqual(said("battery_pct"), []);
  sweep(6 * minute);
  assert.deepEqual(said("battery_pct"), ["100 no-answer"]);
  send("s/b1", 7 * minute);
  assert.deepEqual(said("battery_pct"), ["100 good"]);
  pushed.lost("s/b1", 7 * minute + 1);
  assert.deepEqual(said("battery_pct"), ["100 no-answer"]);
  assert.equal(pushed.linkOf("s/b1")?.state, "lost");
  send("s/b1", 8 * minute);
  assert.equal(pushed.linkOf("s/b1")?.state, "live");
});

test("BT-5: a clock that is off says the same each time; messages that were kept on the way do not", () => {
  const { said, send } = field(button("b1"));
  for (const n of [1, 2, 3]) send("s/b1", n * minute, n * minute + 12_000);
  assert.deepEqual(said("clock_off_s"), ["12 good", "12 good", "12 good"]);
  // An hour without a link, then all of it at once.
  const late = field(button("b1"));
  late.send("s/b1", minute);
  for (const n of [10, 20, 30]) late.send("s/b1", 60 * minute, n * minute);
  late.send("s/b1", 61 * minute);
  late.send("s/b1", 62 * minute);
  assert.deepEqual(late.said("clock_off_s"), [
    "0 good",
    "-3000 came-late",
    "-2400 came-late",
    "-1800 came-late",
    "0 came-late",
    "0 good",
  ]);
  late.send("s/b1", 63 * minute, null);
  assert.deepEqual(late.said("clock_off_s"), [], "a message without a time says nothing of it");
});

test("BT-6: another inventory keeps what stays; what has left it or is asked now is let go", () => {
  const { pushed, watch, send } = field(button("b1"), button("b2"), button("b3"));
  for (const key of ["s/b1", "s/b2", "s/b3"]) send(key, minute);
  const kept = pushed.get("s/b1");
  watch([button("b1"), button("b3", { kind: "station-box" }), button("b4")]);
  assert.equal(pushed.get("s/b1"), kept);
  assert.equal([...pushed.all()].length, 1);
  send("s/b4", minute);
  assert.ok(pushed.get("s/b4"), "and whoever is new is heard");
});

test("DG-7: of messages that come sooner than half a period one is counted, of late ones each", () => {
  const every = 10 * minute;
  const { counted, send } = field(button("b1", { stateEveryMs: every }));
  for (const n of [1, 2, 3, 5, 6, 11, 15, 16]) send("s/b1", n * minute);
  assert.deepEqual(
    counted.splice(0),
    [1, 6, 11, 16].map((n) => `${n * minute}`),
  );
  for (const n of [17, 18]) send("s/b1", 17 * minute, n * minute - 10 * minute);
  assert.deepEqual(
    counted,
    [7, 8].map((n) => `late ${n * minute}`),
  );
});

test("BT-9: what was kept on its way goes to history alone: it is not judged, and what is known now stays", () => {
  const { pushed, said, send, counted, stored } = field(button("b1"));
  const temperature = (value: number, now: number, ts: number | null) =>
    pushed.take({ key: "s/b1", fields: { temp_c: value }, ts }, now);
  temperature(20, 100 * minute, 100 * minute);
  assert.deepEqual(said("temp_c"), ["20 good"]);
  pushed.lost("s/b1", 101 * minute);
  assert.deepEqual(said("temp_c"), ["20 no-answer"]);
  stored.length = 0;
  for (const n of [104, 105, 106]) temperature(60, 110 * minute, n * minute);
  assert.deepEqual(said("temp_c"), []);
  const sample = () => pushed.get("s/b1")?.values.sample("temp_c");
  assert.equal(sample()?.reason, "no-answer", "nothing is known of it now");
  assert.equal(pushed.linkOf("s/b1")?.state, "live", "but somebody speaks");
  const kept = stored.splice(0).filter(({ point }) => point === "temp_c");
  assert.deepEqual(
    kept.map(({ value, at, sourceTs }) => [value, at / minute, (sourceTs ?? 0) / minute]),
    [104, 105, 106].map((n) => [60, 110, n]),
  );
  assert.equal(counted.filter((one) => one.startsWith("late")).length, 3);
  // The same as before all of that is news to history: what it has last is what came late.
  temperature(20, 110 * minute + 1000, 110 * minute + 1000);
  assert.equal(sample()?.value, 20);
  assert.deepEqual(said("temp_c"), ["20 good"]);
  assert.ok(stored.some(({ point, value }) => point === "temp_c" && value === 20));
  send("s/b1", 111 * minute);
  assert.equal(sample()?.value, 20);
});

test("BT-9: a device that sends each second and brings at once what it has kept is late with all of it", () => {
  const { pushed, said } = field(button("b1", { stateEveryMs: 1000 }));
  const send = (value: number, now: number, ts: number) =>
    pushed.take({ key: "s/b1", fields: { temp_c: value }, ts }, now);
  send(20, 0, 0);
  said("temp_c");
  for (let n = 0; n < 30; n += 1) send(60, 600_000 + n, 10_000 + n * 1000);
  assert.deepEqual(said("temp_c"), []);
});

test("BT-9: a clock that is wrong by the same each time makes nothing late", () => {
  const { pushed, said } = field(button("b1"));
  const send = (value: number, n: number, offMs: number) =>
    pushed.take({ key: "s/b1", fields: { temp_c: value }, ts: n * minute + offMs }, n * minute);
  const hour = -60 * minute;
  send(20, 1, hour);
  send(21, 2, hour + 900);
  // Somebody has put it wrong still: it is believed from the second one on.
  send(22, 3, 2 * hour);
  for (const [n, off] of [4, 5, 6].map((n) => [n, 2 * hour - n * 50] as const)) send(23, n, off);
  assert.deepEqual(said("temp_c"), ["20 good", "21 good", "23 good", "23 good", "23 good"]);
});

test("TR-12: a device of the inventory is known before it has sent anything, and is not opened by that", () => {
  const polled = button("polled", { modbus: { endpoint: "tcp://h:502", unit: 1 } });
  const { pushed, send, opened } = field(button("b1"), button("box", { kind: "none" }), polled);
  const known = pushed.known("s/b1");
  assert.deepEqual(
    [known?.key, known?.site, known?.device, known?.kind, known?.values],
    ["s/b1", "s", "b1", "button", null],
  );
  assert.ok(known?.profile.points.some(({ id }) => id === "temp_c"));
  for (const key of ["s/box", "s/polled", "s/stranger"]) assert.equal(pushed.known(key), null);
  assert.deepEqual([...pushed.everyKnown()].map((one) => one?.key).filter(Boolean), ["s/b1"]);
  assert.deepEqual([[...pushed.all()], opened], [[], []]);
  send("s/b1", minute);
  assert.equal(pushed.known("s/b1"), pushed.get("s/b1"));
});

test("DG-9: when a device was heard last is known to the message, however seldom one is counted", () => {
  const { pushed, send, counted } = field(button("b1", { stateEveryMs: 720 * minute }));
  assert.equal(pushed.heardAt("s/b1"), null);
  send("s/b1", 10 * minute);
  send("s/b1", 300 * minute);
  assert.deepEqual([counted.length, pushed.heardAt("s/b1")], [1, 300 * minute]);
  pushed.take({ key: "s/b1", fields: { temp_c: null }, ts: null }, 301 * minute);
  assert.equal(pushed.heardAt("s/b1"), 300 * minute, "a broken sensor says nothing");
});
