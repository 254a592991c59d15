import assert from "node:assert/strict";
import { test } from "node:test";
import type { SignalBody } from "#rules/signal.ts";
import { createIds } from "./id.ts";
import { Inbox, laneLimits } from "./inbox.ts";
import { VirtualClock } from "./simulation/virtual-clock.ts";

function make() {
  const clock = new VirtualClock(1000);
  return { clock, inbox: new Inbox(clock, createIds()) };
}

function press(device: string, seq: number): SignalBody {
  return { kind: "press", site: "s", device, presses: [{ seq, ts: null, digest: `${seq}` }] };
}

test("IB-1: presses of one device that wait together become one signal; every PUBACK stays its own", () => {
  const { inbox } = make();
  let answers = 0;
  for (let seq = 1; seq <= 5; seq += 1) {
    inbox.push("urgent", press("b1", seq), () => {
      answers += 1;
    });
  }
  inbox.push("urgent", press("b2", 1));
  assert.equal(inbox.depth("urgent"), 2);
  const item = inbox.take("urgent");
  assert.ok(item?.signal.kind === "press");
  assert.deepEqual(
    item.signal.presses.map((p) => p.seq),
    [1, 2, 3, 4, 5],
  );
  for (const done of item.done) done({ position: 1, events: [] });
  assert.equal(answers, 5);
});

test("IB-2: a cancel in between ends the merging: order within a device is receive order", () => {
  const { inbox } = make();
  inbox.push("urgent", press("b1", 1));
  const cancel = { kind: "device-event", site: "s", device: "b1", event: "cancel" } as const;
  inbox.push("urgent", { ...cancel, seq: 2, ts: null, digest: "x" });
  inbox.push("urgent", press("b1", 3));
  const kinds = [inbox.take("urgent"), inbox.take("urgent"), inbox.take("urgent")];
  assert.deepEqual(
    kinds.map((item) => item?.signal.kind),
    ["press", "device-event", "press"],
  );
});

test("IB-3: presses more than a quarter of a second apart keep their own receive time", () => {
  const { inbox, clock } = make();
  inbox.push("urgent", press("b1", 1));
  clock.advance(251);
  inbox.push("urgent", press("b1", 2));
  assert.deepEqual(
    [inbox.take("urgent"), inbox.take("urgent")].map((item) => item?.signal.at),
    [1000, 1251],
  );
});

test("IB-4: a full lane says no and takes nothing; the other lane is not full", () => {
  const { inbox } = make();
  const level = { kind: "level", rule: "S02", site: "s", level: true, since: 0 } as const;
  for (let n = 0; n < laneLimits.routine; n += 1) {
    assert.equal(inbox.push("routine", { ...level, device: `d${n}` }), true);
  }
  let called = false;
  const taken = inbox.push("routine", { ...level, device: "one-more" }, () => {
    called = true;
  });
  assert.equal(taken, false);
  assert.equal(called, false);
  assert.equal(inbox.push("urgent", press("b1", 1)), true);
});
