import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { Principal } from "./credentials.ts";
import { mayPublish, maySubscribe } from "./rights.ts";
import { createTopics } from "./topics.ts";

const topics = createTopics("firelink/v1");
const none: ReadonlySet<string> = new Set();
const button: Principal = { id: "b", kind: "device", devices: new Set(["s1/b1"]), stations: none };
const box: Principal = { id: "k", kind: "station", devices: none, stations: new Set(["K1"]) };
const service: Principal = { id: "x", kind: "service", devices: none, stations: none };

test("ID-1: what is built is parsed back; what is none of ours is not parsed", () => {
  assert.deepEqual(topics.parse(topics.event("s1", "b1")), {
    key: "s1/b1",
    kind: "event",
    site: "s1",
    device: "b1",
  });
  assert.deepEqual(topics.parse(topics.order("K1")), { kind: "order", station: "K1" });
  assert.deepEqual(topics.parse(topics.alarm("A1")), { kind: "alarm", alarm: "A1" });
  assert.deepEqual(topics.parse(topics.heartbeat()), { kind: "heartbeat" });
  for (const topic of [
    "",
    "firelink/v1",
    "firelink/v1/",
    "firelink/v2/s1/b1/event",
    "firelink/v1/s1/b1/event/x",
    "firelink/v1/s1//event",
    "firelink/v1//b1/event",
    "firelink/v1/alarm/b1/event",
    "firelink/v1/station/K1/event",
    "firelink/v1/s1/b1/EVENT",
    "firelink/v1/s1/b\u0000/event",
    "firelink/v1/s1/\ufffd/event",
    `firelink/v1/s1/${"b".repeat(33)}/event`,
  ]) {
    assert.equal(topics.parse(topic), null, topic);
  }
});

test("ID-2: no string whatever lets a device publish above or beside its own topics", () => {
  const own = new Set(["event", "state", "status"].map((kind) => `firelink/v1/s1/b1/${kind}`));
  const part = fc.oneof(
    fc.constantFrom("firelink", "v1", "s1", "b1", "event", "station", "+", "#", ""),
    fc.string(),
  );
  fc.assert(
    fc.property(fc.array(part, { maxLength: 7 }), (parts) => {
      const topic = parts.join("/");
      assert.equal(mayPublish(button, topics, topic) === null, own.has(topic));
    }),
  );
});

test("ID-3: each kind of credential subscribes what it needs and nothing else", () => {
  const granted = (who: Principal, filter: string) => maySubscribe(who, topics, filter) === null;
  assert.ok(granted(button, "firelink/v1/s1/b1/ack"));
  assert.ok(granted(button, "firelink/v1/s1/b1/+"));
  assert.ok(granted(box, "firelink/v1/station/K1/order"));
  assert.ok(granted(box, "firelink/v1/heartbeat"));
  assert.ok(granted(service, "firelink/v1/#"));
  for (const filter of [
    "#",
    "+/+/+/+/+",
    "firelink/v1/#",
    "firelink/v1/s1/+/ack",
    "firelink/v1/s1/b2/ack",
    "firelink/v1/s1/b1/event",
    "firelink/v1/station/K2/order",
    "firelink/v1/station/+/order",
    "$SYS/#",
    "$share/g/firelink/v1/s1/b1/ack",
  ]) {
    assert.equal(granted(button, filter), false, filter);
  }
  assert.equal(granted(service, "$SYS/#"), false);
  assert.equal(mayPublish(service, topics, "firelink/v1/s1/b1/event"), "not-your-device");
});
