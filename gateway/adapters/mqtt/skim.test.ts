import assert from "node:assert/strict";
import { test } from "node:test";
import type { Client } from "aedes";
import fc from "fast-check";
import packets, { type Packet } from "mqtt-packet";
import { checkInternals, skimPublish } from "./internals.ts";

const mostBytes = 300;

/** A parser as Aedes has one for each client, and all that comes of what is written to it, in order. */
function reader(take: (topic: string) => boolean, most = mostBytes) {
  const parser = packets.parser() as unknown as {
    parse(bytes: Buffer): number;
    on(event: string, listener: (of: Packet & Error) => void): void;
  };
  const client = { _parser: parser, duplicates: {}, _nextId: 1 } as unknown as Client;
  checkInternals(client);
  const came: string[] = [];
  let taken = 0;
  parser.on("packet", (packet) => {
    const {
      cmd,
      topic = "",
      payload = "",
      qos,
      retain,
    } = packet as unknown as Record<string, unknown>;
    came.push(`${cmd} ${topic} ${payload} ${qos} ${retain}`);
  });
  parser.on("error", ({ message }) => came.push(message));
  skimPublish(client, most, {
    wants: take,
    take: (topic, text) => {
      taken += 1;
      return came.push(`publish ${topic} ${text} 0 false`) > 0;
    },
  });
  return { parser, came, taken: () => taken };
}

const publish = fc
  .record({
    topic: fc.constantFrom("a/state", "b/state", "c/event", "火/state"),
    payload: fc.oneof(
      { weight: 4, arbitrary: fc.string({ unit: "binary", maxLength: 140 }) },
      fc.constantFrom("x".repeat(mostBytes), "\ufffd", Buffer.from([0x7b, 0xff, 0x7d])),
    ),
    qos: fc.constantFrom(0 as const, 0 as const, 0 as const, 1 as const),
    retain: fc.constantFrom(false, false, false, true),
  })
  .map((one): Packet => ({ cmd: "publish", messageId: 7, dup: false, ...one }));
const packet = fc.oneof(
  { weight: 8, arbitrary: publish },
  { weight: 1, arbitrary: fc.constant<Packet>({ cmd: "pingreq" }) },
);

test("IB-9: what is taken past the parser and what is not comes whole, once and in order, however it is cut", () => {
  fc.assert(
    fc.property(
      fc.array(packet, { maxLength: 12 }),
      fc.infiniteStream(fc.integer({ min: 1, max: 200 })),
      fc.boolean(),
      (sent, cuts, isTaken) => {
        const bytes = Buffer.concat(sent.map((one) => packets.generate(one)));
        const whole = reader(() => false);
        whole.parser.parse(bytes);
        const cut = reader((topic) => isTaken && topic !== "c/event");
        for (let at = 0; at < bytes.length; ) {
          const size = cuts.next().value as number;
          cut.parser.parse(bytes.subarray(at, at + size));
          at += size;
        }
        assert.equal(whole.came.length, sent.length);
        assert.deepEqual(cut.came, whole.came);
      },
    ),
    { numRuns: 200 },
  );
});

test("IB-9: bytes that are no packets are refused as the parser refuses them", () => {
  const plain = packets.generate({
    cmd: "publish",
    topic: "a/state",
    payload: "1",
    qos: 0,
    dup: false,
    retain: false,
  });
  const wrong = [
    [0x30, 0xff, 0xff, 0xff, 0xff, 0xff],
    [0x30, 0x00],
    [0x30, 0x03, 0x00, 0x09, 0x61],
    [0x36, 0x05, 0x00, 0x01, 0x61, 0x31, 0x31],
  ];
  for (const bytes of wrong) {
    const stream = Buffer.concat([plain, Buffer.from(bytes), plain]);
    const [whole, ours] = [reader(() => false), reader((topic) => topic === "a/state")];
    whole.parser.parse(stream);
    ours.parser.parse(stream);
    assert.deepEqual(ours.came, whole.came, bytes.join(" "));
    assert.equal(ours.came[0], "publish a/state 1 0 false");
  }
});

test("IB-10: what waits in the lane of state is short; a long payload and one that is no text take the long way", () => {
  const send = (payload: string | Buffer) => {
    const one = reader(() => true, 65_536);
    const packet: Packet = {
      cmd: "publish",
      topic: "a/state",
      payload,
      qos: 0,
      dup: false,
      retain: false,
    };
    one.parser.parse(packets.generate(packet));
    assert.equal(one.came.length, 1);
    return one.taken();
  };
  assert.equal(send("x".repeat(4096)), 1);
  assert.equal(send("x".repeat(4097)), 0);
  assert.equal(send(Buffer.from([0x7b, 0xff, 0x7d])), 0);
});
