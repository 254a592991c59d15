/** What the intake makes of silence, on a clock that the test turns. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { silentAtMostMs } from "#devices/kinds.ts";
import { Edges } from "#rules/detect/edges.ts";
import { demoInventory } from "./demo.ts";
import { createIds } from "./id.ts";
import { createTopics } from "./identity/topics.ts";
import { Inbox } from "./inbox.ts";
import { Intake } from "./intake.ts";
import { loadText } from "./inventory/load.ts";
import { buildIndex } from "./inventory/lookup.ts";
import { pack } from "./inventory/pack.ts";
import { inventoryYaml } from "./inventory/write.ts";
import { VirtualClock } from "./simulation/virtual-clock.ts";

const lostAfterMs = silentAtMostMs["station-box"] ?? 0;

function field(values?: { push: () => void; silent: (key: string) => void }) {
  const clock = new VirtualClock(1_790_000_000_000);
  const inbox = new Inbox(clock, createIds());
  const topics = createTopics("firelink/v1");
  const intake = new Intake({
    inbox,
    topics,
    clock,
    edges: new Edges(),
    linkLostAfterMs: 30_000,
    received: () => {},
    note: () => {},
    ...(values ? { values: () => values } : {}),
  });
  const say = (topic: string, text: string): void =>
    intake.receive(
      { clientId: "box", topic: `firelink/v1/${topic}`, payload: Buffer.from(text), retain: false },
      () => {},
    );
  /** Levels since the last call, `device level`. */
  const levels = (): string[] => {
    const found: string[] = [];
    for (let item = inbox.take("urgent"); item; item = inbox.take("urgent")) {
      const { signal } = item;
      if (signal.kind === "level") found.push(`${signal.device} ${signal.level}`);
    }
    return found;
  };
  return { clock, intake, say, levels };
}

const beat = JSON.stringify({ v: 1, seq: 1, ts: 1, points: { ext_power: true } });

test("LK-4: a station box that goes silent has lost its link, without any last will; a button has not", () => {
  const { clock, intake, say, levels } = field();
  intake.watch([["park/box", lostAfterMs]]);
  for (let n = 0; n < 10; n += 1) {
    say("park/box/state", beat);
    say("park/button/state", beat);
    clock.advance(10_000);
  }
  assert.deepEqual(levels(), ["box false", "button false"]);
  clock.advance(lostAfterMs - 10_001);
  assert.deepEqual(levels(), []);
  clock.advance(1);
  assert.deepEqual(levels(), ["box true"]);
  say("park/box/state", beat);
  assert.deepEqual(levels(), ["box false"]);
  // The button was heard long ago; from now on it must be.
  intake.watch([["park/button", lostAfterMs]]);
  clock.advance(lostAfterMs);
  assert.deepEqual(levels(), ["button true"]);
});

test("LK-5: a box that is never heard is lost too; one that leaves the inventory is watched no more", () => {
  const { clock, intake, levels } = field();
  intake.watch([
    ["park/box", lostAfterMs],
    ["park/old", lostAfterMs],
  ]);
  clock.advance(lostAfterMs - 1);
  intake.watch([["park/box", lostAfterMs]]);
  clock.advance(1);
  assert.deepEqual(levels(), ["box true"]);
  clock.advance(10 * lostAfterMs);
  assert.deepEqual(levels(), []);
});

test("IB-8: a state that finds the lane full waits behind those that came before it, and its sender with it", async () => {
  const values: number[] = [];
  const { intake } = field({
    push: ({ fields }: { fields: { n: number } }) => values.push(fields.n),
    silent: () => {},
  } as never);
  const topic = { kind: "state", site: "park", device: "b1", key: "park/b1" } as const;
  const publish = (n: number) => {
    const payload = Buffer.from(JSON.stringify({ v: 1, points: { n } }));
    return { clientId: "b1", topic: "firelink/v1/park/b1/state", payload, retain: false };
  };
  let n = 0;
  const skim = () => intake.skim({ topic, clientId: "b1", text: publish(n).payload.toString() });
  while (skim()) n += 1;
  const held = await new Promise<number>((resolve) => {
    intake.receive(publish(n), () => resolve(values.length));
    assert.equal(values.length, 0, "nobody overtakes");
  });
  assert.equal(held, n + 1, "its sender waits until then");
  assert.deepEqual(
    values,
    Array.from({ length: n + 1 }, (_, i) => i),
  );
});

test("LK-6: an inventory names its boxes and their stations", () => {
  const source = inventoryYaml(demoInventory());
  const box = (station: string) =>
    `  - { id: box-09, site: baolong, kind: station-box${station}, place: { zh: 站内, en: in the station } }\n`;
  const given = (text: string) =>
    loadText("d.yaml", source.replace("devices:\n", `devices:\n${text}`));
  const { inventory, faults } = given(box(", station: ms-01"));
  assert.deepEqual(faults, null);
  assert.ok(inventory);
  const { watched } = buildIndex(pack(inventory).packed);
  const micro = ["09", "01", "02", "03", "04"].map((n) => `baolong/box-${n}`);
  const rescue = Array.from({ length: 20 }, (_, i) => `KQ-${String(i + 1).padStart(2, "0")}/box`);
  assert.deepEqual(
    watched,
    [...micro, ...rescue].map((key) => [key, lostAfterMs]),
  );
  assert.match(JSON.stringify(given(box("")).faults), /station-box rings for a station/);
  assert.match(
    JSON.stringify(given(box(", station: ms-99")).faults),
    /there is no responder ms-99/,
  );
});

test("BT-7: a state is handed on; an offline that lasts makes its values unknown and is a lost link", () => {
  const seen: string[] = [];
  const { clock, say, levels } = field({
    push: () => seen.push("values"),
    silent: (key) => seen.push(`silent ${key}`),
  });
  say("park/b1/state", JSON.stringify({ v: 1, seq: 1, ts: 1, points: { temp_c: 20 } }));
  say("park/b1/state", JSON.stringify({ v: 1, seq: 1, ts: 1, points: [] }));
  say("park/b1/state", "no json");
  assert.deepEqual(seen, ["values"]);
  assert.deepEqual(levels(), ["b1 false"]);
  say("park/b1/status", "offline");
  clock.advance(29_999);
  assert.deepEqual([levels(), seen], [[], ["values"]]);
  clock.advance(1);
  assert.deepEqual([levels(), seen], [["b1 true"], ["values", "silent park/b1"]]);
  say("park/b1/state", beat);
  say("park/b1/state", beat);
  assert.deepEqual([levels(), seen.length], [["b1 false"], 4]);
  say("park/b1/status", "offline");
  say("park/b1/state", beat);
  clock.advance(30_000);
  assert.deepEqual(levels(), [], "it was a short break");
});
